//! Emits the manifest of a crate.

use crate::model::Product;

pub(super) fn manifest(product: &Product) -> String {
    let Product { package, title, page, service, version, .. } = product;
    let retired = if product.deprecated.is_some() { ", retired" } else { "" };
    let description = toml::Value::from(format!("Client of {title}, API version {version}{retired}."));
    let page = toml::Value::from(page.as_str());
    let own =
        product.keywords.iter().chain([service]).map(|keyword| format!(", {}", toml::Value::from(keyword.as_str())));
    let own: String = own.collect();
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

[features]
default = ["platform", "rustls-ring"]
# The default transport, with TLS by rustls and ring.
rustls-ring = ["tencentcloud-core/rustls-ring"]
# The default transport, with TLS by rustls and aws-lc. Takes precedence over `rustls-ring`.
rustls-aws-lc-rs = ["tencentcloud-core/rustls-aws-lc-rs"]
# The default transport, with the cryptography that the program installs for rustls.
rustls-no-provider = ["tencentcloud-core/rustls-no-provider"]
# The default transport trusts the root certificates of the platform.
platform = ["tencentcloud-core/platform"]
# The default transport trusts the root certificates of Mozilla, which become a part of the program.
webpki-roots = ["tencentcloud-core/webpki-roots"]
# Writes host names outside ASCII in Punycode. The default transport needs the same tables.
idna = ["tencentcloud-core/idna"]
# A scripted transport and a virtual clock, for tests.
testing = ["tencentcloud-core/testing"]
# Signing by GET and with signature V1, for networks or servers that accept nothing else.
legacy-signing = ["tencentcloud-core/legacy-signing"]
# Calls for programs that are not asynchronous.
blocking = ["tencentcloud-core/blocking"]
# An interceptor that records calls with the crate `metrics`.
metrics = ["tencentcloud-core/metrics"]
# Proxies that speak SOCKS 5.
socks = ["tencentcloud-core/socks"]

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
