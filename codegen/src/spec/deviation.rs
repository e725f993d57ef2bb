//! `deviations`: differences from the pages of the API's documentation.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A place where the specification differs from the API's page, and the reason.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Path inside this file: members joined by dots, elements of lists by name or by index.
    pub at: String,
    /// What the page says there; `null` if it says nothing.
    pub page_says: Value,
    /// What this file says there.
    pub we_say: Value,
    /// The evidence.
    pub why: String,
    /// Whether this file keeps, until the next major version, what the page no longer says, so that
    /// programs compile.
    #[serde(default)]
    pub held: bool,
}

/// A kind of change of the API that a specification can hold back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    BecameRequired,
    BecameOptional,
    BecameCertain,
    Retired,
    /// A parameter, an output or a member of a record is removed.
    Field,
    Type,
    Value,
    Code,
    Action,
}

impl Deviation {
    /// What is held back if the deviation is held, and the names of what stays as it was. `None` if
    /// it is about something that cannot be held.
    pub(crate) fn keeps(&self) -> Option<(Held, Vec<String>)> {
        let mut steps = self.at.rsplit('.');
        let (key, owner) = (steps.next()?, steps.next());
        let name = || owner.map(|owner| vec![owner.to_owned()]);
        let removed = |kind: Held| match (&self.page_says, &self.we_say) {
            (Value::Array(of_page), Value::Array(ours)) if of_page.is_empty() => {
                let names: Option<Vec<String>> = ours.iter().map(|name| name.as_str().map(str::to_owned)).collect();
                Some((kind, names?))
            }
            _ => None,
        };
        match (key, &self.page_says, &self.we_say) {
            ("required", Value::Bool(true), Value::Bool(false)) => Some((Held::BecameRequired, name()?)),
            ("required", Value::Bool(false), Value::Bool(true)) => Some((Held::BecameOptional, name()?)),
            ("optional", Value::Bool(false), Value::Bool(true)) => Some((Held::BecameCertain, name()?)),
            ("retired", Value::Bool(true), Value::Bool(false)) => Some((Held::Retired, name()?)),
            ("request" | "response" | "fields", ..) => removed(Held::Field),
            ("records" | "value_sets", ..) => removed(Held::Type),
            ("values", ..) => removed(Held::Value),
            ("codes", ..) => removed(Held::Code),
            ("action", Value::Null, Value::String(action)) => Some((Held::Action, vec![action.clone()])),
            _ => None,
        }
    }
}
