//! Collects the changes of one product.

use std::fmt;

use serde_json::Value;

use super::change::{Change, Level};
use super::rule::{self, Rule};
use crate::model::{Product, Type};
use crate::parse::ParsedProduct;
use crate::problem::{Place, element_name};

/// One version of a product: what its files say, and what they mean.
pub(crate) struct Specified {
    pub(crate) files: ParsedProduct,
    pub(crate) product: Product,
}

impl Specified {
    /// What the file of an action says.
    pub(super) fn action(&self, wire: &str) -> &Value {
        let mut files = self.files.actions.iter();
        files.find(|file| file.parsed.action == wire).map_or(&Value::Null, |file| &file.json)
    }
}

/// Compares two versions of a product. Each module of this folder adds the methods of one subject.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Specified,
    pub(super) new: &'a Specified,
    pub(super) changes: Vec<Change>,
}

impl Comparison<'_> {
    pub(super) fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn change(&self, rule: Rule, place: &Place, item: impl fmt::Display) -> Change {
        Change::new(rule, &self.new.product.package, place, item)
    }

    /// A file of the product.
    pub(super) fn file(&self, name: &str) -> Place {
        Place::file(&format!("{}/{name}.json", self.new.product.folder))
    }

    /// Whether two types are the same, if a record or a value set stays the same under another
    /// name.
    pub(super) fn is_same_type(&self, old: &Type, new: &Type) -> bool {
        match (old, new) {
            (Type::List(old), Type::List(new)) => self.is_same_type(old, new),
            (Type::ValueSet(old), Type::ValueSet(new)) | (Type::Record(old), Type::Record(new)) => old.is_same(new),
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        }
    }

    /// Compares the Rust names of a product, a type or an action.
    pub(super) fn renamed(&mut self, old: &dyn fmt::Display, new: &dyn fmt::Display, place: &Place) {
        let (old, new) = (old.to_string(), new.to_string());
        if old != new {
            let sentence = format!("`{old}` is now `{new}`.");
            let change = self.change(rule::RUST_NAME_CHANGED, place, &new).source(Level::Major);
            self.add(change.before(old).after(new).says(sentence));
        }
    }

    /// Adds a change if the elements of a list have another order.
    pub(super) fn reordered(&mut self, is_reordered: bool, place: &Place, owner: &dyn fmt::Display) {
        if is_reordered {
            let sentence = format!("The members of `{owner}` have another order.");
            self.add(self.change(rule::MEMBERS_REORDERED, place, owner).says(sentence));
        }
    }

    /// Adds one change for the texts of an item that differ, given by their names.
    pub(super) fn texts(&mut self, changed: &[String], place: &Place, item: &dyn fmt::Display) {
        if !changed.is_empty() {
            let sentence = format!("The documentation of `{item}` has changed.");
            self.add(self.change(rule::DOC_CHANGED, place, item).after(changed.join(", ")).says(sentence));
        }
    }
}

/// The keys whose values differ in two JSON objects.
pub(super) fn changed_keys(keys: &[&str], old: &Value, new: &Value) -> Vec<String> {
    keys.iter().filter(|key| old.get(**key) != new.get(**key)).map(|key| (*key).to_owned()).collect()
}

/// The element of a list that has this name, or `null`.
pub(super) fn element<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut elements = list.as_array().into_iter().flatten();
    elements.find(|element| element_name(element) == Some(name)).unwrap_or(&Value::Null)
}

/// The value of a key as JSON, if it is present.
pub(super) fn shown(object: &Value, key: &str) -> Option<String> {
    object.get(key).map(Value::to_string)
}
