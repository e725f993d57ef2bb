//! Finds the credentials of the role that is bound to the machine, in the metadata of Cloud Virtual
//! Machine.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Number;

use super::assume_role::is_name_character;
use super::lookup::Lookup;
use super::{Credentials, ProviderContext, json};
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse, TransportError, TransportErrorKind};
use crate::secret::Secret;
use crate::time::within;

/// Host of the metadata. It has no TLS, and responds only to the machine that it describes.
const HOST: &str = "metadata.tencentyun.com";
/// Path of the role's name; the role's credentials are below it.
const PATH: &str = "/latest/meta-data/cam/security-credentials/";
/// Maximum duration of one request. 2 s: the metadata is one hop away and responds within
/// milliseconds; a lost packet is sent again after 1 s (RFC 6298), so this survives one. On a
/// machine elsewhere only the first request waits for it.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum number of requests for one path. 2: a connection that breaks may be a single accident.
/// After a timeout, or if no connection opens, there is no second request.
const MAX_TRIES: usize = 2;
/// Maximum size of a response. 64 KiB: many times what credentials take.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// A client of the metadata.
pub(super) struct Metadata<'a> {
    /// The scheme and the host, such as `http://host`.
    origin: String,
    host: String,
    context: &'a ProviderContext,
}

/// Response with the credentials of a role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleCredentials {
    code: Option<String>,
    tmp_secret_id: Option<Secret>,
    tmp_secret_key: Option<Secret>,
    token: Option<Secret>,
    expired_time: Option<Number>,
    expiration: Option<String>,
}

impl<'a> Metadata<'a> {
    pub(super) fn new(context: &'a ProviderContext) -> Self {
        Self::at(HOST, context)
    }

    fn at(host: &str, context: &'a ProviderContext) -> Self {
        Self { origin: format!("http://{host}"), host: host.to_owned(), context }
    }

    /// Queries the credentials of the machine's role, if the machine has metadata and a role.
    pub(super) async fn find(&self) -> Result<Lookup, Error> {
        let response = match self.get(PATH).await? {
            Ok(response) => response,
            // Then the fault is in this program, and it is unknown whether the machine has a role.
            Err(error) if error.kind() == TransportErrorKind::Unsendable => return Err(self.unreachable(error)),
            Err(error) => return Ok(Lookup::NotConfigured(self.unreachable(error))),
        };
        let role = match response.status() {
            200 => parse_role(response.body()).map_err(|problem| self.invalid(PATH, &problem))?,
            404 => return Ok(Lookup::not_configured("no role is bound to the machine")),
            status => return Err(self.refused(PATH, status)),
        };
        let path = format!("{PATH}{role}");
        match self.get(&path).await? {
            Ok(response) if response.status() == 200 => {
                let credentials =
                    parse_credentials(response.body()).map_err(|problem| self.invalid(&path, &problem))?;
                Ok(Lookup::found(credentials))
            }
            Ok(response) => Err(self.refused(&path, response.status())),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    /// Requests a path; once more if the connection broke or the metadata is busy.
    async fn get(&self, path: &str) -> Result<Result<HttpResponse, TransportError>, Error> {
        let url = format!("{}{path}", self.origin);
        let request = HttpRequest::get(url, &self.host, MAX_RESPONSE_BYTES)?;
        let mut outcome = self.send(request.clone()).await;
        for _ in 1..MAX_TRIES {
            let again = match &outcome {
                Ok(response) => is_busy(response.status()),
                Err(error) => matches!(error.kind(), TransportErrorKind::Send | TransportErrorKind::Read),
            };
            if again {
                outcome = self.send(request.clone()).await;
            }
        }
        Ok(outcome)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let response = self.context.transport().send(request);
        let in_time = within(&**self.context.clock(), TIMEOUT, response).await;
        in_time.unwrap_or_else(|| {
            let message = format!("the timeout for the metadata is {TIMEOUT:?}");
            Err(TransportError::new(TransportErrorKind::Timeout, message))
        })
    }

    fn unreachable(&self, error: TransportError) -> Error {
        // A query changes nothing, so it may be repeated whether or not it arrived.
        let transient = error.is_transient();
        let error = Error::from(error);
        let message = format!("`{}` cannot be queried: {}", self.host, error.message());
        Error::credentials(message).because_of(error).transient(transient)
    }

    fn refused(&self, path: &str, status: u16) -> Error {
        self.invalid(path, &format!("HTTP {status}")).transient(is_busy(status))
    }

    fn invalid(&self, path: &str, problem: &str) -> Error {
        Error::credentials(format!("`{}{path}`: {problem}", self.origin))
    }
}

/// Whether another request may succeed in a moment.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 500..=599)
}

/// Parses the name of the role; the first one, if there are several.
pub(super) fn parse_role(body: &[u8]) -> Result<String, String> {
    let name = str::from_utf8(body).ok().and_then(|text| text.trim().lines().next()).unwrap_or_default().trim_end();
    // Any other text is probably a login page, and must not become part of a URL.
    if (1..=128).contains(&name.len()) && name.chars().all(is_name_character) {
        Ok(name.to_owned())
    } else {
        Err("the response is not a role name".to_owned())
    }
}

/// Parses the credentials of a role. An error repeats none of them.
pub(super) fn parse_credentials(body: &[u8]) -> Result<Credentials, String> {
    let RoleCredentials { code, tmp_secret_id, tmp_secret_key, token, expired_time, expiration } = json::object(body)?;
    match code.as_deref() {
        Some("Success") => {}
        Some(code) => return Err(format!("the code is `{}`", code.chars().take(64).collect::<String>())),
        None => return Err("there is no `Code`".to_owned()),
    }
    let secret_id = json::required("TmpSecretId", tmp_secret_id)?;
    let secret_key = json::required("TmpSecretKey", tmp_secret_key)?;
    let credentials = Credentials::from_parts(&secret_id, secret_key, Some(json::required("Token", token)?));
    let expiry = json::expiry(expired_time.as_ref(), expiration.as_deref());
    Ok(credentials.with_optional_expiry(expiry))
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::HttpsTransport;
    use crate::time::default_clock;

    const CREDENTIALS: &str = r#"{"TmpSecretId":"id","TmpSecretKey":"key","ExpiredTime":1700007200,
        "Expiration":"2023-11-15T00:13:20Z","Token":"token","Code":"Success"}"#;

    fn expiry() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_007_200)
    }

    #[test]
    fn a_role_has_credentials_and_their_expiry() {
        let credentials = parse_credentials(CREDENTIALS.as_bytes()).unwrap();
        assert_eq!((credentials.secret_id(), credentials.secret_key()), ("id", "key"));
        assert_eq!((credentials.session_token(), credentials.expiry()), (Some("token"), Some(expiry())));
        let by_text = CREDENTIALS.replace("1700007200", "null");
        assert_eq!(parse_credentials(by_text.as_bytes()).unwrap().expiry(), Some(expiry()));
    }

    #[test]
    fn an_error_names_the_member_and_repeats_nothing() {
        let cases = [
            ("{}", "there is no `Code`"),
            (r#"{"Code":"Failed","Token":"hidden"}"#, "the code is `Failed`"),
            (r#"{"Code":"Success","TmpSecretId":"hidden"}"#, "there is no `TmpSecretKey`"),
            (r#"{"Code":"Success","TmpSecretId":"hidden","TmpSecretKey":"hidden"}"#, "there is no `Token`"),
            (r#"{"Code":"Success","TmpSecretId":" hidden"}"#, "`TmpSecretId` has white space around it"),
            (r#"{"Code":"Success","TmpSecretId":"hidden""#, "the JSON ends too early (line 1, column 40)"),
            ("<html>hidden</html>", "it is not a JSON object"),
        ];
        for (response, problem) in cases {
            assert_eq!(parse_credentials(response.as_bytes()).unwrap_err(), problem, "{response}");
        }
    }

    #[test]
    fn a_role_name_has_no_character_that_changes_a_url() {
        assert_eq!(parse_role(b"CdnPurge_1+=,.@-"), Ok("CdnPurge_1+=,.@-".to_owned()));
        assert_eq!(parse_role(b"\r\n first \r\nsecond\n"), Ok("first".to_owned()));
        let long = [b'a'; 129];
        let cases: [&[u8]; 8] = [b"", b"\n", b"<html>", b"a/b", b"a b", b"a?b", b"r\xc3\xb4le", &long];
        for body in cases {
            assert_eq!(parse_role(body), Err("the response is not a role name".to_owned()), "{body:?}");
        }
    }

    /// Queries a server on this machine that sends these responses, one per connection; returns the
    /// result and the requests.
    #[expect(clippy::disallowed_methods, reason = "the sockets of the test are real")]
    async fn find(responses: &[String]) -> (Result<Lookup, Error>, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = async {
            let mut requests = Vec::new();
            for response in responses {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the request ends early");
                }
                stream.write_all(response.as_bytes()).await.unwrap();
                requests.push(String::from_utf8(request).unwrap().replace(&host, "HOST"));
            }
            requests
        };
        let context = ProviderContext::new(HttpsTransport::for_loopback().unwrap(), default_clock().unwrap());
        let metadata = Metadata::at(&host, &context);
        let both = async { tokio::join!(metadata.find(), server) };
        tokio::time::timeout(Duration::from_secs(10), both).await.expect("the query hangs")
    }

    fn http(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn the_name_is_requested_first_and_then_the_credentials() {
        let (lookup, requests) = find(&[http("200 OK", "role"), http("200 OK", CREDENTIALS)]).await;
        assert!(matches!(lookup, Ok(Lookup::Found(credentials, None)) if credentials.expiry() == Some(expiry())));
        let [first, second] = requests.try_into().unwrap();
        assert_eq!(
            first,
            "GET /latest/meta-data/cam/security-credentials/ HTTP/1.1\r\nhost: HOST\r\naccept: */*\r\n\r\n"
        );
        assert_eq!(
            second,
            "GET /latest/meta-data/cam/security-credentials/role HTTP/1.1\r\nhost: HOST\r\naccept: */*\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn a_response_that_breaks_off_is_requested_again() {
        let broken = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nrol".to_owned();
        let responses = [broken.clone(), http("200 OK", "role"), http("503 Busy", ""), http("200 OK", CREDENTIALS)];
        let (lookup, requests) = find(&responses).await;
        assert!(matches!(lookup, Ok(Lookup::Found(..))));
        assert_eq!(requests.len(), 4);
        let (lookup, _) = find(&[broken.clone(), broken]).await;
        let Ok(Lookup::NotConfigured(why)) = lookup else { panic!("something was found") };
        assert!(
            why.message().contains("cannot be queried: the connection broke while the response was read: "),
            "{why}"
        );
    }

    #[tokio::test]
    async fn an_oversized_response_is_refused_while_it_is_read() {
        let endless = format!("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{}", " ".repeat(65_537));
        let (lookup, _) = find(&[endless]).await;
        let Ok(Lookup::NotConfigured(why)) = lookup else { panic!("something was found") };
        assert!(
            why.message().ends_with("cannot be queried: the response is too large: more than 65536 bytes"),
            "{why}"
        );
    }
}
