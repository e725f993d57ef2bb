//! Says how to hold a change back, and reports the changes that are held back.

use serde_json::Value;

use super::change::{Change, Hold, Level, Wire};
use super::comparison::{Comparison, Specified};
use super::rule::{self, Rule};
use crate::model::{Field, Name};
use crate::parse::ParsedProduct;
use crate::problem::Place;
use crate::spec::Held;

/// What to write so that the specification keeps what it said at a place.
pub(super) fn how_to_hold(place: &Place, page_says: &Value, we_say: &Value) -> String {
    let (file, at) = (place.file_name(), place.path());
    let restore = match (we_say, at) {
        (_, "action") => format!("restore {file} with `deprecated`"),
        (Value::Array(names), at) => {
            let names: Vec<String> = names.iter().filter_map(|name| Some(format!("`{}`", name.as_str()?))).collect();
            format!("restore {} in `{at}`", names.join(", "))
        }
        (value, at) => format!("write `{value}` for `{at}`"),
    };
    let says = format!(r#""at": "{at}", "page_says": {page_says}, "we_say": {we_say}"#);
    format!(r#"{restore}, and add to `deviations`: {{ {says}, "held": true, "why": "..." }}"#)
}

/// A change that a specification holds back.
#[derive(PartialEq)]
struct HeldChange {
    kind: Held,
    /// The place of a key, or of a list.
    place: Place,
    /// The name of the field, the element or the action that stays as it was.
    name: String,
}

/// The names in a list, with the Rust item that contains them, if any.
type Names<'a> = (Place, Option<String>, Vec<&'a Name>);

impl Comparison<'_> {
    /// Reports the changes that the new version holds back, and the old one did not.
    pub(super) fn new_holds(&mut self) {
        let before = held(self.old);
        for hold in held(self.new).iter().filter(|hold| !before.contains(hold)) {
            let (rule, says) = described(hold.kind);
            let item = self.item(hold);
            let sentence = format!("`{item}` {says}. Nothing changes in Rust until the next major version.");
            // The service does something else, except if it only promises more.
            let level = if hold.kind == Held::BecameCertain { Level::Patch } else { Level::Minor };
            let change = self.change(rule, &hold.place, item).level(level).wire(wire(hold)).says(sentence);
            self.add(Change { hold: Hold::Held, ..change });
        }
    }

    /// The Rust item that stays as it was.
    fn item(&self, hold: &HeldChange) -> String {
        let HeldChange { place, name: wire, .. } = hold;
        let is_in = |list: &Place| {
            let rest = place.path().strip_prefix(list.path());
            place.file_name() == list.file_name() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let lists = self.names().into_iter().filter(|(list, ..)| list.path().is_empty() || is_in(list));
        let mut found =
            lists.filter_map(|(_, owner, names)| Some((owner, names.into_iter().find(|name| name.wire == *wire)?)));
        match found.next() {
            Some((Some(owner), name)) => format!("{owner}::{}", name.ident),
            Some((None, name)) => name.ident.to_string(),
            None => wire.clone(),
        }
    }

    /// All lists of names, inner ones first.
    fn names(&self) -> Vec<Names<'_>> {
        fn of_fields(fields: &[Field]) -> Vec<&Name> {
            fields.iter().map(|field| &field.name).collect()
        }
        let (product, types) = (&self.new.product, self.file("types"));
        let list = |file: &str, key: &str| self.file(file).member(key);
        let actions = product.actions.iter().flat_map(|action| {
            let of = |key: &str| list(&action.name.wire, key);
            [
                (of("request"), Some(action.name.ident.to_string()), of_fields(&action.request)),
                (of("response"), Some(action.response_ident.to_string()), of_fields(&action.response)),
                (of("action"), None, vec![&action.name]),
            ]
        });
        let records = product.records.iter().map(|record| {
            let place = types.member("records").member(&record.name.wire).member("fields");
            (place, Some(record.name.ident.to_string()), of_fields(&record.fields))
        });
        let sets = product.value_sets.iter().map(|set| {
            let place = types.member("value_sets").member(&set.name.wire).member("values");
            (place, Some(set.name.ident.to_string()), set.values.iter().map(|value| &value.name).collect())
        });
        let types = [
            (types.member("records"), None, product.records.iter().map(|record| &record.name).collect()),
            (types.member("value_sets"), None, product.value_sets.iter().map(|set| &set.name).collect()),
        ];
        let owner = Some("ErrorCode".to_owned());
        let codes = (list("errors", "codes"), owner, product.codes.iter().map(|code| &code.name).collect());
        actions.chain(records).chain(sets).chain(types).chain([codes]).collect()
    }
}

/// The changes that a version holds back.
fn held(side: &Specified) -> Vec<HeldChange> {
    let ParsedProduct { product, types, errors, actions, .. } = &side.files;
    let mut files = vec![
        (product.place(), &product.parsed.deviations),
        (types.place(), &types.parsed.deviations),
        (errors.place(), &errors.parsed.deviations),
    ];
    files.extend(actions.iter().map(|file| (file.place(), &file.parsed.deviations)));
    let deviations =
        files.into_iter().flat_map(|(file, deviations)| deviations.iter().map(move |one| (file.clone(), one)));
    let held = deviations.filter(|(_, deviation)| deviation.held).flat_map(|(file, deviation)| {
        let (kind, names) = deviation.keeps().unzip();
        let changes = names.unwrap_or_default().into_iter().zip(std::iter::repeat(kind));
        let place = file.member(&deviation.at);
        changes.filter_map(move |(name, kind)| Some(HeldChange { kind: kind?, place: place.clone(), name }))
    });
    held.collect()
}

/// Number of changes that a version holds back.
pub(super) fn count(side: &Specified) -> usize {
    held(side).len()
}

/// What the service does already, while Rust does not follow.
fn wire(hold: &HeldChange) -> Wire {
    match hold.kind {
        Held::BecameRequired | Held::Action | Held::Value => Wire::REFUSED,
        // A list that is not of a response: an output that is held can be absent.
        Held::Field if !hold.place.path().ends_with("response") => Wire::REFUSED,
        Held::Field | Held::BecameOptional | Held::BecameCertain | Held::Retired | Held::Type | Held::Code => {
            Wire::WORKS
        }
    }
}

/// The rule of a change that is held back, and what the service does.
fn described(kind: Held) -> (Rule, &'static str) {
    match kind {
        Held::BecameRequired => (rule::REQUEST_BECAME_REQUIRED, "is required by the service"),
        Held::BecameOptional => (rule::REQUEST_BECAME_OPTIONAL, "is no longer required by the service"),
        Held::BecameCertain => (rule::RESPONSE_BECAME_CERTAIN, "is always returned by the service"),
        Held::Retired => (rule::FIELD_RETIRED, "should no longer be sent, although the service takes it"),
        Held::Field => (rule::FIELD_REMOVED, "no longer exists in the service"),
        Held::Type => (rule::TYPE_REMOVED, "no longer exists in the service"),
        Held::Value => (rule::ENUM_VALUE_REMOVED, "no longer exists in the service"),
        Held::Code => (rule::ERROR_CODE_REMOVED, "is no longer listed by the service"),
        Held::Action => (rule::ACTION_REMOVED, "no longer exists in the service"),
    }
}
