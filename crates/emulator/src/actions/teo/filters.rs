//! Reads the parameter `Filters`.

use serde_json::Value;

use crate::actions::Call;
use crate::refusal::Refusal;

/// What is documented about a filter.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) max_values: usize,
    /// Whether a part of a value may be enough to match.
    pub(super) fuzzy: bool,
}

/// A filter of a request. What it filters has one of the values.
pub(super) struct Filter<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<&'a str>,
    pub(super) fuzzy: bool,
}

/// The filters of a request, each of which keeps to one of the rules. All of them must match.
///
/// # Errors
///
/// With this code, if a filter is unknown, or if it breaks its rule.
pub(super) fn filters<'a>(call: &'a Call<'_>, rules: &[Rule], code: &'static str) -> Result<Vec<Filter<'a>>, Refusal> {
    let filters = call.parameters.get("Filters").and_then(Value::as_array).into_iter().flatten();
    let read = filters.enumerate().map(|(index, filter)| {
        let filter = Filter {
            name: filter.get("Name").and_then(Value::as_str).unwrap_or_default(),
            values: filter
                .get("Values")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
            fuzzy: filter.get("Fuzzy").and_then(Value::as_bool).unwrap_or_default(),
        };
        match filter.problem(rules) {
            Some(problem) => Err(Refusal::new(code, format!("the filter `Filters.{index}` {problem}"))),
            None => Ok(filter),
        }
    });
    read.collect()
}

impl Filter<'_> {
    /// How the filter breaks the rules.
    fn problem(&self, rules: &[Rule]) -> Option<String> {
        let Some(rule) = rules.iter().find(|rule| rule.name == self.name) else {
            let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
            return Some(format!("has the unknown name `{}`; help: use one of {}", self.name, names.join(", ")));
        };
        if self.values.len() > rule.max_values {
            let (count, max) = (self.values.len(), rule.max_values);
            return Some(format!("has {count} values: at most {max} may be sent for `{}`", self.name));
        }
        if self.values.contains(&"") {
            return Some("has an empty value".to_owned());
        }
        (self.fuzzy && !rule.fuzzy).then(|| format!("is fuzzy, which `{}` does not support", self.name))
    }
}
