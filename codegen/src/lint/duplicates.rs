//! The rule that no two elements of a list have the same name.

use super::linter::Linter;
use crate::problem::Place;

impl<T> Linter<'_, T> {
    /// Reports each name that occurred before; `what` says what the names belong to.
    pub(super) fn check_duplicates<'n>(&mut self, what: &str, names: impl IntoIterator<Item = &'n str>, place: &Place) {
        let mut seen = Vec::new();
        for name in names {
            if seen.contains(&name) {
                self.problems.add(&place.member(name), format!("duplicate {what} `{name}`"), "keep one of the two");
            }
            seen.push(name);
        }
    }
}
