use std::net::SocketAddr;

use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::memory_budget::MemoryBudget;
use crate::service::ServiceConfig;

/// The memory budget. 15 MiB: three bodies of 4 MiB fit, and a fourth does not.
const BUDGET: usize = 15 << 20;

/// Half of an announced body.
const HALF: usize = 4 << 20;

/// What such a half takes from the budget, which does not count the first 64 KiB.
const COUNTED: usize = HALF - (64 << 10);

/// Part of the refusal for lack of memory.
const EXHAUSTED: &str = "memory budget of 15728640 bytes for large bodies is exhausted";

/// Timeout of a wait. A broken test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// An emulator on the runtime of the test, which has access to its memory budget.
struct Served {
    address: SocketAddr,
    memory: Arc<MemoryBudget>,
    _stop: oneshot::Sender<()>,
}

async fn start() -> Served {
    let memory = MemoryBudget::new(BUDGET);
    let config = ServiceConfig { memory: Arc::clone(&memory), ..ServiceConfig::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(serve(listener, None, Arc::new(Service::new(config)), stopped));
    Served { address, memory, _stop: stop }
}

impl Served {
    /// Sends the head of a request, and `sent` bytes of the `announced` ones of its body.
    async fn send(&self, method: &str, path: &str, announced: usize, sent: usize) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n\
             Content-Length: {announced}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b' '; sent]).await.unwrap();
        stream
    }

    /// The response to a whole request.
    async fn post(&self, path: &str, bytes: usize) -> String {
        response(self.send("POST", path, bytes, bytes).await).await
    }

    /// Waits until this number of bytes is in use.
    async fn wait_until_used(&self, bytes: usize) {
        let is_used = async {
            while self.memory.used() != bytes {
                tokio::task::yield_now().await;
            }
        };
        let waited = timeout(PATIENCE, is_used).await;
        assert!(waited.is_ok(), "{} bytes are in use, not {bytes}", self.memory.used());
    }
}

async fn response(mut stream: TcpStream) -> String {
    let mut response = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut response)).await.unwrap().unwrap();
    response
}

#[tokio::test]
async fn bodies_do_not_exceed_the_memory_budget_and_one_that_does_not_fit_is_refused() {
    let served = start().await;
    let mut halves = Vec::new();
    for number in 1..=3 {
        halves.push(served.send("POST", "/", 2 * HALF, HALF).await);
        served.wait_until_used(number * COUNTED).await;
    }
    for _ in 0..20 {
        let refused = served.post("/", 2 * HALF).await;
        assert!(refused.starts_with("HTTP/1.1 200 ") && refused.contains("\"RequestLimitExceeded\""), "{refused}");
        assert!(refused.contains(EXHAUSTED), "{refused}");
    }
    // The refused bodies have returned their memory.
    assert_eq!(served.memory.used(), 3 * COUNTED);

    // A small body is read and processed, and so is a large one once it fits.
    let unsigned = "AuthFailure.InvalidAuthorization";
    assert!(served.post("/", 1_000).await.contains(unsigned));
    drop(halves.pop());
    served.wait_until_used(2 * COUNTED).await;
    assert!(served.post("/", HALF).await.contains(unsigned));
    let mut half = halves.pop().unwrap();
    half.write_all(&vec![b' '; HALF]).await.unwrap();
    assert!(response(half).await.contains(unsigned));
    served.wait_until_used(COUNTED).await;
}

#[tokio::test]
async fn many_large_bodies_at_once_are_kept_or_refused_and_return_their_memory() {
    let served = start().await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        // All have the same size, and as many as fit are kept. It is random which ones.
        streams.push(served.send("POST", "/", HALF, HALF - 1).await);
        assert!(served.memory.used() <= BUDGET);
    }
    served.wait_until_used(3 * COUNTED).await;
    let mut kept = 0;
    for mut stream in streams {
        stream.write_all(b" ").await.unwrap();
        let response = response(stream).await;
        let refused = response.contains("RequestLimitExceeded");
        assert!(refused || response.contains("AuthFailure.InvalidAuthorization"), "{response}");
        kept += usize::from(!refused);
    }
    assert_eq!(kept, 3);
    served.wait_until_used(0).await;
}

#[tokio::test]
async fn a_body_that_is_announced_too_large_takes_no_memory_and_none_takes_more_than_announced() {
    let served = start().await;
    let _too_large = served.send("POST", "/", (10 << 20) + 1, 1 << 20).await;
    let exact = served.send("POST", "/", HALF + 10, HALF + 1).await;
    served.wait_until_used(COUNTED + 10).await;
    drop(exact);
    served.wait_until_used(0).await;
}

#[tokio::test]
async fn the_control_api_has_the_same_memory_budget() {
    let served = start().await;
    let mut reservation = served.memory.reservation();
    assert!(reservation.resize(BUDGET));
    let refused = served.post("/_emulator/faults", 1 << 20).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains(EXHAUSTED), "{refused}");
    assert!(served.post("/_emulator/faults", 1_000).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn a_response_takes_memory_until_it_is_sent() {
    let served = start().await;
    // The response contains what is kept of each request twice: as its body and as its parameters.
    for _ in 0..6 {
        served.post("/", 5 << 20).await;
    }
    let unread = served.send("GET", "/_emulator/received", 0, 0).await;
    unread.readable().await.unwrap();
    // The sockets of the system buffer some of the response. The emulator has the rest, and has
    // reserved memory for all of it.
    let used = served.memory.used();
    assert!(used > 11 << 20, "{used}");
    let refused = response(served.send("GET", "/_emulator/received", 0, 0).await).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains(EXHAUSTED), "{refused}");
    assert!(response(unread).await.starts_with("HTTP/1.1 200 "));
    served.wait_until_used(0).await;
}
