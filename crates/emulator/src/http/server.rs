//! Accepts connections, and passes their requests to the service or to the control API.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connections::{Activity, Connections};
use super::control_api::{self, ControlRequest};
use super::incoming;
use super::outgoing::Outgoing;
use crate::fault::Effect;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::service::{Service, ServiceResponse};
use crate::time;

/// Maximum size of the request line and the headers, in bytes; hyper responds with 431 to more.
/// 64 KiB: twice the documented size of a GET request.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Maximum number of bytes that are discarded of what a client sends after hyper refused its head.
/// 4 MiB: usually a client sends less before it reads the refusal.
const MAX_DISCARDED_BYTES: u64 = 4 << 20;

/// Maximum time to discard them. 1 s: on loopback, a client that sends at all sends at once.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum time that a client may take for the headers, and then for the body. 30 s: enough
/// to type a request by hand, and an abandoned connection is closed after a minute at most.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Pause after a failed `accept`. 50 ms: usually it fails for lack of file descriptors, which
/// disconnected clients return soon.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` is sent or dropped.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    mut stop: oneshot::Receiver<()>,
) {
    let mut connections = Connections::default();
    loop {
        tokio::select! {
            _ = &mut stop => return,
            () = connections.remove_disconnected() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (tls, service) = (tls.clone(), Arc::clone(&service));
                    connections.spawn(|activity| serve_client(stream, tls, service, peer.ip(), activity));
                }
                Err(_) => {
                    connections.disconnect_longest_idle();
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

async fn serve_client(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    peer: IpAddr,
    activity: Activity,
) {
    // A response is one or two small writes. Waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve_connection(stream, &service, peer, &activity).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(READ_TIMEOUT, tls.accept(stream)).await {
                serve_connection(stream, &service, peer, &activity).await;
            }
        }
    }
}

/// A stream over TCP, with or without TLS.
trait Socket: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Serves the requests of one connection. An error concerns this client only; hyper has responded
/// to it, or the client has disconnected.
async fn serve_connection(stream: impl Socket, service: &Service, peer: IpAddr, activity: &Activity) {
    let reset = AtomicBool::new(false);
    let exchange = service_fn(|request| async {
        let response = exchange(request, service, peer, activity, &reset).await;
        activity.set_idle();
        response
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client may close its side once it has sent everything, as `nc` does.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), exchange);
    let outcome = (&mut connection).await;
    let stream = connection.into_parts().io.into_inner();
    match outcome {
        Err(_) if reset.load(Ordering::Relaxed) => drop(stream.tcp().set_zero_linger()),
        Err(error) if error.is_parse() => discard(stream).await,
        _ => {}
    }
}

/// Reads what a client still sends after hyper refused its head: closing the connection with unread
/// data would reset it, and the client could not read the response.
async fn discard(stream: impl Socket) {
    let mut rest = stream.take(MAX_DISCARDED_BYTES);
    let _ = timeout(DISCARD_TIMEOUT, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
}

/// Responds to one request. It fails, which closes the connection, if the client does not send all
/// of the request, or if a fault was injected.
async fn exchange(
    request: hyper::Request<Incoming>,
    service: &Service,
    peer: IpAddr,
    activity: &Activity,
    reset: &AtomicBool,
) -> io::Result<Response<Outgoing>> {
    let (head, body) = request.into_parts();
    let mut reservation = service.memory().reservation();
    if ControlRequest::is_control_request(&head) {
        let body = incoming::read(body, control_api::MAX_BODY_BYTES, &mut reservation);
        let body = timeout(READ_TIMEOUT, body).await??;
        let request = ControlRequest { head: &head, peer, body: body.as_deref().map_err(|rejected| *rejected) };
        return Ok(request.respond(service));
    }
    let body = timeout(READ_TIMEOUT, incoming::read(body, incoming::max_bytes(&head), &mut reservation)).await??;
    activity.set_busy();
    let rejected = body.as_ref().err().map(|rejected| rejected.refusal(service.memory()));
    let response = respond(service_request(&head, body.unwrap_or_default()), rejected, service).await?;
    drop(reservation);
    match &response.effect {
        Some(Effect::Reset { .. }) => {
            reset.store(true, Ordering::Relaxed);
            return Err(io::Error::other("an injected fault: the connection is reset"));
        }
        Some(Effect::Delay { milliseconds }) => sleep(Duration::from_millis(*milliseconds)).await,
        _ => {}
    }
    Ok(service_response(response))
}

/// Processes a request, waits for the journal, and responds.
///
/// Only stopping the emulator cancels this. So a recorded task is kept and reported even if its
/// client disconnects: a busy client is not disconnected in favor of another, and with `half_close`
/// hyper does not watch the connection meanwhile.
async fn respond(request: Request, rejected: Option<Refusal>, service: &Service) -> io::Result<ServiceResponse> {
    let mut pending = service.process(request, rejected);
    pending.wait_for_journal().await?;
    Ok(service.respond(pending))
}

/// Converts a request from hyper's types.
pub(crate) fn service_request(head: &Parts, body: Vec<u8>) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body,
    }
}

/// Converts a response to hyper's types. The status is 200 unless a fault was injected. The `Date`
/// header shows the service's time, because clients correct their clocks by it.
pub(crate) fn service_response(response: ServiceResponse) -> Response<Outgoing> {
    let ServiceResponse { at, body, effect, reservation } = response;
    let date = time::format_http(at).and_then(|date| HeaderValue::try_from(date).ok());
    let (status, content_type, body) = match effect {
        Some(Effect::Http { status, content_type, body }) => {
            let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
            let content_type = HeaderValue::try_from(content_type).unwrap_or(HeaderValue::from_static("text/html"));
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), content_type, Outgoing::whole(body))
        }
        effect => {
            let body = Outgoing::with_effect(body, effect.as_ref(), reservation);
            (StatusCode::OK, HeaderValue::from_static("application/json"), body)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    if let Some(date) = date {
        headers.insert(DATE, date);
    }
    response
}

#[cfg(test)]
mod tests;
