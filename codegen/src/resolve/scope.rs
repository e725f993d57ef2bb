//! The names that a specification can use.

use crate::model::{Field, Name, Record, Type, ValueSet};
use crate::spec::Defaults;

/// The names of a product.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// Fields whose Rust name is the same in the whole product.
    pub(super) field_names: &'a [Name],
    /// What applies to each action that says nothing else.
    pub(super) defaults: Option<&'a Defaults>,
    pub(super) value_sets: &'a [ValueSet],
    pub(super) record_names: &'a [Name],
    /// Empty while the records themselves are being resolved.
    pub(super) records: &'a [Record],
}

impl<'a> Scope<'a> {
    /// The type with this name.
    pub(super) fn ty(&self, wire: &str) -> Option<Type> {
        let value_sets = self.value_sets.iter().map(|set| (&set.name, Type::ValueSet as fn(Name) -> Type));
        let records = self.record_names.iter().map(|name| (name, Type::Record as fn(Name) -> Type));
        let mut all = value_sets.chain(records);
        all.find(|(name, _)| name.wire == wire).map(|(name, ty)| ty(name.clone()))
    }

    /// The names of all types.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        let value_sets = self.value_sets.iter().map(|set| set.name.wire.as_str());
        value_sets.chain(self.record_names.iter().map(|name| name.wire.as_str()))
    }

    /// The name of a field, if it is the same in the whole product.
    pub(super) fn field_name(&self, wire: &str) -> Option<&'a Name> {
        self.field_names.iter().find(|name| name.wire == wire)
    }

    pub(super) fn value_set(&self, name: &Name) -> Option<&'a ValueSet> {
        self.value_sets.iter().find(|set| set.name.wire == name.wire)
    }

    /// The value set that is the type of a field.
    pub(super) fn value_set_of(&self, field: &Field) -> Option<&'a ValueSet> {
        match &field.ty {
            Type::ValueSet(name) => self.value_set(name),
            _ => None,
        }
    }

    /// The record that is the type of a field, or of the elements of its list.
    pub(super) fn record_of(&self, field: &Field) -> Option<&'a Record> {
        match field.ty.innermost() {
            Type::Record(name) => self.record(name),
            _ => None,
        }
    }

    pub(super) fn record(&self, name: &Name) -> Option<&'a Record> {
        self.records.iter().find(|record| record.name.wire == name.wire)
    }
}
