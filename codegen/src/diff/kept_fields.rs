//! Compares a field that both versions have: its names, its type, and the facts about its value.

use super::change::{Change, Level, Wire};
use super::comparison::{Comparison, element, shown};
use super::fields::Both;
use super::holds::how_to_hold;
use super::rule::{self, Rule};
use crate::model::{Field, Type};

/// The keys of a field that are facts about its value, and no type.
const FACTS: [(&str, Rule); 5] = [
    ("default", rule::DEFAULT_CHANGED),
    ("at_most", rule::CONSTRAINT_CHANGED),
    ("format", rule::CONSTRAINT_CHANGED),
    ("format_by", rule::CONSTRAINT_CHANGED),
    ("encoded_by", rule::CONSTRAINT_CHANGED),
];

impl Comparison<'_> {
    /// Compares a field that both versions have.
    pub(super) fn kept_field(&mut self, both: &Both<'_>, old: &Field, new: &Field) {
        self.renamed_field(both, old, new);
        let change = self.retyped_field(both, old, new);
        let changes = [change, self.required_field(both, old, new), self.optional_field(both, old, new)];
        let is_explained = changes.iter().any(Option::is_some);
        self.changes.extend(changes.into_iter().flatten());
        let [before, after] = both.types(old, new);
        if !is_explained && before != after && self.is_same_type(&old.ty, &new.ty) && !self.is_renamed(old, new) {
            // The record is used in another direction, or contains itself in another way.
            let sentence = format!("The type of `{}` is `{after}` instead of `{before}`.", both.item(new));
            let change = self.change(rule::TYPE_CHANGED, &both.at(new), both.item(new)).source(Level::Major);
            self.add(change.before(before).after(after).says(sentence));
        }
        if !is_explained {
            self.setter(both, old, new);
        }
        let [before, after] =
            [(both.old.json, old), (both.new.json, new)].map(|(list, field)| element(list, &field.name.wire));
        // A parameter that is required has no default.
        let has_default = !(old.required || new.required);
        let facts = FACTS.iter().filter(|(_, rule)| *rule != rule::DEFAULT_CHANGED || has_default);
        for (key, rule) in facts.filter(|(key, _)| before.get(key) != after.get(key)) {
            let sentence = format!("`{}`: {}.", both.item(new), rule.what);
            let change = self.change(*rule, &both.at(new).member(key), both.item(new)).level(Level::Minor);
            self.add(change.values(shown(before, key), shown(after, key)).says(sentence));
        }
    }

    /// Whether the type of a field has another name in Rust, which is reported where it is defined.
    fn is_renamed(&self, old: &Field, new: &Field) -> bool {
        match (old.ty.innermost(), new.ty.innermost()) {
            (Type::ValueSet(old), Type::ValueSet(new)) | (Type::Record(old), Type::Record(new)) => {
                old.ident != new.ident
            }
            _ => false,
        }
    }

    fn renamed_field(&mut self, both: &Both<'_>, old: &Field, new: &Field) {
        let (place, item) = (both.at(new), both.item(new));
        self.renamed(&both.item(old), &item, &place);
        if old.name.wire != new.name.wire {
            // Neither side knows the name that the other one uses.
            let wire = self.wire_of(both, Some(old), None).and(self.wire_of(both, None, Some(new)));
            let sentence = format!("`{item}` is written as `{}` in requests and responses.", new.name.wire);
            let change = self.change(rule::WIRE_NAME_CHANGED, &place, &item).level(Level::Major).wire(wire);
            self.add(change.before(&old.name.wire).after(&new.name.wire).says(sentence));
        }
    }

    fn retyped_field(&self, both: &Both<'_>, old: &Field, new: &Field) -> Option<Change> {
        if self.is_same_type(&old.ty, &new.ty) {
            return None;
        }
        let is_list = |ty: &Type| matches!(ty, Type::List(_));
        let rule = if is_list(&old.ty) == is_list(&new.ty) { rule::TYPE_CHANGED } else { rule::LIST_TO_ONE };
        let [before, after] = both.types(old, new);
        let sentence = format!("The type of `{}` is `{after}` instead of `{before}`.", both.item(new));
        let change = self.change(rule, &both.at(new).member("type"), both.item(new)).source(Level::Major);
        Some(change.wire(self.wire_of(both, Some(old), Some(new))).before(before).after(after).says(sentence))
    }

    fn required_field(&self, both: &Both<'_>, old: &Field, new: &Field) -> Option<Change> {
        if !both.are_sent() || old.required == new.required {
            return None;
        }
        let (place, item, [before, after]) = (both.at(new).member("required"), both.item(new), both.types(old, new));
        let (rule, wire, is) = match new.required {
            true => (rule::REQUEST_BECAME_REQUIRED, Wire::REFUSED, "required"),
            false => (rule::REQUEST_BECAME_OPTIONAL, Wire::WORKS, "optional"),
        };
        let change = self.change(rule, &place, &item).source(Level::Major).wire(wire).before(before).after(after);
        let hold = how_to_hold(&place, &new.required.into(), &old.required.into());
        Some(change.says(format!("`{item}` is {is}.")).hold_by(hold))
    }

    fn optional_field(&self, both: &Both<'_>, old: &Field, new: &Field) -> Option<Change> {
        if !both.are_received() || old.optional_in_response == new.optional_in_response {
            return None;
        }
        let (place, item, [before, after]) = (both.at(new).member("optional"), both.item(new), both.types(old, new));
        let (rule, sentence) = match new.optional_in_response {
            true => (rule::RESPONSE_BECAME_UNCERTAIN, format!("The service can return no `{item}`.")),
            false => (rule::RESPONSE_BECAME_CERTAIN, format!("The service always returns `{item}`.")),
        };
        // A list that is absent is empty, so its type stays the same.
        let source = if before == after { Level::Patch } else { Level::Major };
        let change = self.change(rule, &place, item).source(source).wire(self.wire_of(both, Some(old), Some(new)));
        let change = change.before(before).after(after).says(sentence);
        Some(match new.optional_in_response {
            true => change,
            false => change.hold_by(how_to_hold(&place, &false.into(), &true.into())),
        })
    }

    /// Compares whether a parameter that stays optional has a setter.
    fn setter(&mut self, both: &Both<'_>, old: &Field, new: &Field) {
        let item = both.item(new);
        let has = [(old, both.old), (new, both.new)].map(|(field, fields)| field.has_setter(fields.constructors));
        let (rule, source, sentence) = match has {
            _ if !both.are_sent() => return,
            [true, false] => (rule::SETTER_REMOVED, Level::Major, format!("Only constructors set `{item}`.")),
            [false, true] => (rule::SETTER_ADDED, Level::Minor, format!("`{item}` has a setter.")),
            _ => return,
        };
        self.add(self.change(rule, &both.at(new), &item).source(source).says(sentence));
    }
}
