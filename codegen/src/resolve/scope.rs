//! The named types of a product.

use crate::model::{Literal, Name, Record, Type, ValueSet};
use crate::problem::{Place, Problems};
use crate::suggest;

/// What a type's name can stand for.
pub(super) struct Scope<'a> {
    pub(super) value_sets: &'a [ValueSet],
    pub(super) record_names: &'a [Name],
    /// Empty while the records themselves are resolved.
    pub(super) records: &'a [Record],
}

impl<'a> Scope<'a> {
    /// The type of that name.
    pub(super) fn named(&self, wire: &str) -> Option<Type> {
        let value_sets = self.value_sets.iter().map(|set| (&set.name, Type::ValueSet as fn(Name) -> Type));
        let records = self.record_names.iter().map(|name| (name, Type::Record as fn(Name) -> Type));
        let mut all = value_sets.chain(records);
        all.find(|(name, _)| name.wire == wire).map(|(name, ty)| ty(name.clone()))
    }

    /// The names of all of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        let value_sets = self.value_sets.iter().map(|set| set.name.wire.as_str());
        value_sets.chain(self.record_names.iter().map(|name| name.wire.as_str()))
    }

    pub(super) fn record(&self, name: &Name) -> Option<&'a Record> {
        self.records.iter().find(|record| record.name.wire == name.wire)
    }

    /// The listed value, read without regard to case as the clients read it.
    pub(super) fn listed(&self, set: &Name, text: &str, place: &Place, problems: &mut Problems) -> Option<Literal> {
        let set = self.value_sets.iter().find(|other| other.name.wire == set.wire)?;
        let listed = set.values.iter().find(|listed| listed.name.wire.eq_ignore_ascii_case(text));
        if listed.is_none() {
            let known = set.values.iter().map(|listed| listed.name.wire.as_str());
            let says = format!("`{text}` is not a value of `{}`", set.name.wire);
            problems.add(place, says, suggest::instead(text, known));
        }
        listed.map(|listed| Literal::Listed { ty: set.name.ident.clone(), variant: listed.name.ident.clone() })
    }
}
