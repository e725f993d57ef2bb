//! Rules about an action.

use std::ops::RangeInclusive;

use super::linter::Linter;
use crate::dates;
use crate::problem::Place;
use crate::spec::{self, ACTION_PLACEHOLDER};

/// Plausible rates: the API documents 1 to a few hundred requests per second. A number with two
/// digits more is a misprint.
const RATES: RangeInclusive<u32> = 1..=10_000;
/// Plausible sizes of a batch or a day: the API documents up to tens of thousands. A number with
/// three digits more is a misprint.
pub(super) const SIZES: RangeInclusive<u32> = 1..=10_000_000;

/// The verbs with which the API names queries.
pub(super) const QUERIES: [&str; 8] = ["Check", "Count", "Describe", "Get", "List", "Query", "Search", "Verify"];

impl Linter<'_, spec::Action> {
    pub(super) fn action(&mut self) {
        self.check_action();
        self.check_schema();
        self.check_texts();
        self.check_deviations(&self.file.parsed.deviations);
    }

    fn check_action(&mut self) {
        let (place, spec) = (self.place(), &self.file.parsed);
        self.check_file_name();
        if spec.examples.is_empty() {
            let help = "add one: the documentation shows it, and the tests run it";
            self.problems.add(&place.member("examples"), "the action has no example", help);
        }
        self.check_source(spec.source.as_ref(), &place.member("source"));
        self.check_numbers();
        self.check_pages();
        self.check_tasks();
        self.check_repeatable();
        self.request_fields(&spec.request, &place.member("request"));
        self.response_fields(&spec.response, &place.member("response"));
        let constructors = spec.constructors.iter().map(|constructor| constructor.name.as_str());
        self.check_duplicates("constructor", constructors, &place.member("constructors"));
        self.check_duplicates("code", spec.errors.iter().map(String::as_str), &place.member("errors"));
    }

    fn check_file_name(&mut self) {
        let (stem, name) = (self.file.stem(), &self.file.parsed.action);
        if stem != name {
            let message = format!("the file `{stem}.json` describes the action `{name}`");
            let help = format!("rename the file to `{name}.json`, or correct the name");
            self.problems.add(&self.place().member("action"), message, help);
        }
    }

    /// A query can be repeated. Another action can only if there is evidence of that.
    fn check_repeatable(&mut self) {
        let spec::Action { action, repeatable, deviations, .. } = &self.file.parsed;
        let is_query = QUERIES.iter().any(|verb| action.starts_with(verb));
        if *repeatable == Some(true) && !is_query && !deviations.iter().any(|deviation| deviation.at == "repeatable") {
            let message = format!("`{action}` does not have the name of a query, and is repeatable");
            let help = "write `false`, or add an entry for `repeatable` to `deviations` with the evidence that a \
                        second run changes nothing";
            self.problems.add(&self.place().member("repeatable"), message, help);
        }
    }

    fn check_numbers(&mut self) {
        let (place, spec) = (self.place(), &self.file.parsed);
        self.check_rate(spec.requests_per_second, &place);
        if let Some(spec::Batch { at_most, at_most_by, per_day, .. }) = &spec.batch {
            let place = place.member("batch");
            self.in_range(*at_most, SIZES, &place.member("at_most"));
            for (value, size) in at_most_by.iter().flat_map(|by| &by.sizes) {
                self.in_range(*size, SIZES, &place.member("at_most_by.sizes").member(value));
            }
            if let Some(per_day) = per_day {
                self.in_range(*per_day, SIZES, &place.member("per_day"));
            }
        }
    }

    /// A page has one kind of position, and the parameters that go with it.
    fn check_pages(&mut self) {
        let (place, spec) = (self.place().member("pagination"), &self.file.parsed);
        let Some(pages) = &spec.pagination else { return };
        let positions = [("offset", &pages.offset), ("page", &pages.page), ("token", &pages.token)];
        let written: Vec<&str> = positions.iter().filter(|(_, wire)| wire.is_some()).map(|(key, _)| *key).collect();
        let help = "write one of `offset`, `page` and `token`";
        match written[..] {
            [] => self.problems.add(&place, "nothing selects a page", help),
            [_] => {}
            [_, second, ..] => self.problems.add(&place.member(second), "two parameters select a page", help),
        }
        if pages.token.is_some() != pages.next.is_some() {
            let message = "`token` and `next` belong together: the response has the token of the next page";
            self.problems.add(&place, message, "write both, or neither");
        }
        if pages.token.is_none() && pages.limit.is_none() {
            let help = "add `limit`, the parameter for the number of items to return";
            self.problems.add(&place, "the size of a page is unknown", help);
        }
        if let Some(at_most) = pages.at_most {
            self.in_range(at_most, SIZES, &place.member("at_most"));
        }
    }

    /// An action that lists tasks or zones needs `pagination`. With both `failures` and `task`, the
    /// id of the task must be the same output.
    fn check_tasks(&mut self) {
        let (place, spec) = (self.place(), &self.file.parsed);
        if spec.task_list.is_some() && spec.pagination.is_none() {
            let help = "add the `pagination`, or remove the `task_list`";
            self.problems.add(&place.member("task_list"), "the action lists tasks, and has no pages", help);
        }
        if spec.zones.is_some() && spec.pagination.is_none() {
            let help = "add the `pagination`, or remove `zones`";
            self.problems.add(&place.member("zones"), "the action lists zones, and has no pages", help);
        }
        if let (Some(task), Some(failures)) = (&spec.task, &spec.failures)
            && task.id != failures.task
        {
            let message = format!("the id of the task is `{}` here, and `{}` in `failures`", task.id, failures.task);
            self.problems.add(&place.member("task.id"), message, "name the same output in both places");
        }
    }
}

impl<T> Linter<'_, T> {
    pub(super) fn check_source(&mut self, source: Option<&spec::SourcePage>, place: &Place) {
        let Some(spec::SourcePage { page, updated }) = source else { return };
        if !dates::is_date(updated) {
            let message = format!("`{updated}` is not a date");
            self.problems.add(&place.member("updated"), message, "write it as `2025-09-18`");
        }
        self.address(&page.replace(ACTION_PLACEHOLDER, "Action"), &place.member("page"));
    }

    pub(super) fn check_rate(&mut self, rate: Option<u32>, place: &Place) {
        if let Some(rate) = rate {
            self.in_range(rate, RATES, &place.member("requests_per_second"));
        }
    }

    pub(super) fn in_range(&mut self, number: u32, range: RangeInclusive<u32>, place: &Place) {
        if !range.contains(&number) {
            let (from, to) = range.into_inner();
            let help = format!("write a number from {from} to {to}");
            self.problems.add(place, format!("`{number}` is out of range"), help);
        }
    }
}
