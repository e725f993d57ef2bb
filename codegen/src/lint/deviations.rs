//! Rules about deviations: each must still describe a difference from the API's page.

use serde_json::Value;

use super::linter::Linter;
use crate::problem::element_name;
use crate::spec::Deviation;

impl<T> Linter<'_, T> {
    pub(super) fn check_deviations(&mut self, deviations: &[Deviation]) {
        for deviation in deviations {
            self.deviation(deviation);
        }
    }

    fn deviation(&mut self, deviation: &Deviation) {
        let Deviation { at, page_says, we_say, why, held } = deviation;
        let place = self.place().member("deviations").member(at);
        match value_at(&self.file.json, at) {
            None => {
                let message = format!("`{at}` does not exist in this file");
                self.problems.add(&place, message, "correct `at`, or remove the entry");
            }
            Some(_) if page_says == we_say => {
                let message = "this is not a deviation: the page says the same";
                self.problems.add(&place, message, "remove the entry, or correct `page_says`");
            }
            Some(value) => {
                if let Some(difference) = difference(value, page_says, we_say) {
                    let message = format!("the deviation is out of date: {difference}");
                    self.problems.add(&place, message, "remove the entry, or correct `we_say`");
                }
            }
        }
        if *held && deviation.keeps().is_none() {
            let message = "this deviation cannot be held: it keeps nothing that the page said before";
            self.problems.add(&place.member("held"), message, "remove `held`, or see \"Holds\" in spec/README.md");
        }
        if why.trim().is_empty() {
            let help = "give the evidence that the page is wrong";
            self.problems.add(&place.member("why"), "the reason is missing", help);
        }
    }
}

/// The value at a path: members joined by dots, elements of lists by name or by index.
fn value_at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(json);
    }
    // Names can contain dots (`InternalError.ProxyServer`), so the longest step that exists is
    // taken.
    let mut ends: Vec<usize> = path.match_indices('.').map(|(end, _)| end).collect();
    ends.push(path.len());
    ends.into_iter().rev().find_map(|end| {
        let (step, rest) = (path.get(..end)?, path.get(end..)?);
        value_at(child(json, step)?, rest.strip_prefix('.').unwrap_or(rest))
    })
}

fn child<'a>(json: &'a Value, step: &str) -> Option<&'a Value> {
    match json {
        Value::Object(members) => members.get(step),
        Value::Array(elements) => elements
            .iter()
            .find(|element| name_of(element) == Some(step))
            .or_else(|| elements.get(step.parse::<usize>().ok()?)),
        _ => None,
    }
}

fn name_of(element: &Value) -> Option<&str> {
    element.as_str().or_else(|| element_name(element))
}

/// How the value in the file differs from `we_say`. Of a list, `page_says` and `we_say` contain
/// only the elements that differ.
fn difference(value: &Value, page_says: &Value, we_say: &Value) -> Option<String> {
    let (Value::Array(elements), Value::Array(of_page), Value::Array(ours)) = (value, page_says, we_say) else {
        return (value != we_say).then(|| format!("the file does not say `{we_say}` there"));
    };
    let contains = |named: &Value| elements.iter().any(|element| element == named || is_named(element, named));
    let missing =
        ours.iter().find(|named| !contains(named)).map(|named| format!("the list does not contain `{named}`"));
    let extra = of_page.iter().find(|named| !ours.contains(named) && contains(named));
    missing.or_else(|| extra.map(|named| format!("the list contains `{named}`, as the page does")))
}

fn is_named(element: &Value, name: &Value) -> bool {
    name.as_str().is_some_and(|name| name_of(element) == Some(name))
}
