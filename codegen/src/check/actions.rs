//! Rules about an action.

use std::ops::RangeInclusive;

use super::{fields, once};
use crate::calendar;
use crate::parse::File;
use crate::problem::{Place, Problems};
use crate::spec;

/// A rate of the API: it documents 1 to a few hundred.
const RATES: RangeInclusive<u32> = 1..=10_000;
/// A size of a batch, or of a day: it documents up to some ten thousand.
const SIZES: RangeInclusive<u32> = 1..=10_000_000;

pub(super) fn check(file: &File<spec::Action>, problems: &mut Problems) {
    let place = file.place();
    let written = &file.says;
    if file.stem() != written.action {
        let says = format!("the file `{}.json` describes the action `{}`", file.stem(), written.action);
        problems.add(
            &place.member("action"),
            says,
            format!("rename the file to `{}.json`, or correct the name", written.action),
        );
    }
    if written.request.is_empty() && written.response.is_empty() {
        problems.add(&place, "the action takes nothing and answers nothing", "write its `request` and its `response`");
    }
    if written.examples.is_empty() {
        let says = "the action has no example";
        problems.add(&place.member("examples"), says, "write one: the documentation shows it, and the tests run it");
    }
    if !calendar::is_date(&written.source.updated) {
        let says = format!("`{}` is not a date", written.source.updated);
        problems.add(&place.member("source.updated"), says, "write it as `2025-09-18`");
    }
    numbers(written, &place, problems);
    fields::request(&written.request, &place.member("request"), problems);
    fields::response(&written.response, &place.member("response"), problems);
    let constructors = written.constructors.iter().map(|constructor| constructor.name.as_str());
    once::check("constructor", constructors, &place.member("constructors"), problems);
    once::check("code", written.errors.iter().map(String::as_str), &place.member("errors"), problems);
}

fn numbers(written: &spec::Action, place: &Place, problems: &mut Problems) {
    in_range(written.requests_per_second, RATES, &place.member("requests_per_second"), problems);
    if let Some(spec::Batch { at_most, per_day, .. }) = &written.batch {
        let place = place.member("batch");
        in_range(*at_most, SIZES, &place.member("at_most"), problems);
        if let Some(per_day) = per_day {
            in_range(*per_day, SIZES, &place.member("per_day"), problems);
        }
    }
}

fn in_range(number: u32, range: RangeInclusive<u32>, place: &Place, problems: &mut Problems) {
    if !range.contains(&number) {
        let (from, to) = range.into_inner();
        problems.add(place, format!("`{number}` is out of range"), format!("write a number from {from} to {to}"));
    }
}
