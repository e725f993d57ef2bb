//! What stands in a list has a name that nothing else in the list has.

use crate::problem::{Place, Problems};

/// Tells of each name that stood before; `what` says what the names belong to.
pub(super) fn check<'a>(what: &str, names: impl IntoIterator<Item = &'a str>, place: &Place, problems: &mut Problems) {
    let mut earlier = Vec::new();
    for name in names {
        if earlier.contains(&name) {
            problems.add(&place.member(name), format!("the {what} `{name}` stands twice"), "keep one of the two");
        }
        earlier.push(name);
    }
}
