//! Compares the constructors of requests and records.

use super::change::Level;
use super::comparison::Comparison;
use super::fields::{Both, rust_type};
use super::rule;
use crate::model::{Constructor, Direction, Field};
use crate::problem::Place;

impl Comparison<'_> {
    /// Compares the constructors of a struct. Returns the names of those whose texts have changed.
    pub(super) fn constructors(&mut self, both: &Both<'_>, place: &Place) -> Vec<String> {
        let (old, new) = (both.old.constructors, both.new.constructors);
        let item = |constructor: &Constructor| format!("{}::{}", both.owner, constructor.ident);
        let find =
            |list: &'_ [Constructor], wanted: &Constructor| list.iter().position(|one| one.ident == wanted.ident);
        let mut texts = Vec::new();
        for constructor in new {
            match find(old, constructor).and_then(|place| old.get(place)) {
                Some(before) => {
                    self.kept_constructor(both, before, constructor, place);
                    texts.extend((before.doc != constructor.doc).then(|| constructor.ident.to_string()));
                }
                None => {
                    let change = self.change(rule::CONSTRUCTOR_ADDED, place, item(constructor)).source(Level::Minor);
                    self.add(change.after(signature(constructor)).says(format!("`{}` is new.", item(constructor))));
                }
            }
        }
        for constructor in old.iter().filter(|old| find(new, old).is_none()) {
            let change = self.change(rule::CONSTRUCTOR_REMOVED, place, item(constructor)).source(Level::Major);
            self.add(change.before(signature(constructor)).says(format!("`{}` is removed.", item(constructor))));
        }
        texts
    }

    fn kept_constructor(&mut self, both: &Both<'_>, old: &Constructor, new: &Constructor, place: &Place) {
        let (place, item) = (place.member(&new.ident), format!("{}::{}", both.owner, new.ident));
        let (before, after) = (signature(old), signature(new));
        let mut arguments = old.arguments.iter().chain(&new.arguments);
        if arguments.any(|field| has(&old.arguments, field) != has(&new.arguments, field) && !is_explained(both, field))
        {
            let sentence = format!("`{item}` takes other arguments.");
            let change = self.change(rule::CONSTRUCTOR_ARGS_CHANGED, &place, &item).source(Level::Major);
            self.add(change.before(before).after(after).says(sentence));
        } else if is_reordered(old, new) {
            // Programs compile if arguments of one type are swapped, which is worse.
            let types = |list: &Constructor| list.arguments.iter().map(ty).collect::<Vec<_>>();
            let source = if types(old) == types(new) { Level::Patch } else { Level::Major };
            let sentence = format!("The arguments of `{item}` have another order.");
            let change = self.change(rule::REQUIRED_CTOR_REORDERED, &place, &item).source(source).level(Level::Major);
            self.add(change.before(before).after(after).says(sentence));
        }
        let is_set_alike = |(one, value): &(Field, _), list: &Constructor| {
            list.fixed.iter().any(|(other, of_other)| one.name.is_same(&other.name) && value == of_other)
        };
        if old.fixed.len() != new.fixed.len() || !old.fixed.iter().all(|one| is_set_alike(one, new)) {
            let sentence = format!("`{item}` sets other values.");
            self.add(self.change(rule::CONSTRUCTOR_VALUE_CHANGED, &place, &item).level(Level::Minor).says(sentence));
        }
    }
}

/// Whether a change of the field itself says that constructors take it, or do not.
fn is_explained(both: &Both<'_>, field: &Field) -> bool {
    let is_required = |list: &[Field]| list.iter().any(|other| other.name.is_same(&field.name) && other.required);
    is_required(both.old.list) != is_required(both.new.list) || !has(both.old.list, field) || !has(both.new.list, field)
}

/// Whether the arguments that both have are in another order. Those of a struct have names.
fn is_reordered(old: &Constructor, new: &Constructor) -> bool {
    let kept = old.arguments.iter().filter(|field| has(&new.arguments, field));
    let in_new_order = new.arguments.iter().filter(|field| has(&old.arguments, field));
    let is_function = old.struct_of_arguments.is_none() && new.struct_of_arguments.is_none();
    is_function && !kept.zip(in_new_order).all(|(one, other)| one.name.is_same(&other.name))
}

fn has(list: &[Field], field: &Field) -> bool {
    list.iter().any(|other| other.name.is_same(&field.name))
}

/// The type of an argument.
fn ty(field: &Field) -> String {
    rust_type(&Field { required: true, boxed: false, ..field.clone() }, Direction::SENT)
}

/// A constructor as it is declared, without conversions.
fn signature(constructor: &Constructor) -> String {
    let arguments: Vec<String> = match &constructor.struct_of_arguments {
        Some(structure) => vec![structure.to_string()],
        None => constructor.arguments.iter().map(|field| format!("{}: {}", field.name.ident, ty(field))).collect(),
    };
    format!("{}({})", constructor.ident, arguments.join(", "))
}
