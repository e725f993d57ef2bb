//! Faults of a server: what it does with real connections, all of them on this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use tencentcloud_core::http::{HttpRequest, HttpResponse, HttpsTransport, Transport, TransportError};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Client, Config, Credentials};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::table::{self, Section};
use crate::sample::{Cdn, NOW, PURGED, purge};

const ABOUT: &str = "\
What a server does after the client has connected, over sockets. The client accepts responses of up
to 1 MB. In all of these cases, the request may have arrived.";

/// What a server does with a connection, act by act. At the end, it closes the connection.
struct Server {
    what: &'static str,
    acts: Vec<Act>,
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Waits until a part of a request has arrived, and does not read it.
    Arrive,
    /// Reads a whole request.
    Read,
    Write(Vec<u8>),
    /// Writes one byte every 6 seconds of the client's clock, as long as the client reads.
    Drip(Vec<u8>),
    /// Writes the given number of bytes of white space, unless the client hangs up.
    Flood(usize),
    /// Does nothing until the client hangs up.
    Wait,
    /// Does nothing for 16 seconds of the client's clock, and then until the client hangs up.
    Stall,
    /// Resets the connection instead of closing it.
    Reset,
}

pub(super) fn section() -> Section {
    let servers: Vec<Server> = [breaking(), slow(), wrong_lengths(), no_http(), odd()].into_iter().flatten().collect();
    let runtime = runtime();
    let transport = Arc::new(HttpsTransport::for_loopback().unwrap());
    let rows = servers.iter().flat_map(|Server { what, acts }| {
        table::rows(what, |times, repeatable| runtime.block_on(called(acts.clone(), &transport, times, repeatable)))
    });
    table::section("Sockets", ABOUT, servers.len(), rows)
}

pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn server(what: &'static str, acts: impl IntoIterator<Item = Act>) -> Server {
    Server { what, acts: acts.into_iter().collect() }
}

fn breaking() -> Vec<Server> {
    let (head, body) = (head(PURGED.len()), PURGED.split_at(20).0);
    vec![
        server("closes before it reads", []),
        server("resets before it reads", [Act::Reset]),
        server("closes after the request", [Act::Read]),
        server("resets after the request", [Act::Read, Act::Reset]),
        server("closes within the head", [Act::Read, write("HTTP/1.1 200 OK\r\nContent-")]),
        server("resets within the head", [Act::Read, write("HTTP/1.1 200 OK\r\nContent-"), Act::Reset]),
        server("closes between head and body", [Act::Read, write(&head)]),
        server("closes within the body", [Act::Read, write(&head), write(body)]),
        server("resets within the body", [Act::Read, write(&head), write(body), Act::Reset]),
    ]
}

fn slow() -> Vec<Server> {
    let (head, whole) = (head(PURGED.len()), answer(PURGED));
    vec![
        server("never reads", [Act::Arrive, Act::Stall]),
        server("never answers", [Act::Read, Act::Stall]),
        server("stops within the head", [Act::Read, write("HTTP/1.1 200 OK\r\n"), Act::Stall]),
        server("stops within the body", [Act::Read, write(&head), write("{"), Act::Stall]),
        server("writes the head byte by byte", [Act::Read, Act::Drip(whole.into_bytes())]),
        server("writes the body byte by byte", [Act::Read, write(&head), Act::Drip(PURGED.into())]),
    ]
}

fn wrong_lengths() -> Vec<Server> {
    let with = |headers: &str, body: &str| write(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}"));
    let chunk = format!("{:x}\r\n{PURGED}\r\n", PURGED.len());
    let chunked = "Transfer-Encoding: chunked";
    let length = PURGED.len();
    vec![
        server("`Content-Length` too long, then closes", [Act::Read, with("Content-Length: 500", PURGED)]),
        server("`Content-Length` too long, then waits", [Act::Read, with("Content-Length: 500", PURGED), Act::Stall]),
        server("`Content-Length` too short", [Act::Read, with("Content-Length: 20", PURGED)]),
        server("`Content-Length` zero", [Act::Read, with("Content-Length: 0", PURGED)]),
        server("`Content-Length` negative", [Act::Read, with("Content-Length: -1", PURGED)]),
        server("`Content-Length` that is not a number", [Act::Read, with("Content-Length: many", PURGED)]),
        server("`Content-Length` beyond 64 bits", [Act::Read, with("Content-Length: 99999999999999999999999", PURGED)]),
        server(
            "two different `Content-Length` headers",
            [Act::Read, with(&format!("Content-Length: {length}\r\nContent-Length: 20"), PURGED)],
        ),
        server("no length, then closes", [Act::Read, with("Connection: close", PURGED)]),
        server("chunk length that is not a number", [Act::Read, with(chunked, "many\r\n")]),
        server("chunk length beyond 64 bits", [Act::Read, with(chunked, "fffffffffffffffff\r\n")]),
        server("chunk that ends too early", [Act::Read, with(chunked, "ff\r\n{")]),
        server("no last chunk", [Act::Read, with(chunked, &chunk)]),
        server("unknown transfer encoding", [Act::Read, with("Transfer-Encoding: secret", PURGED)]),
        server("announces 200 MB", [Act::Read, with("Content-Length: 200000000", ""), Act::Flood(200_000_000)]),
        server("never ends", [Act::Read, with("Connection: close", ""), Act::Flood(usize::MAX)]),
    ]
}

fn no_http() -> Vec<Server> {
    vec![
        server("speaks SSH", [write("SSH-2.0-OpenSSH_9.6\r\n"), Act::Wait]),
        server("speaks TLS", [Act::Read, Act::Write(b"\x15\x03\x03\x00\x02\x02\x46".to_vec())]),
        server("speaks HTTP/2", [Act::Read, Act::Write(b"\0\0\0\x04\0\0\0\0\0".to_vec()), Act::Wait]),
        server("status that is not a number", [Act::Read, write("HTTP/1.1 OK\r\n\r\n")]),
        server("status of two digits", [Act::Read, write("HTTP/1.1 20 OK\r\n\r\n")]),
        server("header without a colon", [Act::Read, write("HTTP/1.1 200 OK\r\nContent Length\r\n\r\n")]),
        server("head of a megabyte", [Act::Read, write("HTTP/1.1 200 OK\r\nX: "), Act::Flood(1_000_000)]),
        server(
            "head of a thousand headers",
            [Act::Read, write(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(1_000)))],
        ),
    ]
}

fn odd() -> Vec<Server> {
    let answer = answer(PURGED);
    vec![
        server("answers twice", [Act::Read, write(&answer.repeat(2)), Act::Wait]),
        server(
            "sends `100 Continue` first",
            [Act::Read, write("HTTP/1.1 100 Continue\r\n\r\n"), write(&answer), Act::Wait],
        ),
        server(
            "sends `103 Early Hints` first",
            [Act::Read, write("HTTP/1.1 103 Early Hints\r\n\r\n"), write(&answer), Act::Wait],
        ),
        server(
            "switches protocols",
            [
                Act::Read,
                write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                Act::Wait,
            ],
        ),
        server(
            "header that is not text",
            [
                Act::Read,
                Act::Write(
                    [b"HTTP/1.1 200 OK\r\nX: \xff\r\n", answer.split_once("\r\n").unwrap().1.as_bytes()].concat(),
                ),
                Act::Wait,
            ],
        ),
    ]
}

pub(super) fn write(text: &str) -> Act {
    Act::Write(text.into())
}

fn head(length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n")
}

pub(super) fn answer(body: &str) -> String {
    format!("{}{body}", head(body.len()))
}

/// The result of a call to a server that plays `acts` on the first `times` connections, and then
/// responds.
async fn called(acts: Vec<Act>, transport: &Arc<HttpsTransport>, times: usize, repeatable: bool) -> String {
    let well = vec![Act::Read, write(&answer(PURGED)), Act::Wait];
    let served = Served::start(move |number| if number < times { acts.clone() } else { well.clone() }).await;
    let (client, sent) = served.client(transport);
    let outcome = client.call(&purge()).repeatable(repeatable).await;
    format!("{} sent: {}", sent.load(Ordering::Relaxed), table::result(&outcome))
}

/// A server on this machine. It stops when this value is dropped.
pub(super) struct Served {
    address: SocketAddr,
    /// The clock of the client.
    clock: VirtualClock,
    closed: Arc<Notify>,
    _accepting: JoinSet<()>,
}

impl Served {
    /// Starts a server that plays `acts(n)` on connection `n`.
    pub(super) async fn start(acts: impl Fn(usize) -> Vec<Act> + Send + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), acts)
    }

    pub(super) fn on(listener: TcpListener, acts: impl Fn(usize) -> Vec<Act> + Send + 'static) -> Self {
        let address = listener.local_addr().unwrap();
        let closed = Arc::new(Notify::new());
        let clock = VirtualClock::at_unix(NOW);
        let (notify, time) = (Arc::clone(&closed), clock.clone());
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (acts, notify, time) = (acts(number), Arc::clone(&notify), time.clone());
                connections.spawn(async move {
                    serve(stream, acts, &time).await;
                    notify.notify_one();
                });
            }
        });
        Self { address, clock, closed, _accepting: accepting }
    }

    /// Waits until a connection is closed.
    pub(super) async fn one_closed(&self) {
        self.closed.notified().await;
    }

    /// A client of the server, and the number of requests that it has sent.
    pub(super) fn client(&self, transport: &Arc<HttpsTransport>) -> (Client<Cdn>, Arc<AtomicU32>) {
        client(&format!("http://{}", self.address), transport, &self.clock)
    }
}

/// A client that does not wait before a retry, and the number of requests that it has sent.
pub(super) fn client(
    endpoint: &str,
    transport: &Arc<HttpsTransport>,
    clock: &VirtualClock,
) -> (Client<Cdn>, Arc<AtomicU32>) {
    let sent = Arc::default();
    let transport = Counted { transport: Arc::clone(transport), sent: Arc::clone(&sent) };
    let config = Config::builder()
        .credentials(Credentials::new("AKIDexample", "key").unwrap())
        .endpoint(endpoint)
        .transport(transport)
        .clock(Hurried(clock.clone()))
        .max_response_bytes(1_000_000)
        .without_limits()
        .jitter(|| 0.5);
    (Client::new(&config.build().unwrap()), sent)
}

/// Maximum wait before a retry of the faults here. All timeouts are longer.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// A clock on which waits before a retry are over at once. Longer sleeps are timeouts.
struct Hurried(VirtualClock);

impl Clock for Hurried {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration > MAX_WAIT {
            return self.0.sleep(duration);
        }
        let clock = self.0.clone();
        Box::pin(async move { clock.advance(duration) })
    }
}

async fn serve(mut stream: TcpStream, acts: Vec<Act>, clock: &VirtualClock) {
    for act in acts {
        // The client has hung up.
        if play(&mut stream, act, clock).await.is_err() {
            return;
        }
    }
}

async fn play(stream: &mut TcpStream, act: Act, clock: &VirtualClock) -> io::Result<()> {
    match act {
        Act::Arrive => _ = stream.peek(&mut [0]).await?,
        Act::Read => {
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                if stream.read_buf(&mut request).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        Act::Write(bytes) => stream.write_all(&bytes).await?,
        Act::Drip(bytes) => {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                clock.advance(Duration::from_secs(6));
                tokio::task::yield_now().await;
            }
        }
        Act::Flood(bytes) => {
            let mut left = bytes;
            while left > 0 {
                let chunk = left.min(65_536);
                stream.write_all(&vec![b' '; chunk]).await?;
                left -= chunk;
            }
        }
        Act::Wait => hung_up(stream).await?,
        Act::Stall => {
            clock.advance(Duration::from_secs(16));
            hung_up(stream).await?;
        }
        Act::Reset => stream.set_zero_linger()?,
    }
    Ok(())
}

async fn hung_up(stream: &mut TcpStream) -> io::Result<()> {
    while stream.read(&mut [0; 1_024]).await? > 0 {}
    Ok(())
}

/// The default transport, with a counter of the requests.
struct Counted {
    transport: Arc<HttpsTransport>,
    sent: Arc<AtomicU32>,
}

impl Transport for Counted {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.transport.send(request)
    }
}
