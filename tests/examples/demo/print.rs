//! Prints what happens in each call.

use tencentcloud_core::Error;
use tencentcloud_core::http::HttpRequest;
use tencentcloud_core::signing::{CanonicalRequest, Scope, StringToSign};

use crate::recorder::Exchange;

/// The headers that the client signs.
const SIGNED_HEADERS: [&str; 2] = ["content-type", "host"];

/// Prints calls. The signing steps follow the first request only, because they are always the same.
#[derive(Default)]
pub(crate) struct Printer {
    all_signing_steps: bool,
    shown_signing_steps: bool,
}

impl Printer {
    /// Prints the signing steps of every request.
    pub(crate) fn with_all_signing_steps() -> Self {
        Self { all_signing_steps: true, ..Self::default() }
    }

    /// Prints one call: its code, the request, the response, and the value that the program gets.
    pub(crate) fn call(
        &mut self,
        title: &str,
        function: &str,
        exchange: Option<Exchange>,
        outcome: &Result<String, Error>,
    ) {
        println!("━━ {title}\n");
        part("your program", &code(function));
        match exchange {
            Some(Exchange { request, response }) => {
                part("request", &message(&request));
                if self.all_signing_steps || !self.shown_signing_steps {
                    let is_only_one = !self.all_signing_steps;
                    let title = if is_only_one { "signing steps (use --signing to see all)" } else { "signing steps" };
                    part(title, &signing_steps(&request));
                    self.shown_signing_steps = true;
                }
                let response = response.map(|response| {
                    format!("HTTP {}\n{}", response.status(), String::from_utf8_lossy(response.body()))
                });
                part("response", &response.unwrap_or_else(|| "none".to_owned()));
            }
            None => part("request", "not sent: the client refused it"),
        }
        match outcome {
            Ok(value) => part("result", value),
            Err(error) => part("error", &format!("{error}\nkind: {:?}", error.kind())),
        }
    }
}

fn part(name: &str, text: &str) {
    println!("   {name}:");
    for line in text.lines() {
        println!("{}", format!("      {line}").trim_end());
    }
    println!();
}

/// The body of a function of `calls.rs`.
fn code(function: &str) -> String {
    let source = include_str!("calls.rs");
    let body = source.split(&format!("fn {function}(")).nth(1).unwrap_or_default();
    let body = body.split("\n}\n").next().unwrap_or_default();
    let lines = body.lines().skip(1).map(|line| line.strip_prefix("    ").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The request without its signature and token.
fn message(request: &HttpRequest) -> String {
    let mut text = format!("POST {}\n", request.url());
    for (name, value) in request.headers() {
        match name {
            "authorization" | "x-tc-token" => text.push_str(&format!("{name}: (not shown)\n")),
            _ => text.push_str(&format!("{name}: {value}\n")),
        }
    }
    text + "\n" + &String::from_utf8_lossy(request.body())
}

/// The canonical request and the string to sign, computed again from the request.
fn signing_steps(request: &HttpRequest) -> String {
    let headers = SIGNED_HEADERS.map(|name| (name, request.header(name).unwrap_or_default()));
    let canonical = CanonicalRequest { method: "POST", query: "", headers: &headers, payload: request.body() };
    let timestamp = request.header("x-tc-timestamp").and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    // The scope names the service: `Credential=<id>/<date>/<service>/tc3_request`.
    let credential = request.header("authorization").and_then(|value| value.split(['=', ',']).nth(1));
    let service = credential.and_then(|credential| credential.split('/').nth(2)).unwrap_or_default();
    let scope = Scope::new(timestamp, service);
    let string = StringToSign { timestamp, scope: &scope, request: &canonical.digest() }.text();
    format!("canonical request\n{}\nstring to sign\n{}", indented(&canonical.text()), indented(&string))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
