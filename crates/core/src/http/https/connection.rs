//! Sends requests over an open connection, one after another.

use std::error::Error as _;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use super::connect::Opened;
use super::root_cause;
use super::socket::Socket;
use crate::error::{TransportError, TransportErrorKind};
use crate::http::HttpResponse;

/// An open connection. It makes progress only during [`Connection::send`]; no task is spawned.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Reads and writes the socket. `None` once it has ended.
    driver: Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>>,
    socket: Socket,
}

/// Why a request has no response.
pub(super) enum Failure {
    /// The connection was closed before anything of the request was sent.
    Unsent(Box<Request<Full<Bytes>>>, TransportError),
    Failed(TransportError),
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self::Failed(error)
    }
}

impl Connection {
    pub(super) async fn new(Opened { stream, socket }: Opened) -> Result<Self, TransportError> {
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(interrupted)?;
        Ok(Self { sender, driver: Some(Box::pin(connection)), socket })
    }

    /// Whether another request can be sent: the last response is complete, and the server has
    /// neither closed the connection nor sent anything since.
    pub(super) fn is_reusable(&self) -> bool {
        self.driver.is_some() && self.sender.is_ready() && self.socket.is_silent()
    }

    /// Sends a request, and reads the whole response.
    pub(super) async fn send(&mut self, request: Request<Full<Bytes>>, limit: usize) -> Result<HttpResponse, Failure> {
        let Self { sender, driver, .. } = self;
        let mut exchange = pin!(async {
            match sender.try_send_request(request).await {
                Ok(response) => Ok(read(response, limit).await?),
                Err(mut error) => Err(match error.take_message() {
                    Some(request) => Failure::Unsent(Box::new(request), interrupted(error.into_error())),
                    None => Failure::Failed(interrupted(error.into_error())),
                }),
            }
        });
        poll_fn(|context| {
            if let Some(running) = driver
                && running.as_mut().poll(context).is_ready()
            {
                // Its error is that of the exchange as well.
                *driver = None;
            }
            let outcome = exchange.as_mut().poll(context);
            if outcome.is_ready()
                && let Some(running) = driver
                && running.as_mut().poll(context).is_ready()
            {
                // After a complete response, the connection becomes ready for the next request, or
                // ends.
                *driver = None;
            }
            outcome
        })
        .await
    }
}

/// Reads a response, but no more than `limit` bytes of its body.
async fn read(response: Response<Incoming>, limit: usize) -> Result<HttpResponse, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes"));
    let out_of_memory = |_| TransportError::new(TransportErrorKind::TooLarge, "more than there is memory for");
    let (head, mut incoming) = response.into_parts();
    // An announced length is rejected or reserved at once: growing to it would take twice the
    // memory.
    let announced = incoming.size_hint().exact().unwrap_or_default();
    let announced = usize::try_from(announced).ok().filter(|&announced| announced <= limit).ok_or_else(too_large)?;
    let mut body = Vec::new();
    body.try_reserve_exact(announced).map_err(out_of_memory)?;
    while let Some(frame) = incoming.frame().await {
        // Trailers are ignored.
        let Ok(chunk) = frame.map_err(broken_body)?.into_data() else { continue };
        if chunk.len() > limit - body.len() {
            return Err(too_large());
        }
        if chunk.len() > body.capacity() - body.len() {
            // Doubles the capacity, as `Vec` does, but never beyond the limit.
            body.try_reserve_exact(body.len().max(chunk.len()).min(limit - body.len())).map_err(out_of_memory)?;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse::new(head.status.as_u16(), body).with_headers(head.headers))
}

/// The error for a connection that ended before the head of a response had arrived.
fn interrupted(error: hyper::Error) -> TransportError {
    let kind = if error.is_parse() { TransportErrorKind::NotHttp } else { TransportErrorKind::Send };
    failed(kind, error)
}

/// The error for a connection that ended within the body of a response.
fn broken_body(error: hyper::Error) -> TransportError {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    let kind = match cause {
        Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => TransportErrorKind::NotHttp,
        _ => TransportErrorKind::Read,
    };
    failed(kind, error)
}

fn failed(kind: TransportErrorKind, error: hyper::Error) -> TransportError {
    TransportError::new(kind, root_cause(&error)).with_source(error)
}
