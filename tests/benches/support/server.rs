//! Serves every request with the same response. The server has a thread of its own, so that its
//! processor time and allocations are not counted as the client's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use tencentcloud_tests::Outcome;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;

/// A response of the service to a purge.
pub(crate) const RESPONSE: &str =
    r#"{"Response":{"TaskId":"1626070521","RequestId":"4bbba0b0-d6a8-4a9e-8a55-8a9a4ec7b0c3"}}"#;

/// How a response announces its length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// With `Content-Length`.
    Announced,
    /// Not at all: the connection is closed after it.
    Unknown,
}

/// Starts a server on loopback, which runs until the program ends.
pub(crate) fn start(body: Vec<u8>, length: Length) -> Outcome<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let announced = match length {
        Length::Announced => format!("content-length: {}", body.len()),
        Length::Unknown => "connection: close".to_owned(),
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{announced}\r\n\r\n");
    let response: Arc<[u8]> = [head.into_bytes(), body].concat().into();
    thread::spawn(move || {
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                tokio::spawn(serve(stream, Arc::clone(&response), length));
            }
            #[expect(unreachable_code, reason = "states the type of the block")]
            std::io::Result::Ok(())
        })
    });
    Ok(address)
}

/// Serves one connection until the client closes it.
async fn serve(mut stream: TcpStream, response: Arc<[u8]>, announcement: Length) -> std::io::Result<()> {
    let mut received = Vec::new();
    loop {
        match length(&received) {
            Some(length) if received.len() >= length => {
                received.drain(..length);
                stream.write_all(&response).await?;
                if announcement == Length::Unknown {
                    return Ok(());
                }
            }
            _ if stream.read_buf(&mut received).await? == 0 => return Ok(()),
            _ => {}
        }
    }
}

/// Length of the first request in bytes, once its head was received.
fn length(received: &[u8]) -> Option<usize> {
    let end = received.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = str::from_utf8(received.get(..end)?).ok()?.to_ascii_lowercase();
    let (_, rest) = head.split_once("content-length:")?;
    let body: usize = rest.lines().next()?.trim().parse().ok()?;
    Some(end + body)
}
