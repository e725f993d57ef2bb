//! Rules about the formats of targets.

use super::actions::SIZES;
use super::linter::Linter;
use crate::problem::Place;
use crate::spec::Field;

impl<T> Linter<'_, T> {
    /// Reports a maximum number of elements of something that is not a list.
    pub(super) fn check_sizes(&mut self, fields: &[Field], place: &Place) {
        for field in fields {
            let place = place.member(&field.name).member("at_most");
            match field.at_most {
                Some(_) if !field.ty.ends_with("[]") => {
                    let message = format!("`{}` is not a list", field.name);
                    self.problems.add(&place, message, "remove `at_most`: it is a number of elements");
                }
                Some(at_most) => self.in_range(at_most, SIZES, &place),
                None => {}
            }
        }
    }

    /// Reports `format`, `format_by` and `encoded_by` of parameters that contradict each other.
    pub(super) fn check_formats(&mut self, fields: &[Field], place: &Place) {
        for field in fields {
            let place = place.member(&field.name);
            if field.format.is_some() && field.format_by.is_some() {
                let message = format!("`{}` has a `format` and a `format_by`", field.name);
                self.problems.add(&place.member("format_by"), message, "remove one of the two");
            }
            if field.encoded_by.is_some() && field.format.is_none() && field.format_by.is_none() {
                let message = format!("`{}` has an `encoded_by` without a `format`", field.name);
                self.problems.add(&place.member("encoded_by"), message, "add the format, or remove `encoded_by`");
            }
        }
    }

    /// Reports `format`, `format_by` and `encoded_by` at fields that are not parameters of an
    /// action.
    pub(super) fn reject_formats(&mut self, fields: &[Field], place: &Place) {
        for field in fields {
            let keys = [
                ("format", field.format.is_some()),
                ("format_by", field.format_by.is_some()),
                ("encoded_by", field.encoded_by.is_some()),
            ];
            for (key, _) in keys.into_iter().filter(|(_, is_present)| *is_present) {
                let message = format!("`{key}` applies to parameters of an action only");
                self.problems.add(&place.member(&field.name).member(key), message, "remove it");
            }
        }
    }
}
