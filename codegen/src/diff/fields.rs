//! Compares parameters, outputs and the fields of records.

use proc_macro2::Ident;
use quote::quote;
use serde_json::{Value, json};

use super::change::{Level, Wire};
use super::comparison::Comparison;
use super::holds::how_to_hold;
use super::pairs::{self, Pairs};
use super::rule;
use super::wire::{self, Member};
use crate::model::{Constructor, Direction, Field, Product};
use crate::problem::Place;

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
    pub(super) fn item(&self, field: &Field) -> String {
        format!("{}::{}", self.owner, field.name.ident)
    }

    pub(super) fn at(&self, field: &Field) -> Place {
        self.place.member(&field.name.wire)
    }

    pub(super) fn are_sent(&self) -> bool {
        self.old.direction.sent && self.new.direction.sent
    }

    pub(super) fn are_received(&self) -> bool {
        self.old.direction.received && self.new.direction.received
    }

    /// The Rust types of a field before and after.
    pub(super) fn types(&self, old: &Field, new: &Field) -> [String; 2] {
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
        let wire = self.wire_of(both, Some(field), None);
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
        let change =
            self.change(rule, &both.at(field), &item).source(source).wire(self.wire_of(both, None, Some(field)));
        self.add(change.after(rust_type(field, both.new.direction)).says(sentence));
    }

    /// Programs do not compile if a constructor that they call takes the new field.
    fn source_of_required(&self, both: &Both<'_>, field: &Field) -> Level {
        let existed = |new: &&Constructor| both.old.constructors.iter().any(|old| old.ident == new.ident);
        let mut constructors = both.new.constructors.iter().filter(existed);
        if constructors.any(|constructor| constructor.takes(field)) { Level::Major } else { Level::Minor }
    }

    pub(super) fn wire_of(&self, both: &Both<'_>, old: Option<&Field>, new: Option<&Field>) -> Wire {
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
