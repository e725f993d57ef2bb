//! Compares parameters, outputs and the fields of records.

use proc_macro2::Ident;
use quote::quote;
use serde_json::{Value, json};

use super::change::{Change, Level, Wire};
use super::comparison::{Comparison, element, shown};
use super::holds::how_to_hold;
use super::rule::{self, Rule};
use super::wire::{self, Member};
use super::{pairs, pairs::Pairs};
use crate::model::{Constructor, Direction, Field, Product, Type};
use crate::problem::Place;

/// The keys of a field that are facts about its value, and no type.
const FACTS: [(&str, Rule); 5] = [
    ("default", rule::DEFAULT_CHANGED),
    ("at_most", rule::CONSTRAINT_CHANGED),
    ("format", rule::CONSTRAINT_CHANGED),
    ("format_by", rule::CONSTRAINT_CHANGED),
    ("encoded_by", rule::CONSTRAINT_CHANGED),
];

/// The fields of one struct in both versions.
pub(super) struct Both<'a> {
    /// The list in the new specification.
    pub(super) place: Place,
    /// The struct.
    pub(super) owner: &'a Ident,
    pub(super) old: Fields<'a>,
    pub(super) new: Fields<'a>,
}

/// The fields of a struct.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) list: &'a [Field],
    /// The list as it is written.
    pub(super) json: &'a Value,
    /// Fields that the service still takes, and that have no counterpart in Rust.
    pub(super) retired: &'a [Field],
    pub(super) direction: Direction,
    /// The constructors that set the fields, if the struct has any.
    pub(super) constructors: &'a [Constructor],
}

impl Both<'_> {
    fn item(&self, field: &Field) -> String {
        format!("{}::{}", self.owner, field.name.ident)
    }

    fn at(&self, field: &Field) -> Place {
        self.place.member(&field.name.wire)
    }

    fn are_sent(&self) -> bool {
        self.old.direction.sent && self.new.direction.sent
    }

    fn are_received(&self) -> bool {
        self.old.direction.received && self.new.direction.received
    }

    /// The Rust types of a field before and after.
    fn types(&self, old: &Field, new: &Field) -> [String; 2] {
        [rust_type(old, self.old.direction), rust_type(new, self.new.direction)]
    }
}

impl Comparison<'_> {
    /// Compares two lists of fields. Returns the names of those whose texts have changed.
    pub(super) fn fields(&mut self, both: &Both<'_>) -> Vec<String> {
        let Pairs { kept, removed, added, is_reordered } =
            pairs::by_name(both.old.list, both.new.list, |field| &field.name);
        for (old, new) in &kept {
            self.kept_field(both, old, new);
        }
        for field in removed {
            self.removed_field(both, field);
        }
        for field in added {
            self.added_field(both, field);
        }
        self.reordered(is_reordered, &both.place, both.owner);
        let has_new_text = |(old, new): &&(&Field, &Field)| old.doc != new.doc;
        kept.iter().filter(has_new_text).map(|(_, new)| new.name.wire.clone()).collect()
    }

    fn kept_field(&mut self, both: &Both<'_>, old: &Field, new: &Field) {
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
            let (before, after) = (self.wire(both, Some(old), None), self.wire(both, None, Some(new)));
            let wire = Wire {
                accepts_requests: before.accepts_requests && after.accepts_requests,
                decodes_responses: before.decodes_responses && after.decodes_responses,
                decodes_old_responses: before.decodes_old_responses && after.decodes_old_responses,
            };
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
        Some(change.wire(self.wire(both, Some(old), Some(new))).before(before).after(after).says(sentence))
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
        let change = self.change(rule, &place, item).source(source).wire(self.wire(both, Some(old), Some(new)));
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

    fn removed_field(&mut self, both: &Both<'_>, field: &Field) {
        let (item, before) = (both.item(field), rust_type(field, both.old.direction));
        let is_retired = both.new.retired.iter().any(|retired| retired.name.wire == field.name.wire);
        if is_retired {
            let place = both.at(field).member("retired");
            let sentence = format!("`{item}` is removed: callers should not send it, although the service takes it.");
            let change = self.change(rule::FIELD_RETIRED, &place, &item).source(Level::Major).says(sentence);
            self.add(change.before(before).hold_by(how_to_hold(&place, &true.into(), &false.into())));
            return;
        }
        let wire = self.wire(both, Some(field), None);
        let sentence = format!("`{item}` is removed: the service no longer has it.");
        let change = self.change(rule::FIELD_REMOVED, &both.place, &item).source(Level::Major).wire(wire);
        let change = change.before(before).says(sentence);
        // A crate that keeps an output which is always there cannot decode a response without it.
        self.add(match wire.decodes_responses {
            true => change.hold_by(how_to_hold(&both.place, &json!([]), &json!([field.name.wire]))),
            false => change,
        });
    }

    fn added_field(&mut self, both: &Both<'_>, field: &Field) {
        let item = both.item(field);
        let (rule, source) = match (both.new.direction.sent, field.required) {
            (true, true) => (rule::REQUEST_REQUIRED_ADDED, self.source_of_required(both, field)),
            (true, false) => (rule::REQUEST_OPTIONAL_ADDED, Level::Minor),
            (false, _) => (rule::RESPONSE_FIELD_ADDED, Level::Minor),
        };
        let sentence = format!("`{item}` is new{}.", if field.required { ", and required" } else { "" });
        let change = self.change(rule, &both.at(field), &item).source(source).wire(self.wire(both, None, Some(field)));
        self.add(change.after(rust_type(field, both.new.direction)).says(sentence));
    }

    /// Programs do not compile if a constructor that they call takes the new field.
    fn source_of_required(&self, both: &Both<'_>, field: &Field) -> Level {
        let existed = |new: &&Constructor| both.old.constructors.iter().any(|old| old.ident == new.ident);
        let mut constructors = both.new.constructors.iter().filter(existed);
        if constructors.any(|constructor| constructor.takes(field)) { Level::Major } else { Level::Minor }
    }

    fn wire(&self, both: &Both<'_>, old: Option<&Field>, new: Option<&Field>) -> Wire {
        fn member<'a>(product: &'a Product, fields: Fields<'a>, field: Option<&'a Field>) -> Member<'a> {
            Member { product, field, direction: fields.direction }
        }
        wire::of_field(member(&self.old.product, both.old, old), member(&self.new.product, both.new, new))
    }
}

/// The Rust type of a field.
pub(super) fn rust_type(field: &Field, direction: Direction) -> String {
    let ty = &field.ty;
    let ty = if field.boxed {
        quote! { Box<#ty> }
    } else {
        quote! { #ty }
    };
    let tokens = if field.is_option(direction) {
        quote! { Option<#ty> }
    } else {
        ty
    };
    tokens.to_string().replace(' ', "")
}
