//! Credentials of the role that is bound to the machine, from the metadata of Cloud Virtual Machine.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Number;

use super::lookup::Lookup;
use super::seams::Seams;
use super::sts::required;
use super::{Credentials, json};
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use crate::secret::Secret;
use crate::time::Clock;
use crate::time::within;

/// Host of the metadata. It has no TLS, and answers for the machine that asks and no other.
const HOST: &str = "metadata.tencentyun.com";
/// Where the name of the role is, and below it the role's credentials.
const PATH: &str = "/latest/meta-data/cam/security-credentials/";
/// How long an answer may take. The metadata is one hop away and answers in milliseconds; a packet that is lost is sent
/// again after 1 s (RFC 6298), so this survives one. A machine elsewhere waits for one answer only, the first.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How often something is asked that got a broken answer: once more. What got none is not asked again.
const TRIES: usize = 2;
/// How large an answer may be: many times what credentials take.
const MAX_BYTES: usize = 64 * 1024;

/// Asks the metadata at an origin, such as `http://host`.
pub(super) struct Metadata<'a> {
    origin: String,
    host: String,
    seams: &'a Seams,
}

/// What the metadata says about a role.
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
    pub(super) fn new(seams: &'a Seams) -> Self {
        Self::at(HOST, seams)
    }

    fn at(host: &str, seams: &'a Seams) -> Self {
        Self { origin: format!("http://{host}"), host: host.to_owned(), seams }
    }

    /// What the metadata says; nothing if the machine has none, or no role.
    pub(super) async fn find(&self) -> Result<Lookup, Error> {
        let response = match self.get(PATH).await? {
            Ok(response) => response,
            // It is not the machine that keeps it from being asked.
            Err(error) if error.kind() == TransportErrorKind::Unsendable => return Err(self.not_asked(error)),
            Err(error) => return Ok(Lookup::NotConfigured(self.not_asked(error))),
        };
        let role = match response.status() {
            200 => parse_role(response.body()).map_err(|problem| self.odd(PATH, &problem))?,
            404 => return Ok(Lookup::not_configured("no role is bound to the machine")),
            status => return Err(self.refused(PATH, status)),
        };
        let path = format!("{PATH}{role}");
        match self.get(&path).await? {
            Ok(response) if response.status() == 200 => {
                let credentials = parse_credentials(response.body()).map_err(|problem| self.odd(&path, &problem))?;
                Ok(Lookup::Found(credentials))
            }
            Ok(response) => Err(self.refused(&path, response.status())),
            Err(error) => Err(self.not_asked(error)),
        }
    }

    /// Asks for a path, once more if the answer broke off or the metadata is busy.
    async fn get(&self, path: &str) -> Result<Result<HttpResponse, TransportError>, Error> {
        let (transport, clock) = (self.seams.transport()?, self.seams.clock());
        let request = HttpRequest::get(&format!("{}{path}", self.origin), &self.host, MAX_BYTES)?;
        let mut outcome = get_once(&**transport, &**clock, request.clone()).await;
        for _ in 1..TRIES {
            let again = match &outcome {
                Ok(response) => is_busy(response.status()),
                Err(error) => matches!(error.kind(), TransportErrorKind::Send | TransportErrorKind::Read),
            };
            if again {
                outcome = get_once(&**transport, &**clock, request.clone()).await;
            }
        }
        Ok(outcome)
    }

    fn not_asked(&self, error: TransportError) -> Error {
        // The metadata service may be asked again, whether or not the request arrived.
        let transient = error.is_transient();
        let error = Error::from(error);
        let message = format!("`{}` cannot be asked: {}", self.host, error.message());
        Error::credentials(message).because_of(error).transient(transient)
    }

    fn refused(&self, path: &str, status: u16) -> Error {
        self.odd(path, &format!("HTTP {status}")).transient(is_busy(status))
    }

    fn odd(&self, path: &str, problem: &str) -> Error {
        Error::credentials(format!("`{}{path}`: {problem}", self.origin))
    }
}

/// Whether it may answer otherwise in a moment.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 500..=599)
}

async fn get_once(
    transport: &dyn Transport,
    clock: &dyn Clock,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    within(clock, TIMEOUT, transport.send(request)).await.unwrap_or_else(|| {
        Err(TransportError::new(TransportErrorKind::Timeout, format!("{TIMEOUT:?} is what the metadata may take")))
    })
}

/// Reads the name of the role; the first, should there be several.
pub(super) fn parse_role(body: &[u8]) -> Result<String, String> {
    let name = str::from_utf8(body).ok().and_then(|text| text.trim().lines().next()).unwrap_or_default().trim_end();
    // What cannot be a name is likely the page of a login, and must not become part of a URL.
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (1..=128).contains(&name.len()) && name.chars().all(is_name) {
        Ok(name.to_owned())
    } else {
        Err("the answer is not the name of a role".to_owned())
    }
}

/// Reads the credentials of a role. What is wrong is told without showing what there is.
pub(super) fn parse_credentials(body: &[u8]) -> Result<Credentials, String> {
    let RoleCredentials { code, tmp_secret_id, tmp_secret_key, token, expired_time, expiration } = json::object(body)?;
    match code.as_deref() {
        Some("Success") => {}
        Some(code) => return Err(format!("the code is `{}`", code.chars().take(64).collect::<String>())),
        None => return Err("there is no `Code`".to_owned()),
    }
    let secret_id = required("TmpSecretId", tmp_secret_id)?;
    let secret_key = required("TmpSecretKey", tmp_secret_key)?;
    let credentials = Credentials::from_parts(&secret_id, secret_key, Some(required("Token", token)?));
    let end = json::expiry(expired_time.as_ref(), expiration.as_deref());
    Ok(credentials.until(end))
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    const CREDENTIALS: &str = r#"{"TmpSecretId":"id","TmpSecretKey":"key","ExpiredTime":1700007200,
        "Expiration":"2023-11-15T00:13:20Z","Token":"token","Code":"Success"}"#;

    fn end() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_007_200)
    }

    #[test]
    fn a_role_has_credentials_and_their_end() {
        let credentials = parse_credentials(CREDENTIALS.as_bytes()).unwrap();
        assert_eq!((credentials.secret_id(), credentials.secret_key()), ("id", "key"));
        assert_eq!((credentials.session_token(), credentials.expiry()), (Some("token"), Some(end())));
        let by_text = CREDENTIALS.replace("1700007200", "null");
        assert_eq!(parse_credentials(by_text.as_bytes()).unwrap().expiry(), Some(end()));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_never_shown() {
        let cases = [
            ("{}", "there is no `Code`"),
            (r#"{"Code":"Failed","Token":"hidden"}"#, "the code is `Failed`"),
            (r#"{"Code":"Success","TmpSecretId":"hidden"}"#, "there is no `TmpSecretKey`"),
            (r#"{"Code":"Success","TmpSecretId":"hidden","TmpSecretKey":"hidden"}"#, "there is no `Token`"),
            (r#"{"Code":"Success","TmpSecretId":" hidden"}"#, "`TmpSecretId` has white space around it"),
            (r#"{"Code":"Success","TmpSecretId":"hidden""#, "the JSON ends too early (line 1, column 40)"),
            ("<html>hidden</html>", "it is not a JSON object"),
        ];
        for (answer, problem) in cases {
            assert_eq!(parse_credentials(answer.as_bytes()).unwrap_err(), problem, "{answer}");
        }
    }

    #[test]
    fn the_name_of_a_role_becomes_part_of_a_url_and_so_is_nothing_else() {
        assert_eq!(parse_role(b"CdnPurge_1+=,.@-"), Ok("CdnPurge_1+=,.@-".to_owned()));
        assert_eq!(parse_role(b"\r\n first \r\nsecond\n"), Ok("first".to_owned()));
        let long = [b'a'; 129];
        let cases: [&[u8]; 8] = [b"", b"\n", b"<html>", b"a/b", b"a b", b"a?b", b"r\xc3\xb4le", &long];
        for body in cases {
            assert_eq!(parse_role(body), Err("the answer is not the name of a role".to_owned()), "{body:?}");
        }
    }

    /// What is asked of a server on this machine that answers so, one connection each, and what comes of it.
    async fn ask(answers: &[String]) -> (Result<Lookup, Error>, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let server = async {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the request ended early");
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
                requests.push(String::from_utf8(request).unwrap().replace(&host, "HOST"));
            }
            requests
        };
        let seams = Seams::default();
        let metadata = Metadata::at(&host, &seams);
        let both = async { tokio::join!(metadata.find(), server) };
        tokio::time::timeout(Duration::from_secs(10), both).await.expect("the metadata is not asked")
    }

    fn http(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn the_name_is_asked_for_and_then_the_credentials() {
        let (finding, requests) = ask(&[http("200 OK", "role"), http("200 OK", CREDENTIALS)]).await;
        assert!(matches!(finding, Ok(Lookup::Found(credentials)) if credentials.expiry() == Some(end())));
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
    async fn an_answer_that_breaks_off_is_asked_for_once_more() {
        let broken = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nrol".to_owned();
        let answers = [broken.clone(), http("200 OK", "role"), http("503 Busy", ""), http("200 OK", CREDENTIALS)];
        let (finding, requests) = ask(&answers).await;
        assert!(matches!(finding, Ok(Lookup::Found(_))));
        assert_eq!(requests.len(), 4);
        let (finding, _) = ask(&[broken.clone(), broken]).await;
        let Ok(Lookup::NotConfigured(why)) = finding else { panic!("something was found") };
        assert!(why.message().contains("cannot be asked: the connection broke while the response was read: "), "{why}");
    }

    #[tokio::test]
    async fn an_answer_without_end_is_refused_while_it_is_read() {
        let endless = format!("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{}", " ".repeat(65_537));
        let (finding, _) = ask(&[endless]).await;
        let Ok(Lookup::NotConfigured(why)) = finding else { panic!("something was found") };
        assert!(why.message().ends_with("cannot be asked: the response is too large: more than 65536 bytes"), "{why}");
    }
}
