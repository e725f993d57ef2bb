//! Emits fields: their types, documentation and conversions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::doc::{self, Doc};
use super::number;
use crate::model::{Direction, Field, Name, Type};

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::String => quote! { String },
            Self::Boolean => quote! { bool },
            Self::Integer => quote! { i64 },
            Self::Unsigned => quote! { u64 },
            Self::Float => quote! { f64 },
            Self::Date => quote! { Date },
            Self::DateTime => quote! { DateTime },
            Self::OffsetDateTime => quote! { OffsetDateTime },
            Self::ValueSet(Name { ident, .. }) | Self::Record(Name { ident, .. }) => quote! { #ident },
            Self::List(element) => quote! { Vec<#element> },
        });
    }
}

/// The field as a member of a struct.
pub(super) fn member(field: &Field, direction: Direction) -> TokenStream {
    let Field { name: Name { ident, .. }, ty, .. } = field;
    let doc = doc(field, direction).outer();
    let attribute = attribute(field, direction);
    let ty = if field.boxed {
        quote! { Box<#ty> }
    } else {
        quote! { #ty }
    };
    let ty = if field.is_option(direction) {
        quote! { Option<#ty> }
    } else {
        quote! { #ty }
    };
    quote! {
        #doc
        #attribute
        pub #ident: #ty
    }
}

fn doc(field: &Field, direction: Direction) -> Doc {
    let mut facts = Vec::new();
    if let Some(at_most) = field.at_most {
        let plural = if at_most == 1 { "" } else { "s" };
        facts.push(format!("At most {} element{plural}.", number::text(at_most)));
    }
    facts.extend(field.default.as_ref().map(|default| format!("Default: `{default}`.")));
    match (direction.received && field.optional_in_response, &field.ty) {
        (true, Type::List(_)) => facts.push("Empty if the response has none.".to_owned()),
        (true, _) => facts.push("`None` if the response has none.".to_owned()),
        (false, _) => {}
    }
    let mut paragraphs = field.doc.clone();
    match paragraphs.last_mut() {
        // The facts continue the last sentence, but not a list.
        Some(last) if !doc::is_list(last) => facts.iter().for_each(|fact| last.push_str(&format!(" {fact}"))),
        _ if facts.is_empty() => {}
        _ => paragraphs.push(facts.join(" ")),
    }
    Doc::of(&paragraphs)
}

/// The attribute for serde, if the field needs one.
fn attribute(field: &Field, direction: Direction) -> Option<TokenStream> {
    let wire = &field.name.wire;
    let mut arguments = Vec::new();
    if pascal(&field.name.ident.to_string()) != *wire {
        arguments.push(quote! { rename = #wire });
    }
    if direction.sent && field.is_option(direction) {
        arguments.push(quote! { skip_serializing_if = "Option::is_none" });
    }
    if direction.received && (field.is_option(direction) || matches!(field.ty, Type::List(_))) {
        arguments.push(quote! { default });
    }
    arguments.extend(deserializer(field, direction).map(|function| quote! { deserialize_with = #function }));
    (!arguments.is_empty()).then(|| quote! { #[serde(#(#arguments),*)] })
}

/// The function of the core that deserializes the field, if serde alone cannot.
pub(super) fn deserializer(field: &Field, direction: Direction) -> Option<&'static str> {
    let is_integer = |ty: &Type| matches!(ty, Type::Integer | Type::Unsigned);
    match (&field.ty, field.is_option(direction)) {
        _ if !direction.received => None,
        (Type::List(element), true) if is_integer(element) => Some("wire::optional_numbers"),
        (Type::List(element), false) if is_integer(element) => Some("wire::numbers"),
        (Type::List(_), _) => Some("wire::nullable"),
        (ty, true) if is_integer(ty) => Some("wire::optional_number"),
        (ty, false) if is_integer(ty) => Some("wire::number"),
        _ => None,
    }
}

/// The name in serde's `PascalCase`.
fn pascal(ident: &str) -> String {
    let words = ident.split('_').map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    words.collect()
}

/// The type of an argument for the field, which is the most convenient one.
pub(super) fn argument(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote! { impl Into<String> },
        Type::List(element) if matches!(**element, Type::String) => {
            quote! { impl IntoIterator<Item = impl Into<String>> }
        }
        Type::List(element) => quote! { impl IntoIterator<Item = #element> },
        Type::Boolean
        | Type::Integer
        | Type::Unsigned
        | Type::Float
        | Type::Date
        | Type::DateTime
        | Type::OffsetDateTime
        | Type::ValueSet(_)
        | Type::Record(_) => quote! { #ty },
    }
}

/// The value of the field, from an argument with the field's name.
pub(super) fn from_argument(field: &Field) -> TokenStream {
    let ident = &field.name.ident;
    match &field.ty {
        _ if field.boxed => quote! { Box::new(#ident) },
        Type::String => quote! { #ident.into() },
        Type::List(element) if matches!(**element, Type::String) => {
            quote! { #ident.into_iter().map(Into::into).collect() }
        }
        Type::List(_) => quote! { #ident.into_iter().collect() },
        Type::Boolean
        | Type::Integer
        | Type::Unsigned
        | Type::Float
        | Type::Date
        | Type::DateTime
        | Type::OffsetDateTime
        | Type::ValueSet(_)
        | Type::Record(_) => quote! { #ident },
    }
}
