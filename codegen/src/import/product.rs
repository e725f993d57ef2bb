//! Makes the draft of a product, and changes it until it has no problem that a program can solve.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::differences::Specs;
use super::examples::{self, Example};
use super::merge::{self, Additions};
use super::metadata::Upstream;
use super::names::Names;
use super::{Imported, draft};
use crate::parse::Source;
use crate::problem::{Problems, Remedy};

/// The draft of a product, or the drafts of what a product lacks.
pub(super) struct ProductDraft<'a> {
    upstream: &'a Upstream,
    folder: &'a str,
    /// The codes that every product can return.
    common_codes: BTreeSet<String>,
    /// The files that exist.
    written: Vec<Source>,
    specs: Specs,
    names: Names,
    examples: BTreeMap<&'a str, Vec<Example>>,
    /// Records that only fields use which a person has left out.
    unused: BTreeSet<String>,
    notes: BTreeSet<String>,
}

impl<'a> ProductDraft<'a> {
    pub(super) fn new(upstream: &'a Upstream, folder: &'a str, common: &[Source], written: Vec<Source>) -> Self {
        let actions = upstream.actions.iter();
        let examples =
            actions.map(|(name, action)| (name.as_str(), examples::official(name, action, upstream))).collect();
        Self {
            upstream,
            folder,
            common_codes: common.iter().flat_map(codes).collect(),
            specs: Specs::read(folder, &written),
            names: Names::new(folder, written.is_empty()),
            written,
            examples,
            unused: BTreeSet::new(),
            notes: BTreeSet::new(),
        }
    }

    /// All files of the product.
    pub(super) fn sources(&self) -> Vec<Source> {
        let Self { upstream, names, folder, .. } = self;
        let path = |name: &str| format!("{folder}/{name}.json");
        let has_kind = |segment: &str| self.common_codes.contains(segment);
        let own_codes = || upstream.codes.iter().filter(|code| !self.common_codes.contains(*code));
        let records = upstream.records.keys().filter(|name| !self.unused.contains(*name));
        let additions = Additions { upstream, names, records: records.collect(), codes: own_codes().collect() };
        let mut files = merge::files(&self.written, &self.specs, &additions, has_kind);
        let mut add = |name: &str, draft: &dyn Fn(&str) -> String| {
            let path = path(name);
            if !files.iter().any(|file| file.path == path) {
                let text = draft(&path);
                files.push(Source { path, text });
            }
        };
        add("product", &|_| draft::product(upstream, names).file());
        add("types", &|path| draft::types(upstream, path, names).file());
        add("errors", &|path| draft::errors(own_codes(), has_kind, path, names).file());
        for (name, action) in &upstream.actions {
            add(name, &|path| {
                let official = self.examples.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
                let invented = official.is_empty().then(|| examples::invented(action, upstream));
                let examples: Vec<&Example> = official.iter().chain(&invented).collect();
                let facts = match self.specs.file("product") {
                    Some(product) => draft::facts(name, product.get("defaults"), upstream),
                    // The draft of the product has them.
                    None => [("source", None), ("requests_per_second", None), ("repeatable", None)],
                };
                draft::action(name, action, facts, &examples, path, names).file()
            });
        }
        files
    }

    /// Changes the draft so that problems are solved. Returns whether it has changed.
    pub(super) fn mend(&mut self, problems: &Problems) -> bool {
        let mut has_changed = false;
        let mut refused: BTreeMap<(String, usize), String> = BTreeMap::new();
        for problem in problems.iter() {
            match self.example(&problem.file, &problem.at) {
                Some(example) => {
                    refused.entry(example).or_insert_with(|| format!("{}: {}", problem.at, problem.message));
                }
                None if problem.remedy == Some(Remedy::Removal) => {
                    let record = problem.at.strip_prefix("records.").unwrap_or_default();
                    has_changed |= self.unused.insert(record.to_owned());
                }
                None => has_changed |= self.names.choose(problem),
            }
        }
        // The last one first, so that the others keep their index.
        for ((action, n), why) in refused.into_iter().rev() {
            if let Some(examples) = self.examples.get_mut(action.as_str()).filter(|examples| n < examples.len()) {
                examples.remove(n);
                self.notes.insert(format!("{}: {action}: left out an official example: {why}", self.folder));
                has_changed = true;
            }
        }
        has_changed
    }

    /// The example of a draft that a problem is about: its action, and its index.
    fn example(&self, file: &str, at: &str) -> Option<(String, usize)> {
        let action = file.strip_prefix(&format!("spec/{}/", self.folder))?.strip_suffix(".json")?;
        let index = at.strip_prefix("examples.")?.split('.').next()?.parse().ok()?;
        self.specs.file(action).is_none().then(|| (action.to_owned(), index))
    }

    /// The files that differ from the written ones, with notes about differences and problems.
    pub(super) fn imported(self, problems: &Problems) -> Imported {
        let is_written = |source: &Source| self.written.contains(source);
        let files = self.sources().into_iter().filter(|source| !is_written(source)).collect();
        let mut notes: Vec<String> = self.notes.iter().cloned().collect();
        for difference in self.specs.differences(self.upstream, true) {
            notes.push(difference.line(self.folder));
            notes.extend(difference.deviation().map(|deviation| format!("  keep it, with the deviation: {deviation}")));
        }
        notes.extend(problems.iter().map(ToString::to_string));
        Imported { files, notes }
    }
}

/// The codes in a file, if there are any.
fn codes(source: &Source) -> Vec<String> {
    let json: Value = serde_json::from_str(&source.text).unwrap_or_default();
    let codes = json.get("codes").and_then(Value::as_array).into_iter().flatten();
    codes.filter_map(|code| code.get("code")?.as_str().map(str::to_owned)).collect()
}
