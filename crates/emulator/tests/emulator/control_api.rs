//! Tests the control API, through which programs in any language control an emulator.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_emulator::verify::Request;
use tencentcloud_emulator::{Emulator, Fault};

use crate::client::{Call, NOW, PATIENCE, Response, V1Call, at, send, start};

fn request(emulator: &Emulator, method: &str, path: &str, body: &str) -> Response {
    let headers = [("Host", "127.0.0.1"), ("Content-Type", "application/json")];
    request_with(emulator, method, path, &headers, body)
}

fn request_with(emulator: &Emulator, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request =
        Request { method: method.into(), path: path.into(), query: String::new(), headers, body: body.into() };
    send(emulator.address(), &request)
}

fn get(emulator: &Emulator, path: &str) -> Value {
    let response = request(emulator, "GET", path, "");
    assert_eq!(response.status(), "200", "{}", response.body);
    serde_json::from_str(&response.body).unwrap()
}

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

#[test]
fn the_root_lists_all_paths() {
    let response = request(&start(), "GET", "/_emulator/", "");
    assert_eq!((response.status(), response.header("content-type")), ("200", Some("text/plain; charset=utf-8")));
    for path in ["received", "events", "tasks", "usage", "faults", "clock", "zones", "settings"] {
        assert!(response.body.contains(&format!("/_emulator/{path}")), "{path}");
    }
}

#[test]
fn the_listed_effects_are_accepted() {
    let emulator = start();
    let contents = request(&emulator, "GET", "/_emulator/", "").body;
    let effects: Vec<&str> = contents.lines().map(str::trim).filter(|line| line.starts_with('{')).collect();
    assert_eq!(effects.len(), 9);
    for effect in effects {
        let response = request(&emulator, "POST", "/_emulator/faults", &format!(r#"{{"effect":{effect}}}"#));
        assert_eq!(response.status(), "200", "{effect}: {}", response.body);
    }
    assert_eq!(get(&emulator, "/_emulator/faults")["faults"].as_array().unwrap().len(), 9);
}

#[test]
fn received_requests_are_returned_as_they_were_sent() {
    let emulator = start();
    call().send(&emulator);
    let sent = call().with(|call| call.host = "127.0.0.1:8088".into());
    let signed = sent.clone().with(|call| call.host = "127.0.0.1".into());
    send(emulator.address(), &sent.request_signed_as(&signed));
    let v1 = V1Call::new("POST", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", "http://a.b/")]);
    v1.send(&emulator);

    let received = &get(&emulator, "/_emulator/received")["received"];
    let [first, second, third] = [&received[0], &received[1], &received[2]];
    assert_eq!((&first["at"], &first["code"], &first["fault"]), (&json!(1.7e9), &Value::Null, &Value::Null));
    let sent = call().request();
    assert_eq!(first["request"]["body"].as_str().unwrap().as_bytes(), sent.body);
    assert_eq!((&first["request"]["method"], &first["request"]["path"]), (&json!("POST"), &json!("/")));
    let authorization = sent.header("Authorization").unwrap();
    let headers = first["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", authorization])), "{headers:?}");
    assert_eq!(
        first["verified"],
        json!({
            "secret_id": tencentcloud_emulator::SECRET_ID, "service": "cdn", "timestamp": NOW,
            "scheme": "TC3-HMAC-SHA256", "host_without_port": false,
        })
    );
    assert_eq!((&second["verified"], &second["code"]), (&Value::Null, &json!("AuthFailure.SignatureFailure")));
    assert!(
        second["message"].as_str().unwrap().contains("with the host `127.0.0.1`, but `127.0.0.1:8088`"),
        "{second}"
    );
    assert_eq!(
        (&third["verified"]["scheme"], &third["parameters"]),
        (&json!("HmacSHA1"), &json!(r#"{"Urls":["http://a.b/"]}"#))
    );
    assert!(third["request"]["body"].as_str().unwrap().contains("Urls.0=http%3A%2F%2Fa.b%2F"), "{third}");

    assert_eq!(request(&emulator, "DELETE", "/_emulator/received", "").status(), "200");
    assert_eq!(get(&emulator, "/_emulator/received")["received"], json!([]));
}

#[test]
fn tasks_and_usage_are_returned() {
    let emulator = start();
    call().send(&emulator);
    let tasks = get(&emulator, "/_emulator/tasks");
    assert_eq!(tasks["total"], 1);
    assert_eq!(tasks["tasks"][0]["targets"], json!([{ "address": "http://www.example.com/1.jpg", "status": "done" }]));
    let usage = get(&emulator, "/_emulator/usage")["usage"].take();
    let entry = |per: &str, counter: Value, limit: u64| {
        json!({
            "account": "default", "service": "cdn", "action": "PurgeUrlsCache", "per": per,
            "counter": counter, "used": 1, "limit": limit,
        })
    };
    let day = |counter: &str| entry("day", json!(counter), 10_000);
    assert_eq!(usage, json!([entry("second", Value::Null, 20), day("mainland"), day("overseas")]));
}

#[test]
fn faults_are_added_one_by_one_or_as_a_list_and_cleared() {
    let emulator = start();
    let one = r#"{"action":"PurgeUrlsCache","effect":{"refuse":{"code":"RequestLimitExceeded"}}}"#;
    let many =
        r#"[{"effect":{"http":{"status":503,"body":"busy"}}},{"times":null,"effect":{"delay":{"milliseconds":0}}}]"#;
    for body in [one, many] {
        assert_eq!(request(&emulator, "POST", "/_emulator/faults", body).status(), "200");
    }
    assert_eq!(call().send(&emulator).code(), "RequestLimitExceeded");
    assert_eq!(call().send(&emulator).status(), "503");
    assert_eq!(call().send(&emulator).code(), "");
    assert_eq!(get(&emulator, "/_emulator/faults")["faults"].as_array().unwrap().len(), 1);
    assert_eq!(request(&emulator, "DELETE", "/_emulator/faults", "").status(), "200");
    assert_eq!(emulator.faults().pending(), []);
}

#[test]
fn too_many_faults_are_refused_together() {
    let emulator = start();
    let faults = |count: usize| format!("[{}]", vec![r#"{"effect":{"reset":{}}}"#; count].join(","));
    for (count, status) in [(10_001, "400"), (9_999, "200"), (2, "400"), (1, "200"), (1, "400")] {
        let response = request(&emulator, "POST", "/_emulator/faults", &faults(count));
        assert_eq!(response.status(), status, "{count}: {}", &response.body[..200]);
        if status == "400" {
            assert!(response.body.contains("at most 10000 may be pending"), "{}", response.body);
        }
    }
    assert_eq!(emulator.faults().pending().len(), 10_000);

    emulator.faults().clear();
    let large = format!(r#"{{"effect":{{"http":{{"status":502,"body":"{}"}}}}}}"#, "x".repeat(1_000_000));
    let accepted = (0..20).filter(|_| request(&emulator, "POST", "/_emulator/faults", &large).status() == "200");
    assert_eq!(accepted.count(), 16);
}

#[test]
fn the_clock_can_be_advanced() {
    let emulator = start();
    assert_eq!(get(&emulator, "/_emulator/clock"), json!({ "now": 1.7e9 }));
    let response = request(&emulator, "POST", "/_emulator/clock", r#"{"advance_seconds":86400}"#);
    assert_eq!(serde_json::from_str::<Value>(&response.body).unwrap(), json!({ "now": 1.7e9 + 86400.0 }));
    assert_eq!(call().send(&emulator).code(), "AuthFailure.SignatureExpire");
}

#[test]
fn a_clock_is_not_set_to_a_time_that_cannot_be_written() {
    let emulator = start();
    let says = "the clock would show a time before 1970 or after 9999-12-30; help: ";
    for (path, body) in [
        ("faults", r#"{"effect":{"skew":{"seconds":9000000000000000}}}"#),
        ("faults", r#"[{"effect":{"reset":{}}},{"effect":{"skew":{"seconds":-1700000001}}}]"#),
        ("clock", r#"{"advance_seconds":251702207201}"#),
        ("clock", r#"{"advance_seconds":18446744073709551615}"#),
    ] {
        let response = request(&emulator, "POST", &format!("/_emulator/{path}"), body);
        assert_eq!(response.status(), "400", "{body}");
        assert!(response.body.contains(says), "{}", response.body);
    }
    assert_eq!((emulator.faults().pending(), emulator.now()), (vec![], at(NOW)));
    let latest = request(&emulator, "POST", "/_emulator/clock", r#"{"advance_seconds":251702207200}"#);
    assert_eq!(latest.status(), "200", "{}", latest.body);
}

#[test]
fn a_clock_stops_at_a_time_that_browsers_can_show() {
    let emulator = start();
    for seconds in [i64::MAX, i64::MIN] {
        emulator.faults().add(Fault::skew(seconds));
        assert_eq!(call().send(&emulator).code(), "AuthFailure.SignatureExpire");
    }
    emulator.advance(Duration::MAX);
    assert_eq!(call().send(&emulator).code(), "AuthFailure.SignatureExpire");
    let received = &get(&emulator, "/_emulator/received")["received"];
    let times: Vec<u64> = (0..3).map(|index| received[index]["at"].as_f64().unwrap() as u64).collect();
    assert_eq!(times, [253_402_207_200, 0, 253_402_207_200]);
}

#[test]
fn zones_can_be_replaced() {
    let emulator = start();
    assert_eq!(get(&emulator, "/_emulator/zones")["zones"].as_array().unwrap().len(), 4);
    // The example of the contents.
    let contents = request(&emulator, "GET", "/_emulator/", "").body;
    let (_, rest) = contents.split_once("[{").unwrap();
    let example = format!("[{{{}}}]", rest.split_once("}]").unwrap().0);
    assert_eq!(request(&emulator, "POST", "/_emulator/zones", &example).status(), "200");
    assert_eq!(get(&emulator, "/_emulator/zones")["zones"], serde_json::from_str::<Value>(&example).unwrap());
    let short = r#"[{"id":"zone-1","name":"a.b","status":"initializing"}]"#;
    assert_eq!(request(&emulator, "POST", "/_emulator/zones", short).status(), "200");
    let zones = emulator.zones();
    assert_eq!(
        (zones.len(), zones[0].id(), zones[0].area(), zones[0].status()),
        (1, "zone-1", "global", "initializing")
    );
}

#[test]
fn settings_can_be_changed_for_later_tasks() {
    let emulator = start();
    let settings = |purge: f64, history: f64| json!({ "purge_seconds": purge, "history_seconds": history });
    assert_eq!(get(&emulator, "/_emulator/settings"), settings(0.0, 0.0));
    call().send(&emulator);
    for (change, expected) in [
        (r#"{"purge_seconds":60}"#, settings(60.0, 0.0)),
        (r#"{"history_seconds":5}"#, settings(60.0, 5.0)),
        ("{}", settings(60.0, 5.0)),
    ] {
        let response = request(&emulator, "POST", "/_emulator/settings", change);
        assert_eq!(serde_json::from_str::<Value>(&response.body).unwrap(), expected);
    }
    call().send(&emulator);
    let durations = emulator
        .tasks()
        .into_iter()
        .map(|task| [task.listed, task.finished].map(|time| time.duration_since(task.created).unwrap().as_secs()));
    assert_eq!(durations.collect::<Vec<_>>(), [[5, 60], [0, 0]]);
}

#[test]
fn an_invalid_request_is_refused_with_a_reason() {
    let emulator = start();
    for (method, path, body, status, says) in [
        ("POST", "/_emulator/faults", "{", "400", "invalid fault"),
        ("POST", "/_emulator/faults", r#"{"effect":{"refuse":{}}}"#, "400", "code"),
        ("POST", "/_emulator/faults", r#"{"effects":{}}"#, "400", "effects"),
        ("POST", "/_emulator/clock", r#"{"advance_seconds":-1}"#, "400", "advance_seconds"),
        ("POST", "/_emulator/clock", r#"{"advance_seconds":1,"x":1}"#, "400", "advance_seconds"),
        ("POST", "/_emulator/clock", "[]", "400", "advance_seconds"),
        ("POST", "/_emulator/zones", "{}", "400", "invalid zones"),
        ("POST", "/_emulator/zones", r#"[{"id":"zone-1"}]"#, "400", "missing field `name`"),
        ("POST", "/_emulator/zones", r#"[{"id":"a","name":"a.b"}]"#, "400", "`a` is not the id of a zone"),
        ("POST", "/_emulator/settings", r#"{"seconds":1}"#, "400", "unknown field `seconds`"),
        ("POST", "/_emulator/settings", r#"{"purge_seconds":-1}"#, "400", "invalid settings"),
        ("PUT", "/_emulator/faults", "{}", "404", "GET /_emulator/ lists"),
        ("GET", "/_emulator/fault", "", "404", "GET /_emulator/ lists"),
    ] {
        let response = request(&emulator, method, path, body);
        assert_eq!(response.status(), status, "{method} {path} {body}: {}", response.body);
        assert!(response.body.contains(says), "{}", response.body);
    }
    let large = "x".repeat((1 << 20) + 1);
    assert_eq!(request(&emulator, "POST", "/_emulator/faults", &large).status(), "413");
    assert_eq!(emulator.faults().pending(), []);
    assert_eq!(emulator.received(), []);
}

#[test]
fn pages_of_other_sites_have_no_access() {
    let emulator = start();
    let fault = r#"{"effect":{"reset":{}}}"#;
    let simple = [("Host", "127.0.0.1:1"), ("Content-Type", "text/plain")];
    assert_eq!(request_with(&emulator, "POST", "/_emulator/faults", &simple, fault).status(), "415");
    for host in [
        "attacker.example",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "LOCALHOST.attacker.example",
        "",
    ] {
        let rebound = [("Host", host), ("Content-Type", "application/json")];
        assert_eq!(request_with(&emulator, "GET", "/_emulator/received", &rebound, "").status(), "403", "{host}");
    }
    for host in ["localhost:1", "LOCALHOST", "LocalHost:1", "Emulator.LocalHost", "[::1]:1", "127.0.0.1"] {
        assert_eq!(
            request_with(&emulator, "GET", "/_emulator/received", &[("Host", host)], "").status(),
            "200",
            "{host}"
        );
    }
    assert_eq!(emulator.faults().pending(), []);
}

#[test]
fn a_browser_gets_a_page() {
    let emulator = start();
    let response = request_with(&emulator, "GET", "/", &[("Host", "localhost"), ("Accept", "text/html,*/*")], "");
    assert_eq!((response.status(), response.header("content-type")), ("200", Some("text/html; charset=utf-8")));
    let response = request_with(&emulator, "GET", "/", &[("Host", "localhost"), ("Accept", "*/*")], "");
    assert_eq!(response.code(), "AuthFailure.InvalidAuthorization");
}

#[test]
fn requests_are_sent_as_events() {
    let emulator = start();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, emulator.address().port())).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    assert!(head.contains(&"content-type: text/event-stream".to_owned()), "{head:?}");
    for action in ["PurgeUrlsCache", "Purge"] {
        call().with(|call| call.action = action.into()).send(&emulator);
        let data = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned)).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&data).unwrap()["action"], action);
    }
}
