//! Verifies TC3-HMAC-SHA256, which signs headers and the body.

use std::time::SystemTime;

use tencentcloud_core::signing::Scope;

use super::authorization::Authorization;
use super::tc3_input::Tc3Input;
use super::{Scheme, Verified, VerifyOptions, checks, mistakes};
use crate::credential::Credential;
use crate::refusal::Refusal;
use crate::request::Request;

pub(super) fn verify(
    options: VerifyOptions,
    request: &Request,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    let authorization = Authorization::of(request)?;
    let timestamp = timestamp(request)?;
    let credential = checks::find(credentials, authorization.secret_id)?;
    checks::check_clock("X-TC-Timestamp", timestamp, now)?;
    let scope = Scope::new(timestamp, authorization.service);
    check_scope(request, &authorization, &scope)?;

    let input = Tc3Input::new(request, &authorization, timestamp, &scope, credential.secret_key())?;
    let signature = authorization.signature;
    let matches = input.signature().as_str() == signature;
    let host_without_port = !matches && options.host_without_port && mistakes::is_without_port(&input, signature);
    if !matches && !host_without_port {
        return Err(mistakes::refuse(&input, signature));
    }

    checks::check_token("X-TC-Token", request.non_empty_header("X-TC-Token"), credential)?;
    let (secret_id, service) = (authorization.secret_id.to_owned(), authorization.service.to_owned());
    Ok(Verified { secret_id, service, timestamp, scheme: Scheme::Tc3, host_without_port })
}

fn timestamp(request: &Request) -> Result<u64, Refusal> {
    match request.non_empty_header("X-TC-Timestamp") {
        Some(text) => checks::timestamp("X-TC-Timestamp", text),
        None => Err(Refusal::new("MissingParameter", "the request has no `X-TC-Timestamp` header")),
    }
}

/// Checks the credential scope against the timestamp and the host.
fn check_scope(request: &Request, authorization: &Authorization<'_>, scope: &Scope) -> Result<(), Refusal> {
    let refused = |message: String| Err(Refusal::new("AuthFailure.SignatureFailure", message));
    let Authorization { date, service, .. } = authorization;
    let expected = scope.date();
    if *date != expected {
        return refused(format!(
            "the credential scope has the date `{date}`, but `X-TC-Timestamp` is on {expected}; \
             help: derive the date from the timestamp, in UTC"
        ));
    }
    match request.service_of_host() {
        Some(host) if !host.eq_ignore_ascii_case(service) => refused(format!(
            "the credential scope has the service `{service}`, but the request was sent to a host of `{host}`; \
             help: sign for the service that is called"
        )),
        _ => Ok(()),
    }
}
