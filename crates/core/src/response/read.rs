//! Decides what an HTTP response is: a success, an error of the service, or something else.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::envelope::Envelope;
use super::json_path;
use crate::error::{CodeFacts, Error, ErrorKind, ResponseSummary, SingleLine};
use crate::http::HttpResponse;

/// Maximum length of the snippet of an unknown body that an error keeps, in bytes. 256: enough to
/// recognize whose page it is.
const MAX_SNIPPET_BYTES: usize = 256;

/// The `Response` of a successful call, not deserialized yet.
pub(crate) struct RawResponse {
    body: Vec<u8>,
    /// The position of the `Response` in the body. The body may be large, so it is not copied.
    response: Range<usize>,
    request_id: Option<String>,
    summary: ResponseSummary,
}

impl RawResponse {
    /// Deserializes the members of the response.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_str(self.json()).map_err(|error| self.mismatch(error))
    }

    /// The members of the response, verbatim.
    pub(crate) fn json(&self) -> &str {
        // Never falls back: the range is part of the body, and parsed JSON is UTF-8.
        self.body.get(self.response.clone()).and_then(|json| str::from_utf8(json).ok()).unwrap_or_default()
    }

    pub(crate) fn status(&self) -> u16 {
        self.summary.status
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The error for a response that does not match the action's type.
    fn mismatch(self, error: serde_json::Error) -> Error {
        let path = json_path::of_error("Response", self.json(), &error);
        let snippet = snippet(self.json().as_bytes());
        let Self { request_id, mut summary, .. } = self;
        summary.body_snippet = Some(snippet);
        Error::new(ErrorKind::Decode, format!("the response does not match the action's type at `{path}`: {error}"))
            .with_source(error)
            .with_request_id(request_id)
            .with_response(summary)
            .with_hint("do not send it again because of this error: the service accepted the request")
    }
}

/// Decides what a response is, and takes its body. The body decides first: the service usually
/// responds with HTTP 200 even when it rejects a request, and a proxy or gateway in between may
/// respond with any status and content type.
pub(crate) fn read(known: &[CodeFacts], http: &mut HttpResponse) -> Result<RawResponse, Error> {
    let body = http.body();
    let summary = ResponseSummary {
        status: http.status(),
        content_type: http.header("content-type").map(str::to_owned),
        body_snippet: None,
    };
    match Envelope::read(body) {
        Ok(Envelope::Refusal { code, message, request_id }) => {
            Err(Error::service(known, code, message).with_request_id(request_id).with_response(summary))
        }
        Ok(Envelope::Success { response, request_id }) if (200..300).contains(&summary.status) => {
            let response = range_in(body, response);
            Ok(RawResponse { body: http.take_body(), response, request_id, summary })
        }
        Ok(Envelope::Success { request_id, .. }) => {
            let kind = match kind_of(summary.status) {
                // The status says that the request was rejected, and the body that it was carried
                // out. A retry could carry it out twice.
                ErrorKind::Throttled => ErrorKind::Decode,
                kind => kind,
            };
            Err(not_a_response(kind, "a `Response` without an `Error`", body, summary).with_request_id(request_id))
        }
        Err(what) => Err(not_a_response(kind_of(summary.status), what, body, summary)),
    }
}

/// The position of a part of a text.
fn range_in(text: &[u8], part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The kind of error that a status means. For a response whose body is not the service's.
fn kind_of(status: u16) -> ErrorKind {
    match status {
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Decode,
    }
}

/// The error for a response that is not from the service.
fn not_a_response(kind: ErrorKind, what: &str, body: &[u8], summary: ResponseSummary) -> Error {
    let snippet = snippet(body);
    let mut message = format!("HTTP {} with {what}", summary.status);
    if let Some(content_type) = &summary.content_type {
        message = format!("{message} ({content_type})");
    }
    if !snippet.is_empty() {
        message = format!("{message}: `{snippet}`");
    }
    let error = Error::new(kind, message).with_response(ResponseSummary { body_snippet: Some(snippet), ..summary });
    match kind {
        ErrorKind::Decode => error
            .with_hint("check the endpoint and any proxy or gateway in between: this response is not from the service"),
        _ => error,
    }
}

/// The first bytes of a body, as text in one line.
fn snippet(body: &[u8]) -> String {
    let start = body.get(..MAX_SNIPPET_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    // The cut may split a character.
    let text = if start.len() < body.len() { text.trim_end_matches(char::REPLACEMENT_CHARACTER) } else { &text };
    SingleLine(text).to_string()
}
