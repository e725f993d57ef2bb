//! Adds drafts of what the metadata has to files that a person has written, and changes nothing
//! else in them.

use serde_json::Value;

use super::differences::{Specs, What};
use super::draft;
use super::metadata::Upstream;
use super::names::Names;
use super::splice;
use crate::parse::Source;

/// What can be added to files.
pub(super) struct Additions<'a> {
    pub(super) upstream: &'a Upstream,
    pub(super) names: &'a Names,
    /// The names of the records.
    pub(super) records: Vec<&'a String>,
    /// The codes that are not common, sorted.
    pub(super) codes: Vec<&'a String>,
}

/// The written files, with the fields, records and codes that they lack.
pub(super) fn files(
    written: &[Source],
    specs: &Specs,
    additions: &Additions<'_>,
    has_kind: impl Fn(&str) -> bool,
) -> Vec<Source> {
    let mut files = written.to_vec();
    add_fields(&mut files, specs, additions);
    add_records(&mut files, specs, additions);
    add_codes(&mut files, specs, additions, has_kind);
    files
}

fn add_fields(files: &mut [Source], specs: &Specs, Additions { upstream, names, .. }: &Additions<'_>) {
    for difference in specs.differences(upstream, true) {
        let What::New { field, after, direction } = difference.what else { continue };
        let (list, _) = difference.at.rsplit_once('.').unwrap_or_default();
        let steps: Vec<&str> = list.split('.').collect();
        change(files, &difference.file, |path, text| {
            let tree = draft::field(field, direction, names.of(path, &difference.at), true);
            splice::insert(text, &steps, after, &tree)
        });
    }
}

fn add_records(files: &mut [Source], specs: &Specs, Additions { upstream, names, records, .. }: &Additions<'_>) {
    let written = named(specs, "types", "records", "name");
    let mut previous = written.last();
    let directions = specs.directions(upstream);
    for name in records.iter().copied().filter(|name| !written.contains(name)) {
        change(files, "types", |path, text| {
            let tree = draft::record(name, upstream, *directions.get(name)?, path, names)?;
            splice::insert(text, &["records"], previous.map(String::as_str), &tree)
        });
        previous = Some(name);
    }
}

fn add_codes(
    files: &mut [Source],
    specs: &Specs,
    Additions { names, codes, .. }: &Additions<'_>,
    has_kind: impl Fn(&str) -> bool,
) {
    let mut known = named(specs, "errors", "codes", "code");
    for code in codes {
        // The codes are sorted.
        let Err(position) = known.binary_search(code) else { continue };
        change(files, "errors", |path, text| {
            let after = position.checked_sub(1).and_then(|previous| known.get(previous)).map(String::as_str);
            splice::insert(text, &["codes"], after, &draft::code(code, &has_kind, path, names))
        });
        known.insert(position, (*code).clone());
    }
}

/// Changes the text of a file, if it exists and can be changed.
fn change(files: &mut [Source], name: &str, change: impl FnOnce(&str, &str) -> Option<String>) {
    let file = files.iter_mut().find(|file| file.path.ends_with(&format!("/{name}.json")));
    if let Some(Source { path, text }) = file
        && let Some(changed) = change(path, text)
    {
        *text = changed;
    }
}

/// The names of the elements of a list, in their order.
fn named(specs: &Specs, file: &str, list: &str, key: &str) -> Vec<String> {
    let elements = specs.file(file).and_then(|json| json.get(list)?.as_array()).into_iter().flatten();
    elements.filter_map(|element| element.get(key).and_then(Value::as_str).map(str::to_owned)).collect()
}
