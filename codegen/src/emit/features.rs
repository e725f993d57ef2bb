//! Lists the features of a product crate, which are those of the core: for its manifest and its
//! README.

/// A feature that turns on the feature of the core with the same name.
pub(super) struct Feature {
    pub(super) name: &'static str,
    pub(super) is_default: bool,
    pub(super) adds: &'static str,
}

pub(super) const FEATURES: [Feature; 11] = [
    by_default("rustls-ring", "the default transport, with TLS by rustls and ring"),
    optional("rustls-aws-lc-rs", "the default transport, with TLS by rustls and aws-lc; it takes precedence over ring"),
    optional("rustls-no-provider", "the default transport, with the cryptography that the program installs for rustls"),
    by_default("platform", "trust in the root certificates of the platform"),
    optional("webpki-roots", "trust in Mozilla's root certificates, which become a part of the program"),
    optional("idna", "host names outside ASCII in targets; a part of every default transport"),
    optional("testing", "the module `runtime::testing`: a scripted transport and a virtual clock"),
    optional(
        "legacy-signing",
        "signing by GET and with signature V1, for networks or servers that accept nothing else",
    ),
    optional("blocking", "the module `runtime::blocking` and `Call::block`, for programs that are not asynchronous"),
    optional("metrics", "the interceptor `runtime::observe::Metrics`, which records calls with the crate `metrics`"),
    optional("socks", "proxies that speak SOCKS 5, with `socks5://` or `socks5h://`"),
];

const fn by_default(name: &'static str, adds: &'static str) -> Feature {
    Feature { name, is_default: true, adds }
}

const fn optional(name: &'static str, adds: &'static str) -> Feature {
    Feature { name, is_default: false, adds }
}
