//! Parses each specification into its type in [`spec`].

mod drafts;
mod folder_names;
mod json;
mod shape;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{Place, Problems};
use crate::spec;

pub(crate) use folder_names::is_free_folder;

// The files that every product has besides its actions.
const PRODUCT: &str = "product.json";
const TYPES: &str = "types.json";
const ERRORS: &str = "errors.json";

/// A file in `spec/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path below `spec/`, with `/` between folders: `cdn/PurgeUrlsCache.json`.
    pub path: String,
    /// The JSON, unparsed.
    pub text: String,
}

/// All files, unparsed.
pub(crate) struct Folders<'a> {
    /// The folder of the common codes.
    pub(crate) common: Folder<'a>,
    /// Sorted by name.
    pub(crate) products: Vec<Folder<'a>>,
}

/// The files of a folder, unparsed.
pub(crate) struct Folder<'a> {
    pub(crate) name: &'a str,
    /// Whether a file may contain drafts.
    accepts_drafts: bool,
    /// By the name of the file.
    sources: BTreeMap<&'a str, &'a Source>,
}

/// The files of a product that could be parsed.
pub(crate) struct PartialProduct {
    /// The name of the folder, if a crate can have it.
    pub(crate) name: Option<String>,
    pub(crate) product: Option<File<spec::Product>>,
    pub(crate) types: Option<File<spec::Types>>,
    pub(crate) errors: Option<File<spec::Errors>>,
    pub(crate) actions: Vec<Option<File<spec::Action>>>,
}

/// The files of a product.
pub(crate) struct ParsedProduct {
    pub(crate) name: String,
    pub(crate) product: File<spec::Product>,
    pub(crate) types: File<spec::Types>,
    pub(crate) errors: File<spec::Errors>,
    /// Sorted by file name.
    pub(crate) actions: Vec<File<spec::Action>>,
}

/// A file whose content has the type `T`.
pub(crate) struct File<T> {
    pub(crate) path: String,
    pub(crate) parsed: T,
    /// The same as plain JSON, for paths into the file.
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

impl PartialProduct {
    /// Drops a product in which a file is missing or could not be parsed: references to that file
    /// cannot be checked. One whose crate cannot be named is dropped as well.
    pub(crate) fn complete(self) -> Option<ParsedProduct> {
        let Self { name, product, types, errors, actions } = self;
        let actions: Vec<_> = actions.into_iter().collect::<Option<_>>()?;
        if actions.is_empty() {
            return None;
        }
        Some(ParsedProduct { name: name?, product: product?, types: types?, errors: errors?, actions })
    }
}

/// Assigns files, in any order, to their folders.
pub(crate) fn folders<'a>(sources: &'a [Source], accepts_drafts: bool, problems: &mut Problems) -> Folders<'a> {
    let mut folders: BTreeMap<&str, BTreeMap<&str, &Source>> = BTreeMap::new();
    for source in sources {
        match source.path.split_once('/') {
            Some((folder, name)) if !name.contains('/') && name.ends_with(".json") => {
                folders.entry(folder).or_default().insert(name, source);
            }
            _ => problems.add(
                &Place::file(&source.path),
                "the path of this file is not that of a specification",
                "move it to `spec/<product>/<Action>.json`, or remove it",
            ),
        }
    }
    let common = Folder { name: "common", accepts_drafts, sources: folders.remove("common").unwrap_or_default() };
    let products = folders.into_iter().map(|(name, sources)| Folder { name, accepts_drafts, sources });
    Folders { common, products: products.collect() }
}

impl Folder<'_> {
    /// The size of all files, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.sources.values().map(|source| source.text.len()).sum()
    }

    /// Parses the folder of the common codes.
    pub(crate) fn parse_common_codes(&self, problems: &mut Problems) -> Option<File<spec::Errors>> {
        let errors = self.required_file(ERRORS, "the codes that every product can return", problems);
        for source in self.others(&[ERRORS]) {
            let help = "move it to the folder of a product, or remove it";
            problems.add(&Place::file(&source.path), "this file is not used", help);
        }
        errors
    }

    /// Parses the folder of a product.
    pub(crate) fn parse_product(&self, problems: &mut Problems) -> PartialProduct {
        let product = self.required_file(PRODUCT, "the product's service, version and hosts", problems);
        let types =
            self.required_file(TYPES, "the product's value sets and records; both lists may be empty", problems);
        let errors = self.required_file(ERRORS, "the product's error codes; the list may be empty", problems);
        let actions: Vec<_> =
            self.others(&[PRODUCT, TYPES, ERRORS]).map(|source| self.file(source, problems)).collect();
        if actions.is_empty() {
            let help = "add `<Action>.json` next to `product.json`, or remove the folder";
            problems.add(&Place::file(self.name), "the product has no action", help);
        }
        PartialProduct { name: folder_names::crate_name(self.name, problems), product, types, errors, actions }
    }

    /// Parses a file that the folder must contain; `content` describes it.
    fn required_file<T: DeserializeOwned + JsonSchema>(
        &self,
        name: &str,
        content: &str,
        problems: &mut Problems,
    ) -> Option<File<T>> {
        let source = self.sources.get(name);
        if source.is_none() {
            let place = Place::file(&format!("{}/{name}", self.name));
            problems.add(&place, "the file is missing", format!("add it; it contains {content}"));
        }
        self.file(source?, problems)
    }

    /// Parses a file. A misspelled key is reported and read as the key that it is closest to, so
    /// that the rest of the file is checked as well.
    fn file<T: DeserializeOwned + JsonSchema>(&self, source: &Source, problems: &mut Problems) -> Option<File<T>> {
        let place = Place::file(&source.path);
        let mut json = json::parse(&source.text, &place, problems)?;
        drafts::complete(&mut json, self.accepts_drafts, &place, problems);
        if !shape::check_and_repair::<T>(&mut json, &place, problems) {
            return None;
        }
        match serde_json::from_value(json.clone()) {
            Ok(parsed) => Some(File { path: source.path.clone(), parsed, json }),
            // The shape is valid, so a rule is broken that the schema cannot express.
            Err(error) => {
                problems.add(&place, format!("the file cannot be parsed: {error}"), "compare it with spec/README.md");
                None
            }
        }
    }

    /// The files with other names than these.
    fn others(&self, names: &'static [&str]) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|(name, _)| !names.contains(name)).map(|(_, source)| *source)
    }
}
