//! Emits constructors, and a setter for each field that no constructor sets.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::{self, Doc};
use super::{field, literal};
use crate::model::{Constructor, Direction, Field};

/// How a request or record is built.
pub(super) struct Builder<'a> {
    pub(super) ty: &'a Ident,
    pub(super) fields: &'a [Field],
    pub(super) constructors: &'a [Constructor],
    pub(super) direction: Direction,
    /// The attribute of each method. A request has it on the type instead.
    pub(super) must_use: Option<TokenStream>,
}

impl Builder<'_> {
    /// Emits the `impl` block with all methods.
    pub(super) fn methods(&self) -> TokenStream {
        let ty = self.ty;
        let constructors = match self.constructors {
            [only] => self.full_constructor(only),
            several => self.several_constructors(several),
        };
        let setters = self.fields.iter().filter(|field| field.has_setter(self.constructors));
        let setters = setters.map(|field| self.setter(field));
        let fixing_default = |constructor: &Constructor| constructor.is_default() && !constructor.fixed.is_empty();
        let default = self.constructors.iter().any(fixing_default).then(|| {
            quote! {
                impl Default for #ty {
                    fn default() -> Self {
                        Self::new()
                    }
                }
            }
        });
        quote! {
            impl #ty {
                #constructors
                #(#setters)*
            }
            #default
        }
    }

    /// Emits a constructor that sets each field.
    fn full_constructor(&self, constructor: &Constructor) -> TokenStream {
        let signature = self.signature(constructor);
        let values = self.fields.iter().map(|field| {
            let ident = &field.name.ident;
            self.member(field, constructor).unwrap_or_else(|| quote! { #ident: None })
        });
        quote! {
            #signature {
                Self { #(#values),* }
            }
        }
    }

    /// Emits several constructors. Those that set only some fields share the function
    /// `with_required`.
    fn several_constructors(&self, constructors: &[Constructor]) -> TokenStream {
        // A constructor that sets all fields does not need `..Self::with_required()`.
        let sets_all = |constructor: &Constructor| self.fields.iter().all(|field| constructor.sets(field));
        let emitted = constructors.iter().map(|constructor| match sets_all(constructor) {
            true => self.full_constructor(constructor),
            false => self.partial_constructor(constructor),
        });
        let with_required = (!constructors.iter().all(sets_all)).then(|| self.with_required());
        quote! {
            #(#emitted)*
            #with_required
        }
    }

    fn partial_constructor(&self, constructor: &Constructor) -> TokenStream {
        let signature = self.signature(constructor);
        let (required, optional): (Vec<&Field>, Vec<&Field>) = self.fields.iter().partition(|field| field.required);
        let required = required.into_iter().filter_map(|field| value(field, constructor));
        let mut built = quote! { Self::with_required(#(#required),*) };
        let optional: Vec<TokenStream> =
            optional.into_iter().filter_map(|field| self.member(field, constructor)).collect();
        if !optional.is_empty() {
            built = quote! { Self { #(#optional,)* ..#built } };
        }
        quote! {
            #signature {
                #built
            }
        }
    }

    /// Emits the function that sets only the required fields.
    fn with_required(&self) -> TokenStream {
        let parameters = self.fields.iter().filter(|field| field.required).map(|Field { name, ty, .. }| {
            let ident = &name.ident;
            quote! { #ident: #ty }
        });
        let values = self.fields.iter().map(|field| {
            let ident = &field.name.ident;
            match (field.required, field.is_option(self.direction)) {
                (true, false) => quote! { #ident },
                (true, true) => quote! { #ident: Some(#ident) },
                (false, _) => quote! { #ident: None },
            }
        });
        quote! {
            fn with_required(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    }

    fn signature(&self, constructor: &Constructor) -> TokenStream {
        let Constructor { ident, doc, arguments, struct_of_arguments, .. } = constructor;
        let (doc, must_use) = (Doc::of(doc).outer(), &self.must_use);
        let arguments = arguments.iter().map(|argument| {
            let (ident, ty) = (&argument.name.ident, field::argument(&argument.ty));
            quote! { #ident: #ty }
        });
        let arguments = match struct_of_arguments {
            Some(structure) => quote! { required: #structure },
            None => quote! { #(#arguments),* },
        };
        quote! {
            #doc
            #must_use
            pub fn #ident(#arguments) -> Self
        }
    }

    /// A field of a struct literal, if the constructor sets it.
    fn member(&self, field: &Field, constructor: &Constructor) -> Option<TokenStream> {
        let (ident, value) = (&field.name.ident, value(field, constructor)?);
        Some(match field.is_option(self.direction) {
            true => quote! { #ident: Some(#value) },
            // The shorthand `Self { site }`.
            false if *ident == value.to_string() => value,
            false => quote! { #ident: #value },
        })
    }

    fn setter(&self, field: &Field) -> TokenStream {
        let (ident, must_use) = (&field.name.ident, &self.must_use);
        let doc = Doc::default().paragraph(&setter_doc(field)).outer();
        let (ty, value) = (field::argument(&field.ty), field::from_argument(field));
        quote! {
            #doc
            #must_use
            pub fn #ident(self, #ident: #ty) -> Self {
                Self { #ident: Some(#value), ..self }
            }
        }
    }
}

/// The value that a constructor stores in a field, if it sets it.
fn value(field: &Field, constructor: &Constructor) -> Option<TokenStream> {
    let fixed = constructor.fixed.iter().find(|(other, _)| is_same(other, field));
    let argument = constructor.arguments.iter().find(|other| is_same(other, field)).map(|argument| {
        let ident = &argument.name.ident;
        match constructor.struct_of_arguments {
            Some(_) if field.boxed => quote! { Box::new(required.#ident) },
            Some(_) => quote! { required.#ident },
            None => field::from_argument(argument),
        }
    });
    fixed.map(|(_, literal)| literal::owned(literal)).or(argument)
}

fn is_same(field: &Field, other: &Field) -> bool {
    field.name.wire == other.name.wire
}

/// The documentation of a setter, with the first sentence about the field: it is a noun phrase, or
/// starts with "Whether".
fn setter_doc(field: &Field) -> String {
    let ident = &field.name.ident;
    let meaning = field.doc.first().map(|doc| doc::continuation(&doc::first_sentence(doc))).unwrap_or_default();
    format!("Sets [`{ident}`](field@Self::{ident}): {meaning}")
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
        let doc = vec![format!("Whether to {}.", name.wire)];
        Field {
            name,
            ty: Type::Boolean,
            doc,
            required,
            default: None,
            optional_in_response: false,
            at_most: None,
            boxed: false,
        }
    }

    fn taking(name: &str, arguments: &[&Field]) -> Constructor {
        let arguments = arguments.iter().map(|field| (*field).clone()).collect();
        Constructor { ident: ident(name), doc: Vec::new(), arguments, struct_of_arguments: None, fixed: Vec::new() }
    }

    fn emitted(fields: &[Field], constructors: &[Constructor]) -> String {
        let direction = Direction { sent: true, received: true };
        Builder { ty: &ident("Ask"), fields, constructors, direction, must_use: None }.methods().to_string()
    }

    #[test]
    fn only_fields_that_no_constructor_sets_have_a_setter() {
        let fields = [field("site", true), field("by_name", false), field("deep", false)];
        let [site, by_name, _] = &fields;
        let constructors = [taking("all", &[site]), taking("named", &[site, by_name])];
        let expected = quote! {
            impl Ask {
                pub fn all(site: bool) -> Self {
                    Self::with_required(site)
                }
                pub fn named(site: bool, by_name: bool) -> Self {
                    Self { by_name: Some(by_name), ..Self::with_required(site) }
                }
                fn with_required(site: bool) -> Self {
                    Self { site, by_name: None, deep: None }
                }
                #[doc = " Sets [`deep`](field@Self::deep): whether to deep."]
                pub fn deep(self, deep: bool) -> Self {
                    Self { deep: Some(deep), ..self }
                }
            }
        };
        assert_eq!(emitted(&fields, &constructors), expected.to_string());
    }

    #[test]
    fn a_required_field_that_a_response_may_lack_is_wrapped() {
        let fields = [Field { optional_in_response: true, ..field("site", true) }];
        let new = Constructor::new(&ident("Ask"), "Creates it.", &fields);
        let expected = quote! {
            impl Ask {
                #[doc = " Creates it."]
                pub fn new(site: bool) -> Self {
                    Self { site: Some(site) }
                }
            }
        };
        assert_eq!(emitted(&fields, &[new]), expected.to_string());
    }

    // The compiler warns about a rest without fields, and about a function without callers.
    #[test]
    fn a_constructor_of_all_fields_takes_nothing_from_another_value() {
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
