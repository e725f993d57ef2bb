//! Emits values as expressions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::number;
use crate::model::{BuilderCalls, Literal};

impl ToTokens for BuilderCalls {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, constructor, arguments, struct_of_arguments, setters } = self;
        let arguments = match struct_of_arguments {
            Some(structure) => {
                let members = arguments.iter().map(|(ident, literal)| {
                    let value = owned(literal);
                    quote! { #ident: #value }
                });
                quote! { #structure { #(#members),* } }
            }
            None => {
                let literals = arguments.iter().map(|(_, literal)| literal);
                quote! { #(#literals),* }
            }
        };
        let setters = setters.iter().map(|(ident, literal)| quote! { .#ident(#literal) });
        tokens.extend(quote! { #ty::#constructor(#arguments) #(#setters)* });
    }
}

impl ToTokens for Literal {
    /// The value as an argument of a constructor or setter, which converts it.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::String(text) => quote! { #text },
            Self::Boolean(value) => quote! { #value },
            Self::Integer(value) => number::literal(*value).into_token_stream(),
            Self::Unsigned(value) => number::literal(*value).into_token_stream(),
            Self::Float(value) => proc_macro2::Literal::f64_unsuffixed(*value).into_token_stream(),
            Self::DateTime(text) => quote! { #text.parse()? },
            Self::KnownValue { ty, variant } => quote! { #ty::#variant },
            Self::Record(built) => quote! { #built },
            Self::List(elements) => quote! { [#(#elements),*] },
            Self::NoStrings => quote! { Vec::<String>::new() },
        });
    }
}

/// The value as a field stores it.
pub(super) fn owned(literal: &Literal) -> TokenStream {
    match literal {
        Literal::String(text) => quote! { #text.to_owned() },
        Literal::List(elements) if elements.is_empty() => quote! { Vec::new() },
        Literal::List(elements) => {
            let elements = elements.iter().map(owned);
            quote! { vec![#(#elements),*] }
        }
        Literal::NoStrings => quote! { Vec::new() },
        Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::DateTime(_)
        | Literal::KnownValue { .. }
        | Literal::Record(_) => quote! { #literal },
    }
}
