//! Exchanges credentials at the Security Token Service, which issues temporary ones.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::provider::{TokenRequest, TokenResponse};
use super::{Credentials, ProvideCredentials, ProviderContext, json};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::secret::Secret;

/// Name of the service, in its host and in the credential scope.
pub(crate) const SERVICE: &str = "sts";
const VERSION: &str = "2018-08-13";
/// The region that the official SDKs send. Every region responds alike.
pub(super) const DEFAULT_REGION: &str = "ap-guangzhou";
/// Maximum duration of one attempt. 5 s: the service responds in a fraction of a second, and three
/// attempts must fit into [`CALL_TIMEOUT`].
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum duration of an exchange. 20 s: three attempts and the pauses between them, and a third
/// of the default timeout of the call that waits for it.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// An action of the Security Token Service, and how it is called.
pub(super) struct StsAction<'a> {
    pub(super) action: &'static str,
    /// The account's rate limit for the action, as documented.
    pub(super) requests_per_second: u32,
    /// Where to send it; the context's endpoint if `None`.
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) region: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    credentials: Option<TemporaryCredentials>,
    expired_time: Option<Number>,
    expiration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TemporaryCredentials {
    tmp_secret_id: Option<Secret>,
    tmp_secret_key: Option<Secret>,
    token: Option<Secret>,
}

impl StsAction<'_> {
    /// Calls the action, signed with the credentials of `signer`.
    pub(super) async fn send(
        &self,
        signer: Arc<dyn ProvideCredentials>,
        parameters: &impl Serialize,
        context: &ProviderContext,
    ) -> Result<Credentials, Error> {
        let body = serde_json::to_string(parameters)
            .map_err(|error| self.error(&format!("the request cannot be encoded: {error}")))?;
        let request = TokenRequest {
            version: VERSION,
            action: self.action,
            region: self.region.to_owned(),
            endpoint: self.endpoint.unwrap_or_else(|| context.sts_endpoint()).clone(),
            body,
            signer,
            requests_per_second: self.requests_per_second,
            attempt_timeout: ATTEMPT_TIMEOUT,
            call_timeout: CALL_TIMEOUT,
        };
        let response = context.token_service().exchange(request, context).await;
        let TokenResponse { json, server_time } = response.map_err(|error| self.failure(error))?;
        let credentials = parse_response(json.as_bytes()).map_err(|problem| self.error(&problem))?;
        // The expiry is by the service's clock, from which this machine's may differ by much.
        let left = credentials.expiry().map(|expiry| expiry.duration_since(server_time).unwrap_or_default());
        let expiry = left.and_then(|left| context.clock().now().checked_add(left));
        Ok(credentials.with_optional_expiry(expiry))
    }

    fn failure(&self, error: Error) -> Error {
        if error.body_snippet().is_some() {
            // The snippet may be a part of the credentials.
            let status = error.status().map_or_else(String::new, |status| format!("HTTP {status} with "));
            let problem = format!("{status}something other than the documented response");
            return self.error(&problem).transient(error.is_retryable());
        }
        Error::credentials(error.without_hint().to_string()).because_of(error)
    }

    fn error(&self, problem: &str) -> Error {
        Error::credentials(format!("{SERVICE}.{}: {problem}", self.action))
    }
}

/// Parses the members of a response. An error repeats none of them.
pub(super) fn parse_response(response: &[u8]) -> Result<Credentials, String> {
    let Response { credentials, expired_time, expiration } = json::object(response)?;
    let credentials = credentials.ok_or("there are no `Credentials`")?;
    let TemporaryCredentials { tmp_secret_id, tmp_secret_key, token } = credentials;
    let secret_id = json::required("TmpSecretId", tmp_secret_id)?;
    let secret_key = json::required("TmpSecretKey", tmp_secret_key)?;
    let credentials = Credentials::from_parts(&secret_id, secret_key, Some(json::required("Token", token)?));
    let expiry = json::expiry(expired_time.as_ref(), expiration.as_deref());
    Ok(credentials.with_optional_expiry(expiry))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_response_has_credentials_and_their_expiry() {
        let response = br#"{"ExpiredTime":1700007200,"Expiration":"2023-11-15T00:13:20Z","RequestId":"1",
            "Credentials":{"Token":"token","TmpSecretId":"id","TmpSecretKey":"key"}}"#;
        let credentials = parse_response(response).unwrap();
        assert_eq!((credentials.secret_id(), credentials.secret_key()), ("id", "key"));
        assert_eq!(credentials.session_token(), Some("token"));
        assert_eq!(credentials.expiry(), Some(UNIX_EPOCH + Duration::from_secs(1_700_007_200)));
    }

    #[test]
    fn an_error_names_the_member_and_repeats_nothing() {
        let cases = [
            (r#"{"ExpiredTime":1}"#, "there are no `Credentials`"),
            (r#"{"Credentials":{"Token":"hidden","TmpSecretId":"hidden"}}"#, "there is no `TmpSecretKey`"),
            (r#"{"Credentials":{"TmpSecretKey":"hidden","TmpSecretId":"hidden"}}"#, "there is no `Token`"),
            (r#"{"Credentials":{"TmpSecretKey":"hidden","TmpSecretId":""}}"#, "`TmpSecretId` is empty"),
            (r#"{"Credentials":"hidden"}"#, "a member has the wrong type or is duplicated (line 1, column 23)"),
            (r#"[]"#, "it is not a JSON object"),
        ];
        for (response, problem) in cases {
            assert_eq!(parse_response(response.as_bytes()).unwrap_err(), problem, "{response}");
        }
    }
}
