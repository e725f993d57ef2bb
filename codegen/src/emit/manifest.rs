//! The manifest of a crate.

use crate::model::Product;

/// Emits `Cargo.toml`.
pub(super) fn manifest(product: &Product) -> String {
    let Product { package, title, page, service, version, .. } = product;
    let retired = if product.deprecated.is_some() { ", retired" } else { "" };
    let description =
        toml::Value::from(format!("Client of {title}, API version {version}{retired}: typed, signed, documented."));
    let (page, service) = (toml::Value::from(page.as_str()), toml::Value::from(service.as_str()));
    format!(
        r#"[package]
name = "{package}"
description = {description}
documentation = "https://docs.rs/{package}"
homepage = {page}
keywords = ["tencentcloud", "qcloud", "cache", "purge", {service}]
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
categories.workspace = true

# Named, so that cargo loads the workspace, and with it the generator, even while the file is missing.
[lib]
path = "src/lib.rs"

[dependencies]
serde.workspace = true
tencentcloud-core.workspace = true

[dev-dependencies]
tencentcloud-emulator.workspace = true
tokio = {{ workspace = true, features = ["macros", "rt-multi-thread"] }}

[lints]
workspace = true
"#
    )
}
