//! Tests injected faults, as a client sees them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tencentcloud_emulator::{Emulator, Fault};

use crate::client::{Call, NOW, PATIENCE, Response, V1Call, exchange, start};

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

/// Starts an emulator with this fault.
fn start_with_fault(fault: Fault) -> Emulator {
    let emulator = start();
    emulator.faults().add(fault);
    emulator
}

#[track_caller]
fn assert_succeeds(emulator: &Emulator) {
    assert_eq!(call().send(emulator).code(), "");
}

/// Sends a call, and reads until the connection ends. Returns what was read, and the error.
fn exchange_bytes(emulator: &Emulator) -> (Vec<u8>, Option<ErrorKind>) {
    let request = call().request();
    let mut head = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\nConnection: close\r\n", request.body.len());
    request.headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&[format!("{head}\r\n").as_bytes(), &request.body].concat()).unwrap();
    let mut response = Vec::new();
    let error = stream.read_to_end(&mut response).err().map(|error| error.kind());
    (response, error)
}

#[test]
fn a_request_is_throttled_the_given_number_of_times() {
    let emulator = start_with_fault(Fault::refuse("RequestLimitExceeded").on("PurgeUrlsCache").times(2));
    let other = Call::new("teo", "CreatePurgeTask", r#"{"ZoneId":"zone-1","Type":"purge_all"}"#);
    assert_eq!(other.send(&emulator).code(), "");
    for _ in 0..2 {
        let response = call().send(&emulator);
        assert_eq!((response.code().as_str(), response.status()), ("RequestLimitExceeded", "200"));
        assert_eq!(response.message(), "Requests arrive faster than the action allows.");
    }
    assert_succeeds(&emulator);
    assert_eq!(emulator.tasks().len(), 2);
    let faults: Vec<bool> = emulator.received().iter().map(|received| received.fault.is_some()).collect();
    assert_eq!(faults, [false, true, true, false]);
}

#[test]
fn any_code_and_any_message_can_be_injected() {
    for product in tencentcloud_emulator::products() {
        for code in product.codes.iter().chain(tencentcloud_emulator::common_codes()) {
            let response = call().send(&start_with_fault(Fault::refuse(code.code)));
            assert_eq!(response.code(), code.code);
        }
    }
    let response = call().send(&start_with_fault(Fault::refuse("MadeUp.Code").saying("made up")));
    assert_eq!((response.code().as_str(), response.message().as_str()), ("MadeUp.Code", "made up"));
}

#[test]
fn an_invalid_signature_takes_precedence_over_a_fault() {
    let emulator = start_with_fault(Fault::refuse("RequestLimitExceeded"));
    let wrong = call().with(|call| call.secret_key.push('x'));
    assert_eq!(wrong.send(&emulator).code(), "AuthFailure.SignatureFailure");
}

#[test]
fn a_gateway_responds_with_html() {
    let emulator = start_with_fault(Fault::http(502, "<h1>Bad Gateway</h1>"));
    let response = call().send(&emulator);
    assert_eq!((response.status(), response.header("content-type")), ("502", Some("text/html")));
    assert_eq!(response.body, "<h1>Bad Gateway</h1>");
    assert_eq!(emulator.tasks(), []);
    assert_succeeds(&emulator);
    assert_eq!(call().send(&start_with_fault(Fault::http(42, ""))).status(), "500");
    assert_eq!(call().send(&start_with_fault(Fault::http(101, ""))).status(), "500");
}

#[test]
fn a_delayed_response_is_late() {
    let emulator = start_with_fault(Fault::delay(Duration::from_millis(200)));
    let began = Instant::now();
    assert_succeeds(&emulator);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_response_is_sent_in_pieces() {
    let emulator = start_with_fault(Fault::drip(30, Duration::from_millis(20)));
    let began = Instant::now();
    let response = call().send(&emulator);
    assert_eq!(response.code(), "");
    let pieces = u32::try_from(response.body.len().div_ceil(30)).unwrap();
    assert!(pieces >= 3 && began.elapsed() >= pieces * Duration::from_millis(20), "{pieces}");
    assert_eq!(response.header("content-length"), Some(response.body.len().to_string().as_str()));
}

#[test]
fn a_connection_is_reset_before_or_after_the_request_is_carried_out() {
    for (fault, tasks) in [(Fault::reset(), 0), (Fault::reset_after(), 1)] {
        let emulator = start_with_fault(fault);
        assert_eq!(exchange_bytes(&emulator), (Vec::new(), Some(ErrorKind::ConnectionReset)));
        assert_eq!(emulator.tasks().len(), tasks);
        assert_succeeds(&emulator);
    }
}

#[test]
fn a_response_is_truncated() {
    for cut in [0, 10] {
        let emulator = start_with_fault(Fault::truncate(cut));
        let (response, _) = exchange_bytes(&emulator);
        let response = String::from_utf8(response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let head = Response { head: head.to_owned(), body: String::new() };
        assert_eq!(body.len(), usize::try_from(cut).unwrap(), "{response}");
        assert!(head.header("content-length").unwrap().parse::<usize>().unwrap() > 50, "{response}");
        assert_eq!(emulator.tasks().len(), 1);
        assert_succeeds(&emulator);
    }
    assert_eq!(call().send(&start_with_fault(Fault::truncate(1_000_000))).code(), "");
}

#[test]
fn a_response_is_padded_to_the_given_size() {
    let emulator = start_with_fault(Fault::pad(5_000_000));
    let response = call().send(&emulator);
    assert_eq!((response.body.len(), response.code().as_str()), (5_000_000, ""));
    assert_eq!(call().send(&start_with_fault(Fault::pad(1))).code(), "");
}

#[test]
fn the_clock_of_the_service_can_be_wrong() {
    let emulator = start_with_fault(Fault::skew(600));
    let response = call().send(&emulator);
    assert_eq!(response.code(), "AuthFailure.SignatureExpire");
    assert!(response.message().ends_with(&format!("the server time {}.", NOW + 600)), "{}", response.message());
    assert_eq!(response.header("date"), Some("Tue, 14 Nov 2023 22:23:20 GMT"));
    assert_succeeds(&emulator);
    emulator.faults().add(Fault::skew(-600).times(2));
    assert_eq!(call().send(&emulator).header("date"), Some("Tue, 14 Nov 2023 22:03:20 GMT"));
    let adjusted = call().with(|call| call.timestamp = NOW - 600);
    assert_eq!(adjusted.send(&emulator).code(), "");
}

#[test]
fn failing_targets_of_a_purge_are_in_the_log() {
    let emulator = start_with_fault(Fault::fail().matching("/2"));
    let urls = json!({ "Urls": ["http://a.b/1", "http://a.b/2"] }).to_string();
    let response = Call::new("cdn", "PurgeUrlsCache", &urls).send(&emulator);
    let query = json!({ "TaskId": response.members()["TaskId"] }).to_string();
    let log = Call::new("ecdn", "DescribePurgeTasks", &query).send(&emulator).members();
    assert_eq!((&log["PurgeLogs"][0]["Status"], &log["PurgeLogs"][1]["Status"]), (&json!("Done"), &json!("fail")));
    let query = json!({ "StartTime": "2000-01-01 00:00:00", "Status": "fail" }).to_string();
    assert_eq!(Call::new("ecdn", "DescribePurgeTasks", &query).send(&emulator).members()["TotalCount"], 1);
}

#[test]
fn failing_targets_of_a_job_are_in_its_response() {
    let emulator = start_with_fault(Fault::fail().matching("b.example").saying("no such host"));
    let hosts = json!({ "ZoneId": "zone-1", "Type": "purge_host", "Targets": ["a.example", "b.example"] }).to_string();
    let response = Call::new("teo", "CreatePurgeTask", &hosts).send(&emulator);
    assert_eq!(response.members()["FailedList"], json!([{ "Reason": "no such host", "Targets": ["b.example"] }]));
    assert_eq!(emulator.tasks()[0].targets.len(), 1);
}

#[test]
fn faults_can_be_cleared() {
    let emulator = start_with_fault(Fault::refuse("InternalError").always());
    assert_eq!(call().send(&emulator).code(), "InternalError");
    assert_eq!(emulator.faults().pending().len(), 1);
    emulator.faults().clear();
    assert_succeeds(&emulator);
}

#[test]
fn a_fault_applies_to_queries_and_forms_too() {
    let emulator = start_with_fault(Fault::refuse("InternalError").on("PurgeUrlsCache"));
    let v1 = V1Call::new("GET", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", "http://a.b/")]);
    assert_eq!(v1.send(&emulator).code(), "InternalError");
    assert!(exchange(emulator.address(), &v1.request()).contains("TaskId"));
}
