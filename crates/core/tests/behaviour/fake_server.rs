//! Minimal servers on loopback: a proxy, and a service that speaks TLS.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The authority that signed the certificate of the server, in PEM.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// A listener on a free port, and its address.
pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Accepts one `CONNECT` request; returns its head, and the stream of the tunnel.
pub(crate) async fn answer_connect(listener: &TcpListener, answer: &str) -> (String, TcpStream) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let head = read_until(&mut stream, b"\r\n\r\n").await;
    stream.write_all(answer.as_bytes()).await.unwrap();
    (head, stream)
}

/// Speaks TLS, and answers one request with each of the bodies. Returns the requests: an empty list
/// if the handshake fails.
pub(crate) async fn answer_over_tls(stream: TcpStream, bodies: &[&str]) -> Vec<String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let certificates = CertificateDer::pem_slice_iter(CERTIFICATE).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(certificates, key).unwrap();
    match TlsAcceptor::from(Arc::new(config)).accept(stream).await {
        Ok(mut stream) => answer(&mut stream, bodies).await,
        Err(_) => Vec::new(),
    }
}

/// Answers one request with each of the bodies; returns the requests.
pub(crate) async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, bodies: &[&str]) -> Vec<String> {
    let mut requests = Vec::new();
    for body in bodies {
        // The last brace ends the body.
        requests.push(read_until(stream, b"}").await);
        let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(response.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
    }
    requests
}

async fn read_until<S: AsyncRead + Unpin>(stream: &mut S, end: &[u8]) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end) {
        assert_ne!(stream.read_buf(&mut text).await.unwrap(), 0, "it ended early");
    }
    String::from_utf8(text).unwrap()
}
