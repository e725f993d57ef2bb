//! Tests the text of lines.

use super::*;
use crate::error::ErrorKind;

fn targets() -> Runs {
    [0, 1, 2, 9].into_iter().collect()
}

fn at(service: u64, local: u64) -> SentAt {
    SentAt { service: time(service), local: time(local) }
}

#[test]
fn a_line_is_the_same_after_a_round_trip() {
    let error = || StoredError::from(&Error::new(ErrorKind::Interrupted, "cut"));
    let settled = |outcome| Settled { targets: targets(), outcome };
    let outcomes = vec![
        settled(StoredOutcome::Accepted { task: "t-1".to_owned() }),
        settled(StoredOutcome::Refused { error: error() }),
        settled(StoredOutcome::Unknown { error: error() }),
        settled(StoredOutcome::NotTried),
    ];
    let lines = [
        Line::Intend(Intend::new(7, at(1_500, 1_500), targets())),
        Line::Intend(Intend::new(7, at(1_500, 9), targets())),
        Line::Settle(Settle { request: 7, outcomes }),
        Line::Settle(Settle { request: 8, outcomes: Vec::new() }),
    ];
    for line in lines {
        let text = line.encode().unwrap();
        assert!(!text.contains('\n'));
        assert_eq!(Line::decode(&text).unwrap(), line, "{text}");
    }
    let intend = |at| Line::Intend(Intend::new(7, at, targets())).encode().unwrap();
    let (same, other) = (intend(at(1_500, 1_500)), intend(at(1_500, 9)));
    assert_eq!(same, checksum::add(r#"{"intend":{"request":7,"at":1500,"targets":[[0,3],[9,10]]}}"#));
    assert_eq!(other, checksum::add(r#"{"intend":{"request":7,"at":1500,"local":9,"targets":[[0,3],[9,10]]}}"#));
    assert!(same.ends_with(r#"]]},"sum":"20078af7"}"#), "{same}");
}

#[test]
fn a_line_of_which_one_byte_has_changed_is_damaged() {
    let error = StoredError::from(&Error::new(ErrorKind::Interrupted, "cut,\"sum\":\"00\"}"));
    let settled = Settled { targets: targets(), outcome: StoredOutcome::Unknown { error } };
    let line = Line::Settle(Settle { request: 7, outcomes: vec![settled] });
    let text = line.encode().unwrap();
    assert_eq!(Line::decode(&text), Ok(line));
    for place in 0..text.len() {
        for other in [b'0', b'1', b'"', b',', b'}', b' '] {
            let mut changed = text.clone().into_bytes();
            changed[place] = other;
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Line::decode(&changed).is_ok(), changed == text, "{changed}");
        }
    }
}

#[test]
fn runs_that_are_empty_or_out_of_order_are_refused() {
    for targets in ["[[1,1]]", "[[2,1]]", "[[0,3],[2,5]]", "[[5,6],[0,1]]", "[[-1,1]]", "[[0]]"] {
        let line = format!(r#"{{"intend":{{"request":7,"at":1500,"targets":{targets}}}}}"#);
        assert!(serde_json::from_str::<Line>(&line).is_err(), "{line}");
    }
}

#[test]
fn what_a_newer_version_might_write_is_refused() {
    for line in [r#"{"note":{}}"#, r#"{"settle":{"request":7,"outcomes":[],"more":1}}"#] {
        assert!(serde_json::from_str::<Line>(line).is_err(), "{line}");
    }
}
