//! Emits the manifest of a crate.

use super::features::{FEATURES, Feature};
use crate::model::Product;

pub(super) fn manifest(product: &Product) -> String {
    let Product { package, title, page, service, version, .. } = product;
    let retired = if product.deprecated.is_some() { ", retired" } else { "" };
    let description = toml::Value::from(format!("Client of {title}, API version {version}{retired}."));
    let page = toml::Value::from(page.as_str());
    let own =
        product.keywords.iter().chain([service]).map(|keyword| format!(", {}", toml::Value::from(keyword.as_str())));
    let own: String = own.collect();
    let features = features();
    format!(
        r#"[package]
name = "{package}"
description = {description}
documentation = "https://docs.rs/{package}"
homepage = {page}
keywords = ["tencentcloud", "qcloud"{own}]
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
categories.workspace = true

# Named explicitly, so that cargo loads the workspace, and with it the generator, even while the
# file is missing.
[lib]
path = "src/lib.rs"

[package.metadata.docs.rs]
all-features = true

# Those of the core. The README says what each one adds.
[features]
{features}
[dependencies]
serde.workspace = true
tencentcloud-core.workspace = true

[dev-dependencies]
# With the test doubles, which the README's example uses, and the calls of the example `blocking`.
tencentcloud-core = {{ workspace = true, features = ["blocking", "testing"] }}
tencentcloud-emulator.workspace = true
tokio = {{ workspace = true, features = ["macros", "rt-multi-thread"] }}

[lints]
workspace = true
"#
    )
}

/// The features, with a line for each.
fn features() -> String {
    let default: Vec<_> = FEATURES.iter().filter(|feature| feature.is_default).map(|feature| feature.name).collect();
    let lines = FEATURES.iter().map(|Feature { name, .. }| format!("{name} = [\"tencentcloud-core/{name}\"]\n"));
    format!("default = {default:?}\n{}", lines.collect::<String>())
}
