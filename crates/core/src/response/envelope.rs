//! The envelope that every answer of the service comes in: `{"Response":{...,"RequestId":"..."}}`.

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::response::wire;

/// An answer of the service.
#[derive(Debug, PartialEq)]
pub(super) enum Envelope<'a> {
    /// All members of `Response`, `RequestId` among them, as they are in the body.
    Response { response: &'a str, request_id: Option<String> },
    /// The service refused. There is no request id if the request did not get as far as being given one.
    Refusal { code: String, message: String, request_id: Option<String> },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

// Each member is read on its own, so that an odd one does not hide the other.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Members<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    request_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal {
    code: String,
    #[serde(default, deserialize_with = "wire::nullable")]
    message: String,
}

/// How gateways of an older kind answer; `code` is 0 if they do not refuse.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Legacy {
    code: i64,
    #[serde(default, deserialize_with = "wire::nullable")]
    message: String,
    code_desc: Option<String>,
}

impl<'a> Envelope<'a> {
    /// Reads an envelope, or says what the body is instead.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, &'static str> {
        let found = match response_alone(body) {
            Some(found) => Some(found),
            None => response_among_others(body)?,
        };
        let Some((response, Members { error, request_id })) = found else {
            return legacy(body).ok_or("JSON without a `Response`");
        };
        let request_id = request_id.and_then(|id| serde_json::from_str(id.get()).ok());
        match error.map(|error| object(error.get().as_bytes())) {
            None => Ok(Self::Response { response, request_id }),
            Some(Ok(Refusal { code, message })) => Ok(Self::Refusal { code, message, request_id }),
            Some(Err(_)) => Err("an `Error` without a `Code`"),
        }
    }
}

/// The `Response` of a body that holds nothing else, to the byte as the service writes it: one look at it is enough.
fn response_alone(body: &[u8]) -> Option<(&str, Members<'_>)> {
    let response = body.strip_prefix(br#"{"Response":"#)?.strip_suffix(b"}")?.trim_ascii();
    Some((str::from_utf8(response).ok()?, object(response).ok()?))
}

/// The `Response` of any other body, if there is one: first where it is, and then what is in it.
fn response_among_others(body: &[u8]) -> Result<Option<(&str, Members<'_>)>, &'static str> {
    let Body { response } = object(body).map_err(|error| instead_of_an_object(body, error))?;
    let Some(response) = response.map(RawValue::get) else { return Ok(None) };
    let members = object(response.as_bytes()).map_err(|_| "a `Response` that is not an object")?;
    Ok(Some((response, members)))
}

fn legacy<'a>(body: &[u8]) -> Option<Envelope<'a>> {
    let Legacy { code, message, code_desc } = object(body).ok().filter(|legacy: &Legacy| legacy.code != 0)?;
    Some(Envelope::Refusal { code: code_desc.unwrap_or_else(|| code.to_string()), message, request_id: None })
}

/// Reads a record from an object only: serde would take an array for one as well. The error is `None` for other JSON.
fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Option<Category>> {
    match json.trim_ascii_start() {
        [b'{', ..] => serde_json::from_slice(json).map_err(|error| Some(error.classify())),
        _ => Err(None),
    }
}

fn instead_of_an_object(body: &[u8], error: Option<Category>) -> &'static str {
    match error {
        _ if body.trim_ascii().is_empty() => "an empty body",
        Some(Category::Eof) => "JSON that ends too early",
        Some(Category::Syntax | Category::Io) => "broken JSON",
        Some(Category::Data) => "JSON without a `Response`",
        None => "something other than a JSON object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_same_to_the_byte_and_otherwise() {
        for body in [
            r#"{"Response":{"TaskId":"t","RequestId":"r"}}"#,
            r#"{"Response":{"Error":{"Code":"c","Message":"m"},"RequestId":"r"}}"#,
            r#"{"Response":{"Error":{"Message":"m"}}}"#,
            r#"{"Response":{"RequestId":7}}"#,
            r#"{"Response":{}}"#,
            r#"{"Response":[]}"#,
            r#"{"Response":null}"#,
            r#"{"Response":{},"Other":{}}"#,
            r#"{"Response":{"TaskId":"}"}}}"#,
            r#"{"Response": {"TaskId":"t"} }"#,
            "{\"Response\":\n{}\t}",
            r#"{"Response":{}"#,
            r#"{"Response":}"#,
            r#"{"Response":{"RequestId":"r"},"Response":{}}"#,
        ] {
            let (to_the_byte, otherwise) = (body, format!(" {body}"));
            assert_eq!(Envelope::read(to_the_byte.as_bytes()), Envelope::read(otherwise.as_bytes()), "{body}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_not_json() {
        let body = b"{\"Response\":{\"TaskId\":\"\xff\",\"RequestId\":\"r\"}}";
        assert_eq!(Envelope::read(body), Err("broken JSON"));
    }
}
