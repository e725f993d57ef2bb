//! Rules about deviations: each still stands for a difference from the API's page.

use serde_json::Value;

use crate::parse::{File, element_name};
use crate::problem::Problems;
use crate::spec::Deviation;

pub(super) fn check<T>(file: &File<T>, deviations: &[Deviation], problems: &mut Problems) {
    for deviation in deviations {
        let Deviation { at, page_says, we_say, why } = deviation;
        let place = file.place().member("deviations").member(at);
        match resolve(&file.json, at) {
            None => {
                problems.add(&place, format!("nothing stands at `{at}`"), "correct `at`, or remove the entry");
            }
            Some(_) if page_says == we_say => {
                let says = "this does not deviate: the page says the same";
                problems.add(&place, says, "remove the entry, or correct `page_says`");
            }
            Some(stands) => {
                if let Some(difference) = difference(stands, page_says, we_say) {
                    let says = format!("this no longer deviates as it says: {difference}");
                    problems.add(&place, says, "remove the entry, or correct `we_say`");
                }
            }
        }
        if why.trim().is_empty() {
            problems.add(&place.member("why"), "the reason is missing", "say what shows that the page is wrong");
        }
    }
}

/// What stands at a path: members joined by dots, elements of lists by name or by index.
fn resolve<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(json);
    }
    // Names hold dots themselves (`InternalError.ProxyServer`), so the longest step that leads somewhere is taken.
    let mut ends: Vec<usize> = path.match_indices('.').map(|(end, _)| end).collect();
    ends.push(path.len());
    ends.into_iter().rev().find_map(|end| {
        let (step, rest) = (path.get(..end)?, path.get(end..)?);
        resolve(child(json, step)?, rest.strip_prefix('.').unwrap_or(rest))
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

/// How the file differs from what the deviation says of it; of a list, only the elements that deviate are named.
fn difference(stands: &Value, page_says: &Value, we_say: &Value) -> Option<String> {
    let (Value::Array(elements), Value::Array(theirs), Value::Array(ours)) = (stands, page_says, we_say) else {
        return (stands != we_say).then(|| format!("the file does not say `{we_say}` there"));
    };
    let holds = |named: &Value| elements.iter().any(|element| element == named || is_named(element, named));
    let lacks = ours.iter().find(|named| !holds(named)).map(|named| format!("the list does not hold `{named}`"));
    let has = theirs.iter().find(|named| !ours.contains(named) && holds(named));
    lacks.or_else(|| has.map(|named| format!("the list holds `{named}`, as the page does")))
}

fn is_named(element: &Value, name: &Value) -> bool {
    name.as_str().is_some_and(|name| name_of(element) == Some(name))
}
