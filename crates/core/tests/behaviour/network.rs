//! Checks the default transport against small servers on loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tencentcloud_core::{Client, Config, Credentials, Error, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

/// Calls a server that responds with the given bytes. Returns the result and the request.
async fn exchange(response: impl AsRef<[u8]>) -> (Result<PurgeResponse, Error>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        stream.write_all(response.as_ref()).await.unwrap();
        request
    };
    let both = async { tokio::join!(call(&endpoint), server) };
    // A call to another host must fail the test and not block it.
    tokio::time::timeout(Duration::from_secs(10), both).await.expect("the call does not reach the server")
}

async fn call(endpoint: &str) -> Result<PurgeResponse, Error> {
    let credentials = Credentials::new("AKIDexample", "key")?;
    let config = Config::builder().credentials(credentials).endpoint(endpoint).max_response_bytes(1_000).build()?;
    Client::<Cdn>::new(&config).call(&purge()).without_retries().await
}

/// Reads a request to the end of its body, which is a brace.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the request ended early");
    }
    String::from_utf8(request).unwrap()
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn the_signed_host_is_sent_and_no_compression_requested() {
    let (response, request) = exchange(http("200 OK", "", PURGED)).await;
    assert_eq!(response.unwrap().task_id, "task-1");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"Urls":["http://www.example.com/1.jpg"]}"#);
    assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
    let head = head.to_ascii_lowercase();
    assert_eq!(head.matches("\r\nhost: 127.0.0.1:").count(), 1, "{head}");
    assert!(head.contains("\r\ncontent-type: application/json\r\n"), "{head}");
    assert!(!head.contains("accept-encoding") && !head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn a_chunked_response_is_read_to_its_end() {
    let (start, end) = PURGED.split_at(20);
    let body = format!("{:x}\r\n{start}\r\n{:x}\r\n{end}\r\n0\r\n\r\n", start.len(), end.len());
    let (response, _) = exchange(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")).await;
    assert_eq!(response.unwrap().request_id, "request-1");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (response, _) = exchange(http("302 Found", "Location: http://127.0.0.1:1/\r\n", "moved")).await;
    let error = response.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.body_snippet()), (ErrorKind::Decode, Some(302), Some("moved")));
}

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&endpoint).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.attempts()), (ErrorKind::Connect, true, 1));
    assert!(error.to_string().to_ascii_lowercase().contains("no connection: connection refused"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_connection_that_closes_without_a_response_is_interrupted() {
    let error = exchange("").await.0.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Interrupted, false));
    assert!(error.to_string().contains("the connection broke before a response arrived: "), "{error}");
}

#[tokio::test]
async fn a_connection_that_closes_within_the_response_is_interrupted() {
    let error = exchange("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Response\":").await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.to_string().contains("the connection broke while the response was read: "), "{error}");
}

#[tokio::test]
async fn a_response_over_the_size_limit_is_not_read_to_its_end() {
    // The response never ends. A client that read beyond the limit would report a broken
    // connection.
    let response = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n{}", " ".repeat(1_001));
    let error = exchange(response).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("the response is too large: more than 1000 bytes"), "{error}");

    let body = format!("{PURGED}{}", " ".repeat(1_000 - PURGED.len()));
    assert!(exchange(http("200 OK", "", &body)).await.0.is_ok());
}

#[tokio::test]
async fn a_response_that_announces_more_than_the_memory_is_an_error() {
    let (listener, endpoint) = crate::fake_server::listen().await;
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    let config = Config::builder().credentials(credentials).endpoint(format!("http://{endpoint}"));
    let client = Client::<Cdn>::new(&config.max_response_bytes(usize::MAX).build().unwrap());
    for announced in ["9000000000000000", "9223372036854775807"] {
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4_096]).await.unwrap();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {announced}\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream
        };
        let error = tokio::join!(client.call(&purge()).into_future(), server).0.unwrap_err();
        assert!(error.to_string().contains("the response is too large: more than there is memory for"), "{error}");
    }
}

#[tokio::test]
async fn a_response_that_announces_more_than_the_limit_is_not_read() {
    // The body never arrives. A client that waited for it would report a broken connection.
    let error = exchange("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n").await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("the response is too large: more than 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    };
    let error = tokio::join!(call(&endpoint), server).0.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, false));
    assert!(error.to_string().contains("no connection: "), "{error}");
}

#[tokio::test]
async fn what_is_not_http_is_named_as_such() {
    let responses = [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned(),
        "HTTP/9.9 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 OK\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1_000_000)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(1_000)),
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n".to_owned(),
    ];
    for response in responses {
        let error = exchange(&response).await.0.unwrap_err();
        let line = error.to_string();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Interrupted, false), "{line}");
        assert!(line.contains(": the response is not valid HTTP: ") && !line.contains("broke"), "{line}");
        assert!(
            line.contains("; not sent again: it may have been carried out; help: check whether it was, "),
            "{line}"
        );
        assert!(line.ends_with("this response is not from the service"), "{line}");
    }
}

/// Each process has its own environment, so another process runs the named test.
#[test]
fn a_proxy_of_the_environment_is_not_used_for_this_machine() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "network::a_chunked_response_is_read_to_its_end"])
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1")))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}

#[test]
fn a_runtime_that_is_not_running_does_not_delay_the_calls_of_another() {
    let runtimes = [(); 20].map(|()| Builder::new_current_thread().enable_all().build().unwrap());
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = server.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = Arc::clone(&connections);
    server.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            opened.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                loop {
                    read_request(&mut stream).await;
                    stream.write_all(http("200 OK", "", PURGED).as_bytes()).await.unwrap();
                }
            });
        }
    });
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    let config = Config::builder().credentials(credentials).endpoint(&*endpoint).without_limits().build().unwrap();
    let client = Client::<Cdn>::new(&config);
    // Each runtime runs only during its own call, and keeps its connection for the next one.
    let (first, rest) = runtimes.split_first().unwrap();
    for runtime in [first, &rest[0], first, &rest[0]].into_iter().chain(rest) {
        runtime.block_on(client.call(&purge()).attempt_timeout(Duration::from_secs(5)).into_future()).unwrap();
    }
    assert_eq!(connections.load(Ordering::Relaxed), 20);
}

#[test]
fn a_configuration_for_the_real_service_can_be_built() {
    assert!(Config::new(Credentials::new("AKIDexample", "key").unwrap()).is_ok());
}
