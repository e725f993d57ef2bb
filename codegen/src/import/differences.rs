//! Finds where specifications differ from the metadata.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::metadata::{Action, Field, Record, Upstream};
use crate::direction::Direction;
use crate::parse::Source;

/// The specifications of a product, as JSON by the name of the file without its extension.
pub(super) struct Specs {
    files: BTreeMap<String, Value>,
}

/// A difference that no deviation explains.
pub(super) struct Difference<'a> {
    /// The file, without its extension.
    pub(super) file: String,
    /// The place in the file.
    pub(super) at: String,
    pub(super) what: What<'a>,
}

pub(super) enum What<'a> {
    /// The metadata has a field that the specification lacks. It comes after the field with this
    /// name.
    New { field: &'a Field, after: Option<&'a str>, direction: Direction },
    /// Both have it, and differ; or the metadata has it no more.
    Other { metadata_says: Value, we_say: Value },
}

impl Specs {
    pub(super) fn read(folder: &str, sources: &[Source]) -> Self {
        let files = sources.iter().filter_map(|source| {
            let name = source.path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".json")?;
            Some((name.to_owned(), serde_json::from_str(&source.text).ok()?))
        });
        Self { files: files.collect() }
    }

    pub(super) fn file(&self, name: &str) -> Option<&Value> {
        self.files.get(name)
    }

    /// The names of the actions; `drafts` says whether also those of drafts.
    pub(super) fn actions(&self, drafts: bool) -> impl Iterator<Item = &String> {
        let actions = self.files.iter().filter(|(_, json)| json.get("action").is_some());
        let is_draft = |json: &Value| json.get("draft") == Some(&Value::Bool(true));
        actions.filter(move |(_, json)| drafts || !is_draft(json)).map(|(name, _)| name)
    }

    /// What the specifications say, in the form of the metadata; `drafts` says whether also drafts.
    fn resolved(&self, drafts: bool) -> Upstream {
        let value_sets = self.list("types", "value_sets");
        let is_set = |ty: &str| value_sets.iter().any(|set| set.get("name") == Some(&Value::from(ty)));
        let field = |json: &Value| {
            let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let flag = |key: &str| json.get(key).and_then(Value::as_bool).unwrap_or_default();
            let mut ty = text("type");
            if is_set(ty.trim_end_matches("[]")) {
                ty = format!("string{}", if ty.ends_with("[]") { "[]" } else { "" });
            }
            let (required, optional, retired) = (flag("required"), flag("optional"), flag("retired"));
            Field { name: text("name"), ty, required, optional, retired, document: String::new() }
        };
        let fields = |json: &Value, key: &str| {
            json.get(key).and_then(Value::as_array).into_iter().flatten().map(field).collect::<Vec<Field>>()
        };
        let actions = self.actions(drafts).filter_map(|name| {
            let json = self.file(name)?;
            let (request, response) = (fields(json, "request"), fields(json, "response"));
            let is_deprecated = json.get("deprecated").is_some();
            Some((name.clone(), Action { request, response, is_deprecated, document: String::new() }))
        });
        let records = self.list("types", "records").iter().filter_map(|json| {
            let name = json.get("name")?.as_str()?.to_owned();
            Some((name, Record { fields: fields(json, "fields"), direction: Direction::default() }))
        });
        Upstream::of(actions.collect(), records.collect())
    }

    fn list(&self, file: &str, key: &str) -> &[Value] {
        self.file(file).and_then(|json| json.get(key)?.as_array()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the records are used, if the specifications get what they lack.
    pub(super) fn directions(&self, upstream: &Upstream) -> BTreeMap<String, Direction> {
        let mut ours = self.resolved(true);
        for Difference { file, at, what } in self.differences(upstream, true) {
            let What::New { field, .. } = what else { continue };
            let record = at.strip_prefix("records.").and_then(|at| at.split('.').next());
            let list = match (record, ours.actions.get_mut(&file)) {
                (Some(record), _) => ours.records.get_mut(record).map(|record| &mut record.fields),
                (None, Some(action)) if at.starts_with("request.") => Some(&mut action.request),
                (None, Some(action)) => Some(&mut action.response),
                (None, None) => None,
            };
            if let Some(list) = list {
                list.push(field.clone());
            }
        }
        for (name, action) in &upstream.actions {
            ours.actions.entry(name.clone()).or_insert_with(|| action.clone());
        }
        for (name, Record { fields, .. }) in &upstream.records {
            let record = || Record { fields: fields.clone(), direction: Direction::default() };
            ours.records.entry(name.clone()).or_insert_with(record);
        }
        let all = Upstream::of(ours.actions, ours.records);
        all.records.into_iter().map(|(name, record)| (name, record.direction)).collect()
    }

    /// The differences to the metadata; `drafts` says whether also those of drafts.
    pub(super) fn differences<'a>(&self, upstream: &'a Upstream, drafts: bool) -> Vec<Difference<'a>> {
        let mut found = Vec::new();
        let ours = self.resolved(drafts);
        for (name, action) in &ours.actions {
            let Some(theirs) = upstream.actions.get(name) else {
                let what = What::Other { metadata_says: Value::Null, we_say: json!(name) };
                found.push(Difference { file: name.clone(), at: "action".to_owned(), what });
                continue;
            };
            fields(name, "request", &action.request, &theirs.request, Direction::SENT, &mut found);
            fields(name, "response", &action.response, &theirs.response, Direction::RECEIVED, &mut found);
        }
        for (name, record) in &ours.records {
            let at = format!("records.{name}");
            match upstream.records.get(name) {
                Some(theirs) => {
                    let at = format!("{at}.fields");
                    fields("types", &at, &record.fields, &theirs.fields, record.direction, &mut found);
                }
                None => {
                    let what = What::Other { metadata_says: Value::Null, we_say: json!(name) };
                    found.push(Difference { file: "types".to_owned(), at, what });
                }
            }
        }
        found.retain(|difference| !self.is_explained(difference));
        found
    }

    /// Whether a deviation is about the place, or about something that contains it. A deviation
    /// about a list is about the elements that it names.
    fn is_explained(&self, difference: &Difference<'_>) -> bool {
        self.list(&difference.file, "deviations").iter().any(|deviation| {
            let at = deviation.get("at").and_then(Value::as_str).unwrap_or_default();
            let Some(rest) = difference.at.strip_prefix(at) else { return false };
            let Some(rest) = rest.strip_prefix('.') else { return rest.is_empty() };
            let element = Value::from(rest.split('.').next().unwrap_or(rest));
            let lists = || ["page_says", "we_say"].into_iter().filter_map(|side| deviation.get(side)?.as_array());
            lists().count() < 2 || lists().flatten().any(|listed| *listed == element)
        })
    }
}

fn fields<'a>(
    file: &str,
    at: &str,
    ours: &[Field],
    theirs: &'a [Field],
    direction: Direction,
    found: &mut Vec<Difference<'a>>,
) {
    let mut add = |at: String, what: What<'a>| found.push(Difference { file: file.to_owned(), at, what });
    let mut after = None;
    for field in theirs {
        let at = format!("{at}.{}", field.name);
        match ours.iter().find(|ours| ours.name == field.name) {
            None => add(at, What::New { field, after, direction }),
            Some(ours) => {
                let is_retired = |field: &Field| direction.sent && field.retired;
                let is_optional = |field: &Field| field.optional && !is_retired(field);
                let flags = [
                    ("required", direction.sent, ours.required, field.required),
                    ("optional", direction.received, is_optional(ours), is_optional(field)),
                    ("retired", direction.sent, is_retired(ours), is_retired(field)),
                ];
                for (key, _, ours, theirs) in flags.into_iter().filter(|(_, applies, ..)| *applies) {
                    if ours != theirs {
                        let what = What::Other { metadata_says: json!(theirs), we_say: json!(ours) };
                        add(format!("{at}.{key}"), what);
                    }
                }
                if ours.ty != field.ty {
                    let what = What::Other { metadata_says: json!(field.ty), we_say: json!(ours.ty) };
                    add(format!("{at}.type"), what);
                }
            }
        }
        after = Some(field.name.as_str());
    }
    for field in ours.iter().filter(|ours| !theirs.iter().any(|field| field.name == ours.name)) {
        let what = What::Other { metadata_says: Value::Null, we_say: json!(field.name) };
        add(format!("{at}.{}", field.name), what);
    }
}

impl Difference<'_> {
    /// The difference as a line of a report.
    pub(super) fn line(&self, folder: &str) -> String {
        let Self { file, at, what } = self;
        match what {
            What::New { field, .. } => format!("spec/{folder}/{file}.json: {at}: new, `{}`", field.ty),
            What::Other { metadata_says, we_say } => {
                format!("spec/{folder}/{file}.json: {at}: the metadata says `{metadata_says}`, we say `{we_say}`")
            }
        }
    }

    /// The deviation to add if the specification is right.
    pub(super) fn deviation(&self) -> Option<String> {
        let What::Other { metadata_says, we_say } = &self.what else { return None };
        // What the metadata lacks is an element of a list, and is named in a deviation of the list.
        let (at, metadata_says, we_say) = match (metadata_says, self.at.rsplit_once('.')) {
            (Value::Null, Some((list, _))) => (list, json!([]), json!([we_say])),
            _ => (self.at.as_str(), metadata_says.clone(), we_say.clone()),
        };
        Some(format!(
            "{{ \"at\": {}, \"page_says\": {metadata_says}, \"we_say\": {we_say}, \"why\": \"\" }}",
            Value::from(at)
        ))
    }
}
