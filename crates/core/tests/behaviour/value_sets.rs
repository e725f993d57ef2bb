//! Tests of `value_set!`, which implements an enum of values.

use tencentcloud_core::value_set;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    Done,
    Fail,
    Other(String),
}

value_set!(Status { Done: "done", Fail: "fail" });

#[test]
fn values_are_read_without_regard_to_case_and_written_as_documented() {
    let status: Status = serde_json::from_str(r#""Done""#).unwrap();
    assert_eq!(status, Status::Done);
    assert_eq!(serde_json::to_string(&status).unwrap(), r#""done""#);
}

#[test]
fn an_unknown_value_is_kept_verbatim() {
    let status: Status = serde_json::from_str(r#""Half-Done""#).unwrap();
    assert_eq!(status, Status::Other("Half-Done".to_owned()));
    assert_eq!(serde_json::to_string(&status).unwrap(), r#""Half-Done""#);
}

#[test]
fn null_and_numbers_are_refused() {
    for json in ["null", "1", "[]"] {
        assert!(serde_json::from_str::<Status>(json).is_err(), "{json}");
    }
}

#[test]
fn documented_values_are_listed_and_compare_with_text() {
    assert_eq!(Status::VALUES, [Status::Done, Status::Fail]);
    assert_eq!(Status::Fail, "fail");
    assert_eq!("fail".parse(), Ok(Status::Fail));
}
