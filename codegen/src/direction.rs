//! Defines whether fields are sent or received, and checks that their keys fit that.

use crate::problem::{Place, Problems};
use crate::spec::Field;

/// Where a record or field is used.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Direction {
    /// In requests.
    pub(crate) sent: bool,
    /// In responses.
    pub(crate) received: bool,
}

impl Direction {
    pub(crate) const SENT: Self = Self { sent: true, received: false };
    pub(crate) const RECEIVED: Self = Self { sent: false, received: true };
}

/// Reports keys of fields (`required`, `default`, `retired`, `optional`) that have no meaning in a
/// request or a response.
pub(crate) fn check_keys(fields: &[Field], direction: Direction, place: &Place, problems: &mut Problems) {
    for field in fields {
        let place = place.member(&field.name);
        if !direction.sent {
            request_only("required", field.required.is_some(), &place, problems);
            request_only("default", field.default.is_some(), &place, problems);
            request_only("retired", field.retired.is_some(), &place, problems);
        } else if field.retired == Some(true) && field.required == Some(true) {
            let message = format!("`{}` is required and retired", field.name);
            let help = "remove one of the two: a retired field is not sent";
            problems.add(&place.member("retired"), message, help);
        } else if field.required == Some(true) && field.default.is_some() {
            let message = format!("`{}` is required and has a default", field.name);
            let help = "remove `required` or `default`: a field with a default is optional";
            problems.add(&place.member("default"), message, help);
        }
        if !direction.received && field.optional.is_some() {
            let help = "remove it: it says that a response may lack the field; a parameter is optional unless it is \
                        `required`";
            problems.add(&place.member("optional"), "`optional` applies to response fields only", help);
        }
    }
}

fn request_only(key: &str, is_present: bool, place: &Place, problems: &mut Problems) {
    if is_present {
        let message = format!("`{key}` applies to request fields only");
        problems.add(&place.member(key), message, "remove it: only responses contain this field");
    }
}
