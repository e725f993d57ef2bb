//! A small blocking client with signatures of its own: it shares no code with the emulator.

use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tencentcloud_emulator::verify::Request;
use tencentcloud_emulator::{Builder, Emulator, SECRET_ID, SECRET_KEY};

/// The time of the emulator's clock in these tests: 2023-11-14 22:13:20 UTC.
pub(crate) const NOW: u64 = 1_700_000_000;

/// Timeout of a read. 10 s: a broken test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const TODAY: &str = "2023-11-14";

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Starts an emulator whose clock shows [`NOW`] and does not advance.
pub(crate) fn start() -> Emulator {
    start_with(|builder| builder)
}

pub(crate) fn start_with(change: impl FnOnce(Builder) -> Builder) -> Emulator {
    block_on(change(Emulator::builder().clock(|| at(NOW))).start()).unwrap()
}

/// A call that is signed with TC3. Every part of it can be set to something invalid.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: &'static str,
    pub(crate) host: String,
    pub(crate) content_type: String,
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) action: String,
    pub(crate) timestamp: u64,
    pub(crate) date: String,
    pub(crate) body: Vec<u8>,
    pub(crate) secret_id: String,
    pub(crate) secret_key: String,
    /// Further headers, signed or not. One that is here twice is sent twice.
    pub(crate) other_headers: Vec<(&'static str, String)>,
    pub(crate) signed: &'static str,
}

impl Call {
    pub(crate) fn new(service: &str, action: &str, body: &str) -> Self {
        let version = match service {
            "teo" => "2022-09-01",
            "ecdn" => "2019-10-12",
            _ => "2018-06-06",
        };
        Self {
            method: "POST",
            path: "/",
            query: "",
            host: format!("{service}.tencentcloudapi.com"),
            content_type: "application/json".into(),
            service: service.into(),
            version: version.into(),
            action: action.into(),
            timestamp: NOW,
            date: TODAY.into(),
            body: body.into(),
            secret_id: SECRET_ID.into(),
            secret_key: SECRET_KEY.into(),
            other_headers: Vec::new(),
            signed: "content-type;host",
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The request, signed.
    pub(crate) fn request(&self) -> Request {
        self.request_signed_as(self)
    }

    /// The request, with the signature of another one, like that of a client that signs something
    /// other than what it sends.
    pub(crate) fn request_signed_as(&self, other: &Self) -> Request {
        let authorization = format!(
            "TC3-HMAC-SHA256 Credential={}/{}/{}/tc3_request, SignedHeaders={}, Signature={}",
            self.secret_id,
            self.date,
            self.service,
            self.signed,
            other.signature(),
        );
        let mut headers = self.headers();
        headers.push(("Authorization".into(), authorization));
        let (method, path, query) = (self.method.into(), self.path.into(), self.query.into());
        Request { method, path, query, headers, body: self.body.clone() }
    }

    /// Sends the call to an emulator.
    pub(crate) fn send(&self, emulator: &Emulator) -> Response {
        send(emulator.address(), &self.request())
    }

    fn headers(&self) -> Vec<(String, String)> {
        let mut headers = vec![
            ("Host".to_owned(), self.host.clone()),
            ("Content-Type".to_owned(), self.content_type.clone()),
            ("X-TC-Action".to_owned(), self.action.clone()),
            ("X-TC-Version".to_owned(), self.version.clone()),
            ("X-TC-Timestamp".to_owned(), self.timestamp.to_string()),
        ];
        headers.extend(self.other_headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        headers
    }

    fn signature(&self) -> String {
        let mut canonical_headers = String::new();
        for signed in self.signed.split(';') {
            let headers = self.headers();
            let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(signed)).unwrap();
            canonical_headers += &format!("{signed}:{}\n", value.to_lowercase());
        }
        let request = format!(
            "{}\n/\n{}\n{canonical_headers}\n{}\n{}",
            self.method,
            self.query,
            self.signed,
            hex(&Sha256::digest(&self.body)),
        );
        let scope = format!("{}/{}/tc3_request", self.date, self.service);
        let hash = hex(&Sha256::digest(request.as_bytes()));
        let mut key = format!("TC3{}", self.secret_key).into_bytes();
        for step in [self.date.as_str(), self.service.as_str(), "tc3_request"] {
            key = mac(&key, step);
        }
        hex(&mac(&key, &format!("TC3-HMAC-SHA256\n{}\n{scope}\n{hash}", self.timestamp)))
    }
}

/// A call that is signed with V1.
#[derive(Clone)]
pub(crate) struct V1Call {
    pub(crate) method: &'static str,
    pub(crate) host: String,
    /// The signed names and values, without the signature.
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) secret_key: String,
}

impl V1Call {
    pub(crate) fn new(method: &'static str, action: &str, version: &str, parameters: &[(&str, &str)]) -> Self {
        let timestamp = NOW.to_string();
        let common = [
            ("Action", action),
            ("Version", version),
            ("Timestamp", &timestamp),
            ("Nonce", "11886"),
            ("SecretId", SECRET_ID),
        ];
        let pairs = common.iter().chain(parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { method, host: "127.0.0.1:8088".into(), pairs: pairs.collect(), secret_key: SECRET_KEY.into() }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Sets a parameter, or removes it.
    pub(crate) fn set(mut self, name: &str, value: Option<&str>) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        if let Some(value) = value {
            self.pairs.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The request, signed.
    pub(crate) fn request(&self) -> Request {
        self.request_with(&self.signature())
    }

    /// The request, with this signature.
    pub(crate) fn request_with(&self, signature: &str) -> Request {
        let signature = ("Signature".to_owned(), signature.to_owned());
        let pairs = self.pairs.iter().chain([&signature]);
        let encoded: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
        let encoded = encoded.join("&");
        let mut headers = vec![("Host".to_owned(), self.host.clone())];
        let (query, body) = match self.method {
            "GET" => (encoded, String::new()),
            _ => {
                headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
                (String::new(), encoded)
            }
        };
        Request { method: self.method.into(), path: "/".into(), query, headers, body: body.into_bytes() }
    }

    pub(crate) fn signature(&self) -> String {
        self.signature_by(self.pairs.iter().any(|(name, value)| name == "SignatureMethod" && value == "HmacSHA256"))
    }

    /// The signature with HMAC-SHA256 or HMAC-SHA1, whatever the parameters say.
    pub(crate) fn signature_by(&self, sha256: bool) -> String {
        let mut pairs = self.pairs.clone();
        pairs.sort();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let text = format!("{}{}/?{}", self.method, self.host, pairs.join("&"));
        let key = self.secret_key.as_bytes();
        base64(&if sha256 { mac(key, &text) } else { mac_sha1(key, &text) })
    }

    pub(crate) fn send(&self, emulator: &Emulator) -> Response {
        send(emulator.address(), &self.request())
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    /// The members inside the envelope.
    pub(crate) fn members(&self) -> serde_json::Value {
        let mut envelope: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(envelope.as_object().unwrap().len(), 1, "{}", self.body);
        envelope["Response"].take()
    }

    /// The code of the refusal. Empty if the request succeeded.
    pub(crate) fn code(&self) -> String {
        self.members()["Error"]["Code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn message(&self) -> String {
        self.members()["Error"]["Message"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

pub(crate) fn send(address: SocketAddr, request: &Request) -> Response {
    let response = exchange(address, request);
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    Response { head: head.to_owned(), body: body.to_owned() }
}

/// Sends a request on a new connection, and reads until the server closes it.
pub(crate) fn exchange(address: SocketAddr, request: &Request) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&bytes(request)).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// The bytes of a request, as the last one on its connection.
pub(crate) fn bytes(request: &Request) -> Vec<u8> {
    let Request { method, path, query, headers, body } = request;
    let target = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let mut head = format!("{method} {target} HTTP/1.1\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn mac_sha1(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Base64, after RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, index| bits << 8 | usize::from(*group.get(index).unwrap_or(&0)));
        for (index, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            text.push(if index <= group.len() { char::from(LETTERS[bits >> shift & 63]) } else { '=' });
        }
    }
    text
}

pub(crate) fn percent_encoded(value: &str) -> String {
    let encoded = value.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
