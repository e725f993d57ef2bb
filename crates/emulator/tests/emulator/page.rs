//! The page at `/`, over HTTP; `cargo xtask conformance` looks at it in a browser.

use tencentcloud_emulator::verify::Request;

use crate::client::{Call, Reply, send, start};

fn open(path: &str, accept: &str) -> Reply {
    let headers = [("Host", "localhost:8088"), ("Accept", accept)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = Request { method: "GET".into(), path: path.into(), headers: headers.into(), ..Request::default() };
    send(start().address(), &request)
}

#[test]
fn a_browser_finds_a_page_that_needs_nothing_from_elsewhere() {
    let reply = open("/", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert_eq!((reply.status(), reply.header("content-type")), ("200", Some("text/html; charset=utf-8")));
    assert!(reply.body.starts_with("<!doctype html>"), "{}", reply.body);
    assert!(reply.body.contains("default-src 'none'"), "the page may load from elsewhere");
    for reach in ["http://", "https://", "//", "@import", "url("] {
        // A comment in the script begins with two strokes, and a space.
        let body = reply.body.replace("// ", "");
        assert!(!body.contains(reach), "{reach}");
    }
}

#[test]
fn the_page_writes_no_markup_of_what_clients_sent() {
    let body = open("/", "text/html").body;
    for door in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!body.contains(door), "{door}");
    }
}

#[test]
fn a_client_that_gets_an_action_finds_no_page() {
    let reply = open("/", "*/*");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let emulator = start();
    let call = Call::new("cdn", "PurgeUrlsCache", "").with(|call| {
        call.method = "GET";
        call.query = "Urls.0=http%3A%2F%2Fwww.example.com%2F";
        call.content_type = "application/x-www-form-urlencoded".into();
        call.others.push(("Accept", "text/html".into()));
    });
    assert_eq!(call.send(&emulator).code(), "");
}
