//! Tests the page at `/` over HTTP. `cargo xtask conformance` opens it in a browser.

use tencentcloud_emulator::verify::Request;

use crate::client::{Call, Response, send, start};

fn open(path: &str, accept: &str) -> Response {
    let headers = [("Host", "localhost:8088"), ("Accept", accept)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = Request { method: "GET".into(), path: path.into(), headers: headers.into(), ..Request::default() };
    send(start().address(), &request)
}

#[test]
fn the_page_loads_nothing_from_other_hosts() {
    let response = open("/", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert_eq!((response.status(), response.header("content-type")), ("200", Some("text/html; charset=utf-8")));
    assert!(response.body.starts_with("<!doctype html>"), "{}", response.body);
    assert!(response.body.contains("default-src 'none'"), "the page may load from other hosts");
    for external in ["http://", "https://", "//", "@import", "url("] {
        // A comment in the script begins with two slashes and a space.
        let body = response.body.replace("// ", "");
        assert!(!body.contains(external), "{external}");
    }
}

#[test]
fn the_page_does_not_interpret_what_clients_sent_as_markup() {
    let body = open("/", "text/html").body;
    for function in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!body.contains(function), "{function}");
    }
}

#[test]
fn a_get_request_of_a_client_does_not_get_the_page() {
    let response = open("/", "*/*");
    assert_eq!(response.header("content-type"), Some("application/json"));
    let emulator = start();
    let call = Call::new("cdn", "PurgeUrlsCache", "").with(|call| {
        call.method = "GET";
        call.query = "Urls.0=http%3A%2F%2Fwww.example.com%2F";
        call.content_type = "application/x-www-form-urlencoded".into();
        call.other_headers.push(("Accept", "text/html".into()));
    });
    assert_eq!(call.send(&emulator).code(), "");
}
