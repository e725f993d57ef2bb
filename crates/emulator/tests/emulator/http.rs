//! What is HTTP's rather than the service's: sizes, garbage, connections.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use tencentcloud_emulator::{Emulator, Limit};

use crate::client::{Call, PATIENCE, start, start_with};

/// The size that the service documents for the body of a signed request.
const MOST_BODY: usize = 10 << 20;

/// The size of a head that the emulator does not read on from.
const MOST_HEAD: usize = 64 << 10;

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

/// Sends bytes as they are, and reads until the other side closes.
fn raw(emulator: &Emulator, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// A call whose body is so many bytes of JSON.
fn of_size(bytes: usize) -> Call {
    call().with(|call| call.body.resize(bytes, b' '))
}

#[test]
fn a_body_may_have_ten_mebibytes() {
    let reply = of_size(MOST_BODY).send(&start());
    assert_eq!(reply.code(), "", "{}", reply.message());
}

#[test]
fn a_larger_body_is_refused_by_an_answer() {
    let emulator = start();
    for bytes in [MOST_BODY + 1, 2 * MOST_BODY] {
        let reply = of_size(bytes).send(&emulator);
        assert_eq!(reply.code(), "RequestSizeLimitExceeded");
        assert_eq!(reply.status(), "200");
    }
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn a_head_that_does_not_end_is_refused() {
    let emulator = start();
    // Not a byte more than the emulator reads: unread ones could cost the client its answer.
    let mut head = b"POST / HTTP/1.1\r\nX-Long: ".to_vec();
    head.resize(MOST_HEAD, b'a');
    let reply = raw(&emulator, &head);
    assert!(reply.starts_with("HTTP/1.1 431 "), "{reply}");
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn a_head_of_a_mebibyte_is_refused_and_its_sender_gets_to_read_that() {
    let emulator = start();
    let mut head = b"POST / HTTP/1.1\r\nX-Long: ".to_vec();
    head.resize(1 << 20, b'a');
    let reply = raw(&emulator, &head);
    assert!(reply.starts_with("HTTP/1.1 431 "), "{reply}");
    assert_eq!(emulator.received(), []);
}

#[test]
fn the_history_keeps_a_mebibyte_of_a_body() {
    let emulator = start();
    assert_eq!(of_size(3 << 20).send(&emulator).code(), "");
    let [received] = emulator.received().try_into().unwrap();
    assert_eq!((received.body_bytes, received.request.body.len()), (3 << 20, 1 << 20));
}

#[test]
fn the_history_of_large_requests_has_its_size() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    let large = of_size(1 << 20);
    (0..17).for_each(|_| assert_eq!(large.send(&emulator).code(), ""));
    // Each is remembered with its body and its parameters, a mebibyte each, and a little more.
    assert_eq!(emulator.received().len(), 15);
}

#[test]
fn garbage_concerns_nobody_else() {
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
fn a_header_may_hold_any_bytes() {
    let emulator = start();
    let reply = raw(&emulator, b"POST / HTTP/1.1\r\nConnection: close\r\nX-TC-Action: \xff\xfe\r\n\r\n");
    assert!(reply.contains("AuthFailure.InvalidAuthorization"), "{reply}");
}

#[test]
fn a_connection_serves_several_requests() {
    let emulator = start();
    let one = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    let reply = raw(&emulator, one.repeat(3).as_bytes());
    assert_eq!(reply.matches("HTTP/1.1 200 OK").count(), 3, "{reply}");
}

#[test]
fn an_idle_connection_holds_nobody_up() {
    let emulator = start();
    let _idle = TcpStream::connect(emulator.address()).unwrap();
    assert_eq!(call().send(&emulator).code(), "");
}

#[test]
fn the_date_is_the_emulators() {
    let reply = call().send(&start());
    assert_eq!(reply.header("date"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));
}
