//! How a request or a record is built: constructors, and a setter for each field that they leave
//! alone.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::Doc;
use super::{field, literal};
use crate::model::{Constructor, Field};

/// Emits the `impl` block of what is sent.
pub(super) fn methods(ty: &Ident, fields: &[Field], constructors: &[Constructor], must_use: bool) -> TokenStream {
    let must_use = must_use.then(|| quote! { #[must_use] });
    let setters = fields.iter().filter(|field| field.has_setter(constructors)).map(|field| setter(field, &must_use));
    let constructors = match constructors {
        [only] => from_fields(only, fields, &must_use),
        several => from_bare(several, fields, &must_use),
    };
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
        member(field, constructor).unwrap_or_else(|| quote! { #ident: None })
    });
    quote! {
        #signature {
            Self { #(#values),* }
        }
    }
}

/// Emits constructors that begin with what is required, and add what else they set.
fn from_bare(constructors: &[Constructor], fields: &[Field], must_use: &Option<TokenStream>) -> TokenStream {
    let (required, optional): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.required);
    // One that sets every field has no use for the rest of another value.
    let sets_all = |constructor: &Constructor| fields.iter().all(|field| constructor.sets(field));
    let emitted = constructors.iter().map(|constructor| {
        if sets_all(constructor) {
            return from_fields(constructor, fields, must_use);
        }
        let signature = signature(constructor, must_use);
        let values = required.iter().filter_map(|field| value(field, constructor));
        let bare = quote! { Self::bare(#(#values),*) };
        let more: Vec<TokenStream> = optional.iter().filter_map(|field| member(field, constructor)).collect();
        let built = if more.is_empty() {
            bare
        } else {
            quote! { Self { #(#more,)* ..#bare } }
        };
        quote! {
            #signature {
                #built
            }
        }
    });
    let bare = (!constructors.iter().all(sets_all)).then(|| bare(fields, &required));
    quote! {
        #(#emitted)*
        #bare
    }
}

/// Emits the function that makes a request of what is required.
fn bare(fields: &[Field], required: &[&Field]) -> TokenStream {
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
        fn bare(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// A field of a struct literal, if the constructor sets it.
fn member(field: &Field, constructor: &Constructor) -> Option<TokenStream> {
    let (ident, value) = (&field.name.ident, value(field, constructor)?);
    Some(match field.required {
        true if *ident == value.to_string() => value,
        true => quote! { #ident: #value },
        false => quote! { #ident: Some(#value) },
    })
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
    fixed.map(|(_, literal)| literal::owned(literal)).or_else(|| argument.map(field::from_argument))
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

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;
    use crate::model::{Name, Type};

    fn ident(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }

    fn field(name: &str, required: bool) -> Field {
        let name = Name { wire: name.to_owned(), ident: ident(name) };
        Field { name, ty: Type::Boolean, doc: Vec::new(), required, default: None, nullable: false }
    }

    fn taking(name: &str, arguments: &[&Field]) -> Constructor {
        let arguments = arguments.iter().map(|field| (*field).clone()).collect();
        Constructor { ident: ident(name), doc: Vec::new(), arguments, fixed: Vec::new() }
    }

    fn emitted(fields: &[Field], constructors: &[Constructor]) -> String {
        methods(&ident("Ask"), fields, constructors, false).to_string()
    }

    #[test]
    fn only_what_no_constructor_sets_has_a_setter() {
        let fields = [field("site", true), field("by_name", false), field("deep", false)];
        let [site, by_name, _] = &fields;
        let constructors = [taking("all", &[site]), taking("named", &[site, by_name])];
        let expected = quote! {
            impl Ask {
                pub fn all(site: bool) -> Self {
                    Self::bare(site)
                }
                pub fn named(site: bool, by_name: bool) -> Self {
                    Self { by_name: Some(by_name), ..Self::bare(site) }
                }
                fn bare(site: bool) -> Self {
                    Self { site, by_name: None, deep: None }
                }
                #[doc = " Sets [`deep`](Self::deep)."]
                pub fn deep(self, deep: bool) -> Self {
                    Self { deep: Some(deep), ..self }
                }
            }
        };
        assert_eq!(emitted(&fields, &constructors), expected.to_string());
    }

    // The compiler warns of a rest that holds nothing, and of a function that nobody calls.
    #[test]
    fn a_constructor_that_sets_every_field_begins_with_nothing() {
        let fields = [field("site", true), field("deep", false)];
        let [site, deep] = &fields;
        let constructors = [taking("one", &[site, deep]), taking("other", &[deep, site])];
        let expected = quote! {
            impl Ask {
                pub fn one(site: bool, deep: bool) -> Self {
                    Self { site, deep: Some(deep) }
                }
                pub fn other(deep: bool, site: bool) -> Self {
                    Self { site, deep: Some(deep) }
                }
            }
        };
        assert_eq!(emitted(&fields, &constructors), expected.to_string());
    }
}
