//! Shares code between the fuzz targets: an input format that people can read and write, and the
//! checks that every error has to pass.

use std::error::Error as _;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Config, ConfigBuilder, Credentials, Error};
use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::http::HttpResponse;

/// The time of the virtual clock, in seconds since 1970.
pub const NOW: u64 = 1_700_000_000;

/// The text that must not be printed.
pub const SECRET: &str = "7cPz0kVwq3HnE9tXy5LmR1aJd8UfS2Gb";

/// Attempts per call. The script has a response for each of them.
pub const ATTEMPTS: usize = 3;

/// A message as in HTTP: a line, headers, an empty line, and a body of any bytes.
#[derive(Debug)]
pub struct Message<'a> {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: &'a [u8],
}

/// Splits an input into messages, which are separated by a line `===`.
pub fn messages(data: &[u8]) -> Vec<Message<'_>> {
    split(data, b"\n===\n").into_iter().map(message).collect()
}

fn message(data: &[u8]) -> Message<'_> {
    let (head, body) = cut(data, b"\n\n").unwrap_or((data, b""));
    let head = String::from_utf8_lossy(head);
    let (line, headers) = head.split_once('\n').unwrap_or((&head, ""));
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    Message { line: line.to_owned(), headers: headers.split('\n').filter_map(header).collect(), body }
}

/// Whether an input contains the secret. A fuzzer finds it by watching comparisons, and then it is
/// no error to print it.
pub fn contains_secret(data: &[u8]) -> bool {
    data.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
}

/// Splits an input at every occurrence of a text.
pub fn split<'a>(mut data: &'a [u8], at: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some((before, after)) = cut(data, at) {
        parts.push(before);
        data = after;
    }
    parts.push(data);
    parts
}

fn cut<'a>(data: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = data.windows(at.len()).position(|window| window == at)?;
    Some((&data[..found], &data[found + at.len()..]))
}

impl Message<'_> {
    /// The message as a response with another body. The line begins with the status; if it is
    /// invalid, the status is 200.
    pub fn response(&self, body: Vec<u8>) -> HttpResponse {
        let status = self.line.split(' ').next().and_then(|status| status.parse().ok()).unwrap_or(200);
        let headers = self.headers.iter();
        headers.fold(HttpResponse::new(status, body), |response, (name, value)| response.with_header(name, value))
    }
}

/// A configuration whose credentials contain the secret.
pub fn config(transport: &ScriptedTransport, clock: &VirtualClock) -> ConfigBuilder {
    let credentials = Credentials::new("AKIDexample", SECRET).unwrap().with_token(SECRET).unwrap();
    Config::builder().credentials(credentials).transport(transport.clone()).clock(clock.clone())
}

/// Gets credentials from a provider that uses this transport.
pub fn obtain(
    provider: &impl ProvideCredentials,
    transport: &ScriptedTransport,
    clock: &VirtualClock,
) -> Result<Credentials, Error> {
    let context = ProviderContext::new(transport.clone(), clock.clone());
    clock.run(provider.credentials(&context))
}

/// Checks that an error is displayed as one line that is not empty.
pub fn check_line(error: &Error) {
    let shown = error.to_string();
    assert!(!shown.is_empty(), "the error has no text: {error:?}");
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    assert!(!shown.contains(breaks), "the error has several lines: {shown:?}");
}

/// Checks that neither an error nor its sources show the secret.
pub fn check_secret(error: &Error) {
    let mut shown = format!("{error} {error:?} {}", error.message());
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!(" {error} {error:?}");
        source = error.source();
    }
    assert!(!shown.contains(SECRET), "the error shows the secret: {shown}");
}
