//! Pairs the elements of an old list with those of a new one.

use crate::model::Name;

/// Two lists, element by element.
pub(super) struct Pairs<'a, T> {
    /// Elements of both lists, in the order of the new one.
    pub(super) kept: Vec<(&'a T, &'a T)>,
    pub(super) removed: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
    /// Whether the kept elements have another order.
    pub(super) is_reordered: bool,
}

/// Pairs elements of the same name in the API. Of the rest, it pairs those of the same name in
/// Rust: programs use that name, and the name in the API has changed.
pub(super) fn by_name<'a, T>(old: &'a [T], new: &'a [T], name: fn(&T) -> &Name) -> Pairs<'a, T> {
    let is_kept = |element: &T| new.iter().any(|other| name(other).wire == name(element).wire);
    let before = |element: &T| {
        let same_wire = old.iter().position(|other| name(other).wire == name(element).wire);
        same_wire.or_else(|| old.iter().position(|other| name(other).ident == name(element).ident && !is_kept(other)))
    };
    let (mut kept, mut added, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for element in new {
        match before(element).and_then(|place| Some((place, old.get(place)?))) {
            Some((place, before)) => {
                kept.push((before, element));
                places.push(place);
            }
            None => added.push(element),
        }
    }
    let removed = old.iter().enumerate().filter(|(place, _)| !places.contains(place)).map(|(_, element)| element);
    Pairs { kept, removed: removed.collect(), added, is_reordered: !places.is_sorted() }
}
