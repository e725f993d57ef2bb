//! The `Authorization` header, taken apart.

use tencentcloud_core::signing::ALGORITHM;

use crate::refusal::Refusal;
use crate::request::Request;

/// The last part of every credential scope.
const SCOPE_END: &str = "tc3_request";

/// What the header says, none of it checked against anything yet but its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    pub(super) secret_id: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    /// In lower case, ascending, `content-type` and `host` among them.
    pub(super) signed_headers: Vec<&'a str>,
    /// 64 hexadecimal digits in lower case.
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    pub(super) fn of(request: &'a Request) -> Result<Self, Refusal> {
        match request.stated("Authorization") {
            Some(header) => Self::parse(header).map_err(|why| invalid(&why)),
            None => Err(invalid("the request has no `Authorization` header")),
        }
    }

    fn parse(header: &'a str) -> Result<Self, String> {
        let Some((ALGORITHM, parts)) = header.split_once(' ') else {
            return Err(format!("`Authorization` does not begin with `{ALGORITHM} `"));
        };
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let slot = match part.trim().split_once('=') {
                Some(("Credential", value)) => (&mut credential, value),
                Some(("SignedHeaders", value)) => (&mut signed_headers, value),
                Some(("Signature", value)) => (&mut signature, value),
                _ => {
                    return Err(
                        "`Authorization` has parts other than `Credential`, `SignedHeaders`, `Signature`".into()
                    );
                }
            };
            if slot.0.replace(slot.1).is_some() {
                return Err("`Authorization` states a part twice".into());
            }
        }
        let (Some(credential), Some(signed_headers), Some(signature)) = (credential, signed_headers, signature) else {
            return Err("`Authorization` does not have all of `Credential`, `SignedHeaders` and `Signature`".into());
        };
        let (secret_id, date, service) = scope(credential)?;
        let (signed_headers, signature) = (header_names(signed_headers)?, hexadecimal(signature)?);
        Ok(Self { secret_id, date, service, signed_headers, signature })
    }
}

fn scope(credential: &str) -> Result<(&str, &str, &str), String> {
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
        return Err("`SignedHeaders` are not in lower case and ascending, each once".into());
    }
    match ["content-type", "host"].iter().find(|name| !names.contains(name)) {
        Some(missing) => Err(format!("`SignedHeaders` leave out `{missing}`")),
        None => Ok(names),
    }
}

fn hexadecimal(signature: &str) -> Result<&str, String> {
    let digits = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if digits && signature.len() == 64 {
        Ok(signature)
    } else {
        Err("`Signature` is not 64 digits of lower-case hex".into())
    }
}

pub(super) fn invalid(why: &str) -> Refusal {
    Refusal::new("AuthFailure.InvalidAuthorization", why)
}
