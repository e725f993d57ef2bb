//! Faults of a body: HTTP 200 with something other than a response of the service.

use tencentcloud_core::http::HttpResponse;

use super::table::{self, Fault, Play, Section};
use crate::sample::PURGED;

const ABOUT: &str = "\
All of these arrive with HTTP 200, and the request is not sent again. If the body is a response of
the service that was damaged in transit, the request has probably been carried out. If it is
something else, it is unknown who sent it. The error contains the first bytes of the body. An odd
request id or message of the service changes nothing else.";

pub(super) fn section() -> Section {
    let fault = |what: &str, body: Vec<u8>| {
        let response = HttpResponse::new(200, body).with_header("Content-Type", "application/json");
        Fault::new(what, Play::Respond(response))
    };
    let text = |what: &str, body: &str| fault(what, body.as_bytes().to_vec());
    let faults = [
        text("no body", ""),
        text("white space", " \r\n"),
        text("a page", "<!doctype html><title>Log in</title>"),
        text("an event stream", "data: {\"Response\":{}}\n\n"),
        text("a number", "1"),
        text("`null`", "null"),
        text("a string", r#""Response""#),
        text("a list", r#"[{"Response":{"TaskId":"t"}}]"#),
        text("an empty object", "{}"),
        text("JSON that ends too early", &PURGED[..PURGED.len() - 1]),
        text("JSON with trailing data", &format!("{PURGED}{PURGED}")),
        text("a response followed by a page", &format!("{PURGED}<script></script>")),
        text("a response that is cut off within a member", r#"{"Response":{"TaskId":"ta"#),
        text("JSON with a trailing comma", r#"{"Response":{"TaskId":"t",}}"#),
        text("`Response` in lower case", r#"{"response":{"TaskId":"t"}}"#),
        text("`RequestId` that is a number", r#"{"Response":{"TaskId":"t","RequestId":7}}"#),
        text("`RequestId` twice", r#"{"Response":{"TaskId":"t","RequestId":"r","RequestId":"r"}}"#),
        text("`Response` twice", r#"{"Response":{"TaskId":"t"},"Response":{"TaskId":"t"}}"#),
        text("`Response` that is `null`", r#"{"Response":null}"#),
        text("`Response` that is a list", r#"{"Response":["t"]}"#),
        text("`Response` that is a string", r#"{"Response":"t"}"#),
        text("`Response` without a required member", r#"{"Response":{"RequestId":"r"}}"#),
        text("`Response` with a member of the wrong type", r#"{"Response":{"TaskId":7}}"#),
        text("`Response` with a required member that is `null`", r#"{"Response":{"TaskId":null}}"#),
        text("`Response` with a member that is nested 10,000 deep", &nested(10_000)),
        text("rate-limit error whose `Message` is a number", &throttled("7")),
        text("rate-limit error whose `Message` is not valid Unicode", &throttled(r#""\ud800""#)),
        text("`Error` that is a string", r#"{"Response":{"Error":"no"}}"#),
        text("`Error` without a `Code`", r#"{"Response":{"Error":{"Message":"no"}}}"#),
        text("`Error` with a `Code` that is a number", r#"{"Response":{"Error":{"Code":7,"Message":"no"}}}"#),
        text("older gateway's success", r#"{"code":0,"message":"","codeDesc":"Success"}"#),
        fault("bytes that are not text", b"\xff\xfe{\0}\0".to_vec()),
        fault("a byte order mark before the JSON", [b"\xef\xbb\xbf", PURGED.as_bytes()].concat()),
        fault("a member that is not UTF-8", b"{\"Response\":{\"TaskId\":\"\xff\"}}".to_vec()),
        Fault::new(
            "compressed bytes with a `Content-Encoding`",
            Play::Respond(
                HttpResponse::new(200, b"\x1f\x8b\x08\x00\x00\x00\x00\x00").with_header("Content-Encoding", "gzip"),
            ),
        ),
        fault("compressed bytes", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec()),
        fault("more bytes than the limit of 16 MiB", vec![b' '; 16 * 1024 * 1024 + 1]),
    ];
    table::of_faults("Bodies", ABOUT, &faults)
}

/// A rate-limit error with the given JSON as its message.
fn throttled(message: &str) -> String {
    format!(r#"{{"Response":{{"Error":{{"Code":"RequestLimitExceeded","Message":{message}}},"RequestId":"r"}}}}"#)
}

/// A response with a task id, and a member of nested lists.
fn nested(depth: usize) -> String {
    format!(r#"{{"Response":{{"TaskId":"t","Failed":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth))
}
