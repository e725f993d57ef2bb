//! The result of looking for credentials in one source.

use super::Credentials;
use super::assume_role::Role;
use crate::error::Error;

/// What a source has. A source that is configured but broken is an error instead.
pub(super) enum Lookup {
    /// Credentials, and the role to assume with them if the source names one.
    Found(Credentials, Option<Role>),
    /// The source is not set up, and why; the search goes on with the next one.
    NotConfigured(Error),
}

impl Lookup {
    pub(super) fn found(credentials: Credentials) -> Self {
        Self::Found(credentials, None)
    }

    pub(super) fn not_configured(why: impl Into<String>) -> Self {
        Self::NotConfigured(Error::credentials(why))
    }
}
