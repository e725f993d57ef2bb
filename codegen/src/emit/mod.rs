//! Emits the generated files as tokens and texts.

mod action;
mod batches;
mod builder;
mod client;
mod core_codes;
mod crate_root;
mod doc;
mod emulator_tables;
mod error_code;
mod example;
mod features;
mod field;
mod imports;
mod literal;
mod manifest;
mod marker;
mod names;
mod number;
mod pages;
mod path;
mod policy;
mod program;
mod quota;
mod readme;
mod schema;
mod strings;
mod structs;
mod targets;
mod tasks;
mod value_set;
mod zones;

use std::iter;

use crate::artifact::{Content, EmittedFile};
use crate::licence::LICENCES;
use crate::model::{Code, Product};

/// Emits the files of a product: its crate, and its tables of the emulator. The large ones are
/// emitted when they are asked for, because their tokens take much more memory than their text.
pub(crate) fn product<'a>(product: &'a Product, common_codes: &'a [Code]) -> impl Iterator<Item = EmittedFile> + 'a {
    let types = crate_root::has_types(product).then_some(product).into_iter().map(types_module);
    let tables = iter::once_with(|| emulator_tables::of_product(product));
    package(product, common_codes).into_iter().chain(types).chain(tables).chain(actions(product))
}

/// Emits the files that the products share: the core's and the emulator's tables, and the schemas
/// of the specifications.
pub(crate) fn shared(folders: &[&str], common_codes: &[Code]) -> Vec<EmittedFile> {
    let mut files = vec![core_codes::file(common_codes)];
    files.extend(emulator_tables::of_all(folders, common_codes));
    files.extend(schema::files());
    files
}

/// Emits the crate of a product, without the modules of its types and actions.
fn package(product: &Product, common_codes: &[Code]) -> Vec<EmittedFile> {
    let file = |path: &str, from: &str, content: Content| file(product, path, from, content);
    let files = [
        file("Cargo.toml", "/product.json", Content::Toml(manifest::manifest(product))),
        file("README.md", "", Content::Markdown(readme::readme(product))),
        file("src/client.rs", "", Content::Rust(client::module(product))),
        file(
            "src/error_code.rs",
            "/errors.json and spec/common",
            Content::Rust(error_code::module(product, common_codes)),
        ),
        file("src/lib.rs", "", Content::Rust(crate_root::module(product))),
        file("src/runtime.rs", "", Content::Rust(crate_root::runtime())),
        file("src/product.rs", "/product.json", Content::Rust(marker::module(product))),
    ];
    files.into_iter().chain(LICENCES.map(|(name, text)| file(name, "", Content::Licence(text)))).collect()
}

/// Emits the module of the types.
fn types_module(product: &Product) -> EmittedFile {
    file(product, "src/types.rs", "/types.json", Content::Rust(structs::types(product)))
}

/// Emits the modules of the actions.
fn actions(product: &Product) -> impl Iterator<Item = EmittedFile> {
    product.actions.iter().map(|action| {
        let path = format!("src/{}.rs", action.function);
        let from = format!("/{}.json", action.name.wire);
        file(product, &path, &from, Content::Rust(action::module(action, product)))
    })
}

fn file(product: &Product, path: &str, from: &str, content: Content) -> EmittedFile {
    let folder = &product.folder;
    EmittedFile { path: format!("crates/{folder}/{path}"), from: format!("spec/{folder}{from}"), content }
}
