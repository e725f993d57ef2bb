//! Finds two things that would have the same Rust name.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use super::taken_names::{RESERVED_VARIANTS, TAKEN_VARIANTS};
use crate::problem::{Place, Problems, Remedy};

/// The names of one namespace of Rust.
pub(super) struct Namespace {
    names: BTreeMap<String, Holder>,
    /// An example of another name, for the help.
    example: &'static str,
}

/// What has a name already.
#[derive(Clone)]
enum Holder {
    /// A part of the specification.
    Part(String),
    /// Something else; this says what the name is.
    Reserved(&'static str),
}

impl Namespace {
    /// The namespace of the variants of a generated enum.
    pub(super) fn of_variants() -> Self {
        Self::of_types(TAKEN_VARIANTS).reserving(RESERVED_VARIANTS, "an associated type of Rust")
    }

    /// A namespace of types or modules, in which some names are taken.
    pub(super) fn of_types(taken: &[&str]) -> Self {
        Self::new(taken, "OtherName")
    }

    /// A namespace of fields or methods, in which some names are taken.
    pub(super) fn of_fields(taken: &[&str]) -> Self {
        Self::new(taken, "other_name")
    }

    fn new(taken: &[&str], example: &'static str) -> Self {
        Self { names: BTreeMap::new(), example }.reserving(taken, "a name that every generated crate uses")
    }

    /// Reserves names; `reason` says what they are.
    pub(super) fn reserving(mut self, names: &[&str], reason: &'static str) -> Self {
        self.names.extend(names.iter().map(|name| ((*name).to_owned(), Holder::Reserved(reason))));
        self
    }

    /// Claims a name, and reports a problem if something else has it. Two things with the same
    /// description are not reported here: another rule reports them as duplicates. Returns whether
    /// the name was free.
    pub(super) fn claim(&mut self, ident: &Ident, what: &str, place: &Place, problems: &mut Problems) -> bool {
        let example = self.example;
        match self.names.insert(ident.to_string(), Holder::Part(what.to_owned())) {
            None => return true,
            Some(Holder::Part(earlier)) if earlier == what => {}
            Some(Holder::Part(earlier)) => {
                let help = format!("give one of them another name: add `\"rust\": \"{example}\"`");
                let message = format!("{earlier} and {what} both become `{ident}`");
                problems.add_with_remedy(place, message, help, Remedy::AnotherName);
            }
            Some(Holder::Reserved(reason)) => {
                let message = format!("{what} becomes `{ident}`, {reason}");
                let help = format!("give it another name: add `\"rust\": \"{example}\"`");
                problems.add_with_remedy(place, message, help, Remedy::AnotherName);
            }
        }
        false
    }

    /// Adds a name without a report, and returns whether it was free.
    pub(super) fn insert(&mut self, ident: &Ident, what: &str) -> bool {
        self.names.insert(ident.to_string(), Holder::Part(what.to_owned())).is_none()
    }
}
