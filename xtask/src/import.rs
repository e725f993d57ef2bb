//! Imports the official metadata of services, as the official packages lay it out.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tencentcloud_codegen::{Imported, Metadata, Source};

use crate::workspace::Workspace;

/// The snapshot of the metadata of the actions that are shipped.
const SNAPSHOT: &str = "metadata.lock";
/// The codes that every product can return.
const COMMON: &str = "common/errors.json";
/// The exit code if something has moved. 100, as that of other tools that compare: 1 is an error.
const MOVED: u8 = 100;

/// What to import, and where to write it.
#[derive(Default)]
pub(crate) struct Options<'a> {
    /// Folder of the official CLI's package: it contains `services`.
    metadata: &'a str,
    /// Folder of the official Python SDK's package: it contains a folder for each service.
    codes: Option<&'a str>,
    /// The only service to import.
    service: Option<&'a str>,
    /// Folder of the specifications, `spec` if absent.
    into: Option<&'a str>,
    /// Whether to compare, and to write nothing but the snapshot.
    compares: bool,
    /// Whether to write the snapshot.
    accepts: bool,
}

impl<'a> Options<'a> {
    /// Reads the arguments. Returns `None` if they are invalid.
    pub(crate) fn parse(arguments: &[&'a str]) -> Option<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter().copied();
        while let Some(argument) = arguments.next() {
            match argument {
                "--metadata" => options.metadata = arguments.next()?,
                "--codes" => options.codes = Some(arguments.next()?),
                "--service" => options.service = Some(arguments.next()?),
                "--into" => options.into = Some(arguments.next()?),
                "--compare" => options.compares = true,
                "--accept" => options.accepts = true,
                _ => return None,
            }
        }
        let has_others = if options.compares { options.into.is_some() } else { options.accepts };
        (!options.metadata.is_empty() && !has_others).then_some(options)
    }
}

/// Imports services, or compares them.
pub(crate) fn run(workspace: &Workspace, options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    match options.compares {
        true => compare(workspace, options),
        false => import(workspace, options),
    }
}

/// Writes drafts of the services, and reports what a person should know.
fn import(workspace: &Workspace, options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    let mut code = ExitCode::SUCCESS;
    let into = options.into.unwrap_or("spec");
    let folder = workspace.root().join(into);
    let mut existing = specifications(&folder)?;
    if !existing.iter().any(|source| source.path == COMMON) {
        // A new folder: its products have the same common codes.
        let text = fs::read_to_string(workspace.root().join("spec").join(COMMON))?;
        let common = Source { path: COMMON.to_owned(), text };
        write(into, &folder, &Imported { files: vec![common.clone()], ..Imported::default() })?;
        existing.push(common);
    }
    for metadata in metadata(options)? {
        match tencentcloud_codegen::import(&metadata, &existing) {
            Ok(imported) => {
                write(into, &folder, &imported)?;
                existing.extend(imported.files);
            }
            Err(message) => {
                eprintln!("error: {}: {message}", metadata.service);
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn write(shown: &str, folder: &Path, imported: &Imported) -> Result<(), Box<dyn Error>> {
    for Source { path, text } in &imported.files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("wrote {shown}/{path}");
    }
    for note in &imported.notes {
        println!("{note}");
    }
    Ok(())
}

/// Reports what has moved since the snapshot.
fn compare(workspace: &Workspace, options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    let path = workspace.root().join(SNAPSHOT);
    let snapshot = if path.is_file() { fs::read_to_string(&path)? } else { String::new() };
    let sources = specifications(&workspace.root().join("spec"))?;
    let comparison = tencentcloud_codegen::compare(&metadata(options)?, &sources, &snapshot)?;
    if comparison.moved.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for line in comparison.moved.iter().chain(&comparison.differences) {
        println!("{line}");
    }
    if options.accepts {
        workspace.write(SNAPSHOT, &comparison.snapshot)?;
        println!("wrote {SNAPSHOT}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("  help: change the specifications, or run the command again with `--accept`");
    Ok(ExitCode::from(MOVED))
}

/// Reads the metadata of each version of the services.
fn metadata(options: &Options<'_>) -> Result<Vec<Metadata>, Box<dyn Error>> {
    let root = Path::new(options.metadata);
    let services = ["services", "tccli/services"].map(|folder| root.join(folder));
    let services = services.iter().find(|folder| folder.is_dir());
    let services = services.ok_or_else(|| {
        format!("{} contains no folder `services`; help: name the folder of the official CLI's package", root.display())
    })?;
    let mut found = Vec::new();
    for service in folders(services)?.into_iter().filter(|name| options.service.is_none_or(|only| only == name)) {
        // The newest version first: an older one gets a folder with its version.
        for version in folders(&services.join(&service))?.into_iter().rev() {
            let folder = services.join(&service).join(&version);
            let read =
                |path: PathBuf| fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()));
            let optional = |path: PathBuf| if path.is_file() { read(path) } else { Ok(String::new()) };
            let codes = options.codes.map(|codes| {
                ["", "tencentcloud"]
                    .map(|part| Path::new(codes).join(part).join(&service).join(&version).join("errorcodes.py"))
            });
            let codes = codes.and_then(|paths| paths.into_iter().find(|path| path.is_file()));
            found.push(Metadata {
                service: service.clone(),
                api: read(folder.join("api.json"))?,
                examples: optional(folder.join("examples.json"))?,
                codes: codes.map(read).transpose()?.unwrap_or_default(),
            });
        }
    }
    if found.is_empty() {
        return Err(format!("{} contains no such service; help: check `--service`", services.display()).into());
    }
    Ok(found)
}

/// The names of the folders in a folder, sorted. Those of Python are left out.
fn folders(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !name.starts_with("__") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads the specifications in a folder, which need not exist.
fn specifications(folder: &Path) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    if !folder.is_dir() {
        return Ok(sources);
    }
    for product in folders(folder)? {
        for entry in fs::read_dir(folder.join(&product))? {
            let entry = entry?;
            let path = format!("{product}/{}", entry.file_name().to_string_lossy());
            sources.push(Source { path, text: fs::read_to_string(entry.path())? });
        }
    }
    Ok(sources)
}
