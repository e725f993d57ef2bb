//! Provides the credentials that requests are signed with.
//!
//! A configuration takes any [`ProvideCredentials`]:
//!
//! - [`Credentials`]: a secret id and a secret key, perhaps with a token;
//! - [`CredentialsChain`]: the first credentials in the environment, in files, of a pod's identity,
//!   or of the machine's role;
//! - [`AssumeRole`]: the credentials of a role, for which those of another provider are exchanged;
//! - [`CachedCredentials`]: the credentials of your own provider, cached and refreshed before they
//!   expire.

mod assume_role;
mod cache;
mod cached_credentials;
mod cached_source;
mod chain;
mod env_vars;
mod freshness;
mod ini;
mod json;
mod keys;
mod lookup;
mod machine_role;
mod outside;
#[cfg(test)]
mod parser_fuzz_tests;
mod provider;
mod sdk_file;
mod sts;
mod tccli;
mod web_identity;

pub use self::assume_role::AssumeRole;
pub use self::cached_credentials::CachedCredentials;
pub use self::chain::{CredentialSource, CredentialsChain};
pub use self::keys::Credentials;
use self::keys::check;
pub use self::provider::{ProvideCredentials, ProviderContext};
pub(crate) use self::provider::{TokenRequest, TokenResponse, TokenService};
pub(crate) use self::sts::SERVICE as STS;
