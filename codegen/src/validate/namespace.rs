//! Finds two things that would have the same Rust name.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::problem::{Place, Problems};

/// The names of one namespace of Rust.
pub(super) struct Namespace {
    /// Each name with a description of what has it; `None` if every generated crate uses it.
    names: BTreeMap<String, Option<String>>,
    /// An example of another name, for the help.
    example: &'static str,
}

impl Namespace {
    /// A namespace of types, modules or variants, in which some names are taken.
    pub(super) fn of_types(taken: &[&str]) -> Self {
        Self::new(taken, "OtherName")
    }

    /// A namespace of fields or methods, in which some names are taken.
    pub(super) fn of_fields(taken: &[&str]) -> Self {
        Self::new(taken, "other_name")
    }

    fn new(taken: &[&str], example: &'static str) -> Self {
        Self { names: taken.iter().map(|name| ((*name).to_owned(), None)).collect(), example }
    }

    /// Takes a name, and reports a problem if something else has it. Two things with the same
    /// description are not reported here: another rule reports them as duplicates. Returns whether
    /// the name was free.
    pub(super) fn claim(&mut self, ident: &Ident, what: &str, place: &Place, problems: &mut Problems) -> bool {
        let example = self.example;
        match self.insert(ident, what) {
            None => return true,
            Some(Some(earlier)) if earlier == what => {}
            Some(Some(earlier)) => {
                let help = format!("give one of them another name: add `\"rust\": \"{example}\"`");
                problems.add(place, format!("{earlier} and {what} both become `{ident}`"), help);
            }
            Some(None) => {
                let message = format!("{what} becomes `{ident}`, a name that every generated crate uses");
                problems.add(place, message, format!("give it another name: add `\"rust\": \"{example}\"`"));
            }
        }
        false
    }

    /// Takes a name, and returns its previous entry.
    pub(super) fn insert(&mut self, ident: &Ident, what: &str) -> Option<Option<String>> {
        self.names.insert(ident.to_string(), Some(what.to_owned()))
    }
}
