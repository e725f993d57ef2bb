//! How the demonstration tells what happened.

use tencentcloud_core::signing::{CanonicalRequest, Scope, StringToSign};
use tencentcloud_core::{Error, HttpRequest};

use crate::observed::Exchange;

/// The headers that this client signs.
const SIGNED: [&str; 2] = ["content-type", "host"];

/// Tells of one call: the code, what was asked, what was signed, what came back, and what the program gets.
pub(crate) fn call(title: &str, function: &str, exchange: Option<&Exchange>, outcome: &Result<String, Error>) {
    println!("━━ {title}\n");
    part("in your program", &code(function));
    match exchange {
        Some(Exchange { request, response }) => {
            part("asked", &asked(request));
            part("signed", &signed(request));
            let answer = response
                .as_ref()
                .map(|response| format!("HTTP {}\n{}", response.status(), String::from_utf8_lossy(response.body())));
            part("came back", &answer.unwrap_or_else(|| "nothing".to_owned()));
        }
        None => part("asked", "nothing: it was refused before it was sent"),
    }
    match outcome {
        Ok(value) => part("your program gets", value),
        Err(error) => part("your program gets an error", &format!("{error}\nkind: {:?}", error.kind())),
    }
}

fn part(name: &str, text: &str) {
    println!("   {name}:");
    for line in text.lines() {
        println!("      {line}");
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
fn asked(request: &HttpRequest) -> String {
    let mut text = format!("POST {}\n", request.url());
    for (name, value) in request.headers() {
        match name {
            "authorization" | "x-tc-token" => text.push_str(&format!("{name}: (not shown)\n")),
            _ => text.push_str(&format!("{name}: {value}\n")),
        }
    }
    text + "\n" + &String::from_utf8_lossy(request.body())
}

/// The two texts that the signature is made from, computed anew from what was sent.
fn signed(request: &HttpRequest) -> String {
    let headers = SIGNED.map(|name| (name, request.header(name).unwrap_or_default()));
    let canonical = CanonicalRequest { method: "POST", query: "", headers: &headers, payload: request.body() };
    let timestamp = request.header("x-tc-timestamp").and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    // The scope names the service: `Credential=<id>/<date>/<service>/tc3_request`.
    let credential = request.header("authorization").and_then(|value| value.split(['=', ',']).nth(1));
    let service = credential.and_then(|credential| credential.split('/').nth(2)).unwrap_or_default();
    let scope = Scope::new(timestamp, service);
    let string = StringToSign { timestamp, scope: &scope, request: &canonical.digest() }.text();
    format!("the canonical request\n{}\n\nthe string to sign\n{string}", indented(&canonical.text()))
        .replace(&string, &indented(&string))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
