//! The check of a request's parameters against the table of its action.

pub(crate) mod form;

use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::table::{Action, Batch, Field, Shape};
use crate::time;

/// The parameters of one request: a JSON object whose members are what the action's table says.
pub(crate) type Parameters = Map<String, Value>;

/// Reads the parameters of a JSON body, unchecked.
pub(crate) fn of_json(body: &[u8]) -> Result<Parameters, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => Ok(parameters),
        Ok(_) => Err(Refusal::new("InvalidParameter", "the body is not a JSON object; without parameters it is `{}`")),
        Err(error) => Err(Refusal::new("InvalidParameter", format!("the body is not JSON: {error}"))),
    }
}

/// Reads the parameters of a query or a form, unchecked but for what makes no value of the type in the action's table.
pub(crate) fn of_pairs<'a>(
    action: &Action,
    pairs: impl Iterator<Item = &'a (String, String)>,
) -> Result<Parameters, Refusal> {
    form::object(action.parameters, pairs)
}

/// Checks parameters against the action's table; the first thing wrong decides the code.
pub(crate) fn check(action: &Action, parameters: &Parameters) -> Result<(), Refusal> {
    check_members(action.parameters, parameters, &Path::Root(action.name))?;
    action.batch.map_or(Ok(()), |batch| check_batch(action, batch, parameters))
}

fn check_members(fields: &[Field], members: &Map<String, Value>, path: &Path<'_>) -> Result<(), Refusal> {
    if let Some(unknown) = members.keys().find(|name| fields.iter().all(|field| field.name != *name)) {
        return Err(Refusal::new("UnknownParameter", unknown_parameter(fields, unknown, path)));
    }
    for field in fields {
        let path = Path::Member(path, field.name);
        match members.get(field.name) {
            Some(value) if field.required && is_empty_list(&field.shape, value) => {
                return Err(missing(&path, "is an empty list"));
            }
            Some(value) => check_value(&field.shape, value, &path)?,
            None if field.required => return Err(missing(&path, "is not there")),
            None => {}
        }
    }
    Ok(())
}

fn is_empty_list(shape: &Shape, value: &Value) -> bool {
    matches!((shape, value), (Shape::List(_), Value::Array(items)) if items.is_empty())
}

fn unknown_parameter(fields: &[Field], unknown: &str, path: &Path<'_>) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let full = Path::Member(path, unknown);
    match names.iter().find(|name| name.eq_ignore_ascii_case(unknown)) {
        Some(meant) => format!("there is no parameter `{full}` in {}; `{meant}` is written so", path.action()),
        None => format!("there is no parameter `{full}` in {}; it takes {}", path.action(), names.join(", ")),
    }
}

fn missing(path: &Path<'_>, how: &str) -> Refusal {
    Refusal::new("MissingParameter", format!("the parameter `{path}` is required by {} and {how}", path.action()))
}

fn check_value(shape: &Shape, value: &Value, path: &Path<'_>) -> Result<(), Refusal> {
    match (shape, value) {
        (Shape::String, Value::String(_)) | (Shape::Boolean, Value::Bool(_)) | (Shape::Float, Value::Number(_)) => {
            Ok(())
        }
        (Shape::Integer, Value::Number(number)) if number.is_i64() => Ok(()),
        (Shape::Unsigned, Value::Number(number)) if number.is_u64() => Ok(()),
        (Shape::DateTime, Value::String(text)) => {
            time::parse(text).map(drop).ok_or_else(|| bad_value(path, text, "a time such as `2018-08-08 23:59:59`"))
        }
        (Shape::DateTimeIso, Value::String(text)) => time::parse_iso(text)
            .map(drop)
            .ok_or_else(|| bad_value(path, text, "a time such as `2022-01-01T00:00:00+08:00`")),
        (Shape::Values(values), Value::String(text)) if values.contains(&text.as_str()) => Ok(()),
        (Shape::Values(values), Value::String(text)) => {
            Err(bad_value(path, text, &format!("one of {}", values.join(", "))))
        }
        (Shape::Record(fields), Value::Object(members)) => check_members(fields, members, path),
        (Shape::List(of), Value::Array(items)) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_value(of, item, &Path::Item(path, index)))
        }
        _ => {
            let (expected, found) = (kind_of_shape(shape), kind_of_value(value));
            let message = format!("the parameter `{path}` of {} is {found}: {expected} is expected", path.action());
            Err(Refusal::new("InvalidParameter", message))
        }
    }
}

fn bad_value(path: &Path<'_>, value: &str, expected: &str) -> Refusal {
    let message = format!("the parameter `{path}` of {} is `{value}`: {expected} is expected", path.action());
    Refusal::new("InvalidParameterValue", message)
}

fn kind_of_shape(shape: &Shape) -> &'static str {
    match shape {
        Shape::String | Shape::DateTime | Shape::DateTimeIso | Shape::Values(_) => "a string",
        Shape::Boolean => "`true` or `false`",
        Shape::Integer => "a whole number",
        Shape::Unsigned => "a whole number, zero or more",
        Shape::Float => "a number",
        Shape::Record(_) => "an object",
        Shape::List(_) => "an array",
    }
}

fn kind_of_value(value: &Value) -> &'static str {
    match value {
        Value::Null => "`null`",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "a whole number",
        Value::Number(_) => "a number with a fraction",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn check_batch(action: &Action, batch: Batch, parameters: &Parameters) -> Result<(), Refusal> {
    let sent = parameters.get(batch.over).and_then(Value::as_array).map_or(0, Vec::len);
    if sent <= batch.at_most {
        return Ok(());
    }
    let Batch { over, at_most, .. } = batch;
    let message = format!("the parameter `{over}` of {} has {sent} elements: at most {at_most} are taken", action.name);
    Err(Refusal::new(batch_code(action, over), message))
}

/// The code with which the action refuses too long a list: the one that names the list if there is one, else any
/// that it documents for a batch, else the common one.
fn batch_code(action: &Action, over: &str) -> &'static str {
    let singular = over.trim_end_matches('s');
    let is_batch = |code: &&&str| code.starts_with("LimitExceeded.") && code.contains("Batch");
    let codes = || action.errors.iter().filter(is_batch);
    codes().find(|code| code.contains(singular)).or_else(|| codes().next()).copied().unwrap_or("LimitExceeded")
}

/// Where a value is among the parameters: `CacheTag.Domains.0` for example.
enum Path<'a> {
    Root(&'static str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn action(&self) -> &'static str {
        match self {
            Self::Root(action) => action,
            Self::Member(parent, _) | Self::Item(parent, _) => parent.action(),
        }
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root(_) => Ok(()),
            Self::Member(Path::Root(_), name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}.{index}"),
        }
    }
}

#[cfg(test)]
mod tests;
