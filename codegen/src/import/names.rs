//! Chooses Rust names for what cannot have the name that is derived from the API's.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::problem::{Problem, Remedy};

/// The Rust names of a product's draft.
#[derive(Default)]
pub(super) struct Names {
    /// The marker type, if it cannot have the name of the folder.
    pub(super) product: Option<String>,
    /// For fields, in the whole product.
    pub(super) fields: BTreeMap<String, String>,
    /// For single items, by their file and their place in it.
    items: BTreeMap<(String, String), String>,
    /// Whether there can be names for the whole product.
    has_product: bool,
    /// Starts names of types that are taken.
    prefix: String,
}

impl Names {
    /// No names. The product can get names if its file `is_draft`.
    pub(super) fn new(folder: &str, is_draft: bool) -> Self {
        Self { has_product: is_draft, prefix: folder.to_upper_camel_case(), ..Self::default() }
    }

    /// The name of the item at a place.
    pub(super) fn of(&self, file: &str, at: &str) -> Option<&str> {
        self.items.get(&(format!("spec/{file}"), at.to_owned())).map(String::as_str)
    }

    /// Chooses a name for what a problem is about. Returns whether that is possible.
    pub(super) fn choose(&mut self, problem: &Problem) -> bool {
        let Problem { file, at, .. } = problem;
        let Some(remedy @ (Remedy::AnotherName | Remedy::NameForReserved)) = problem.remedy else { return false };
        let is_file = |name: &str| file.ends_with(&format!("/{name}.json"));
        let at = at.strip_suffix(".rust").unwrap_or(at);
        let (parts, last) = (at.split('.').collect::<Vec<_>>(), at.rsplit('.').next().unwrap_or(at));
        if at.is_empty() && !file.ends_with(".json") {
            self.product = Some(format!("{}Product", self.product.as_ref().unwrap_or(&self.prefix)));
            return true;
        }
        let key = (file.clone(), at.to_owned());
        let previous = self.items.get(&key);
        let name = if is_file("errors") {
            let code = at.strip_prefix("codes.").unwrap_or(at);
            format!("{}Code", previous.cloned().unwrap_or_else(|| code.to_upper_camel_case()))
        } else if at == "action" || (is_file("types") && parts.len() == 2) {
            let wire =
                if at == "action" { file.rsplit('/').next().unwrap_or(at).trim_end_matches(".json") } else { last };
            match previous {
                None => format!("{}{}", self.prefix, wire.to_upper_camel_case()),
                Some(previous) => format!("{previous}Type"),
            }
        } else if remedy == Remedy::NameForReserved && self.has_product {
            self.fields.entry(last.to_owned()).or_insert_with(|| for_reserved(last));
            return true;
        } else {
            let taken = self.fields.get(last).cloned().unwrap_or_else(|| last.to_snake_case());
            format!("{}_value", previous.cloned().unwrap_or(taken))
        };
        self.items.insert(key, name);
        true
    }
}

/// A name for a field whose name is a reserved word.
fn for_reserved(wire: &str) -> String {
    match wire {
        "Type" | "type" => "kind".to_owned(),
        _ => format!("{}_value", wire.to_snake_case()),
    }
}
