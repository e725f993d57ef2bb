//! The settings of a configuration that shape its requests.

use super::language::Language;
#[cfg(feature = "legacy-signing")]
use super::signing_method::SigningMethod;

/// Settings of every request of a configuration.
#[derive(Debug)]
pub(crate) struct RequestSettings {
    pub(crate) language: Option<Language>,
    /// Value of `X-TC-RequestClient`.
    pub(crate) request_client: String,
    /// Maximum size of a response body, in bytes.
    pub(crate) max_response_bytes: usize,
    #[cfg(feature = "legacy-signing")]
    pub(crate) signing_method: SigningMethod,
}
