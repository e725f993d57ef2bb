//! Checks calls of programs that are not asynchronous, on loopback.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use tencentcloud_core::blocking::block_on;
use tencentcloud_core::{Client, Config, Credentials, Error, ErrorKind, GenericClient};
use tokio::runtime::Builder;

use crate::sample::{Cdn, PURGED, purge};

/// A server that answers a number of requests, each connection in a thread of its own. It returns
/// the number of connections.
fn server(requests: usize) -> (String, JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connections, mut answered) = (Vec::new(), 0);
        listener.set_nonblocking(true).unwrap();
        while answered < requests {
            if let Ok((stream, _)) = listener.accept() {
                stream.set_nonblocking(true).unwrap();
                connections.push(stream);
            }
            answered += connections.iter_mut().filter_map(answer).count();
            thread::yield_now();
        }
        connections.len()
    });
    (endpoint, server)
}

/// Answers the request that has arrived on a connection, if there is one.
fn answer(stream: &mut TcpStream) -> Option<()> {
    let length = stream.read(&mut [0; 4_096]).ok().filter(|length| *length > 0)?;
    assert!(length < 4_096, "the request is larger than one read");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PURGED.len());
    stream.write_all(format!("{head}{PURGED}").as_bytes()).unwrap();
    Some(())
}

fn config(endpoint: &str) -> Config {
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    Config::builder().credentials(credentials).endpoint(endpoint).without_limits().without_retries().build().unwrap()
}

#[test]
fn calls_of_one_thread_share_a_connection() {
    let (endpoint, server) = server(3);
    let config = config(&endpoint);
    let client = Client::<Cdn>::new(&config);
    assert_eq!(client.call(&purge()).block().unwrap().task_id, "task-1");
    assert_eq!(client.call(&purge()).block().unwrap().task_id, "task-1");
    let by_name = GenericClient::new(&config).call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}");
    assert!(by_name.block().unwrap().as_str().contains("task-1"));
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn several_threads_wait_at_the_same_time() {
    let (endpoint, server) = server(40);
    let client = Client::<Cdn>::new(&config(&endpoint));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || (0..5).map(|_| client.call(&purge()).block()).collect::<Result<Vec<_>, Error>>())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap().unwrap().len(), 5);
    }
    let connections = server.join().unwrap();
    // A connection that is being opened while another becomes free is kept as well.
    assert!(connections <= 16, "{connections} connections");
}

#[test]
fn the_error_of_a_call_is_that_of_its_response() {
    let error = Client::<Cdn>::new(&config("http://127.0.0.1:1")).call(&purge()).block().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
}

#[test]
fn a_call_in_a_runtime_is_an_error_and_not_a_panic() {
    const MESSAGE: &str = "this thread belongs to a Tokio runtime and must not wait; help: await the call instead of \
                           blocking, or block in a thread of your own; in `spawn_blocking`, use `Handle::block_on`";
    let client = Client::<Cdn>::new(&config("http://127.0.0.1:1"));
    let call = move || client.call(&purge()).block().unwrap_err();
    for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
        let runtime = builder().enable_all().build().unwrap();
        let inside = runtime.block_on(async { call() });
        let task = call.clone();
        let in_task = runtime.block_on(runtime.spawn(async move { task() })).unwrap();
        let in_blocking = runtime.block_on(runtime.spawn_blocking(call.clone())).unwrap();
        for error in [inside, in_task, in_blocking] {
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidRequest, MESSAGE));
        }
    }
    // Inside of a wait, too.
    let error = block_on(async { block_on(async {}).unwrap_err() }).unwrap();
    assert_eq!(error.to_string(), MESSAGE);
}

#[test]
fn a_wait_that_panics_leaves_the_others_usable() {
    let panicked = thread::spawn(|| block_on(async { panic!("for the test") })).join();
    assert!(panicked.is_err());
    assert_eq!(block_on(async { 1 }).unwrap(), 1);
}
