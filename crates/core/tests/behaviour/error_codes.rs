//! Tests of `error_codes!`, which implements an enum of error codes.

use tencentcloud_core::error::{CodeFacts, ErrorCode};
use tencentcloud_core::{ErrorKind, error_codes};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Code {
    TooOften,
    Missing,
    Other(String),
}

error_codes!(Code {
    TooOften: CodeFacts::new("UnauthorizedOperation.OperationTooOften", ErrorKind::Throttled).with_hint("slow down"),
    Missing: CodeFacts::new("MissingParameter", ErrorKind::Rejected),
});

#[test]
fn a_documented_code_is_matched_exactly_and_converts_back_to_its_text() {
    let code = Code::from("UnauthorizedOperation.OperationTooOften");
    assert_eq!(code, Code::TooOften);
    assert_eq!(code.to_string(), "UnauthorizedOperation.OperationTooOften");
    assert_eq!(code, "UnauthorizedOperation.OperationTooOften");
    assert_eq!((code.kind(), code.hint()), (ErrorKind::Throttled, Some("slow down")));
    assert_eq!(Code::from("missingparameter"), Code::Other("missingparameter".to_owned()));
}

#[test]
fn an_unknown_code_keeps_its_text_and_takes_the_kind_of_its_first_segment() {
    let code: Code = "LimitExceeded.New".parse().unwrap();
    assert_eq!(code, Code::Other("LimitExceeded.New".to_owned()));
    assert_eq!((code.kind(), code.hint()), (ErrorKind::Quota, None));
}

#[test]
fn facts_are_in_the_order_of_the_variants() {
    let codes: Vec<_> = Code::FACTS.iter().map(CodeFacts::code).collect();
    assert_eq!(codes, ["UnauthorizedOperation.OperationTooOften", "MissingParameter"]);
    assert_eq!(Code::Missing.as_str(), "MissingParameter");
}
