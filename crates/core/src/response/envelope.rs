//! Parses the envelope of every response of the service: `{"Response":{...,"RequestId":"..."}}`.
//!
//! Each member is parsed separately, so that an odd one does not hide the others.

use serde_json::error::Category;
use serde_json::value::RawValue;

use super::members::{Member, Pairs, members, text};

/// A response of the service.
#[derive(Debug, PartialEq)]
pub(super) enum Envelope<'a> {
    Success {
        /// All members of `Response`, `RequestId` included, as they are in the body.
        response: &'a str,
        request_id: RequestId,
    },
    /// The service rejected the request. A request that was rejected early has no request id.
    Rejection { code: String, message: String, request_id: Option<String> },
}

/// The member `RequestId`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RequestId {
    pub(super) id: Option<String>,
    /// Whether the member is repeated, or not a string, so that it cannot be deserialized.
    pub(super) is_malformed: bool,
}

/// A body that is neither a success nor a rejection.
#[derive(Debug, PartialEq)]
pub(super) struct UnreadableBody {
    /// What the body is instead.
    pub(super) what: &'static str,
    pub(super) request_id: Option<String>,
    pub(super) diagnosis: Diagnosis,
}

/// What has probably happened to a response whose body is unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diagnosis {
    /// The service rejected the request without a code.
    RejectedWithoutCode,
    /// The response of the service was damaged in transit.
    DamagedInTransit,
    /// The response is not from the service.
    NotFromService,
}

impl<'a> Envelope<'a> {
    /// Parses an envelope.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, UnreadableBody> {
        let found = match parse_well_formed(body) {
            Some(found) => Some(found),
            None => parse_any(body)?,
        };
        let Some((response, [error, request_id])) = found else {
            return legacy(body).ok_or_else(|| UnreadableBody::new("JSON without a `Response`", body));
        };
        let request_id = RequestId::read(request_id);
        let Some(error) = error.value else { return Ok(Self::Success { response, request_id }) };
        let [code, message] = members(error.as_bytes(), ["Code", "Message"]).unwrap_or_default();
        let request_id = request_id.id;
        match code.value.and_then(text) {
            Some(code) => Ok(Self::Rejection { code, message: message.any_text(), request_id }),
            None => Err(UnreadableBody {
                what: "an `Error` without a `Code`",
                request_id,
                diagnosis: Diagnosis::RejectedWithoutCode,
            }),
        }
    }
}

impl RequestId {
    fn read(member: Member<'_>) -> Self {
        let is_repeated = member.count > 1;
        match member.value.map(|json| (json, serde_json::from_str(json))) {
            Some((_, Ok(id))) => Self { id: Some(id), is_malformed: is_repeated },
            Some((json, Err(_))) => Self { id: text(json), is_malformed: true },
            None => Self { id: None, is_malformed: is_repeated },
        }
    }
}

impl UnreadableBody {
    fn new(what: &'static str, body: &[u8]) -> Self {
        let diagnosis =
            if begins_like_an_envelope(body) { Diagnosis::DamagedInTransit } else { Diagnosis::NotFromService };
        Self { what, request_id: None, diagnosis }
    }
}

/// The `Response` of a body, with its members `Error` and `RequestId`.
type Found<'a> = (&'a str, [Member<'a>; 2]);

/// Parses a body of the form `{"Response":...}` in one pass. The service writes this form.
fn parse_well_formed(body: &[u8]) -> Option<Found<'_>> {
    let response = body.strip_prefix(br#"{"Response":"#)?.strip_suffix(b"}")?.trim_ascii();
    Some((str::from_utf8(response).ok()?, members(response, ["Error", "RequestId"]).ok()?))
}

/// Parses any other body in two passes: the first finds the `Response`, and the second its members.
fn parse_any(body: &[u8]) -> Result<Option<Found<'_>>, UnreadableBody> {
    let [response] = members(body, ["Response"]).map_err(|error| describe(body, error))?;
    if response.count > 1 {
        return Err(UnreadableBody::new("more than one `Response`", body));
    }
    let Some(response) = response.value else { return Ok(None) };
    match members(response.as_bytes(), ["Error", "RequestId"]) {
        Ok(members) => Ok(Some((response, members))),
        Err(_) => Err(UnreadableBody::new("a `Response` that is not an object", body)),
    }
}

/// Parses the rejection of an older gateway. `code` is 0 if the gateway does not reject the
/// request.
fn legacy<'a>(body: &[u8]) -> Option<Envelope<'a>> {
    let [code, message, name] = members(body, ["code", "message", "codeDesc"]).ok()?;
    let code: i64 = serde_json::from_str(code.value?).ok()?;
    let name = name.value.and_then(text).unwrap_or_else(|| code.to_string());
    (code != 0).then(|| Envelope::Rejection { code: name, message: message.any_text(), request_id: None })
}

/// Describes a body that is not a JSON object.
fn describe(body: &[u8], error: Option<Category>) -> UnreadableBody {
    let what = match error {
        _ if body.trim_ascii().is_empty() => "an empty body",
        None => "something other than a JSON object",
        Some(Category::Eof) => "JSON that ends too early",
        Some(_) => match envelope_at_start(body) {
            Some(Envelope::Success { request_id: RequestId { id: request_id, .. }, .. })
            | Some(Envelope::Rejection { request_id, .. }) => {
                return UnreadableBody { request_id, ..UnreadableBody::new("JSON followed by other text", body) };
            }
            None => "broken JSON",
        },
    };
    UnreadableBody::new(what, body)
}

/// The envelope at the start of a body that does not end with it.
fn envelope_at_start(body: &[u8]) -> Option<Envelope<'_>> {
    let json: &RawValue = serde_json::Deserializer::from_slice(body).into_iter().next()?.ok()?;
    Envelope::read(json.get().as_bytes()).ok()
}

/// Whether the first member of a body is `Response`.
fn begins_like_an_envelope(body: &[u8]) -> bool {
    let members = body.trim_ascii_start().strip_prefix(b"{");
    members.is_some_and(|members| members.trim_ascii_start().starts_with(br#""Response""#))
}

/// The members of a `Response` whose `RequestId` is odd, with `id` instead of it.
pub(super) fn with_request_id(response: &str, id: Option<&str>) -> Result<String, serde_json::Error> {
    let Pairs(members) = serde_json::from_str(response)?;
    let mut json = format!("{{\"RequestId\":{}", serde_json::to_string(&id)?);
    for (name, value) in members {
        if text(name.get()).as_deref() != Some("RequestId") {
            json.extend([",", name.get(), ":", value.get()]);
        }
    }
    json.push('}');
    Ok(json)
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
            r#"{"Response":{"RequestId":"r","RequestId":"s"}}"#,
            r#"{"Response":{"Error":{"Code":"c","Message":"\ud800"},"RequestId":{}}}"#,
            r#"{"Response":{"RequestId":"r"}}<html>"#,
        ] {
            // The leading space makes it a body that only the second parser accepts.
            let spaced = format!(" {body}");
            assert_eq!(Envelope::read(body.as_bytes()), Envelope::read(spaced.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_not_json() {
        let body = b"{\"Response\":{\"TaskId\":\"\xff\",\"RequestId\":\"r\"}}";
        assert_eq!(Envelope::read(body).unwrap_err().what, "broken JSON");
    }

    #[test]
    fn an_odd_member_of_a_rejection_hides_no_other() {
        let rejection = |message: &str, id: Option<&str>| Envelope::Rejection {
            code: "c".to_owned(),
            message: message.to_owned(),
            request_id: id.map(str::to_owned),
        };
        let cases = [
            (
                r#""Message":"lone \ud800 surrogate""#,
                r#""r""#,
                rejection("lone \u{fffd}\u{fffd}\u{fffd} surrogate", Some("r")),
            ),
            (r#""Message":7"#, r#""r""#, rejection("7", Some("r"))),
            (r#""Message":{"en":"no"}"#, r#""r""#, rejection(r#"{"en":"no"}"#, Some("r"))),
            (r#""Message":null,"Message":"no""#, r#""r""#, rejection("no", Some("r"))),
            (r#""Code":"d","Message":"no""#, r#""r","RequestId":"s""#, rejection("no", Some("r"))),
            (r#""Message":"no""#, "7", rejection("no", Some("7"))),
            (r#""Message":"no""#, r#""\udc00""#, rejection("no", Some("\u{fffd}\u{fffd}\u{fffd}"))),
            (r#""Message":"no""#, "[]", rejection("no", None)),
        ];
        for (error, request_id, expected) in cases {
            let body = format!(r#"{{"Response":{{"Error":{{"Code":"c",{error}}},"RequestId":{request_id}}}}}"#);
            assert_eq!(Envelope::read(body.as_bytes()), Ok(expected), "{body}");
        }
    }

    #[test]
    fn an_odd_request_id_is_marked() {
        let read = |request_id: &str| {
            let body = format!(r#"{{"Response":{{"TaskId":"t"{request_id}}}}}"#);
            match Envelope::read(body.as_bytes()) {
                Ok(Envelope::Success { request_id, .. }) => (request_id.id, request_id.is_malformed),
                other => panic!("{other:?}"),
            }
        };
        let some = |id: &str| Some(id.to_owned());
        assert_eq!(read(r#","RequestId":"r""#), (some("r"), false));
        assert_eq!(read(r#","RequestId":null"#), (None, false));
        assert_eq!(read(""), (None, false));
        assert_eq!(read(r#","RequestId":"r","RequestId":"s""#), (some("r"), true));
        assert_eq!(read(r#","RequestId":7"#), (some("7"), true));
        assert_eq!(read(r#","RequestId":{}"#), (None, true));
        assert_eq!(read(r#","RequestId":null,"RequestId":null"#), (None, true));
    }

    #[test]
    fn an_odd_request_id_is_replaced() {
        let odd = r#"{"RequestId": 7, "A" : {"RequestId":1} ,"Request\u0049d":[],"B\ud800":"\"}"}"#;
        let replaced = r#"{"RequestId":"7","A":{"RequestId":1},"B\ud800":"\"}"}"#;
        assert_eq!(with_request_id(odd, Some("7")).unwrap(), replaced);
        assert_eq!(with_request_id("{}", None).unwrap(), r#"{"RequestId":null}"#);
    }

    #[test]
    fn an_unreadable_body_has_a_diagnosis() {
        let cases = [
            ("", "an empty body", None, Diagnosis::NotFromService),
            ("<html>", "something other than a JSON object", None, Diagnosis::NotFromService),
            ("{}", "JSON without a `Response`", None, Diagnosis::NotFromService),
            (r#"{"Response":{"TaskId":"t"#, "JSON that ends too early", None, Diagnosis::DamagedInTransit),
            (r#" { "Response" : {]"#, "broken JSON", None, Diagnosis::DamagedInTransit),
            (
                r#"{"Response":{"RequestId":"r"}}<html>"#,
                "JSON followed by other text",
                Some("r"),
                Diagnosis::DamagedInTransit,
            ),
            (r#"{"Response":[]}"#, "a `Response` that is not an object", None, Diagnosis::DamagedInTransit),
            (
                r#"{"Response":{"Error":{},"RequestId":"r"}}"#,
                "an `Error` without a `Code`",
                Some("r"),
                Diagnosis::RejectedWithoutCode,
            ),
            (
                r#"{"Response":{"Error":"no","RequestId":"r"}}"#,
                "an `Error` without a `Code`",
                Some("r"),
                Diagnosis::RejectedWithoutCode,
            ),
        ];
        for (body, what, request_id, diagnosis) in cases {
            let request_id = request_id.map(str::to_owned);
            assert_eq!(Envelope::read(body.as_bytes()), Err(UnreadableBody { what, request_id, diagnosis }), "{body}");
        }
    }
}
