//! Checks how responses are read, for any status, content type and body.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tencentcloud_core::http::HttpResponse;
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Error, ErrorKind};

use crate::recorder::Recorder;
use crate::sample::{Code, Describe, PURGED, PurgeResponse, failure, outcome, purge};

fn call(status: u16, body: &str) -> Result<PurgeResponse, Error> {
    outcome(&ScriptedTransport::new().respond(status, body), &purge())
}

fn rejected(status: u16, body: &str) -> Error {
    failure(&ScriptedTransport::new().respond(status, body))
}

fn page(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Error {
    failure(
        &ScriptedTransport::new()
            .respond_with(HttpResponse::new(status, body).with_header("content-type", content_type)),
    )
}

#[test]
fn the_members_of_the_action_are_read_and_others_ignored() {
    let response = call(200, r#"{"Response":{"New":[{}],"TaskId":"t","Failed":null,"RequestId":"r"},"Extra":1}"#);
    let expected = PurgeResponse { task_id: "t".to_owned(), failed: Vec::new(), request_id: "r".to_owned() };
    assert_eq!(response.unwrap(), expected);
}

#[test]
fn neither_the_content_type_nor_a_missing_request_id_matters() {
    for request_id in ["", r#","RequestId":null"#] {
        let body = format!(r#" {{"Response":{{"TaskId":"t","Error":null{request_id}}}}} "#);
        let response = HttpResponse::new(200, body).with_header("Content-Type", "text/plain; charset=gbk");
        let response = outcome(&ScriptedTransport::new().respond_with(response), &purge()).unwrap();
        assert_eq!((response.task_id.as_str(), response.request_id.as_str()), ("t", ""));
    }
}

#[test]
fn an_error_under_http_200_is_an_error_of_the_service() {
    let body = concat!(
        r#"{"Response":{"Error":{"Code":"LimitExceeded.CdnPurgeUrlExceedDayLimit","Message":"Too many."},"#,
        r#""RequestId":"r-1"}}"#
    );
    let error = rejected(200, body);
    assert_eq!(error.kind(), ErrorKind::Quota);
    assert_eq!(error.code(), Some("LimitExceeded.CdnPurgeUrlExceedDayLimit"));
    assert_eq!(error.code_as::<Code>(), Some(Code::DayLimit));
    assert_eq!((error.message(), error.request_id(), error.status()), ("Too many.", Some("r-1"), Some(200)));
    assert_eq!((error.action(), error.attempts()), (Some("PurgeUrlsCache"), 1));
    assert_eq!(error.hint(), Some("wait until tomorrow"));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: LimitExceeded.CdnPurgeUrlExceedDayLimit: Too many. (request id r-1); \
         help: wait until tomorrow"
    );
}

#[test]
fn an_error_of_the_service_counts_under_any_status() {
    for status in [200, 400, 403, 429, 500, 503] {
        let error = rejected(status, r#"{"Response":{"Error":{"Code":"MissingParameter","Message":null}}}"#);
        assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(status)));
        assert_eq!((error.code(), error.message(), error.request_id()), (Some("MissingParameter"), "", None));
        assert_eq!(
            error.to_string(),
            "cdn.PurgeUrlsCache: MissingParameter; help: set the parameter that the message names"
        );
    }
}

#[test]
fn control_characters_of_the_server_are_escaped() {
    let body = concat!(
        r#"{"Response":{"Error":{"Code":"A\nB","Message":"one\r\ntwo\u001b[31m\u2028th\u202eree\u200b"},"#,
        r#""RequestId":"r\n"}}"#
    );
    let error = rejected(200, body);
    assert_eq!(error.message(), "one\r\ntwo\u{1b}[31m\u{2028}th\u{202e}ree\u{200b}");
    assert_eq!(
        error.to_string(),
        r"cdn.PurgeUrlsCache: A\nB: one\r\ntwo\u{1b}[31m\u{2028}th\u{202e}ree\u{200b} (request id r\n)"
    );
}

#[test]
fn an_error_of_an_older_gateway_is_an_error_of_the_service() {
    let error = rejected(200, r#"{"code":4100,"message":"who are you","codeDesc":"AuthFailure.SignatureFailure"}"#);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some("AuthFailure.SignatureFailure")));
    assert_eq!(error.message(), "who are you");
    let error = rejected(200, r#"{"code":4100,"message":"who are you"}"#);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some("4100")));
    let error = rejected(200, r#"{"code":0,"message":"","codeDesc":"Success"}"#);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Decode, None));
}

#[test]
fn a_page_is_an_error_with_its_status_content_type_and_first_bytes() {
    let error = page(502, "text/html", "<html>\n<h1>Bad Gateway</h1>");
    assert_eq!((error.kind(), error.status(), error.content_type()), (ErrorKind::Server, Some(502), Some("text/html")));
    assert_eq!(error.body_snippet(), Some(r"<html>\n<h1>Bad Gateway</h1>"));
    assert_eq!(error.code(), None);
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: HTTP 502 with something other than a JSON object (text/html): \
         `<html>\\n<h1>Bad Gateway</h1>` (host cdn.tencentcloudapi.com); not sent again: it may have been carried out; \
         help: check whether it was, or allow sending it twice with `.repeatable(true)`"
    );
    let again = ScriptedTransport::new().respond(502, "<html>");
    let error = outcome(&again, &Describe {}).unwrap_err();
    assert!(!error.to_string().contains("not sent again"), "{error}");
    assert_eq!(error.hint(), Some("check any gateway or proxy in between: this response is not from the service"));
    let error = page(429, "text/html", "<html>");
    assert_eq!(
        error.hint(),
        Some("call less often, or lower `requests_per_second`: a gateway in between rejected this")
    );
}

#[test]
fn the_error_says_what_the_body_is_instead() {
    let cases = [
        ("", "HTTP 200 with an empty body (application/json) (host cdn.tencentcloudapi.com); not sent again: it may"),
        (" \n", "with an empty body"),
        ("<html>", "with something other than a JSON object (application/json): `<html>`"),
        ("[1]", "with something other than a JSON object"),
        (r#"["a"]"#, "with something other than a JSON object"),
        (r#"{"Response":{"TaskId":"t""#, "with JSON that ends too early"),
        (r#"{"Response":oops}"#, "with broken JSON"),
        ("{}", "with JSON without a `Response`"),
        (r#"{"Response":null}"#, "with JSON without a `Response`"),
        (r#"{"Response":[1,2]}"#, "with a `Response` that is not an object"),
        (r#"{"Response":{"Error":"oops"}}"#, "with an `Error` without a `Code`"),
    ];
    for (body, claim) in cases {
        let error = rejected(200, body);
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(error.to_string().contains(claim), "{body}: {error}");
    }
}

#[test]
fn a_damaged_response_may_mean_that_the_action_was_carried_out() {
    let cases = [
        (&PURGED[..PURGED.len() - 9], "JSON that ends too early"),
        (&format!("{PURGED}<script>"), "JSON followed by other text"),
        (r#"{"Response":oops}"#, "broken JSON"),
        ("", "an empty body"),
    ];
    for (body, what) in cases {
        let error = rejected(200, body);
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.message().starts_with(&format!("HTTP 200 with {what}")), "{error}");
        assert!(error.to_string().contains("; not sent again: it may have been carried out; help: "), "{error}");
        let hint = "check whether it was, and check any proxy or gateway in between: it changed the response of the \
                    service";
        assert_eq!(error.hint(), Some(hint));
        // A query is not carried out twice, so its error does not warn.
        let error = outcome(&ScriptedTransport::new().respond(200, body), &Describe {}).unwrap_err();
        assert!(!error.to_string().contains("carried out"), "{error}");
    }
    let followed = rejected(200, &format!("{PURGED}<script>"));
    assert_eq!(followed.request_id(), Some("request-1"));
    let page = page(200, "text/html", "<html>");
    assert!(!page.to_string().contains("carried out"), "{page}");
    // The status says that the request was rejected, and the body that it was carried out.
    for status in [302, 404, 429] {
        let error = rejected(status, PURGED);
        assert!(error.to_string().contains("; not sent again: it may have been carried out; help: "), "{error}");
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::Decode, Some("request-1")));
    }
}

#[test]
fn a_compressed_response_is_named_with_its_encoding() {
    let response = HttpResponse::new(200, b"\x1f\x8b\x08".as_slice())
        .with_header("Content-Type", "application/json")
        .with_header("Content-Encoding", "gzip");
    let error = failure(&ScriptedTransport::new().respond_with(response));
    let line = error.to_string();
    assert!(line.contains("a JSON object (application/json, Content-Encoding: gzip): `"), "{line}");
    assert!(
        line.contains("; not sent again: it may have been carried out; help: check whether it was, and "),
        "{line}"
    );
    assert!(line.ends_with("check any proxy or gateway in between: it must not compress responses"), "{line}");
    // A header without an effect does not matter.
    let response = HttpResponse::new(200, PURGED).with_header("Content-Encoding", "gzip");
    outcome(&ScriptedTransport::new().respond_with(response), &purge()).unwrap();
}

#[test]
fn an_error_without_a_code_keeps_the_request_id() {
    let error = rejected(200, r#"{"Response":{"Error":{"Message":"no"},"RequestId":"r-1"}}"#);
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Decode, Some("r-1")));
    assert!(error.to_string().contains("with an `Error` without a `Code`"), "{error}");
    assert!(error.hint().unwrap().ends_with("open a support ticket with the request id"), "{error}");
}

#[test]
fn an_odd_request_id_does_not_fail_a_call() {
    for (request_id, expected) in [("7", "7"), (r#""r","RequestId":"s""#, "r"), (r#"{"a":1}"#, ""), ("[]", "")] {
        let body = format!(r#"{{"Response":{{"TaskId":"t","RequestId":{request_id}}}}}"#);
        let response = call(200, &body).unwrap();
        assert_eq!((response.task_id.as_str(), response.request_id.as_str()), ("t", expected), "{body}");
    }
}

#[test]
fn an_odd_message_does_not_hide_the_code() {
    for (message, shown) in
        [("7", "7"), (r#"{"en":"no"}"#, r#"{"en":"no"}"#), (r#""a\ud800b""#, "a\u{fffd}\u{fffd}\u{fffd}b")]
    {
        let body = format!(
            r#"{{"Response":{{"Error":{{"Code":"RequestLimitExceeded","Message":{message}}},"RequestId":"r"}}}}"#
        );
        let error = rejected(200, &body);
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Throttled, true), "{body}");
        assert_eq!((error.message(), error.request_id()), (shown, Some("r")), "{body}");
    }
}

#[test]
fn a_success_counts_under_every_status_of_success() {
    for status in [200, 201, 203, 206, 299] {
        assert_eq!(call(status, PURGED).unwrap().task_id, "task-1", "{status}");
    }
}

#[test]
fn the_status_decides_the_kind_of_a_page() {
    let cases = [
        (204, ErrorKind::Decode),
        (302, ErrorKind::Decode),
        (403, ErrorKind::Decode),
        (404, ErrorKind::Decode),
        (429, ErrorKind::Throttled),
        (500, ErrorKind::Server),
        (504, ErrorKind::Server),
    ];
    for (status, kind) in cases {
        assert_eq!(rejected(status, "").kind(), kind, "{status}");
        let error = rejected(status, "{}");
        assert_eq!((error.kind(), error.body_snippet()), (kind, Some("{}")), "{status}");
    }
    let error = rejected(500, PURGED);
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Server, Some("request-1")));
}

#[test]
fn a_snippet_is_short_and_ends_with_a_whole_character() {
    let error = page(200, "text/plain", "é".repeat(200));
    assert_eq!(error.body_snippet(), Some("é".repeat(128).as_str()));
    let error = page(200, "text/plain", format!("a{}", "é".repeat(200)));
    assert_eq!(error.body_snippet(), Some(format!("a{}", "é".repeat(127)).as_str()));
    let error = page(200, "text/plain", b"\xffoops\x00".as_slice());
    assert_eq!(error.body_snippet(), Some("\u{fffd}oops\\0"));
}

#[test]
fn a_mismatch_names_the_member_and_keeps_the_request_id() {
    let error = rejected(200, r#"{"Response":{"TaskId":7,"RequestId":"r-1"}}"#);
    assert_eq!((error.kind(), error.request_id(), error.attempts()), (ErrorKind::Decode, Some("r-1"), 1));
    assert!(
        error
            .to_string()
            .starts_with("cdn.PurgeUrlsCache: the response does not match the action's type at `Response.TaskId`: "),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(error.hint(), Some("do not send it again because of this error: the service accepted the request"));

    let error = rejected(200, r#"{"Response":{"RequestId":"r-1"}}"#);
    assert!(
        error.to_string().contains("does not match the action's type at `Response.TaskId`: missing field `TaskId`"),
        "{error}"
    );

    let error = rejected(200, r#"{"Response":{"TaskId":"t","Failed":["a",{"b":1}]}}"#);
    assert!(error.to_string().contains("does not match the action's type at `Response.Failed[1]`"), "{error}");
}

#[test]
fn long_texts_of_the_server_are_truncated() {
    let long = "long".repeat(1_000_000);
    let error = rejected(
        200,
        &format!(r#"{{"Response":{{"Error":{{"Code":"{long}","Message":"{long}"}},"RequestId":"{long}"}}}}"#),
    );
    assert_eq!(error.message().len(), 4_000_000);
    let line = error.to_string();
    assert_eq!(line.matches("longlong…").count(), 3, "{}", line.len());
    assert!(line.len() < 1_000, "{}", line.len());
    let debug = format!("{error:?}");
    assert!((4_000..6_000).contains(&debug.len()), "{}", debug.len());
}

#[test]
fn a_long_explanation_of_the_service_is_in_the_debug_output() {
    let explanation = format!("the signature does not match: {}the end", "compare what was signed ".repeat(30));
    let fault = format!(r#"{{"Code":"AuthFailure.SignatureFailure","Message":"{explanation}"}}"#);
    let body = format!(r#"{{"Response":{{"Error":{fault},"RequestId":"r"}}}}"#);
    let error = rejected(200, &body);
    let line = error.to_string();
    assert!(line.len() < 450, "{line}");
    assert!(
        line.contains("the signature does not match: ") && line.contains("… (request id r); help: check"),
        "{line}"
    );
    assert_eq!(error.message(), explanation);
    let debug = format!("{error:?}");
    assert!(debug.starts_with("Auth: cdn.PurgeUrlsCache: AuthFailure.SignatureFailure: the signature"), "{debug}");
    assert!(debug.contains("the end (request id r); help: check the secret key"), "{debug}");
}

#[test]
fn long_texts_of_the_server_are_truncated_in_the_log() {
    let long = "long\\n".repeat(500_000);
    let body = format!(r#"{{"Response":{{"Error":{{"Code":"{long}","Message":"{long}"}},"RequestId":"{long}"}}}}"#);
    let recorder = Recorder::default();
    let error = recorder.watch(|| rejected(200, &body));
    assert_eq!(error.message().len(), 2_500_000);
    let (spans, events) = (recorder.spans(), recorder.events());
    let fields = spans.iter().chain(&events).flat_map(|seen| &seen.fields);
    let mut truncated = 0;
    for (name, value) in fields {
        assert!(value.len() < 6_000 && !value.contains('\n'), "{name}: {}", value.len());
        truncated += usize::from(value.contains('…'));
    }
    // The code, the kind of error, the message and the request id, in the span and in two events.
    assert!(truncated >= 10, "{truncated}");
}

#[test]
fn the_size_limit_holds_for_a_transport_that_ignores_it() {
    let error = failure(&ScriptedTransport::new().respond(200, vec![b' '; 16 * 1024 * 1024 + 1]));
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("the response is too large: more than 16777216 bytes"), "{error}");
}

/// Bodies of any bytes, and bodies made of pieces of responses.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\u0000",
        "\\ud800",
        "null",
        "true",
        "-0",
        "1e999",
        " ",
        "\n",
        "\u{feff}",
        "{\"Response\":{",
        "\"Error\":{",
        "\"Error\":null",
        "\"Code\":\"InternalError\"",
        "\"Message\":\"no\"",
        "\"TaskId\":\"t\"",
        "\"Failed\":[",
        "\"RequestId\":\"r\"",
        "\"code\":4100",
        "\"codeDesc\":\"AuthFailure\"",
        "}}",
    ];
    let made = vec(select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![made, vec(any::<u8>(), 0..64)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_is_read_or_displayed_in_one_line(body in any_body(), status in 100_u16..600) {
        let response = HttpResponse::new(status, body).with_header("Content-Type", "application/json");
        if let Err(error) = outcome(&ScriptedTransport::new().respond_with(response), &purge()) {
            prop_assert_eq!(error.status(), Some(status));
            let line = error.to_string();
            prop_assert!(!line.contains(char::is_control), "{:?}", line);
        }
    }
}
