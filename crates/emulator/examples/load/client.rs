//! A client that keeps its connection, and signs with the core's functions.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_core::signing::{CanonicalRequest, Scope, SigningKey, StringToSign, authorization};
use tencentcloud_emulator::Emulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Outcome;

/// Timeout of a response, after which the run is aborted.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to the emulator.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4 << 10) })
    }

    /// Sends a request, and fails unless the response contains `expected`.
    pub(crate) async fn call(&mut self, request: &[u8], expected: &str) -> Outcome<()> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        // Every response of the emulator ends with the envelope.
        while !self.buffer.ends_with(b"}}") {
            if timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await?? == 0 {
                return Err("the connection was closed before the response".into());
            }
        }
        if self.buffer.windows(expected.len()).any(|bytes| bytes == expected.as_bytes()) {
            return Ok(());
        }
        Err(format!("no {expected} in {}", String::from_utf8_lossy(&self.buffer)).into())
    }
}

/// A whole HTTP request, signed now.
pub(crate) fn signed(emulator: &Emulator, service: &str, action: &str, body: &str) -> Outcome<Vec<u8>> {
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let host = emulator.address().to_string();
    let version = if service == "ecdn" { "2019-10-12" } else { "2018-06-06" };
    let headers = [("content-type", "application/json"), ("host", host.as_str())];
    let request = CanonicalRequest { method: "POST", query: "", headers: &headers, payload: body.as_bytes() };
    let scope = Scope::new(timestamp, service);
    let string = StringToSign { timestamp, scope: &scope, request: &request.digest() };
    let signature = SigningKey::derive(emulator.secret_key(), &scope).sign(&string);
    let authorization = authorization(emulator.secret_id(), &scope, &request.signed_headers(), &signature);
    let length = body.len();
    Ok(format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nx-tc-action: {action}\r\n\
         x-tc-version: {version}\r\nx-tc-timestamp: {timestamp}\r\nauthorization: {authorization}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes())
}
