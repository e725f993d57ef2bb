//! Decides what an HTTP response is: a success, an error of the service, or something else.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::envelope::{self, Diagnosis, Envelope, RequestId, UnreadableBody};
use super::json_path;
use crate::error::{CodeFacts, Error, ErrorKind, ResponseSummary, SingleLine, Truncated};
use crate::http::HttpResponse;

/// Maximum length of the snippet of an unknown body that an error keeps, in bytes. 256: enough to
/// recognize whose page it is.
const MAX_SNIPPET_BYTES: usize = 256;

/// The `Response` of a successful call, not deserialized yet.
pub(crate) struct RawResponse {
    body: Vec<u8>,
    /// The position of the `Response` in the body. The body may be large, so it is not copied.
    response: Range<usize>,
    request_id: RequestId,
    summary: ResponseSummary,
}

impl RawResponse {
    /// Deserializes the members of the response.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, Error> {
        let json = self.json_with_usable_request_id();
        serde_json::from_str(&json).map_err(|error| self.mismatch(&json, error))
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
        self.request_id.id.as_deref()
    }

    /// The members of the response. A malformed request id is replaced: it must not fail a call
    /// that the service has carried out.
    fn json_with_usable_request_id(&self) -> Cow<'_, str> {
        let json = self.json();
        match &self.request_id {
            RequestId { is_malformed: true, id } => {
                envelope::with_request_id(json, id.as_deref()).map_or(Cow::Borrowed(json), Cow::Owned)
            }
            RequestId { is_malformed: false, .. } => Cow::Borrowed(json),
        }
    }

    /// The error for a response that does not match the action's type.
    fn mismatch(&self, json: &str, error: serde_json::Error) -> Error {
        let path = json_path::of_error("Response", json, &error);
        let summary = ResponseSummary { body_snippet: Some(snippet(json.as_bytes())), ..self.summary.clone() };
        Error::new(ErrorKind::Decode, format!("the response does not match the action's type at `{path}`: {error}"))
            .with_source(error)
            .with_request_id(self.request_id.id.clone())
            .with_response(summary)
            .with_hint("do not send it again because of this error: the service accepted the request")
    }
}

/// Decides what a response is, and takes its body. The body decides first: the service usually
/// responds with HTTP 200 even when it rejects a request, and a proxy or gateway in between may
/// respond with any status and content type.
pub(crate) fn read(known: &[CodeFacts], http: &mut HttpResponse) -> Result<RawResponse, Error> {
    let summary = ResponseSummary {
        status: http.status(),
        content_type: http.header("content-type").map(str::to_owned),
        ..ResponseSummary::default()
    };
    match Envelope::read(http.body()) {
        Ok(Envelope::Rejection { code, message, request_id }) => {
            Err(Error::service(known, code, message).with_request_id(request_id).with_response(summary))
        }
        Ok(Envelope::Success { response, request_id }) if is_success(summary.status) => {
            let response = range_in(http.body(), response);
            Ok(RawResponse { body: http.take_body(), response, request_id, summary })
        }
        Ok(Envelope::Success { request_id, .. }) => {
            // The body means success, and the status does not: a proxy has changed one of them.
            let what = "a `Response` without an `Error`";
            Err(unreadable(
                http,
                summary,
                UnreadableBody { what, request_id: request_id.id, diagnosis: Diagnosis::DamagedInTransit },
            ))
        }
        Err(body) => Err(unreadable(http, summary, body)),
    }
}

/// The position of `part` in `text`, of which it must be a slice.
pub(crate) fn range_in(text: &[u8], part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// Whether a status means success. The service itself responds to a success with 200, but a proxy
/// that changes a response may change its status to 203, for example.
fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The kind of error that a status means. For a response whose body cannot be read.
fn kind_of(status: u16) -> ErrorKind {
    match status {
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Decode,
    }
}

/// The error for a response that is neither a success nor an error of the service.
fn unreadable(http: &HttpResponse, summary: ResponseSummary, body: UnreadableBody) -> Error {
    let UnreadableBody { what, request_id, diagnosis } = body;
    // The status says that the service carried the action out, and only the body was lost.
    let diagnosis =
        if is_success(summary.status) && http.body().is_empty() { Diagnosis::DamagedInTransit } else { diagnosis };
    let encoding = http.header("content-encoding").filter(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    let kind = match kind_of(summary.status) {
        // The body may be a success whose status a proxy has changed to 429. A retry would carry
        // the action out twice.
        ErrorKind::Throttled if diagnosis == Diagnosis::DamagedInTransit => ErrorKind::Decode,
        kind => kind,
    };
    let mut message = format!("HTTP {} with {what}", summary.status);
    let content_type = summary.content_type.as_deref().map(|content_type| Truncated(content_type).to_string());
    let encoding_header = encoding.map(|encoding| format!("Content-Encoding: {}", Truncated(encoding)));
    let headers: Vec<String> = content_type.into_iter().chain(encoding_header).collect();
    if !headers.is_empty() {
        message = format!("{message} ({})", headers.join(", "));
    }
    let snippet = snippet(http.body());
    if !snippet.is_empty() {
        message = format!("{message}: `{snippet}`");
    }
    let summary = ResponseSummary { body_snippet: Some(snippet), ..summary };
    let error = Error::new(kind, message).with_request_id(request_id).with_response(summary);
    if kind != ErrorKind::Decode {
        return error;
    }
    match diagnosis {
        _ if encoding.is_some() => error
            .that_may_have_been_carried_out()
            .with_hint("check any proxy or gateway in between: it must not compress responses"),
        Diagnosis::DamagedInTransit => error
            .that_may_have_been_carried_out()
            .with_hint("check any proxy or gateway in between: it changed the response of the service"),
        Diagnosis::RejectedWithoutCode => {
            error.with_hint("check any proxy or gateway in between, or open a support ticket with the request id")
        }
        Diagnosis::NotFromService => error
            .with_hint("check the endpoint and any proxy or gateway in between: this response is not from the service"),
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
