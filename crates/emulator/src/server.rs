//! HTTP/1.1 on a socket, around the service.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, http};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::moment;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::service::{Answer, Service};

/// The documented size of a signed JSON request, in bytes.
const MOST_BODY: usize = 10 << 20;

/// How much more than that is read and thrown away, so that the client has sent all and gets to read its refusal.
const MOST_OVERFLOW: usize = 54 << 20;

/// The size of a request line and headers, in bytes, beyond which hyper answers 431.
const MOST_HEAD: usize = 64 << 10;

/// How long a client may take for the headers, and then for the body.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many clients are served at a time; others wait to be accepted.
const MOST_CONNECTIONS: usize = 1_024;

/// How long to wait before accepting again when that failed: for want of descriptors, as a rule.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop, or until whoever would tell is gone.
pub(crate) async fn serve(listener: TcpListener, service: Arc<Service>, mut stop: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stop => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, Arc::clone(&service)))),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

/// Serves one client. Whatever goes wrong concerns that client alone, which hyper has told or which is gone.
async fn connection(stream: TcpStream, service: Arc<Service>) {
    let exchange = service_fn(|request| exchange(request, &service));
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MOST_HEAD)
        // A client may end its side once it has sent all: `nc` does.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), exchange)
        .await;
}

/// Answers one request; fails, which ends the connection, if the client does not send all of it.
async fn exchange(request: hyper::Request<Incoming>, service: &Service) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = timeout(PATIENCE, read(body)).await??;
    let unread = body.is_none().then(|| {
        let message = format!("the body has more than {MOST_BODY} bytes: split the batch");
        Refusal::new("RequestSizeLimitExceeded", message)
    });
    let request = in_our_terms(&head, body.unwrap_or_default());
    Ok(response(service.answer(&request, unread)))
}

/// Reads a body; none if it is larger than the service takes.
async fn read(mut body: Incoming) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut overflow = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else { continue };
        if overflow == 0 && bytes.len() + data.len() <= MOST_BODY {
            bytes.extend_from_slice(&data);
            continue;
        }
        overflow += data.len();
        if overflow > MOST_OVERFLOW {
            return Err(io::Error::other("the body does not end"));
        }
    }
    Ok((overflow == 0).then_some(bytes))
}

fn in_our_terms(head: &http::request::Parts, body: Vec<u8>) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body,
    }
}

/// Every answer is a 200; the `Date` is that of the service, by which clients set their clocks.
fn response(answer: Answer) -> Response<Full<Bytes>> {
    let date = moment::format_http(answer.at).and_then(|date| HeaderValue::try_from(date).ok());
    let content_type = HeaderValue::from_static("application/json");
    let mut response = Response::new(Full::from(answer.body));
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    headers.extend(date.map(|date| (DATE, date)));
    response
}
