//! Tests the HTTP server: sizes, garbage, connections.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use tencentcloud_emulator::{Emulator, Limit};

use crate::client::{Call, PATIENCE, start, start_with};

/// The documented maximum size of a JSON body.
const MAX_BODY: usize = 10 << 20;

/// The maximum size of a head.
const MAX_HEAD: usize = 64 << 10;

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

/// Sends bytes as they are, and reads until the server closes the connection.
fn raw(emulator: &Emulator, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// A call whose body has this number of bytes.
fn call_of_size(bytes: usize) -> Call {
    call().with(|call| call.body.resize(bytes, b' '))
}

#[test]
fn a_body_of_10_mib_is_accepted() {
    let response = call_of_size(MAX_BODY).send(&start());
    assert_eq!(response.code(), "", "{}", response.message());
}

#[test]
fn a_larger_body_is_refused_with_a_response() {
    let emulator = start();
    for bytes in [MAX_BODY + 1, 2 * MAX_BODY] {
        let response = call_of_size(bytes).send(&emulator);
        assert_eq!(response.code(), "RequestSizeLimitExceeded");
        assert_eq!(response.status(), "200");
    }
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn an_endless_head_is_refused() {
    let emulator = start();
    // Not a byte more than the emulator reads: unread bytes could reset the connection.
    let mut head = b"POST / HTTP/1.1\r\nX-Long: ".to_vec();
    head.resize(MAX_HEAD, b'a');
    let response = raw(&emulator, &head);
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn a_head_of_1_mib_is_refused_and_the_client_can_read_the_response() {
    let emulator = start();
    let mut head = b"POST / HTTP/1.1\r\nX-Long: ".to_vec();
    head.resize(1 << 20, b'a');
    let response = raw(&emulator, &head);
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
    assert_eq!(emulator.received(), []);
}

#[test]
fn at_most_1_mib_of_a_body_is_kept() {
    let emulator = start();
    assert_eq!(call_of_size(3 << 20).send(&emulator).code(), "");
    let [received] = emulator.received().try_into().unwrap();
    assert_eq!((received.body_bytes, received.request.body.len()), (3 << 20, 1 << 20));
}

#[test]
fn the_total_size_of_kept_requests_is_limited() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    let large = call_of_size(1 << 20);
    (0..17).for_each(|_| assert_eq!(large.send(&emulator).code(), ""));
    // Each has a body and parameters of 1 MiB, and a little more.
    assert_eq!(emulator.received().len(), 15);
}

#[test]
fn garbage_does_not_affect_other_clients() {
    let emulator = start();
    for garbage in
        [&b"\x16\x03\x01\x02\x00"[..], b"garbage\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b""]
    {
        raw(&emulator, garbage);
    }
    raw(&emulator, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive");
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn a_header_may_contain_any_bytes() {
    let emulator = start();
    let response = raw(&emulator, b"POST / HTTP/1.1\r\nConnection: close\r\nX-TC-Action: \xff\xfe\r\n\r\n");
    assert!(response.contains("AuthFailure.InvalidAuthorization"), "{response}");
}

#[test]
fn a_connection_serves_several_requests() {
    let emulator = start();
    let one = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    let response = raw(&emulator, one.repeat(3).as_bytes());
    assert_eq!(response.matches("HTTP/1.1 200 OK").count(), 3, "{response}");
}

#[test]
fn an_idle_connection_does_not_delay_others() {
    let emulator = start();
    let _idle = TcpStream::connect(emulator.address()).unwrap();
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn the_date_header_shows_the_emulators_clock() {
    let response = call().send(&start());
    assert_eq!(response.header("date"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));
}
