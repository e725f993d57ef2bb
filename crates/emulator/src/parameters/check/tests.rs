use serde_json::json;

use super::*;
use crate::parameters::from_json;

const INNER: &[Field] = &[
    Field { name: "Names", shape: Shape::List(&Shape::String), required: true, optional: false },
    Field { name: "Size", shape: Shape::Unsigned, required: false, optional: false },
];

const ACTION: Action = Action {
    name: "Act",
    parameters: &[
        Field { name: "Names", shape: Shape::List(&Shape::String), required: true, optional: false },
        Field { name: "Kind", shape: Shape::Values(&["one", "two"]), required: false, optional: false },
        Field { name: "Flag", shape: Shape::Boolean, required: false, optional: false },
        Field { name: "Count", shape: Shape::Integer, required: false, optional: false },
        Field { name: "Size", shape: Shape::Unsigned, required: false, optional: false },
        Field { name: "Ratio", shape: Shape::Float, required: false, optional: false },
        Field { name: "Day", shape: Shape::Date, required: false, optional: false },
        Field { name: "At", shape: Shape::DateTime, required: false, optional: false },
        Field { name: "AtOffset", shape: Shape::OffsetDateTime, required: false, optional: false },
        Field { name: "Inner", shape: Shape::Record(INNER), required: false, optional: false },
        Field { name: "Inners", shape: Shape::List(&Shape::Record(INNER)), required: false, optional: false },
    ],
    response: &[],
    requests_per_second: 20,
    batch: None,
    targets: &[],
    errors: &[],
    example: "{}",
};

fn parameters(action: &Action, body: &[u8]) -> Result<Parameters, Refusal> {
    let parameters = from_json(body)?;
    check(action, &parameters).map(|()| parameters)
}

/// The code and the message for a request with the required member and this one.
fn refused(name: &str, value: Value) -> (String, String) {
    let mut request = Map::from_iter([("Names".to_owned(), json!(["a"]))]);
    request.insert(name.to_owned(), value);
    let refusal = parameters(&ACTION, Value::Object(request).to_string().as_bytes()).unwrap_err();
    (refusal.code().to_owned(), refusal.message().to_owned())
}

#[track_caller]
fn assert_refused(name: &str, value: Value, code: &str, path: &str) {
    let (actual, message) = refused(name, value);
    assert_eq!(actual, code, "{message}");
    assert!(message.contains(&format!("`{path}`")), "{message}");
}

#[test]
fn each_type_accepts_its_values() {
    let request = json!({
        "Names": ["a", "b"], "Kind": "two", "Flag": false, "Count": -1, "Size": u64::MAX, "Ratio": 0.5,
        "Day": "2018-08-08", "At": "2018-08-08 23:59:59", "AtOffset": "2022-01-01T00:00:00+08:00",
        "Inner": { "Names": ["a"] }, "Inners": [{ "Names": ["a"], "Size": 1 }],
    });
    let accepted = parameters(&ACTION, request.to_string().as_bytes()).unwrap();
    assert_eq!(Value::Object(accepted), request);
}

#[test]
fn an_integer_is_a_valid_float() {
    assert!(parameters(&ACTION, br#"{"Names":["a"],"Ratio":1}"#).is_ok());
}

#[test]
fn a_body_that_is_not_a_json_object_is_refused() {
    for body in ["", "[]", "null", "{", r#"{"Names":["a"]} x"#] {
        assert_eq!(parameters(&ACTION, body.as_bytes()).unwrap_err().code(), "InvalidParameter", "{body}");
    }
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_its_path() {
    let cases = [
        ("Names", json!("a"), "Names"),
        ("Names", json!(["a", 1]), "Names.1"),
        ("Kind", json!(1), "Kind"),
        ("Flag", json!("true"), "Flag"),
        ("Flag", json!(null), "Flag"),
        ("Count", json!("1"), "Count"),
        ("Count", json!(1.5), "Count"),
        ("Count", json!(u64::MAX), "Count"),
        ("Size", json!(-1), "Size"),
        ("Ratio", json!("1"), "Ratio"),
        ("Day", json!(1), "Day"),
        ("At", json!(1), "At"),
        ("AtOffset", json!(1), "AtOffset"),
        ("Inner", json!([]), "Inner"),
        ("Inner", json!({ "Names": [1] }), "Inner.Names.0"),
        ("Inners", json!([{ "Names": ["a"] }, { "Names": ["a"], "Size": "1" }]), "Inners.1.Size"),
    ];
    for (name, value, path) in cases {
        assert_refused(name, value, "InvalidParameter", path);
    }
}

#[test]
fn an_undocumented_value_is_refused_with_its_path() {
    let cases = [
        ("Kind", "three"),
        ("Kind", "One"),
        ("Day", "2018-8-8"),
        ("At", "2018-08-08"),
        ("AtOffset", "2018-08-08 00:00:00"),
    ];
    for (name, value) in cases {
        assert_refused(name, json!(value), "InvalidParameterValue", name);
    }
}

#[test]
fn an_unknown_parameter_is_refused_with_its_path() {
    assert_refused("Other", json!(1), "UnknownParameter", "Other");
    assert_refused("Inner", json!({ "Names": ["a"], "Other": 1 }), "UnknownParameter", "Inner.Other");
    let (_, message) = refused("kind", json!("one"));
    assert!(message.contains("did you mean `Kind`?"), "{message}");
}

#[test]
fn a_missing_parameter_and_an_empty_required_list_are_refused() {
    for body in ["{}", r#"{"Names":[]}"#] {
        let refusal = parameters(&ACTION, body.as_bytes()).unwrap_err();
        assert_eq!(refusal.code(), "MissingParameter");
        assert!(refusal.message().contains("`Names`"), "{refusal}");
    }
    assert_refused("Inner", json!({}), "MissingParameter", "Inner.Names");
}

#[test]
fn an_empty_list_in_a_record_is_accepted() {
    assert!(parameters(&ACTION, br#"{"Names":["a"],"Inners":[{"Names":[]}]}"#).is_ok());
}
