//! Rules about fields: each stands once, and what is said of them fits where they stand.

use super::once;
use crate::model::Direction;
use crate::problem::{Place, Problems};
use crate::spec::Field;

/// Rules about the parameters of a request.
pub(super) fn request(fields: &[Field], place: &Place, problems: &mut Problems) {
    once::check("parameter", fields.iter().map(|field| field.name.as_str()), place, problems);
    check(fields, Direction { sent: true, received: false }, place, problems);
}

/// Rules about the outputs of a response.
pub(super) fn response(fields: &[Field], place: &Place, problems: &mut Problems) {
    once::check("output", fields.iter().map(|field| field.name.as_str()), place, problems);
    check(fields, Direction { sent: false, received: true }, place, problems);
    if fields.iter().any(|field| field.name == "RequestId") {
        problems.add(&place.member("RequestId"), "`RequestId` is listed", "remove it: every response has it");
    }
}

/// Rules about what is said of fields that go in these directions.
pub(super) fn check(fields: &[Field], direction: Direction, place: &Place, problems: &mut Problems) {
    for field in fields {
        let place = place.member(&field.name);
        if !direction.sent {
            for (key, stands) in [("required", field.required.is_some()), ("default", field.default.is_some())] {
                if stands {
                    let says = format!("`{key}` is said of what only a response holds");
                    problems.add(&place.member(key), says, "remove it: it is for what a request sends");
                }
            }
        } else if field.required == Some(true) && field.default.is_some() {
            let says = format!("`{}` is required and has a default", field.name);
            problems.add(
                &place.member("default"),
                says,
                "remove `required` or `default`: what has a default may be absent",
            );
        }
        if !direction.received && field.nullable.is_some() {
            let says = "`nullable` is said of what only a request sends";
            problems.add(&place.member("nullable"), says, "remove it: it is for what a response holds");
        }
    }
}
