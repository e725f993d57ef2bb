//! HTTP/1.1 on a socket, around the service.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode, http};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connections::{Connections, Idleness};
use super::control_api::{self, Asked};
use super::incoming;
use super::outgoing::Outgoing;
use crate::fault::Effect;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::service::{Answer, Service};
use crate::time;

/// The size of a request line and headers, in bytes, beyond which hyper answers 431. A GET may have 32 KiB.
const MOST_HEAD: usize = 64 << 10;

/// How much is thrown away of what a client still sends after hyper has refused it, and for how long, so that it gets to
/// read that.
const MOST_REST: u64 = 4 << 20;
const REST_PATIENCE: Duration = Duration::from_secs(1);

/// How long a client may take for the headers, and then for the body.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before accepting again when that failed: for want of descriptors, as a rule.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop, or until whoever would tell is gone.
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
            () = connections.ended() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (tls, service) = (tls.clone(), Arc::clone(&service));
                    connections.spawn(|idleness| start(stream, tls, service, peer.ip(), idleness));
                }
                Err(_) => {
                    connections.end_the_idlest();
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

async fn start(stream: TcpStream, tls: Option<TlsAcceptor>, service: Arc<Service>, peer: IpAddr, idleness: Idleness) {
    // An answer is one small write, or two: waiting for more to send with it would only make it late.
    let _ = stream.set_nodelay(true);
    match tls {
        None => connection(stream, &service, peer, &idleness).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(PATIENCE, tls.accept(stream)).await {
                connection(stream, &service, peer, &idleness).await;
            }
        }
    }
}

/// A stream over TCP.
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

/// Serves one client. Whatever goes wrong concerns that client alone, which hyper has told or which is gone.
async fn connection(stream: impl Socket, service: &Service, peer: IpAddr, idleness: &Idleness) {
    let reset = AtomicBool::new(false);
    let exchange = service_fn(|request| async {
        let response = exchange(request, service, peer, idleness, &reset).await;
        idleness.idle();
        response
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MOST_HEAD)
        // A client may end its side once it has sent all: `nc` does.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), exchange);
    let outcome = (&mut connection).await;
    let stream = connection.into_parts().io.into_inner();
    match outcome {
        Err(_) if reset.load(Ordering::Relaxed) => drop(stream.tcp().set_zero_linger()),
        Err(error) if error.is_parse() => {
            let _ = timeout(REST_PATIENCE, tokio::io::copy(&mut stream.take(MOST_REST), &mut tokio::io::sink())).await;
        }
        _ => {}
    }
}

/// Answers one request; fails, which ends the connection, if the client does not send all of it, or if a fault asks for that.
async fn exchange(
    request: hyper::Request<Incoming>,
    service: &Service,
    peer: IpAddr,
    idleness: &Idleness,
    reset: &AtomicBool,
) -> io::Result<Response<Outgoing>> {
    let (head, body) = request.into_parts();
    let mut share = service.room().share();
    if Asked::is_aside(&head) {
        let body = timeout(PATIENCE, incoming::read(body, control_api::MOST_BODY, &mut share)).await??;
        return Ok(Asked { head: &head, peer }.answer(body.as_deref().map_err(|why| *why), service));
    }
    let body = timeout(PATIENCE, incoming::read(body, incoming::most(&head), &mut share)).await??;
    idleness.busy();
    let unread = body.as_ref().err().map(|why| why.refusal(service.room()));
    let answer = answer(in_our_terms(&head, body.unwrap_or_default()), unread, service).await?;
    drop(share);
    match &answer.effect {
        Some(Effect::Reset { .. }) => {
            reset.store(true, Ordering::Relaxed);
            return Err(io::Error::other("reset, as a fault asked for"));
        }
        Some(Effect::Delay { milliseconds }) => sleep(Duration::from_millis(*milliseconds)).await,
        _ => {}
    }
    Ok(response(answer))
}

/// Answers a request, once it is known what has become of its task, if it has one.
///
/// Nothing ends this meanwhile but the end of the emulator, so that what is recorded is remembered and told, even if its
/// client goes: a client that waits is not ended to make room, and with `half_close` hyper does not look after it.
async fn answer(request: Request, unread: Option<Refusal>, service: &Service) -> io::Result<Answer> {
    let mut begun = service.begin(request, unread);
    let recorded = match begun.recording() {
        Some(recording) => Some(recording.await.map_err(|_| io::Error::other("the journal has failed"))?),
        None => None,
    };
    Ok(service.finish(begun, recorded))
}

pub(crate) fn in_our_terms(head: &http::request::Parts, body: Vec<u8>) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body,
    }
}

/// Every answer is a 200, unless a fault asks for another; the `Date` is that of the service, by which clients set their
/// clocks.
pub(crate) fn response(answer: Answer) -> Response<Outgoing> {
    let Answer { at, body, effect, share } = answer;
    let date = time::format_http(at).and_then(|date| HeaderValue::try_from(date).ok());
    let (status, content_type, body) = match effect {
        Some(Effect::Http { status, content_type, body }) => {
            let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
            let content_type = HeaderValue::try_from(content_type).unwrap_or(HeaderValue::from_static("text/html"));
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), content_type, Outgoing::whole(body))
        }
        effect => {
            let body = Outgoing::with(body, effect.as_ref(), share);
            (StatusCode::OK, HeaderValue::from_static("application/json"), body)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.extend(date.map(|date| (DATE, date)));
    response
}

#[cfg(test)]
mod tests;
