//! Prepares the parts that all requests to one host have in common.

use bytes::Bytes;
use http::header::{HOST, HeaderName, HeaderValue};

use super::day_key::LatestDayKey;
use crate::endpoint::{InvalidHost, Origin};
use crate::error::Error;
use crate::http::header_value;
use crate::signing::CanonicalHead;

pub(super) static REQUEST_CLIENT: HeaderName = HeaderName::from_static("x-tc-requestclient");
/// Content type of a JSON body. It is sent exactly as it is signed: an HTTP client that appends a
/// charset breaks the signature.
pub(super) const JSON: &str = "application/json";

/// What all requests of a client to one host share: the host, headers, the signed head, and the
/// latest signing key.
pub(crate) struct Prepared {
    pub(crate) origin: Origin,
    pub(super) url: String,
    pub(super) host: HeaderValue,
    pub(super) request_client: HeaderValue,
    /// The signed part of every `POST` of JSON before its payload. It has the two headers that the
    /// service requires: the more headers are signed, the more a proxy can break.
    pub(super) head: CanonicalHead,
    pub(super) latest_key: LatestDayKey,
}

impl Prepared {
    pub(crate) fn new(origin: Origin, request_client: &str) -> Result<Self, InvalidHost> {
        let url = origin.url()?;
        let value = |name, text: &str| {
            header_value(name, Bytes::from(text.to_owned())).map_err(|error: Error| InvalidHost::new(&origin, &error))
        };
        Ok(Self {
            url,
            host: value(&HOST, &origin.authority)?,
            request_client: value(&REQUEST_CLIENT, request_client)?,
            head: CanonicalHead::new("POST", "", &[("content-type", JSON), ("host", &origin.authority)]),
            latest_key: LatestDayKey::default(),
            origin,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}
