//! The request as it is sent: signed for a moment, by the method of the configuration.

use std::time::UNIX_EPOCH;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use crate::action::Operation;
use crate::client::Service;
use crate::endpoint::Origin;
use crate::headers::Headers;
use crate::signing::{CanonicalHead, StringToSign, V1Hash, V1Request, authorization};
use crate::skew::Correction;
use crate::{Config, Credentials, Error, ErrorKind, HttpRequest, SigningMethod, form};

static ACTION: HeaderName = HeaderName::from_static("x-tc-action");
static LANGUAGE: HeaderName = HeaderName::from_static("x-tc-language");
static REGION: HeaderName = HeaderName::from_static("x-tc-region");
pub(crate) static REQUEST_CLIENT: HeaderName = HeaderName::from_static("x-tc-requestclient");
static TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
static TOKEN: HeaderName = HeaderName::from_static("x-tc-token");
static VERSION: HeaderName = HeaderName::from_static("x-tc-version");
/// How many headers a request has with all of them, and an interceptor's or two.
const TC3_HEADERS: usize = 12;

/// Sent byte for byte as it is signed: a client that appended a charset would break the signature.
const JSON: &str = "application/json";
/// What the service wants to be told of a request without a body as well.
const FORM: &str = "application/x-www-form-urlencoded";
/// What stands for a signature where none is asked for: for a web identity, which is in the body.
const NOT_SIGNED: &str = "SKIP";
/// The common parameters, which stand among those of the action in signature V1.
const RESERVED: [&str; 11] = [
    "Action",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Timestamp",
    "Token",
    "Version",
];
/// Up to which a nonce is drawn: it has to be a positive number, and the SDKs' own fit 31 bits.
const LARGEST_NONCE: f64 = 2_147_483_647.0;

/// What is signed of every `POST` of JSON to an origin.
///
/// Of the headers, the two that the service asks for: signing more would only let a proxy break more.
pub(crate) fn head(origin: &Origin) -> CanonicalHead {
    CanonicalHead::new("POST", "", &[("content-type", JSON), ("host", &origin.authority)])
}

/// Signs a body for the moment that the corrected clock shows.
pub(crate) fn request(
    service: &Service,
    operation: &Operation,
    credentials: &Credentials,
    body: &Bytes,
    correction: Correction,
) -> Result<HttpRequest, Error> {
    let now = correction.apply(service.config.clock().now());
    // A clock before 1970 signs for 1970; the service then answers that the signature has expired, and when.
    let timestamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let signer = Signer { service, operation, credentials, timestamp };
    let method = if credentials.signs() { service.config.signing_method() } else { SigningMethod::Tc3Post };
    match method {
        SigningMethod::Tc3Post => {
            fits(body.len(), method)?;
            signer.tc3_post(body)
        }
        SigningMethod::Tc3Get => {
            let query = form::encoded(form::parameters(body)?);
            fits(query.len(), method)?;
            signer.tc3_get(&query)
        }
        SigningMethod::V1Get(hash) => {
            let query = signer.v1(body, "GET", hash)?;
            fits(query.len(), method)?;
            Ok(signer.message("GET", Some(&query), signer.v1_headers(), Bytes::new()))
        }
        SigningMethod::V1Post(hash) => {
            let form = signer.v1(body, "POST", hash)?;
            fits(form.len(), method)?;
            Ok(signer.message("POST", None, signer.v1_headers(), Bytes::from_owner(form)))
        }
    }
}

/// Refuses a body that is too large, whatever it is signed with and when: only with the other methods does it take more room
/// than it has.
pub(crate) fn check(config: &Config, body: &[u8]) -> Result<(), Error> {
    match config.signing_method() {
        SigningMethod::Tc3Post => fits(body.len(), SigningMethod::Tc3Post),
        SigningMethod::Tc3Get | SigningMethod::V1Get(_) | SigningMethod::V1Post(_) => Ok(()),
    }
}

/// Refuses what the service would only refuse.
fn fits(bytes: usize, method: SigningMethod) -> Result<(), Error> {
    let limit = method.max_bytes();
    if bytes <= limit {
        return Ok(());
    }
    let hint = match method {
        SigningMethod::Tc3Post => "split the request",
        _ => "split the request, or sign with `SigningMethod::Tc3Post`, which takes the most",
    };
    let message = format!("the request takes {bytes} bytes, and {limit} are what the service reads with {method:?}");
    Err(Error::new(ErrorKind::InvalidRequest, message).with_hint(hint))
}

/// Who signs what, and when.
struct Signer<'a> {
    service: &'a Service,
    operation: &'a Operation,
    credentials: &'a Credentials,
    timestamp: u64,
}

impl Signer<'_> {
    fn tc3_post(&self, body: &Bytes) -> Result<HttpRequest, Error> {
        let head = &self.service.head;
        let headers = self.tc3_headers(head, body, JSON)?;
        Ok(self.message("POST", None, headers, body.clone()))
    }

    fn tc3_get(&self, query: &str) -> Result<HttpRequest, Error> {
        let host = &*self.service.origin.authority;
        let head = CanonicalHead::new("GET", query, &[("content-type", FORM), ("host", host)]);
        let headers = self.tc3_headers(&head, b"", FORM)?;
        Ok(self.message("GET", Some(query), headers, Bytes::new()))
    }

    /// The headers that TC3 needs, in which everything stands but the parameters of the action.
    fn tc3_headers(&self, head: &CanonicalHead, payload: &[u8], content_type: &'static str) -> Result<Headers, Error> {
        let Self { service, operation, credentials, timestamp } = self;
        let authorization = if credentials.signs() {
            let day = service.latest_key.get(credentials, &operation.service, *timestamp);
            let request = head.digest(payload);
            let signature = day.key.sign(&StringToSign { timestamp: *timestamp, scope: &day.scope, request: &request });
            authorization(credentials.secret_id(), &day.scope, head.signed_headers(), &signature)
        } else {
            NOT_SIGNED.to_owned()
        };
        let mut headers = Headers::with_capacity(TC3_HEADERS);
        headers.put_secret(&AUTHORIZATION, authorization)?;
        headers.put(&CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.put(&HOST, service.host.clone());
        headers.put_text(&ACTION, operation.action.clone())?;
        headers.put_text(&VERSION, operation.version.clone())?;
        headers.put(&TIMESTAMP, HeaderValue::from(*timestamp));
        headers.put(&REQUEST_CLIENT, service.request_client.clone());
        if let Some(language) = service.config.language() {
            headers.put(&LANGUAGE, HeaderValue::from_static(language.as_str()));
        }
        if let Some(region) = &operation.region {
            headers.put_text(&REGION, region.clone())?;
        }
        if let Some(token) = credentials.session_token() {
            headers.put_secret(&TOKEN, token.to_owned())?;
        }
        Ok(headers)
    }

    fn v1_headers(&self) -> Headers {
        let mut headers = Headers::with_capacity(2);
        headers.put(&CONTENT_TYPE, HeaderValue::from_static(FORM));
        headers.put(&HOST, self.service.host.clone());
        headers
    }

    /// The query or form that signature V1 needs, in which everything stands.
    fn v1(&self, body: &[u8], method: &str, hash: V1Hash) -> Result<Zeroizing<String>, Error> {
        let Self { service, operation, credentials, timestamp } = self;
        let nonce = 1.0 + (service.config.chance() * LARGEST_NONCE).floor().clamp(0.0, LARGEST_NONCE - 1.0);
        let mut parameters = form::parameters(body)?;
        if let Some((name, _)) = parameters.iter().find(|(name, _)| RESERVED.contains(&name.as_str())) {
            let message = format!(
                "the parameter `{name}` has the name of a common parameter, which signature V1 sends beside it"
            );
            return Err(Error::new(ErrorKind::InvalidRequest, message).with_hint("sign with `SigningMethod::Tc3Post`"));
        }
        let mut add = |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
        add("Action", &operation.action);
        add("Version", &operation.version);
        add("Timestamp", &timestamp.to_string());
        add("Nonce", &nonce.to_string());
        add("SecretId", credentials.secret_id());
        add("SignatureMethod", hash.as_str());
        add("RequestClient", service.config.request_client());
        if let Some(language) = service.config.language() {
            add("Language", language.as_str());
        }
        if let Some(region) = &operation.region {
            add("Region", region);
        }
        if let Some(token) = credentials.session_token() {
            add("Token", token);
        }
        let signature = V1Request { method, host: &service.origin.authority, parameters: &parameters }
            .sign(credentials.secret_key(), hash);
        parameters.push(("Signature".to_owned(), signature));
        Ok(form::encoded(parameters))
    }

    fn message(&self, method: &'static str, query: Option<&str>, headers: Headers, body: Bytes) -> HttpRequest {
        let Self { service, .. } = self;
        let mut url = service.url.clone();
        // Nothing in it is changed, for it is percent-encoded.
        url.set_query(query);
        HttpRequest { method, url, headers, body, max_response_bytes: service.config.max_response_bytes() }
    }
}
