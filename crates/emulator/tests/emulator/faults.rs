//! What goes wrong on demand, as a client sees it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tencentcloud_emulator::{Emulator, Fault};

use crate::client::{Call, NOW, PATIENCE, Reply, exchange, start};

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

/// Starts an emulator where this goes wrong once.
fn with(fault: Fault) -> Emulator {
    let emulator = start();
    emulator.faults().add(fault);
    emulator
}

fn as_before(emulator: &Emulator) {
    assert_eq!(call().send(emulator).code(), "");
}

/// Calls, and reads until the connection ends, however it ends.
fn bytes(emulator: &Emulator) -> (Vec<u8>, Option<ErrorKind>) {
    let request = call().request();
    let mut head = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\nConnection: close\r\n", request.body.len());
    request.headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    let mut stream = TcpStream::connect(emulator.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&[format!("{head}\r\n").as_bytes(), &request.body].concat()).unwrap();
    let mut reply = Vec::new();
    let error = stream.read_to_end(&mut reply).err().map(|error| error.kind());
    (reply, error)
}

#[test]
fn a_request_is_throttled_as_often_as_asked_for() {
    let emulator = with(Fault::refuse("RequestLimitExceeded").on("PurgeUrlsCache").times(2));
    let other = Call::new("teo", "CreatePurgeTask", r#"{"ZoneId":"z","Type":"purge_all"}"#);
    assert_eq!(other.send(&emulator).code(), "");
    for _ in 0..2 {
        let reply = call().send(&emulator);
        assert_eq!((reply.code().as_str(), reply.status()), ("RequestLimitExceeded", "200"));
        assert_eq!(reply.message(), "Requests arrive faster than the action allows.");
    }
    as_before(&emulator);
    assert_eq!(emulator.tasks().len(), 2);
    let faults: Vec<bool> = emulator.received().iter().map(|received| received.fault.is_some()).collect();
    assert_eq!(faults, [false, true, true, false]);
}

#[test]
fn any_code_can_be_had_with_any_message() {
    for product in tencentcloud_emulator::products() {
        for code in product.codes.iter().chain(tencentcloud_emulator::common_codes()) {
            let reply = call().send(&with(Fault::refuse(code.code)));
            assert_eq!(reply.code(), code.code);
        }
    }
    let reply = call().send(&with(Fault::refuse("MadeUp.Code").saying("made up")));
    assert_eq!((reply.code().as_str(), reply.message().as_str()), ("MadeUp.Code", "made up"));
}

#[test]
fn a_request_that_is_not_signed_right_is_refused_for_that() {
    let emulator = with(Fault::refuse("RequestLimitExceeded"));
    let wrong = call().with(|call| call.secret_key.push('x'));
    assert_eq!(wrong.send(&emulator).code(), "AuthFailure.SignatureFailure");
}

#[test]
fn a_gateway_answers_html() {
    let emulator = with(Fault::http(502, "<h1>Bad Gateway</h1>"));
    let reply = call().send(&emulator);
    assert_eq!((reply.status(), reply.header("content-type")), ("502", Some("text/html")));
    assert_eq!(reply.body, "<h1>Bad Gateway</h1>");
    assert_eq!(emulator.tasks(), []);
    as_before(&emulator);
    assert_eq!(call().send(&with(Fault::http(42, ""))).status(), "500");
    assert_eq!(call().send(&with(Fault::http(101, ""))).status(), "500");
}

#[test]
fn a_slow_answer_comes_late() {
    let emulator = with(Fault::delay(Duration::from_millis(200)));
    let began = Instant::now();
    as_before(&emulator);
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[test]
fn an_answer_drips() {
    let emulator = with(Fault::drip(30, Duration::from_millis(20)));
    let began = Instant::now();
    let reply = call().send(&emulator);
    assert_eq!(reply.code(), "");
    let pieces = u32::try_from(reply.body.len().div_ceil(30)).unwrap();
    assert!(pieces >= 3 && began.elapsed() >= pieces * Duration::from_millis(20), "{pieces}");
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
}

#[test]
fn a_connection_is_reset_before_or_after_the_request_is_carried_out() {
    for (fault, tasks) in [(Fault::reset(), 0), (Fault::reset_after(), 1)] {
        let emulator = with(fault);
        assert_eq!(bytes(&emulator), (Vec::new(), Some(ErrorKind::ConnectionReset)));
        assert_eq!(emulator.tasks().len(), tasks);
        as_before(&emulator);
    }
}

#[test]
fn an_answer_ends_before_its_end() {
    for cut in [0, 10] {
        let emulator = with(Fault::truncate(cut));
        let (reply, _) = bytes(&emulator);
        let reply = String::from_utf8(reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        let whole = Reply { head: head.to_owned(), body: String::new() };
        assert_eq!(body.len(), usize::try_from(cut).unwrap(), "{reply}");
        assert!(whole.header("content-length").unwrap().parse::<usize>().unwrap() > 50, "{reply}");
        assert_eq!(emulator.tasks().len(), 1);
        as_before(&emulator);
    }
    assert_eq!(call().send(&with(Fault::truncate(1_000_000))).code(), "");
}

#[test]
fn an_answer_is_as_large_as_asked_for() {
    let emulator = with(Fault::pad(5_000_000));
    let reply = call().send(&emulator);
    assert_eq!((reply.body.len(), reply.code().as_str()), (5_000_000, ""));
    assert_eq!(call().send(&with(Fault::pad(1))).code(), "");
}

#[test]
fn a_clock_can_be_wrong() {
    let emulator = with(Fault::skew(600));
    let reply = call().send(&emulator);
    assert_eq!(reply.code(), "AuthFailure.SignatureExpire");
    assert!(reply.message().ends_with(&format!("the server time {}.", NOW + 600)), "{}", reply.message());
    assert_eq!(reply.header("date"), Some("Tue, 14 Nov 2023 22:23:20 GMT"));
    as_before(&emulator);
    emulator.faults().add(Fault::skew(-600).times(2));
    assert_eq!(call().send(&emulator).header("date"), Some("Tue, 14 Nov 2023 22:03:20 GMT"));
    let turned = call().with(|call| call.timestamp = NOW - 600);
    assert_eq!(turned.send(&emulator).code(), "");
}

#[test]
fn targets_of_a_purge_fail_in_the_log() {
    let emulator = with(Fault::fail().matching("/2"));
    let urls = json!({ "Urls": ["http://a.b/1", "http://a.b/2"] }).to_string();
    let reply = Call::new("cdn", "PurgeUrlsCache", &urls).send(&emulator);
    let query = json!({ "TaskId": reply.response()["TaskId"] }).to_string();
    let log = Call::new("ecdn", "DescribePurgeTasks", &query).send(&emulator).response();
    assert_eq!((&log["PurgeLogs"][0]["Status"], &log["PurgeLogs"][1]["Status"]), (&json!("Done"), &json!("fail")));
    let query = json!({ "StartTime": "2000-01-01 00:00:00", "Status": "fail" }).to_string();
    assert_eq!(Call::new("ecdn", "DescribePurgeTasks", &query).send(&emulator).response()["TotalCount"], 1);
}

#[test]
fn targets_of_a_job_fail_in_its_answer() {
    let emulator = with(Fault::fail().matching("b.example").saying("no such host"));
    let hosts = json!({ "ZoneId": "z", "Type": "purge_host", "Targets": ["a.example", "b.example"] }).to_string();
    let reply = Call::new("teo", "CreatePurgeTask", &hosts).send(&emulator);
    assert_eq!(reply.response()["FailedList"], json!([{ "Reason": "no such host", "Targets": ["b.example"] }]));
    assert_eq!(emulator.tasks()[0].targets.len(), 1);
}

#[test]
fn faults_can_be_forgotten() {
    let emulator = with(Fault::refuse("InternalError").always());
    assert_eq!(call().send(&emulator).code(), "InternalError");
    assert_eq!(emulator.faults().pending().len(), 1);
    emulator.faults().clear();
    as_before(&emulator);
}

#[test]
fn a_fault_concerns_queries_and_forms_as_well() {
    let emulator = with(Fault::refuse("InternalError").on("PurgeUrlsCache"));
    let old = crate::client::OldCall::new("GET", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", "http://a.b/")]);
    assert_eq!(old.send(&emulator).code(), "InternalError");
    assert!(exchange(emulator.address(), &old.request()).contains("TaskId"));
}
