//! What came back: an answer of the service, an error of the service, or something else.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::envelope::Envelope;
use super::json_path;
use crate::error::{CodeFacts, Error, ErrorKind, ResponseSummary, SingleLine};
use crate::http::HttpResponse;

/// How much of a body that is not understood the error keeps: enough to recognize whose page it is.
const SNIPPET_BYTES: usize = 256;

/// The `Response` of a successful call, its members not yet looked at.
pub(crate) struct RawResponse {
    body: Vec<u8>,
    /// Where the `Response` is in the body, which is not copied: it may be as long as an answer may be.
    response: Range<usize>,
    request_id: Option<String>,
    summary: ResponseSummary,
}

impl RawResponse {
    /// The members of the response as the action's type.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_str(self.json()).map_err(|error| self.misfit(error))
    }

    /// The members of the response as they came.
    pub(crate) fn json(&self) -> &str {
        // It was read as JSON, which is UTF-8, so that neither fails.
        self.body.get(self.response.clone()).and_then(|json| str::from_utf8(json).ok()).unwrap_or_default()
    }

    pub(crate) fn status(&self) -> u16 {
        self.summary.status
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    fn misfit(self, error: serde_json::Error) -> Error {
        let path = json_path::of_error("Response", self.json(), &error);
        let snippet = snippet(self.json().as_bytes());
        let Self { request_id, mut summary, .. } = self;
        summary.body_snippet = Some(snippet);
        Error::new(ErrorKind::Decode, format!("the answer does not fit at `{path}`: {error}"))
            .with_source(error)
            .with_request_id(request_id)
            .with_response(summary)
            .with_hint("do not repeat it for this: the service accepted the request")
    }
}

/// Decides what a response is: by its body first, because the service refuses with HTTP 200 as a rule, and what stands
/// between may answer with any status and content type. The answer takes the body.
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
        Ok(Envelope::Response { response, request_id }) if (200..300).contains(&summary.status) => {
            let response = place(body, response);
            Ok(RawResponse { body: http.take_body(), response, request_id, summary })
        }
        Ok(Envelope::Response { request_id, .. }) => {
            let kind = match kind_of(summary.status) {
                // It was refused, says the status, and done, says the body: sending it again may do it twice.
                ErrorKind::Throttled => ErrorKind::Decode,
                kind => kind,
            };
            Err(not_a_response(kind, "a `Response` without an `Error`", body, summary).with_request_id(request_id))
        }
        Err(what) => Err(not_a_response(kind_of(summary.status), what, body, summary)),
    }
}

/// Where a part of a text is in it.
fn place(text: &[u8], part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// What a response is by its status, whose body says nothing that is understood.
fn kind_of(status: u16) -> ErrorKind {
    match status {
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Decode,
    }
}

/// The error for a response that is something else.
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
        ErrorKind::Decode => {
            error.with_hint("check the endpoint, and what stands between: the service did not write this")
        }
        _ => error,
    }
}

/// The first bytes of a body as text on one line.
fn snippet(body: &[u8]) -> String {
    let start = body.get(..SNIPPET_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    // The cut may go through a character, which then looks like a broken one.
    let text = if start.len() < body.len() { text.trim_end_matches(char::REPLACEMENT_CHARACTER) } else { &text };
    SingleLine(text).to_string()
}
