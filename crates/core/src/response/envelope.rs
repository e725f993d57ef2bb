//! Parses the envelope of every response of the service: `{"Response":{...,"RequestId":"..."}}`.

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::wire;

/// A response of the service.
#[derive(Debug, PartialEq)]
pub(super) enum Envelope<'a> {
    /// Success: all members of `Response`, `RequestId` included, as they are in the body.
    Success { response: &'a str, request_id: Option<String> },
    /// The service rejected the request. A request that was rejected early has no request id.
    Refusal { code: String, message: String, request_id: Option<String> },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

// Each member is parsed separately, so that an odd one does not hide the other.
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

/// A response of an older gateway. `code` is 0 if the gateway does not reject the request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Legacy {
    code: i64,
    #[serde(default, deserialize_with = "wire::nullable")]
    message: String,
    code_desc: Option<String>,
}

impl<'a> Envelope<'a> {
    /// Parses an envelope. The error says what the body is instead.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, &'static str> {
        let found = match parse_well_formed(body) {
            Some(found) => Some(found),
            None => parse_any(body)?,
        };
        let Some((response, Members { error, request_id })) = found else {
            return legacy(body).ok_or("JSON without a `Response`");
        };
        let request_id = request_id.and_then(|id| serde_json::from_str(id.get()).ok());
        match error.map(|error| object(error.get().as_bytes())) {
            None => Ok(Self::Success { response, request_id }),
            Some(Ok(Refusal { code, message })) => Ok(Self::Refusal { code, message, request_id }),
            Some(Err(_)) => Err("an `Error` without a `Code`"),
        }
    }
}

/// Parses a body exactly as the service writes it, with no other member, in one pass.
fn parse_well_formed(body: &[u8]) -> Option<(&str, Members<'_>)> {
    let response = body.strip_prefix(br#"{"Response":"#)?.strip_suffix(b"}")?.trim_ascii();
    Some((str::from_utf8(response).ok()?, object(response).ok()?))
}

/// Parses any other body in two passes: the first finds the `Response`, and the second its members.
fn parse_any(body: &[u8]) -> Result<Option<(&str, Members<'_>)>, &'static str> {
    let Body { response } = object(body).map_err(|error| description_of(body, error))?;
    let Some(response) = response.map(RawValue::get) else { return Ok(None) };
    let members = object(response.as_bytes()).map_err(|_| "a `Response` that is not an object")?;
    Ok(Some((response, members)))
}

fn legacy<'a>(body: &[u8]) -> Option<Envelope<'a>> {
    let Legacy { code, message, code_desc } = object(body).ok().filter(|legacy: &Legacy| legacy.code != 0)?;
    Some(Envelope::Refusal { code: code_desc.unwrap_or_else(|| code.to_string()), message, request_id: None })
}

/// Parses a struct from an object only: serde would accept an array as well. The error is `None`
/// for JSON that is not an object.
fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Option<Category>> {
    match json.trim_ascii_start() {
        [b'{', ..] => serde_json::from_slice(json).map_err(|error| Some(error.classify())),
        _ => Err(None),
    }
}

fn description_of(body: &[u8], error: Option<Category>) -> &'static str {
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
    fn both_parsers_return_the_same() {
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
            // The leading space makes it a body that only the second parser accepts.
            let spaced = format!(" {body}");
            assert_eq!(Envelope::read(body.as_bytes()), Envelope::read(spaced.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_not_json() {
        let body = b"{\"Response\":{\"TaskId\":\"\xff\",\"RequestId\":\"r\"}}";
        assert_eq!(Envelope::read(body), Err("broken JSON"));
    }
}
