//! Checks how much memory a response of any length takes.

#![cfg(target_os = "linux")]

use tencentcloud_core::{Client, Config, Credentials, Error, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::sample::{Cdn, purge};
use crate::subprocess::in_subprocess;

const LIMIT: usize = 16 * 1024 * 1024;
const RESPONSE: usize = 200_000_000;

/// The peak memory of the process, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1_024
}

#[test]
fn a_response_of_200_mb_takes_no_more_memory_than_the_limit() {
    in_subprocess("memory::a_response_of_200_mb_takes_no_more_memory_than_the_limit", &[], measured());
}

async fn measured() {
    // An announced length is rejected before the body is read. Without one, the body is read up to
    // the limit.
    for (head, max_written) in [
        (format!("Content-Length: {RESPONSE}\r\n"), LIMIT / 2),
        (format!("Transfer-Encoding: chunked\r\n\r\n{RESPONSE:x}"), RESPONSE / 2),
    ] {
        let before = peak();
        let (error, written) = call(&head).await;
        let grown = peak() - before;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(written < max_written, "{written} bytes were written");
        // The connection's buffers and the runtime need some memory too.
        assert!(grown < LIMIT + LIMIT / 4, "{grown} bytes more than the {before} before");
    }
}

/// Calls a server that responds with the given head and blanks without end. Returns the error, and
/// how many blanks were written.
async fn call(head: &str) -> (Error, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4_096]).await.unwrap();
        stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes()).await.unwrap();
        let chunk = [b' '; 65_536];
        let mut written = 0;
        while written < RESPONSE && stream.write_all(&chunk).await.is_ok() {
            written += chunk.len();
        }
        written
    };
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    let config = Config::builder().credentials(credentials).endpoint(endpoint.as_str()).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let (outcome, written) = tokio::join!(client.call(&purge()).into_future(), server);
    (outcome.unwrap_err(), written)
}
