//! Checks how the default transport opens connections and keeps them, on loopback.

use std::io::{Read as _, Write as _};
use std::net;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tencentcloud_core::{Client, Config, ConfigBuilder, Credentials, Error, ErrorKind};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::time::Instant;

use crate::fake_server::{AUTHORITY, answer, answer_connect, answer_over_tls, listen};
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn config(endpoint: &str) -> ConfigBuilder {
    Config::builder().credentials(Credentials::new("AKIDexample", "key").unwrap()).endpoint(endpoint).without_limits()
}

fn client(endpoint: &str) -> Client<Cdn> {
    Client::new(&config(endpoint).build().unwrap())
}

/// Calls through a proxy. The server starts TLS after the given time. Returns the result, and how
/// long it took.
async fn call_slow_server(delay: Duration) -> (Result<PurgeResponse, Error>, Duration) {
    let (listener, address) = listen().await;
    let config = config("https://api.example.com").proxy(format!("http://{address}")).root_certificates(AUTHORITY);
    let client = Client::<Cdn>::new(&config.without_retries().build().unwrap());
    let server = async {
        let (_, stream) = answer_connect(&listener, TUNNEL).await;
        tokio::time::sleep(delay).await;
        answer_over_tls(stream, &[PURGED]).await
    };
    let begin = Instant::now();
    let call = async { (client.call(&purge()).await, begin.elapsed()) };
    tokio::join!(call, server).0
}

// The clock is paused: it advances to the next timer when no task can make progress.
#[tokio::test(start_paused = true)]
async fn a_connection_may_take_10_seconds_to_open_including_proxy_and_tls() {
    for milliseconds in [3_500, 9_900] {
        let (outcome, _) = call_slow_server(Duration::from_millis(milliseconds)).await;
        assert_eq!(outcome.unwrap().task_id, "task-1");
    }
    let (outcome, elapsed) = call_slow_server(Duration::from_millis(10_100)).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, true), "{error}");
    assert_eq!(elapsed.as_millis() / 10, 1_000);
    assert!(error.message().starts_with("no connection: "), "{error}");
}

/// Calls a server that accepts connections, and never starts TLS.
async fn call_silent_server(set: impl Fn(ConfigBuilder) -> ConfigBuilder) -> Error {
    let (_listener, address) = listen().await;
    let client = Client::<Cdn>::new(&set(config(&format!("https://{address}"))).build().unwrap());
    client.call(&purge()).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_times_out_before_a_connection_is_open_was_not_sent() {
    let seconds = Duration::from_secs;
    let message = "no connection: timeout: the connection was still being opened, so nothing was sent";
    let attempt = call_silent_server(|config| config.attempt_timeout(seconds(2)).without_retries()).await;
    let call = call_silent_server(|config| config.call_timeout(seconds(2))).await;
    for error in [&attempt, &call] {
        assert_eq!((error.kind(), error.is_retryable(), error.attempts()), (ErrorKind::Connect, true, 1), "{error}");
        assert_eq!(error.message(), message);
        assert!(!error.to_string().contains("may have been carried out"), "{error}");
    }
    assert!(call.to_string().contains("; not sent again: the call's timeout of 2s has passed; help: "), "{call}");

    // It is sent again, as after any other failure to connect.
    let begin = Instant::now();
    let error = call_silent_server(|config| config.attempt_timeout(seconds(2)).call_timeout(seconds(9))).await;
    assert_eq!((error.kind(), error.message(), begin.elapsed().as_secs()), (ErrorKind::Connect, message, 9));
    assert!(error.attempts() > 2, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_times_out_after_a_connection_was_open_may_have_been_sent() {
    let (listener, address) = listen().await;
    let client = Client::<Cdn>::new(&config(&format!("http://{address}")).build().unwrap());
    let error = client.call(&purge()).attempt_timeout(Duration::from_secs(2)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, false), "{error}");
    drop(listener);
}

/// Reads a request to the end of its body, which is a brace, and responds.
fn respond(stream: &mut net::TcpStream) {
    let mut request = Vec::new();
    let mut part = [0; 1_024];
    while !request.ends_with(b"}") {
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0, "the request ended early");
        request.extend_from_slice(&part[..length]);
    }
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PURGED.len());
    stream.write_all(format!("{head}{PURGED}").as_bytes()).unwrap();
}

/// Makes calls to a server that closes each connection after one response, and does not announce
/// that. Between two calls, the connection becomes idle, and then the server closes it while the
/// runtime does not run.
async fn call_closing_server(client: Client<Cdn>, close: mpsc::Sender<()>, closed: mpsc::Receiver<()>) {
    for _ in 0..20 {
        client.call(&purge()).await.unwrap();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        close.send(()).unwrap();
        closed.recv().unwrap();
    }
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used_again() {
    for is_spawned in [false, true] {
        let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = client(&format!("http://{}", listener.local_addr().unwrap()));
        let (close, closes) = mpsc::channel();
        let (report, closed) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                respond(&mut stream);
                closes.recv().unwrap();
                drop(stream);
                report.send(()).unwrap();
            }
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let calls = call_closing_server(client, close, closed);
        if is_spawned {
            runtime.block_on(async { tokio::spawn(calls).await.unwrap() });
        } else {
            runtime.block_on(calls);
        }
    }
}

#[tokio::test]
async fn a_connection_that_the_server_keeps_open_is_used_again() {
    let (listener, address) = listen().await;
    let client = client(&format!("http://{address}"));
    let calls = async {
        for _ in 0..3 {
            client.call(&purge()).await.unwrap();
        }
    };
    let server = async { answer(&mut listener.accept().await.unwrap().0, &[PURGED; 3]).await };
    assert_eq!(tokio::join!(calls, server).1.len(), 3);
}

#[test]
fn localhost_is_not_looked_up() {
    // The lookup of a host needs a thread of this runtime, and the only one is busy.
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    let (done, wait) = mpsc::channel::<()>();
    let busy = runtime.spawn_blocking(move || wait.recv());
    runtime.block_on(async {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address).await else { continue };
            let port = listener.local_addr().unwrap().port();
            let client = client(&format!("http://localhost:{port}"));
            let server = async { answer(&mut listener.accept().await.unwrap().0, &[PURGED]).await };
            let both = async { tokio::join!(client.call(&purge()).into_future(), server) };
            let both = tokio::time::timeout(Duration::from_secs(10), both).await;
            assert_eq!(both.expect("the name is looked up").0.unwrap().task_id, "task-1");
        }
    });
    done.send(()).unwrap();
    runtime.block_on(busy).unwrap().unwrap();
}
