//! The first stage: from texts to what they say, file by file.

mod json;
mod shape;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{Place, Problems};
use crate::{Source, spec};

/// Folders that a product cannot have: a crate or a module of this name is there already.
const TAKEN_FOLDERS: [&str; 5] = ["codegen", "common-codes", "core", "emulator", "tests"];

/// All files that can be read.
pub(crate) struct Files {
    pub(crate) common: Option<File<spec::Errors>>,
    /// Sorted by folder.
    pub(crate) products: Vec<Readable>,
}

/// What can be read of a product's folder.
pub(crate) struct Readable {
    /// The folder's name, if a crate can have it.
    pub(crate) name: Option<String>,
    pub(crate) product: Option<File<spec::Product>>,
    pub(crate) types: Option<File<spec::Types>>,
    pub(crate) errors: Option<File<spec::Errors>>,
    pub(crate) actions: Vec<Option<File<spec::Action>>>,
}

/// All that was written.
pub(crate) struct Written {
    /// The codes that every product can answer with.
    pub(crate) common: File<spec::Errors>,
    /// The products, sorted by folder.
    pub(crate) products: Vec<Folder>,
}

/// What was written about one product.
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) product: File<spec::Product>,
    pub(crate) types: File<spec::Types>,
    pub(crate) errors: File<spec::Errors>,
    /// Sorted by file name.
    pub(crate) actions: Vec<File<spec::Action>>,
}

/// One file: where it is, what it says, and the same as plain JSON for paths into it.
pub(crate) struct File<T> {
    pub(crate) path: String,
    pub(crate) says: T,
    pub(crate) json: Value,
}

impl<T> File<T> {
    pub(crate) fn place(&self) -> Place {
        Place::file(&self.path)
    }

    /// The file's name without its folder and its extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".json").unwrap_or(name)
    }
}

impl Files {
    /// What was written, without the folders in which a file is missing or cannot be read: what refers to it is not judged.
    pub(crate) fn complete(self) -> Option<Written> {
        let products = self.products.into_iter().filter_map(Readable::complete).collect();
        Some(Written { common: self.common?, products })
    }
}

impl Readable {
    fn complete(self) -> Option<Folder> {
        let Self { name, product, types, errors, actions } = self;
        let actions: Vec<_> = actions.into_iter().collect::<Option<_>>()?;
        if actions.is_empty() {
            return None;
        }
        Some(Folder { name: name?, product: product?, types: types?, errors: errors?, actions })
    }
}

/// Parses all files, in any order.
pub(crate) fn sources(sources: &[Source], problems: &mut Problems) -> Files {
    let mut folders: BTreeMap<&str, BTreeMap<&str, &Source>> = BTreeMap::new();
    for source in sources {
        match source.path.split_once('/') {
            Some((folder, name)) if !name.contains('/') && name.ends_with(".json") => {
                folders.entry(folder).or_default().insert(name, source);
            }
            _ => problems.add(
                &Place::file(&source.path),
                "no specification is expected here",
                "move it to `spec/<product>/<Action>.json`, or remove it",
            ),
        }
    }
    let common = common(folders.remove("common").unwrap_or_default(), problems);
    let products = folders.into_iter().map(|(name, files)| folder(name, files, problems)).collect();
    Files { common, products }
}

fn common(mut sources: BTreeMap<&str, &Source>, problems: &mut Problems) -> Option<File<spec::Errors>> {
    let errors =
        required("common", "errors.json", "the codes that every product can answer with", &mut sources, problems);
    for source in sources.values() {
        problems.add(
            &Place::file(&source.path),
            "nothing reads this file",
            "move it to the folder of a product, or remove it",
        );
    }
    errors
}

fn folder(name: &str, mut sources: BTreeMap<&str, &Source>, problems: &mut Problems) -> Readable {
    let product = required(name, "product.json", "the product's service, version and hosts", &mut sources, problems);
    let types =
        required(name, "types.json", "the product's value sets and records, if only none", &mut sources, problems);
    let errors =
        required(name, "errors.json", "the product's error codes, if only an empty list", &mut sources, problems);
    let actions: Vec<_> = sources.values().map(|source| file(source, problems)).collect();
    if actions.is_empty() {
        let says = "the product has no action";
        problems.add(&Place::file(name), says, "write `<Action>.json` beside `product.json`, or remove the folder");
    }
    Readable { name: crate_name(name, problems), product, types, errors, actions }
}

/// The folder's name, which becomes that of a crate.
fn crate_name(folder: &str, problems: &mut Problems) -> Option<String> {
    let is_part = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_part);
    if !folder.starts_with(|first: char| first.is_ascii_lowercase())
        || !folder.split('-').all(is_word)
        || is_reserved(folder)
    {
        let says = format!("`{folder}` cannot be the name of a crate");
        problems.add(
            &Place::file(folder),
            says,
            "rename the folder: lower-case letters and digits, with `-` between words",
        );
        None
    } else if TAKEN_FOLDERS.contains(&folder) {
        let says = format!("`{folder}` is a part of this workspace that is not generated");
        problems.add(&Place::file(folder), says, "rename the folder");
        None
    } else {
        Some(folder.to_owned())
    }
}

/// Whether a folder's name is a word that cannot be that of a module.
fn is_reserved(folder: &str) -> bool {
    !folder.contains('-') && syn::parse_str::<proc_macro2::Ident>(folder).is_err()
}

/// Takes a file that has to be there out of its folder, and parses it; `holds` says what for.
fn required<T: DeserializeOwned + JsonSchema>(
    folder: &str,
    name: &str,
    holds: &str,
    sources: &mut BTreeMap<&str, &Source>,
    problems: &mut Problems,
) -> Option<File<T>> {
    let source = sources.remove(name);
    if source.is_none() {
        let place = Place::file(&format!("{folder}/{name}"));
        problems.add(&place, "the file is missing", format!("write it: it holds {holds}"));
    }
    file(source?, problems)
}

/// Parses one file, unless what it says cannot be made out. A misspelt key is told, and read as the one that was meant.
fn file<T: DeserializeOwned + JsonSchema>(source: &Source, problems: &mut Problems) -> Option<File<T>> {
    let place = Place::file(&source.path);
    let mut json = json::read(&source.text, &place, problems)?;
    if !shape::fits::<T>(&mut json, &place, problems) {
        return None;
    }
    // It has the shape, so that only what the schema does not know of can be in the way.
    match serde_json::from_value(json.clone()) {
        Ok(says) => Some(File { path: source.path.clone(), says, json }),
        Err(error) => {
            problems.add(&place, format!("the file cannot be read: {error}"), "compare it with spec/README.md");
            None
        }
    }
}

/// The name by which an element of a list is known, if it has one.
pub(crate) fn element_name(element: &Value) -> Option<&str> {
    ["name", "code", "value"].iter().find_map(|key| element.get(key)?.as_str())
}

/// The place of an element of a list: by its name, or by its index.
fn element_place(list: &Place, index: usize, element: &Value) -> Place {
    match element_name(element) {
        Some(name) => list.member(name),
        None => list.member(index),
    }
}
