//! One attempt: sign, send, read.

use std::time::UNIX_EPOCH;

use zeroize::Zeroizing;

use crate::action::Operation;
use crate::answer::{self, Answer};
use crate::client::Service;
use crate::endpoint::Origin;
use crate::future::within;
use crate::signing::{CanonicalHead, StringToSign, authorization};
use crate::transport::Header;
use crate::{Credentials, Error, HttpRequest, TransportError, TransportErrorKind};

/// Sent byte for byte as it is signed: a client that appended a charset would break the signature.
const CONTENT_TYPE: &str = "application/json";
/// Who is calling, in the characters that the service allows: letters, digits, and `-_ ,;.`.
const REQUEST_CLIENT: &str = concat!("tencentcloud-rust_", env!("CARGO_PKG_VERSION"));

/// What is signed of every request to an origin.
///
/// Of the headers, the two that the service asks for: signing more would only let a proxy break more.
pub(crate) fn head(origin: &Origin) -> CanonicalHead {
    CanonicalHead::new("POST", "", &[("content-type", CONTENT_TYPE), ("host", &origin.authority)])
}

/// Signs a body, sends it once, and reads the answer.
pub(crate) async fn attempt(
    service: &Service,
    operation: &'static Operation,
    credentials: &Credentials,
    body: &[u8],
) -> Result<Answer, Error> {
    let request = sign(service, operation, credentials, body);
    exchange(service, operation, request).await.map_err(|error| error.with_host(&service.origin.authority))
}

/// Sends a request, and reads what comes back in the time that an attempt has.
async fn exchange(service: &Service, operation: &'static Operation, request: HttpRequest) -> Result<Answer, Error> {
    let config = &service.config;
    let limit = config.attempt_timeout();
    let response = within(config.clock(), limit, config.transport().send(request)).await.unwrap_or_else(|| {
        Err(TransportError::new(TransportErrorKind::Timeout, format!("{limit:?} is what an attempt may take")))
    })?;
    // The default transport stops reading at the limit; this is for those that do not.
    let limit = config.max_response_bytes();
    if response.body().len() > limit {
        return Err(TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes")).into());
    }
    answer::read(operation, &response)
}

/// The request as it is sent, signed for the moment that the clock shows.
fn sign(service: &Service, operation: &Operation, credentials: &Credentials, body: &[u8]) -> HttpRequest {
    // A clock before 1970 signs for 1970; the service then answers that the signature has expired, and when.
    let timestamp = service.config.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let day = service.latest_key.get(credentials, operation.service, timestamp);
    let request = service.head.digest(body);
    let signature = day.key.sign(&StringToSign { timestamp, scope: &day.scope, request: &request });
    let signed_headers = service.head.signed_headers();

    let mut headers = vec![
        header("authorization", authorization(credentials.secret_id(), &day.scope, signed_headers, &signature)),
        header("content-type", CONTENT_TYPE),
        header("host", service.origin.authority.as_str()),
        header("x-tc-action", operation.action),
        header("x-tc-version", operation.version),
        header("x-tc-timestamp", timestamp.to_string()),
        header("x-tc-requestclient", REQUEST_CLIENT),
    ];
    headers.extend(credentials.session_token().map(|token| header("x-tc-token", token)));
    HttpRequest {
        url: service.origin.url(),
        headers,
        body: body.to_vec(),
        max_response_bytes: service.config.max_response_bytes(),
    }
}

fn header(name: &'static str, value: impl Into<String>) -> Header {
    Header { name, value: Zeroizing::new(value.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_names_itself_in_the_characters_that_are_allowed() {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_ ,;.".contains(c);
        assert!(REQUEST_CLIENT.len() <= 128 && REQUEST_CLIENT.chars().all(allowed), "{REQUEST_CLIENT}");
    }
}
