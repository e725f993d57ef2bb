//! Checks that the default transport uses the provider of cryptography that the program installs,
//! and that the error for a missing one says so.

use rustls::crypto::ring;
use tencentcloud_cdn::Config;
use tencentcloud_platforms::{Outcome, credentials};

fn main() -> Outcome {
    let missing = match Config::builder().credentials(credentials()?).build() {
        Ok(_) => return Err("there is a provider".into()),
        Err(error) => error.to_string(),
    };
    let expected = "no cryptography provider of rustls is installed; help: install one first, with \
                    `CryptoProvider::install_default` of rustls, or enable the feature `rustls-ring`";
    if missing != expected {
        return Err(missing.into());
    }
    println!("{missing}");
    ring::default_provider().install_default().map_err(|_| "a provider is installed")?;
    // An endpoint without TLS, because this build has no root certificates.
    Config::builder().credentials(credentials()?).endpoint("http://127.0.0.1:1").build()?;
    let no_roots = match Config::builder().credentials(credentials()?).build() {
        Ok(_) => return Err("there are root certificates".into()),
        Err(error) => error.to_string(),
    };
    let help = "; help: enable the feature `platform` or `webpki-roots`, or set the root certificates with \
                `root_certificates`";
    if !no_roots.starts_with("TLS cannot be set up: ") || !no_roots.ends_with(help) {
        return Err(no_roots.into());
    }
    println!("{no_roots}");
    Ok(())
}
