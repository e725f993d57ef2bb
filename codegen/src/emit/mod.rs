//! The fourth stage: from the model to the files of the crates, as tokens.

mod action;
mod builder;
mod client;
mod doc;
mod error_code;
mod example;
mod field;
mod library;
mod manifest;
mod number;
mod product;
mod readme;
mod record;
mod schema;
mod tables;
mod value_set;

use proc_macro2::TokenStream;

use crate::model::{Api, Product};

/// A file before it is formatted.
pub(crate) struct Draft {
    /// Its path below the root of the workspace.
    pub(crate) path: String,
    /// What of `spec/` it was made from.
    pub(crate) from: String,
    pub(crate) content: Content,
}

/// What a file holds.
pub(crate) enum Content {
    Rust(TokenStream),
    Toml(String),
    Markdown(String),
    /// JSON, which has no comment to say where it comes from.
    Json(String),
}

/// Emits every file: the crates, the emulator's tables, and the schemas of the specifications.
pub(crate) fn files(api: &Api) -> Vec<Draft> {
    let mut files: Vec<Draft> = api.products.iter().flat_map(|product| package(product, api)).collect();
    files.extend(tables::files(api));
    files.extend(schema::files());
    files
}

/// Emits a product's crate.
fn package(product: &Product, api: &Api) -> Vec<Draft> {
    let folder = &product.folder;
    let file = |path: &str, from: &str, content: Content| Draft {
        path: format!("crates/{folder}/{path}"),
        from: format!("spec/{folder}{from}"),
        content,
    };
    let mut files = vec![
        file("Cargo.toml", "/product.json", Content::Toml(manifest::manifest(product))),
        file("README.md", "", Content::Markdown(readme::readme(product))),
        file("src/client.rs", "", Content::Rust(client::module(product))),
        file("src/error_code.rs", "/errors.json", Content::Rust(error_code::module(product, &api.common))),
        file("src/lib.rs", "", Content::Rust(library::module(product))),
        file("src/product.rs", "/product.json", Content::Rust(product::module(product))),
    ];
    if library::has_types(product) {
        files.push(file("src/types.rs", "/types.json", Content::Rust(record::types(product))));
    }
    for action in &product.actions {
        let path = format!("src/{}.rs", action.function);
        let from = format!("/{}.json", action.name.wire);
        files.push(file(&path, &from, Content::Rust(action::module(action, product))));
    }
    files
}
