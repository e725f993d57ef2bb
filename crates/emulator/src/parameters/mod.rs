//! Reads the parameters of a request from JSON, a query or a form, and checks them.

mod check;
pub(crate) mod form;

use serde_json::{Map, Value};

pub(crate) use self::check::check;
use crate::refusal::Refusal;
use crate::table::Action;

/// The parameters of one request, as a JSON object.
pub(crate) type Parameters = Map<String, Value>;

/// Reads parameters from a JSON body, without checking them.
pub(crate) fn from_json(body: &[u8]) -> Result<Parameters, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => Ok(parameters),
        Ok(_) => Err(Refusal::new(
            "InvalidParameter",
            "the body is not a JSON object; help: send `{}` for a request without parameters",
        )),
        Err(error) => Err(Refusal::new("InvalidParameter", format!("the body is not JSON: {error}"))),
    }
}

/// Reads parameters from the pairs of a query or a form. A value must have the type that the
/// action's table states; nothing else is checked.
pub(crate) fn from_pairs<'a>(
    action: &Action,
    pairs: impl Iterator<Item = &'a (String, String)>,
) -> Result<Parameters, Refusal> {
    form::object(action.parameters, pairs)
}
