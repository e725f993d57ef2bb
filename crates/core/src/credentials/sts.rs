//! The Security Token Service, which hands out temporary credentials: called like any action of any product.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::seams::Seams;
use super::{Credentials, check, json};
use crate::call::GenericClient;
use crate::config::Config;
use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::secret::Secret;

const SERVICE: &str = "sts";
const VERSION: &str = "2018-08-13";
/// The region that the official SDKs send; every region answers alike.
pub(super) const REGION: &str = "ap-guangzhou";
/// How long one attempt may take: the service answers in a fraction of a second, and three attempts have to fit into the
/// time of a call that waits for them.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long obtaining credentials may take in all: three attempts and the pauses between them, and a third of what the
/// call that waits has by default.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// An action of the service that hands out credentials.
pub(super) struct Exchange<'a> {
    pub(super) action: &'static str,
    /// How often the account may call it, as its page says.
    pub(super) requests_per_second: u32,
    /// Where, if the provider says; where the configuration says otherwise.
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) region: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    credentials: Option<Temporary>,
    expired_time: Option<Number>,
    expiration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Temporary {
    tmp_secret_id: Option<Secret>,
    tmp_secret_key: Option<Secret>,
    token: Option<Secret>,
}

/// Where a configuration asks for credentials: where it sends calls of the service, or else the service's host of its site.
///
/// Its endpoint may be a region's or one's own, such as an emulator's: the service is not behind each of them.
pub(crate) fn endpoint<'a>(of_all: &Endpoint, own: impl IntoIterator<Item = &'a (String, Endpoint)>) -> Endpoint {
    let own = own.into_iter().filter(|(service, _)| service == SERVICE).last();
    match (own, of_all) {
        (Some((_, endpoint)), _) => endpoint.clone(),
        (None, Endpoint::International) => Endpoint::International,
        (None, Endpoint::Mainland | Endpoint::Region(_) | Endpoint::Custom(_)) => Endpoint::Mainland,
    }
}

impl Exchange<'_> {
    /// Calls the action with the credentials of a provider.
    pub(super) async fn credentials(
        &self,
        base: impl ProvideCredentials + 'static,
        parameters: &impl Serialize,
        seams: &Seams,
    ) -> Result<Credentials, Error> {
        let clock = seams.clock();
        let config = Config::builder()
            .credentials(base)
            // Under its name, so that a provider below asks there as well.
            .service_endpoint(SERVICE, self.endpoint.unwrap_or_else(|| seams.sts()).clone())
            .transport(Arc::clone(seams.transport()?))
            .clock(Arc::clone(clock))
            .attempt_timeout(ATTEMPT_TIMEOUT)
            .call_timeout(CALL_TIMEOUT)
            .build()?;
        let call = GenericClient::new(&config).call(SERVICE, VERSION, self.action, parameters);
        // Credentials that nobody receives do nothing, so it may be called again whatever happened.
        let call = call.region(self.region).repeatable(true).requests_per_second(self.requests_per_second);
        let answer = call.await.map_err(|error| self.failure(error))?;
        let credentials = parse_answer(answer.as_str().as_bytes())
            .map_err(|problem| Error::credentials(format!("{SERVICE}.{}: {problem}", self.action)))?;
        // By the service's clock, which this machine's may be far from.
        let now = clock.now();
        let left = credentials
            .expiry()
            .map(|end| end.duration_since(config.skew().correction().apply(now)).unwrap_or_default());
        let end = left.and_then(|left| now.checked_add(left));
        Ok(credentials.until(end))
    }

    fn failure(&self, error: Error) -> Error {
        if error.body_snippet().is_some() {
            // What it shows of the answer may be a part of the credentials.
            let status = error.status().map_or_else(String::new, |status| format!("HTTP {status} with "));
            let message = format!("{SERVICE}.{}: {status}something other than its documented answer", self.action);
            return Error::credentials(message).transient(error.is_retryable());
        }
        Error::credentials(error.without_hint().to_string()).because_of(error)
    }
}

/// Reads the members of an answer. What is wrong is told without showing what there is.
pub(super) fn parse_answer(response: &[u8]) -> Result<Credentials, String> {
    let Answer { credentials, expired_time, expiration } = json::object(response)?;
    let Temporary { tmp_secret_id, tmp_secret_key, token } = credentials.ok_or("there are no `Credentials`")?;
    let secret_id = required("TmpSecretId", tmp_secret_id)?;
    let secret_key = required("TmpSecretKey", tmp_secret_key)?;
    let credentials = Credentials::from_parts(&secret_id, secret_key, Some(required("Token", token)?));
    let end = json::expiry(expired_time.as_ref(), expiration.as_deref());
    Ok(credentials.until(end))
}

/// A member of temporary credentials, all of which are needed.
pub(super) fn required(name: &str, value: Option<Secret>) -> Result<Secret, String> {
    let value = value.ok_or_else(|| format!("there is no `{name}`"))?;
    check(&format!("`{name}`"), value).map_err(|error| error.message().to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn an_answer_has_credentials_and_their_end() {
        let answer = br#"{"ExpiredTime":1700007200,"Expiration":"2023-11-15T00:13:20Z","RequestId":"1",
            "Credentials":{"Token":"token","TmpSecretId":"id","TmpSecretKey":"key"}}"#;
        let credentials = parse_answer(answer).unwrap();
        assert_eq!((credentials.secret_id(), credentials.secret_key()), ("id", "key"));
        assert_eq!(credentials.session_token(), Some("token"));
        assert_eq!(credentials.expiry(), Some(UNIX_EPOCH + Duration::from_secs(1_700_007_200)));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_never_shown() {
        let cases = [
            (r#"{"ExpiredTime":1}"#, "there are no `Credentials`"),
            (r#"{"Credentials":{"Token":"hidden","TmpSecretId":"hidden"}}"#, "there is no `TmpSecretKey`"),
            (r#"{"Credentials":{"TmpSecretKey":"hidden","TmpSecretId":"hidden"}}"#, "there is no `Token`"),
            (r#"{"Credentials":{"TmpSecretKey":"hidden","TmpSecretId":""}}"#, "`TmpSecretId` is empty"),
            (r#"{"Credentials":"hidden"}"#, "a member has another type, or is there twice (line 1, column 23)"),
            (r#"[]"#, "it is not a JSON object"),
        ];
        for (answer, problem) in cases {
            assert_eq!(parse_answer(answer.as_bytes()).unwrap_err(), problem, "{answer}");
        }
    }
}
