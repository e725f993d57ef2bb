//! Tests calls that are moved to another Tokio runtime, and whose first runtime is dropped.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use tencentcloud_core::{BoxFuture, Client, Config, ConfigBuilder, Credentials, Error, ErrorKind};
use tokio::runtime::{Builder, Runtime};

use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn config(endpoint: &str) -> ConfigBuilder {
    Config::builder().credentials(Credentials::new("AKIDexample", "key").unwrap()).endpoint(endpoint)
}

/// A server that does not respond on its first `silent` connections.
fn serve(silent: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut connections = Vec::new();
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            if number >= silent {
                let mut request = Vec::new();
                let mut part = [0; 1_024];
                while !request.ends_with(b"}") {
                    let length = stream.read(&mut part).unwrap();
                    request.extend_from_slice(&part[..length]);
                }
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PURGED.len());
                stream.write_all(format!("{head}{PURGED}").as_bytes()).unwrap();
            }
            connections.push(stream);
        }
    });
    address
}

/// Polls a call in one runtime for a while, drops that runtime, and awaits the call in another one.
fn moved(mut call: BoxFuture<'static, Result<PurgeResponse, Error>>) -> Result<PurgeResponse, Error> {
    let first = runtime();
    first.block_on(async {
        let begun = tokio::time::timeout(Duration::from_millis(200), &mut call).await;
        assert!(begun.is_err(), "the call ended in the first runtime");
    });
    drop(first);
    runtime().block_on(call)
}

#[test]
fn a_call_that_is_moved_during_an_attempt_is_interrupted() {
    let moved_from = |endpoint: String| {
        let client = Client::<Cdn>::new(&config(&endpoint).without_retries().build().unwrap());
        let error = moved(client.call(&purge()).into_future()).unwrap_err();
        assert!(error.message().ends_with("the call was moved to another Tokio runtime"), "{error}");
        (error.kind(), error.attempts())
    };
    assert_eq!(moved_from(format!("http://{}", serve(9))), (ErrorKind::Interrupted, 1));
    // The server is silent during the TLS handshake, so nothing was sent.
    assert_eq!(moved_from(format!("https://{}", serve(9))), (ErrorKind::Connect, 1));
}

#[test]
fn a_call_that_may_be_repeated_is_sent_again_in_the_other_runtime() {
    let client = Client::<Cdn>::new(&config(&format!("http://{}", serve(1))).build().unwrap());
    let call = client.call(&purge()).repeatable(true);
    assert_eq!(moved(call.into_future()).unwrap().task_id, "task-1");
}

#[test]
fn a_call_that_is_moved_during_a_wait_goes_on() {
    // It waits for a permit: the first call has the only one of this second.
    let builder = config(&format!("http://{}", serve(0))).requests_per_second(1);
    let client = Client::<Cdn>::new(&builder.build().unwrap());
    runtime().block_on(client.call(&purge()).into_future()).unwrap();
    assert_eq!(moved(client.call(&purge()).into_future()).unwrap().task_id, "task-1");

    // It waits for a retry: no server listens until it is moved.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::<Cdn>::new(&config(&endpoint).build().unwrap());
    let error = moved(client.call(&purge()).timeout(Duration::from_secs(1)).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.attempts() > 1, "{error}");
}

#[test]
fn a_call_that_is_dropped_after_its_runtime_does_not_panic() {
    let client = Client::<Cdn>::new(&config(&format!("http://{}", serve(9))).build().unwrap());
    let mut call = client.call(&purge()).into_future();
    let first = runtime();
    first.block_on(std::future::poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        Poll::Ready(())
    }));
    drop(first);
    drop(call);
}
