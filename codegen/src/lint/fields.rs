//! Rules about fields: each is listed once, and its keys fit requests or responses.

use super::linter::Linter;
use crate::model::Direction;
use crate::problem::Place;
use crate::spec::Field;

impl<T> Linter<'_, T> {
    /// Rules about the parameters of a request.
    pub(super) fn request_fields(&mut self, fields: &[Field], place: &Place) {
        self.duplicates("parameter", fields.iter().map(|field| field.name.as_str()), place);
        self.field_keys(fields, Direction::SENT, place);
        self.formats(fields, place);
    }

    /// Rules about the outputs of a response.
    pub(super) fn response_fields(&mut self, fields: &[Field], place: &Place) {
        self.duplicates("output", fields.iter().map(|field| field.name.as_str()), place);
        self.field_keys(fields, Direction::RECEIVED, place);
        self.no_formats(fields, place);
        if fields.iter().any(|field| field.name == "RequestId") {
            let help = "remove it: every response has it";
            self.problems.add(&place.member("RequestId"), "`RequestId` is listed", help);
        }
    }

    /// Reports keys of fields (`required`, `default`, `nullable`) that have no meaning in a request
    /// or a response.
    pub(crate) fn field_keys(&mut self, fields: &[Field], direction: Direction, place: &Place) {
        for field in fields {
            let place = place.member(&field.name);
            if !direction.sent {
                self.request_only("required", field.required.is_some(), &place);
                self.request_only("default", field.default.is_some(), &place);
            } else if field.required == Some(true) && field.default.is_some() {
                let message = format!("`{}` is required and has a default", field.name);
                let help = "remove `required` or `default`: a field with a default is optional";
                self.problems.add(&place.member("default"), message, help);
            }
            if !direction.received && field.nullable.is_some() {
                let help = "remove it: it says that a response may contain `null`";
                self.problems.add(&place.member("nullable"), "`nullable` applies to response fields only", help);
            }
        }
    }

    fn request_only(&mut self, key: &str, is_present: bool, place: &Place) {
        if is_present {
            let message = format!("`{key}` applies to request fields only");
            self.problems.add(&place.member(key), message, "remove it: only responses contain this field");
        }
    }
}
