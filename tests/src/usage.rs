//! Writes a program that uses everything a generated crate offers, each item with its type.
//!
//! The program follows from the generated code alone: its types, fields, variants, functions and
//! implemented traits. So it is independent of what the generator knows about a specification.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Fields, FnArg, GenericArgument, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemUse, PathArguments,
    ReceiverKind, ReturnType, Signature, Type, TypeParamBound, Visibility,
};
use tencentcloud_codegen::Artifact;

use crate::Outcome;

/// The program for the crate of a product, whose root is at the path `root` there.
///
/// # Errors
///
/// If a generated file is not Rust.
pub fn of(folder: &str, artifacts: &[Artifact], root: &str) -> Outcome<String> {
    let root: syn::Path = syn::parse_str(root)?;
    let source = format!("crates/{folder}/src/");
    let mut modules = Vec::new();
    for Artifact { path, text } in artifacts {
        let Some(name) = path.strip_prefix(&source).and_then(|path| path.strip_suffix(".rs")) else { continue };
        if name == "lib" || name == "runtime" {
            continue;
        }
        let file = syn::parse_file(text)?;
        let (module, program) = (format_ident!("{name}"), of_file(&file, &root));
        let types = file.items.iter().filter_map(|item| match item {
            Item::Struct(ItemStruct { vis, ident, .. }) | Item::Enum(ItemEnum { vis, ident, .. }) if is_public(vis) => {
                Some(ident)
            }
            _ => None,
        });
        modules.push(quote! {
            mod #module {
                use #root::{#(#types),*};
                #program
            }
        });
    }
    Ok(quote! { #(#modules)* }.to_string())
}

fn of_file(file: &syn::File, root: &syn::Path) -> TokenStream {
    let uses = file.items.iter().enumerate().map(|(n, item)| {
        let function = format_ident!("use_{n}");
        let statements = match item {
            Item::Use(item) => return imported(item, root),
            Item::Struct(item) if is_public(&item.vis) => of_struct(item),
            Item::Enum(item) if is_public(&item.vis) => of_enum(item),
            Item::Impl(item) => return of_impl(item, n),
            _ => return TokenStream::new(),
        };
        quote! {
            pub fn #function() {
                #statements
            }
        }
    });
    quote! { #(#uses)* }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The imports of the file, so that the names in it mean the same here.
fn imported(item: &ItemUse, root: &syn::Path) -> TokenStream {
    let text = quote! { #item }.to_string();
    let path = quote! { #root }.to_string();
    let text = text.replace("tencentcloud_core ::", &format!("{path} :: runtime ::"));
    text.replace("crate ::", &format!("{path} ::")).parse().unwrap_or_default()
}

fn of_struct(item: &ItemStruct) -> TokenStream {
    let ItemStruct { ident, attrs, fields, .. } = item;
    let derives = attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let derives = derives.filter_map(|attribute| attribute.parse_args::<TokenStream>().ok());
    let traits = derives.flat_map(|list| list.to_string().split(',').filter_map(derived).collect::<Vec<_>>());
    let is_exhaustive = !attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let public = || fields.iter().filter(|field| is_public(&field.vis));
    let reads = public().filter_map(|field| {
        let (name, ty) = (field.ident.as_ref()?, &field.ty);
        Some(quote! { |value: &#ident| { let _: &#ty = &value.#name; }; })
    });
    let literal = (is_exhaustive && public().count() > 0 && public().count() == fields.len()).then(|| {
        let names: Vec<_> = public().filter_map(|field| field.ident.as_ref()).collect();
        let types: Vec<_> = public().map(|field| &field.ty).collect();
        quote! { |#(#names: #types),*| #ident { #(#names),* }; }
    });
    quote! {
        fn derives<T: #(#traits)+*>() {}
        derives::<#ident>();
        #(#reads)*
        #literal
    }
}

/// The path of a trait, by the name of its derive macro.
fn derived(name: &str) -> Option<TokenStream> {
    let path = match name.trim() {
        "Debug" => "std::fmt::Debug",
        "Hash" => "std::hash::Hash",
        "Deserialize" => "serde::de::DeserializeOwned",
        "Serialize" => "serde::Serialize",
        other => other,
    };
    path.parse().ok().filter(|path: &TokenStream| !path.is_empty())
}

fn of_enum(item: &ItemEnum) -> TokenStream {
    let ident = &item.ident;
    let variants = item.variants.iter().map(|variant| {
        let name = &variant.ident;
        match &variant.fields {
            Fields::Unit => quote! { let _: #ident = #ident::#name; },
            _ => quote! { let _: #ident = #ident::#name(Default::default()); },
        }
    });
    quote! { #(#variants)* }
}

fn of_impl(item: &ItemImpl, n: usize) -> TokenStream {
    let ty = &item.self_ty;
    if let Some((path, _)) = &item.trait_ {
        let bound = bound(item, path);
        let function = format_ident!("implements_{n}");
        return quote! {
            pub fn #function() {
                fn implements<T: #bound>() {}
                implements::<#ty>();
            }
        };
    }
    let functions = item.items.iter().enumerate().filter_map(|(m, function)| match function {
        ImplItem::Fn(function) if is_public(&function.vis) => called(ty, &function.sig, &format_ident!("call_{n}_{m}")),
        _ => None,
    });
    quote! { #(#functions)* }
}

/// The trait with the types that the implementation sets: `Paged<Item = Task>`.
fn bound(item: &ItemImpl, path: &syn::Path) -> TokenStream {
    let types = item.items.iter().filter_map(|item| match item {
        ImplItem::Type(item) => {
            let (ident, ty) = (&item.ident, &item.ty);
            Some(quote! { #ident = #ty })
        }
        _ => None,
    });
    let types: Vec<TokenStream> = types.collect();
    match types.is_empty() {
        true => quote! { #path },
        false => quote! { #path<#(#types),*> },
    }
}

/// A call of a function. One with type parameters of its own, which is `Client::wait`, follows from
/// the traits that its arguments implement.
fn called(ty: &Type, signature: &Signature, function: &syn::Ident) -> Option<TokenStream> {
    if !signature.generics.params.is_empty() {
        return None;
    }
    let name = &signature.ident;
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    for (n, input) in signature.inputs.iter().enumerate() {
        let argument = format_ident!("argument_{n}");
        let ty = match input {
            FnArg::Receiver(receiver) if matches!(receiver.kind, ReceiverKind::Reference(..)) => quote! { &#ty },
            FnArg::Receiver(_) => quote! { #ty },
            FnArg::Typed(typed) => concrete(&typed.ty),
        };
        parameters.push(quote! { #argument: #ty });
        arguments.push(argument);
    }
    let result: TokenStream = match &signature.output {
        ReturnType::Default => quote! { () },
        ReturnType::Type(_, result) => {
            let text = quote! { #result }.to_string().replace("Self", &quote! { #ty }.to_string());
            text.parse().unwrap_or_default()
        }
    };
    Some(quote! {
        pub fn #function(#(#parameters),*) {
            let _: #result = #ty::#name(#(#arguments),*);
        }
    })
}

/// A type that a caller passes: `String` for `impl Into<String>`, a `Vec` for a list, and a
/// reference for `impl Borrow`.
fn concrete(ty: &Type) -> TokenStream {
    let Type::ImplTrait(bounds) = ty else { return quote! { #ty } };
    let Some(TypeParamBound::Trait(bound)) = bounds.bounds.first() else { return quote! { #ty } };
    let Some(segment) = bound.path.segments.last() else { return quote! { #ty } };
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return quote! { #ty } };
    match (segment.ident.to_string().as_str(), arguments.args.first()) {
        ("Into", Some(GenericArgument::Type(ty))) => quote! { #ty },
        ("Borrow", Some(GenericArgument::Type(ty))) => quote! { &#ty },
        ("IntoIterator", Some(GenericArgument::AssocType(item))) => {
            let element = concrete(&item.ty);
            quote! { Vec<#element> }
        }
        _ => quote! { #ty },
    }
}
