//! Emits the expression for a field of a response that can be in records, such as
//! `response.result.items`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Direction, Field, Product, Type};

/// An expression, and whether it is an `Option`.
pub(super) struct Reached {
    pub(super) value: TokenStream,
    pub(super) is_option: bool,
}

/// How the last field of a path is reached from the variable `response`. `last` emits the access to
/// that field, from an expression for what has the field, and whether the field is an `Option`. If
/// `response` is a reference, it `is_borrowed`.
pub(super) fn reach(
    path: &[Field],
    product: &Product,
    is_borrowed: bool,
    last: impl Fn(TokenStream, bool) -> TokenStream,
) -> Reached {
    let mut reached = Reached { value: quote! { response }, is_option: false };
    let mut owner: Option<&Field> = None;
    for (n, field) in path.iter().enumerate() {
        let is_option = field.is_option(direction(owner, product));
        let access = |of: TokenStream| {
            let ident = &field.name.ident;
            match (n + 1 == path.len(), is_borrowed && is_option) {
                (true, _) => last(of, is_option),
                (false, true) => quote! { #of.#ident.as_ref() },
                (false, false) => quote! { #of.#ident },
            }
        };
        reached = reached.then(owner, is_option, access);
        owner = Some(field);
    }
    reached
}

impl Reached {
    fn then(self, owner: Option<&Field>, is_option: bool, access: impl Fn(TokenStream) -> TokenStream) -> Self {
        let Self { value, is_option: was_option } = self;
        let value = match owner.filter(|_| was_option).map(|owner| &owner.name.ident) {
            None => access(value),
            Some(owner) => {
                let next = access(quote! { #owner });
                match is_option {
                    true => quote! { #value.and_then(|#owner| #next) },
                    false => quote! { #value.map(|#owner| #next) },
                }
            }
        };
        Self { value, is_option: was_option || is_option }
    }
}

/// Where the fields of a record are used, or of the response if there is no record.
fn direction(owner: Option<&Field>, product: &Product) -> Direction {
    let record = owner.and_then(|owner| match &owner.ty {
        Type::Record(name) => product.records.iter().find(|record| record.name.wire == name.wire),
        _ => None,
    });
    record.map_or(Direction::RECEIVED, |record| record.direction)
}
