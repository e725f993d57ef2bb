//! Parses the `Authorization` header.

use tencentcloud_core::signing::ALGORITHM;

use crate::refusal::Refusal;
use crate::request::Request;

/// The last part of every credential scope.
const SCOPE_END: &str = "tc3_request";

/// The parts of the header. Only their form has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    pub(super) secret_id: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    /// In lower case and ascending. They include `content-type` and `host`.
    pub(super) signed_headers: Vec<&'a str>,
    /// 64 hexadecimal digits in lower case.
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn of(request: &'a Request) -> Result<Self, Refusal> {
        match request.non_empty_header("Authorization") {
            Some(header) => Self::parse(header).map_err(|why| invalid(&why)),
            None => Err(invalid("the request has no `Authorization` header")),
        }
    }

    fn parse(header: &'a str) -> Result<Self, String> {
        let Some((ALGORITHM, parts)) = header.split_once(' ') else {
            return Err(format!("`Authorization` does not begin with `{ALGORITHM} `"));
        };
        let mut credential = None;
        let mut signed_headers = None;
        let mut signature = None;
        for part in parts.split(',') {
            let (slot, value) = match part.trim().split_once('=') {
                Some(("Credential", value)) => (&mut credential, value),
                Some(("SignedHeaders", value)) => (&mut signed_headers, value),
                Some(("Signature", value)) => (&mut signature, value),
                _ => return Err(wrong_parts("has an unknown part")),
            };
            if slot.replace(value).is_some() {
                return Err(wrong_parts("has a part twice"));
            }
        }
        let (Some(credential), Some(signed_headers), Some(signature)) = (credential, signed_headers, signature) else {
            return Err(wrong_parts("lacks a part"));
        };
        let (secret_id, date, service) = credential_scope(credential)?;
        let (signed_headers, signature) = (header_names(signed_headers)?, hexadecimal(signature)?);
        Ok(Self { secret_id, date, service, signed_headers, signature })
    }
}

fn wrong_parts(what: &str) -> String {
    format!("`Authorization` {what}; help: send `Credential`, `SignedHeaders` and `Signature`, each once")
}

/// Secret id, date and service of the `Credential` part.
fn credential_scope(credential: &str) -> Result<(&str, &str, &str), String> {
    let mut parts = credential.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(secret_id), Some(date), Some(service), Some(SCOPE_END), None)
            if !secret_id.is_empty() && !service.is_empty() =>
        {
            Ok((secret_id, date, service))
        }
        _ => Err(format!("`Credential` is not of the form `<secret id>/<date>/<service>/{SCOPE_END}`")),
    }
}

fn header_names(list: &str) -> Result<Vec<&str>, String> {
    let names: Vec<&str> = list.split(';').collect();
    if !names.is_sorted_by(|left, right| left < right) || list.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("`SignedHeaders` must be in lower case and ascending, each name once".into());
    }
    match ["content-type", "host"].iter().find(|name| !names.contains(name)) {
        Some(missing) => Err(format!("`SignedHeaders` does not contain `{missing}`")),
        None => Ok(names),
    }
}

fn hexadecimal(signature: &str) -> Result<&str, String> {
    let digits = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if digits && signature.len() == 64 {
        Ok(signature)
    } else {
        Err("`Signature` must be 64 hexadecimal digits in lower case".into())
    }
}

pub(super) fn invalid(why: &str) -> Refusal {
    Refusal::new("AuthFailure.InvalidAuthorization", why)
}
