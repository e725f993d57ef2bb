//! Checks parameters against the table of their action.

use std::fmt;

use serde_json::{Map, Value};

use super::Parameters;
use crate::refusal::Refusal;
use crate::table::{Action, Field, Shape};
use crate::time;

/// Checks parameters against the action's table. The first problem decides the code.
pub(crate) fn check(action: &Action, parameters: &Parameters) -> Result<(), Refusal> {
    check_members(action.parameters, parameters, &Path::Root(action.name))
}

/// Checks the parameters, or the members of a record. A required parameter must not be an empty
/// list, but a required member may be one: official examples have such members.
fn check_members(fields: &[Field], members: &Map<String, Value>, path: &Path<'_>) -> Result<(), Refusal> {
    if let Some(unknown) = members.keys().find(|name| fields.iter().all(|field| field.name != *name)) {
        return Err(unknown_parameter(fields, unknown, path));
    }
    for field in fields {
        let is_parameter = matches!(path, Path::Root(_));
        let path = Path::Member(path, field.name);
        match members.get(field.name) {
            Some(value) if is_parameter && field.required && is_empty_list(&field.shape, value) => {
                return Err(missing(&path, "empty"));
            }
            Some(value) => check_value(&field.shape, value, &path)?,
            None if field.required => return Err(missing(&path, "missing")),
            None => {}
        }
    }
    Ok(())
}

fn is_empty_list(shape: &Shape, value: &Value) -> bool {
    matches!((shape, value), (Shape::List(_), Value::Array(items)) if items.is_empty())
}

fn unknown_parameter(fields: &[Field], unknown: &str, path: &Path<'_>) -> Refusal {
    let (full, action) = (Path::Member(path, unknown), path.action());
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let help = match names.iter().find(|name| name.eq_ignore_ascii_case(unknown)) {
        Some(similar) => format!("did you mean `{similar}`?"),
        None => format!("use one of {}", names.join(", ")),
    };
    Refusal::new("UnknownParameter", format!("{action} has no parameter `{full}`; help: {help}"))
}

fn missing(path: &Path<'_>, how: &str) -> Refusal {
    let message = format!("the parameter `{path}` of {} is required, but {how}", path.action());
    Refusal::new("MissingParameter", message)
}

fn check_value(shape: &Shape, value: &Value, path: &Path<'_>) -> Result<(), Refusal> {
    match (shape, value) {
        (Shape::String, Value::String(_)) | (Shape::Boolean, Value::Bool(_)) | (Shape::Float, Value::Number(_)) => {
            Ok(())
        }
        (Shape::Integer, Value::Number(number)) if number.is_i64() => Ok(()),
        (Shape::Unsigned, Value::Number(number)) if number.is_u64() => Ok(()),
        (Shape::Date | Shape::DateTime | Shape::OffsetDateTime | Shape::Values(_), Value::String(text)) => {
            check_text(shape, text, path)
        }
        (Shape::Record(fields), Value::Object(members)) => check_members(fields, members, path),
        (Shape::List(of), Value::Array(items)) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_value(of, item, &Path::Item(path, index)))
        }
        _ => Err(wrong_type(shape, value, path)),
    }
}

/// Checks the value of a string parameter that does not accept every string.
fn check_text(shape: &Shape, text: &str, path: &Path<'_>) -> Result<(), Refusal> {
    let (is_valid, expected) = match shape {
        Shape::Date => (time::is_date(text), "a date such as `2018-08-08`".to_owned()),
        Shape::DateTime => (time::parse(text).is_some(), "a time such as `2018-08-08 23:59:59`".to_owned()),
        Shape::OffsetDateTime => {
            (time::parse_with_offset(text).is_some(), "a time such as `2022-01-01T00:00:00+08:00`".to_owned())
        }
        Shape::Values(values) => (values.contains(&text), format!("one of {}", values.join(", "))),
        _ => return Ok(()),
    };
    if is_valid {
        return Ok(());
    }
    let message = format!("the parameter `{path}` of {} must be {expected}, not `{text}`", path.action());
    Err(Refusal::new("InvalidParameterValue", message))
}

fn wrong_type(shape: &Shape, value: &Value, path: &Path<'_>) -> Refusal {
    let (expected, found) = (type_of_shape(shape), type_of_value(value));
    let message = format!("the parameter `{path}` of {} must be {expected}, not {found}", path.action());
    Refusal::new("InvalidParameter", message)
}

fn type_of_shape(shape: &Shape) -> &'static str {
    match shape {
        Shape::String | Shape::Date | Shape::DateTime | Shape::OffsetDateTime | Shape::Values(_) => "a string",
        Shape::Boolean => "`true` or `false`",
        Shape::Integer => "an integer",
        Shape::Unsigned => "an integer of at least 0",
        Shape::Float => "a number",
        Shape::Record(_) => "an object",
        Shape::List(_) => "an array",
    }
}

fn type_of_value(value: &Value) -> &'static str {
    match value {
        Value::Null => "`null`",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "an integer",
        Value::Number(_) => "a number with a fraction",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The place of a value among the parameters: `CacheTag.Domains.0` for example.
enum Path<'a> {
    Root(&'static str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The name of the action.
    fn action(&self) -> &'static str {
        match self {
            Self::Root(action) => action,
            Self::Member(parent, _) | Self::Item(parent, _) => parent.action(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
