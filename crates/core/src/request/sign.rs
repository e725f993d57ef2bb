//! Builds a request and signs it for a point in time.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};

use super::prepared::{JSON, Prepared, REQUEST_CLIENT};
use super::settings::RequestSettings;
#[cfg(feature = "legacy-signing")]
use super::signing_method::SigningMethod;
use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::http::{Headers, HttpRequest, Progress};
use crate::signing::{CanonicalHead, StringToSign, authorization};

static ACTION: HeaderName = HeaderName::from_static("x-tc-action");
static LANGUAGE: HeaderName = HeaderName::from_static("x-tc-language");
static REGION: HeaderName = HeaderName::from_static("x-tc-region");
static TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
static TOKEN: HeaderName = HeaderName::from_static("x-tc-token");
static VERSION: HeaderName = HeaderName::from_static("x-tc-version");
/// Initial capacity of the headers. 12: all headers of a request, and one or two of an interceptor.
const TC3_HEADERS: usize = 12;

/// Sent in place of a signature by calls whose body contains a web identity instead.
const NOT_SIGNED: &str = "SKIP";

/// Everything that a signature depends on, except the body.
pub(crate) struct Signer<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) settings: &'a RequestSettings,
    pub(crate) action: &'a ActionFacts,
    pub(crate) credentials: &'a Credentials,
    /// The time to sign for: the server's, if it is known to differ from this machine's.
    pub(crate) now: SystemTime,
    /// A random number in `[0, 1)`, for the nonce of signature V1.
    #[cfg(feature = "legacy-signing")]
    pub(crate) random: f64,
}

impl Signer<'_> {
    /// Returns the signed request.
    pub(crate) fn sign(&self, body: &Bytes) -> Result<HttpRequest, Error> {
        // Calls without a signature are sent as JSON, whatever the method.
        #[cfg(feature = "legacy-signing")]
        if self.credentials.signs() {
            match self.settings.signing_method {
                SigningMethod::Tc3Post => {}
                SigningMethod::Tc3Get => return self.tc3_get(body),
                SigningMethod::V1Get(hash) => return self.v1_get(body, hash),
                SigningMethod::V1Post(hash) => return self.v1_post(body, hash),
            }
        }
        let headers = self.tc3_headers(&self.prepared.head, body, JSON)?;
        Ok(self.request("POST", None, headers, body.clone()))
    }

    /// Seconds since 1970-01-01 UTC; 0 if the clock is earlier. The service then responds that the
    /// signature has expired, together with its own time.
    pub(super) fn timestamp(&self) -> u64 {
        self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    /// Returns the headers of a request with TC3. They contain everything except the action's
    /// parameters.
    pub(super) fn tc3_headers(
        &self,
        head: &CanonicalHead,
        payload: &[u8],
        content_type: &'static str,
    ) -> Result<Headers, Error> {
        let Self { prepared, settings, action, credentials, .. } = self;
        let timestamp = self.timestamp();
        let authorization = if credentials.signs() {
            let day = prepared.latest_key.get(credentials, &action.name.service, timestamp);
            let request = head.digest(payload);
            let signature = day.key.sign(&StringToSign { timestamp, scope: &day.scope, request: &request });
            authorization(credentials.secret_id(), &day.scope, head.signed_headers(), &signature)
        } else {
            NOT_SIGNED.to_owned()
        };
        let mut headers = Headers::with_capacity(TC3_HEADERS);
        headers.put_secret(&AUTHORIZATION, authorization)?;
        headers.put(&CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.put(&HOST, prepared.host.clone());
        headers.put_text(&ACTION, action.name.action.clone())?;
        headers.put_text(&VERSION, action.name.version.clone())?;
        headers.put(&TIMESTAMP, HeaderValue::from(timestamp));
        headers.put(&REQUEST_CLIENT, prepared.request_client.clone());
        if let Some(language) = settings.language {
            headers.put(&LANGUAGE, HeaderValue::from_static(language.as_str()));
        }
        if let Some(region) = &action.region {
            headers.put_text(&REGION, region.clone())?;
        }
        if let Some(token) = credentials.session_token() {
            headers.put_secret(&TOKEN, token.to_owned())?;
        }
        Ok(headers)
    }

    pub(super) fn request(
        &self,
        method: &'static str,
        query: Option<&str>,
        headers: Headers,
        body: Bytes,
    ) -> HttpRequest {
        let url = match query {
            None => self.prepared.url.clone(),
            Some(query) => format!("{}?{query}", self.prepared.url),
        };
        let max_response_bytes = self.settings.max_response_bytes;
        HttpRequest { method, url, headers, body, max_response_bytes, progress: Progress::default() }
    }
}
