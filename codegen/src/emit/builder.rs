//! How a request or a record is built: constructors, and a setter for each optional field.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::doc::Doc;
use super::{example, field};
use crate::model::{Constructor, Field};

/// Emits the `impl` block of what is sent.
pub(super) fn methods(ty: &Ident, fields: &[Field], constructors: &[Constructor], must_use: bool) -> TokenStream {
    let must_use = must_use.then(|| quote! { #[must_use] });
    let constructors = match constructors {
        [only] => from_fields(only, fields, &must_use),
        several => from_bare(several, fields, &must_use),
    };
    let setters = fields.iter().filter(|field| !field.required).map(|field| setter(field, &must_use));
    quote! {
        impl #ty {
            #constructors
            #(#setters)*
        }
    }
}

/// Emits a constructor that sets each field.
fn from_fields(constructor: &Constructor, fields: &[Field], must_use: &Option<TokenStream>) -> TokenStream {
    let signature = signature(constructor, must_use);
    let values = fields.iter().map(|field| {
        let ident = &field.name.ident;
        match (field.required, value(field, constructor)) {
            (_, None) => quote! { #ident: None },
            (true, Some(value)) if *ident == value.to_string() => value,
            (true, Some(value)) => quote! { #ident: #value },
            (false, Some(value)) => quote! { #ident: Some(#value) },
        }
    });
    quote! {
        #signature {
            Self { #(#values),* }
        }
    }
}

/// Emits constructors that begin with what is required, and go on with setters.
fn from_bare(constructors: &[Constructor], fields: &[Field], must_use: &Option<TokenStream>) -> TokenStream {
    let (required, optional): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.required);
    let constructors = constructors.iter().map(|constructor| {
        let signature = signature(constructor, must_use);
        let values = required.iter().filter_map(|field| value(field, constructor));
        let setters = optional.iter().filter_map(|field| {
            let (ident, value) = (&field.name.ident, given(field, constructor)?);
            Some(quote! { .#ident(#value) })
        });
        quote! {
            #signature {
                Self::bare(#(#values),*) #(#setters)*
            }
        }
    });
    let parameters = required.iter().map(|Field { name, ty, .. }| {
        let ident = &name.ident;
        quote! { #ident: #ty }
    });
    let values = fields.iter().map(|field| {
        let ident = &field.name.ident;
        if field.required {
            quote! { #ident }
        } else {
            quote! { #ident: None }
        }
    });
    quote! {
        #(#constructors)*

        fn bare(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    }
}

fn signature(constructor: &Constructor, must_use: &Option<TokenStream>) -> TokenStream {
    let Constructor { ident, doc, arguments, .. } = constructor;
    let doc = Doc::of(doc).outer();
    let arguments = arguments.iter().map(|argument| {
        let (ident, ty) = (&argument.name.ident, field::argument(&argument.ty));
        quote! { #ident: #ty }
    });
    quote! {
        #doc
        #must_use
        pub fn #ident(#(#arguments),*) -> Self
    }
}

/// What a constructor stores in a field, if it sets it.
fn value(field: &Field, constructor: &Constructor) -> Option<TokenStream> {
    let fixed = constructor.fixed.iter().find(|(other, _)| is_same(other, field));
    let argument = constructor.arguments.iter().find(|other| is_same(other, field));
    fixed.map(|(_, literal)| example::owned(literal)).or_else(|| argument.map(field::from_argument))
}

/// What a constructor gives to the setter of a field, if it sets it.
fn given(field: &Field, constructor: &Constructor) -> Option<TokenStream> {
    let fixed = constructor.fixed.iter().find(|(other, _)| is_same(other, field));
    let argument = constructor.arguments.iter().find(|other| is_same(other, field));
    fixed
        .map(|(_, literal)| quote! { #literal })
        .or_else(|| argument.map(|argument| argument.name.ident.to_token_stream()))
}

fn is_same(field: &Field, other: &Field) -> bool {
    field.name.wire == other.name.wire
}

fn setter(field: &Field, must_use: &Option<TokenStream>) -> TokenStream {
    let ident = &field.name.ident;
    let doc = Doc::default().paragraph(&format!("Sets [`{ident}`](Self::{ident}).")).outer();
    let (ty, value) = (field::argument(&field.ty), field::from_argument(field));
    quote! {
        #doc
        #must_use
        pub fn #ident(self, #ident: #ty) -> Self {
            Self { #ident: Some(#value), ..self }
        }
    }
}
