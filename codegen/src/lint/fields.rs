//! Rules about fields: each is listed once, and its keys fit requests or responses.

use super::linter::Linter;
use crate::direction::{self, Direction};
use crate::problem::Place;
use crate::spec::Field;

impl<T> Linter<'_, T> {
    /// Rules about the parameters of a request.
    pub(super) fn request_fields(&mut self, fields: &[Field], place: &Place) {
        self.check_duplicates("parameter", fields.iter().map(|field| field.name.as_str()), place);
        direction::check_keys(fields, Direction::SENT, place, self.problems);
        self.check_formats(fields, place);
        self.check_sizes(fields, place);
    }

    /// Rules about the outputs of a response.
    pub(super) fn response_fields(&mut self, fields: &[Field], place: &Place) {
        self.check_duplicates("output", fields.iter().map(|field| field.name.as_str()), place);
        direction::check_keys(fields, Direction::RECEIVED, place, self.problems);
        self.reject_formats(fields, place);
        self.check_sizes(fields, place);
        if fields.iter().any(|field| field.name == "RequestId") {
            let help = "remove it: every response has it";
            self.problems.add(&place.member("RequestId"), "`RequestId` is listed", help);
        }
    }
}
