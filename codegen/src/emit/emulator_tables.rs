//! Emits the emulator's tables: all that the emulator knows about each product, as data.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::doc::Doc;
use super::number;
use crate::artifact::{Content, EmittedFile};
use crate::model::{Action, Code, Field, FormatRule, Name, Product, Record, Targets, Type, ValueSet};

/// Emits the module of a product's tables.
pub(super) fn of_product(product: &Product) -> EmittedFile {
    let name = module_of(&product.folder).to_string();
    file(&name, &format!("/{}", product.folder), module(product))
}

/// Emits the module of the common codes, and the root of all modules.
pub(super) fn of_all(folders: &[&str], codes: &[Code]) -> Vec<EmittedFile> {
    vec![file("mod", "", root(folders)), file("common_codes", "/common/errors.json", common_codes(codes))]
}

fn file(name: &str, from: &str, tokens: TokenStream) -> EmittedFile {
    EmittedFile {
        path: format!("crates/emulator/src/generated/{name}.rs"),
        from: format!("spec{from}"),
        content: Content::Rust(tokens),
    }
}

fn module_of(folder: &str) -> Ident {
    format_ident!("{}", folder.replace('-', "_"))
}

fn root(folders: &[&str]) -> TokenStream {
    let doc = Doc::of(["Tables of the products."]).inner();
    let modules: Vec<Ident> = folders.iter().map(|folder| module_of(folder)).collect();
    quote! {
        #doc

        mod common_codes;
        #(mod #modules;)*

        pub(crate) use common_codes::COMMON_CODES;

        use crate::table::Product;

        /// All products that have a specification.
        pub(crate) static PRODUCTS: &[&Product] = &[#(&#modules::PRODUCT),*];
    }
}

fn common_codes(codes: &[Code]) -> TokenStream {
    let doc = Doc::of(["Codes that every product can return."]).inner();
    let codes = codes.iter().map(code);
    quote! {
        #doc

        use crate::table::Code;

        /// The codes, sorted.
        pub(crate) static COMMON_CODES: &[Code] = &[#(#codes),*];
    }
}

fn module(product: &Product) -> TokenStream {
    let Product { service, version, title, codes, actions, .. } = product;
    let doc = Doc::default().paragraph(&format!("{title}, version {version}.")).inner();
    let names = actions.iter().map(|action| constant_name(&action.name));
    let codes = codes.iter().map(code);
    let tables = actions.iter().map(action);
    let records = product.records.iter().map(record);
    let value_sets = product.value_sets.iter().map(value_set);
    let imports = imports(product);
    quote! {
        #doc

        use crate::table::{#(#imports),*};

        /// The product, and what the emulator knows about it.
        pub(super) static PRODUCT: Product = Product {
            service: #service,
            version: #version,
            title: #title,
            actions: &[#(#names),*],
            codes: &[#(#codes),*],
        };

        #(#tables)*
        #(#records)*
        #(#value_sets)*
    }
}

/// The types of the tables that a product's module uses.
fn imports(product: &Product) -> Vec<Ident> {
    let mut names: BTreeSet<&str> = ["Action", "Product"].into_iter().collect();
    if !product.codes.is_empty() {
        names.insert("Code");
    }
    if product.actions.iter().any(|action| action.batch.is_some()) {
        names.insert("Batch");
    }
    if product.actions.iter().any(|action| !action.targets.is_empty()) {
        names.extend(["Format", "TargetFormat", "Targets"]);
    }
    let of_actions =
        product.actions.iter().flat_map(|action| action.request.iter().chain(&action.retired).chain(&action.response));
    if of_actions
        .chain(product.records.iter().flat_map(|record| record.fields.iter().chain(&record.retired)))
        .next()
        .is_some()
    {
        names.extend(["Field", "Shape"]);
    }
    names.into_iter().map(|name| format_ident!("{name}")).collect()
}

fn code(code: &Code) -> TokenStream {
    let (wire, meaning) = (&code.name.wire, code.doc.join(" ").replace('\n', " "));
    quote! { Code { code: #wire, meaning: #meaning } }
}

fn action(action: &Action) -> TokenStream {
    let Action { name, requests_per_second, errors, .. } = action;
    let (constant, wire) = (constant_name(name), &name.wire);
    let doc = Doc::default().paragraph(&format!("The action `{wire}`.")).outer();
    let parameters = action.request.iter().chain(&action.retired).map(field);
    let response = action.response.iter().map(field);
    let rate = number::literal(*requests_per_second);
    let batch = match &action.batch {
        Some(batch) => {
            let (over, at_most) = (&batch.over.wire, number::literal(batch.at_most));
            let per_day = match batch.per_day.map(number::literal) {
                Some(per_day) => quote! { Some(#per_day) },
                None => quote! { None },
            };
            let by = batch.at_most_by.iter().flat_map(|by| &by.sizes);
            let by = by.map(|(value, size)| (value, number::literal(*size))).map(|(value, size)| {
                quote! { (#value, #size) }
            });
            quote! { Some(Batch { over: #over, at_most: #at_most, at_most_by: &[#(#by),*], per_day: #per_day }) }
        }
        None => quote! { None },
    };
    let targets = action.targets.iter().map(targets);
    let errors = errors.iter().map(|code| &code.name.wire);
    let example = action.examples.first().map(|example| example.response.as_str()).unwrap_or_default();
    quote! {
        #doc
        static #constant: Action = Action {
            name: #wire,
            parameters: &[#(#parameters),*],
            response: &[#(#response),*],
            requests_per_second: #rate,
            batch: #batch,
            targets: &[#(#targets),*],
            errors: &[#(#errors),*],
            example: #example,
        };
    }
}

fn targets(targets: &Targets) -> TokenStream {
    let parameter = &targets.field.name.wire;
    let format = match &targets.format {
        FormatRule::Always(format) => {
            let format = super::targets::variant(*format);
            quote! { Format::Always(TargetFormat::#format) }
        }
        FormatRule::By { selector, formats } => {
            let selector = &selector.name.wire;
            let values = formats.iter().map(|(value, _)| value);
            let formats = formats.iter().map(|(_, format)| super::targets::variant(*format));
            quote! { Format::By { parameter: #selector, formats: &[#((#values, TargetFormat::#formats)),*] } }
        }
    };
    quote! { Targets { parameter: #parameter, format: #format } }
}

fn record(record: &Record) -> TokenStream {
    let (constant, wire) = (constant_name(&record.name), &record.name.wire);
    let doc = Doc::default().paragraph(&format!("The fields of `{wire}`.")).outer();
    let fields: Vec<_> = record.fields.iter().chain(&record.retired).map(field).collect();
    let count = Literal::usize_unsuffixed(fields.len());
    quote! {
        #doc
        static #constant: [Field; #count] = [#(#fields),*];
    }
}

fn value_set(set: &ValueSet) -> TokenStream {
    let (constant, wire) = (constant_name(&set.name), &set.name.wire);
    let doc = Doc::default().paragraph(&format!("The values of `{wire}`.")).outer();
    let values = set.wires();
    quote! {
        #doc
        static #constant: &[&str] = &[#(#values),*];
    }
}

fn field(field: &Field) -> TokenStream {
    let Field { name, ty, required, optional_in_response, .. } = field;
    let (wire, shape) = (&name.wire, shape(ty));
    quote! { Field { name: #wire, shape: #shape, required: #required, optional: #optional_in_response } }
}

fn shape(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote! { Shape::String },
        Type::Boolean => quote! { Shape::Boolean },
        Type::Integer => quote! { Shape::Integer },
        Type::Unsigned => quote! { Shape::Unsigned },
        Type::Float => quote! { Shape::Float },
        Type::Date => quote! { Shape::Date },
        Type::DateTime => quote! { Shape::DateTime },
        Type::OffsetDateTime => quote! { Shape::OffsetDateTime },
        Type::ValueSet(name) => {
            let constant = constant_name(name);
            quote! { Shape::Values(#constant) }
        }
        Type::Record(name) => {
            let constant = constant_name(name);
            quote! { Shape::Record(&#constant) }
        }
        Type::List(element) => {
            let element = shape(element);
            quote! { Shape::List(&#element) }
        }
    }
}

fn constant_name(name: &Name) -> Ident {
    format_ident!("{}", name.ident.to_string().to_shouty_snake_case())
}
