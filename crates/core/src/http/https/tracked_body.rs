//! Records when a connection takes the body of a request.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::Progress;

/// The body of a request. Records when a connection takes it.
///
/// hyper asks for it when a connection takes the request, before a byte of the request is written
/// to the socket. That is the only sign by which reqwest shows that a connection was found.
pub(super) struct TrackedBody {
    bytes: Bytes,
    progress: Progress,
}

impl TrackedBody {
    pub(super) fn new(bytes: Bytes, progress: Progress) -> Self {
        // hyper does not ask for an empty body, so nothing would be recorded.
        if bytes.is_empty() {
            progress.hand_over();
        }
        Self { bytes, progress }
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Cancelled;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        if !self.progress.hand_over() {
            return Poll::Ready(Some(Err(Cancelled)));
        }
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.bytes)))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

/// The call has ended while it waited for a connection. hyper closes the connection, and writes
/// nothing of the request.
#[derive(Debug)]
pub(super) struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call has ended")
    }
}

impl Error for Cancelled {}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;

    use tokio::runtime::Builder;

    use super::*;
    use crate::http::{HttpRequest, HttpsTransport, Transport as _};

    /// Sends a request, and returns what the server has received.
    fn sent(progress: Progress) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let request = HttpRequest::get(url, "host", 1_000).unwrap();
        let request = HttpRequest { method: "POST", body: Bytes::from_static(b"purge"), progress, ..request };
        let transport = HttpsTransport::for_loopback().unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.spawn_blocking(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut received = Vec::new();
            let mut part = [0; 1_024];
            loop {
                let length = stream.read(&mut part).unwrap();
                received.extend_from_slice(&part[..length]);
                if length == 0 || received.ends_with(b"purge") {
                    return String::from_utf8(received).unwrap();
                }
            }
        });
        runtime.block_on(async {
            let (outcome, received) = tokio::join!(transport.send(request), server);
            outcome.unwrap_err();
            received.unwrap()
        })
    }

    #[test]
    fn nothing_of_a_request_that_was_cancelled_is_written() {
        let progress = Progress::default();
        progress.begin();
        assert!(progress.cancel());
        assert_eq!(sent(progress), "");
    }

    #[test]
    fn a_request_that_is_written_was_handed_over() {
        let progress = Progress::default();
        let received = sent(progress.clone());
        assert!(received.to_ascii_lowercase().contains("\r\ncontent-length: 5\r\n"), "{received}");
        assert!(received.ends_with("\r\n\r\npurge") && !progress.cancel(), "{received}");
    }
}
