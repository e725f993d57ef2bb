//! Calls the action as a program written by hand would: with `reqwest`, `serde_json` and the day's
//! key.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tencentcloud_tests::Outcome;

/// Secret id and key. The server of the benchmarks checks neither.
pub(crate) const CREDENTIALS: (&str, &str) = ("AKIDvector0000000000000000000000000001", "vectorKey/EXAMPLE+0123456789");

/// Time limit of a call. Without one, a lost connection would stop a program for ever.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    urls: &'a [String],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: Response,
}

/// The content of the response.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    pub(crate) task_id: String,
}

/// A client with the key of one day.
#[derive(Clone)]
pub(crate) struct ByHand {
    client: reqwest::Client,
    url: Url,
    host: String,
    day: String,
    key: Hmac<Sha256>,
}

impl ByHand {
    /// Creates a client that calls the given server.
    pub(crate) fn new(address: SocketAddr) -> Outcome<Self> {
        // It fails if there is a provider already, which does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let host = address.to_string();
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?,
            url: Url::parse(&format!("http://{host}/"))?,
            host,
            day: "2023-11-14".to_owned(),
            key: Hmac::new_from_slice(&[7; 32])?,
        })
    }

    /// Purges some URLs.
    #[expect(clippy::disallowed_methods, reason = "a program written by hand does this")]
    pub(crate) async fn call(&self, urls: &[String]) -> Outcome<Response> {
        let body = serde_json::to_vec(&Request { urls })?;
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let authorization = self.authorization(&body, &timestamp);
        let response = self.send(body, timestamp, authorization).await?;
        Ok(serde_json::from_slice::<Envelope>(&response)?.response)
    }

    /// Sends a body, and returns that of the response.
    pub(crate) async fn send(&self, body: Vec<u8>, timestamp: String, authorization: String) -> Outcome<Vec<u8>> {
        let request = self
            .client
            .post(self.url.clone())
            .header("authorization", authorization)
            .header("content-type", "application/json")
            .header("x-tc-action", "PurgeUrlsCache")
            .header("x-tc-version", "2018-06-06")
            .header("x-tc-timestamp", timestamp)
            .body(body);
        Ok(request.send().await?.bytes().await?.into())
    }

    fn authorization(&self, body: &[u8], timestamp: &str) -> String {
        let Self { host, day, .. } = self;
        let payload = hex(&Sha256::digest(body));
        let canonical =
            format!("POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{payload}");
        let request = hex(&Sha256::digest(canonical));
        let mut mac = self.key.clone();
        mac.update(format!("TC3-HMAC-SHA256\n{timestamp}\n{day}/cdn/tc3_request\n{request}").as_bytes());
        let (id, signature) = (CREDENTIALS.0, hex(&mac.finalize().into_bytes()));
        format!(
            "TC3-HMAC-SHA256 Credential={id}/{day}/cdn/tc3_request, SignedHeaders=content-type;host, \
             Signature={signature}"
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}
