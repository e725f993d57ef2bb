use std::net::SocketAddr;

use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::credential::Credential;
use crate::limits::Limit;
use crate::memory_budget::Room;
use crate::service::Setup;
use crate::verify::Rules;

/// The room in these tests: three bodies of four mebibytes fit, and a fourth does not.
const ROOM: usize = 15 << 20;

/// What is sent of a body of twice that size.
const HALF: usize = 4 << 20;

/// What such a half takes of the room: what every body may take is not counted.
const TAKEN: usize = HALF - (64 << 10);

/// An emulator that is served by the runtime of the test, so that the test sees its room.
struct Served {
    address: SocketAddr,
    room: Arc<Room>,
    _stop: oneshot::Sender<()>,
}

async fn serve_with(room: usize) -> Served {
    let room = Room::new(room);
    let service = Arc::new(Service::new(Setup {
        credentials: vec![Credential::default()],
        rules: Rules::default(),
        clock: Box::new(std::time::SystemTime::now),
        observer: None,
        purge_duration: Duration::ZERO,
        requests_per_second: Limit::default(),
        per_day: Limit::default(),
        journal: None,
        room: Arc::clone(&room),
        tasks: Vec::new(),
        seed: None,
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(serve(listener, None, service, stopped));
    Served { address, room, _stop: stop }
}

impl Served {
    /// Sends the head of a request to this path, and so many bytes of the body that it announces.
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

    async fn answered(&self, path: &str, bytes: usize) -> String {
        reply(self.send("POST", path, bytes, bytes).await).await
    }

    /// Waits until so much of the room is used.
    async fn until_used(&self, bytes: usize) {
        let reached = async {
            while self.room.used() != bytes {
                tokio::task::yield_now().await;
            }
        };
        let waited = timeout(PATIENCE, reached).await;
        assert!(waited.is_ok(), "{} bytes are used, not {bytes}", self.room.used());
    }
}

async fn reply(mut stream: TcpStream) -> String {
    let mut reply = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut reply)).await.unwrap().unwrap();
    reply
}

#[tokio::test]
async fn bodies_under_way_take_no_more_than_their_room_and_who_finds_none_is_told() {
    let served = serve_with(ROOM).await;
    let mut halves = Vec::new();
    for number in 1..=3 {
        halves.push(served.send("POST", "/", 2 * HALF, HALF).await);
        served.until_used(number * TAKEN).await;
    }
    for _ in 0..20 {
        let refused = served.answered("/", 2 * HALF).await;
        assert!(refused.starts_with("HTTP/1.1 200 ") && refused.contains("\"RequestLimitExceeded\""), "{refused}");
        assert!(refused.contains("keeps 15728640 bytes of large bodies at a time"), "{refused}");
    }
    // What was refused has given back what it had.
    assert_eq!(served.room.used(), 3 * TAKEN);

    // An ordinary request is read and looked at, and so is a large one once there is room.
    let unsigned = "AuthFailure.InvalidAuthorization";
    assert!(served.answered("/", 1_000).await.contains(unsigned));
    drop(halves.pop());
    served.until_used(2 * TAKEN).await;
    assert!(served.answered("/", HALF).await.contains(unsigned));
    let mut half = halves.pop().unwrap();
    half.write_all(&vec![b' '; HALF]).await.unwrap();
    assert!(reply(half).await.contains(unsigned));
    served.until_used(TAKEN).await;
}

#[tokio::test]
async fn many_large_bodies_at_once_are_kept_or_refused_and_leave_nothing() {
    let served = serve_with(ROOM).await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        // All the same size, and as many of them as fit are kept: which ones, chance decides.
        streams.push(served.send("POST", "/", HALF, HALF - 1).await);
        assert!(served.room.used() <= ROOM);
    }
    served.until_used(3 * TAKEN).await;
    let mut kept = 0;
    for mut stream in streams {
        stream.write_all(b" ").await.unwrap();
        let reply = reply(stream).await;
        let refused = reply.contains("RequestLimitExceeded");
        assert!(refused || reply.contains("AuthFailure.InvalidAuthorization"), "{reply}");
        kept += usize::from(!refused);
    }
    assert_eq!(kept, 3);
    served.until_used(0).await;
}

#[tokio::test]
async fn what_is_announced_too_large_takes_no_room_and_what_is_announced_takes_no_more() {
    let served = serve_with(ROOM).await;
    let _endless = served.send("POST", "/", (10 << 20) + 1, 1 << 20).await;
    let exact = served.send("POST", "/", HALF + 10, HALF + 1).await;
    served.until_used(TAKEN + 10).await;
    drop(exact);
    served.until_used(0).await;
}

#[tokio::test]
async fn the_side_channel_has_the_same_room() {
    let served = serve_with(ROOM).await;
    let mut room = served.room.share();
    assert!(room.fit(ROOM));
    let refused = served.answered("/_emulator/faults", 1 << 20).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("large bodies at a time"), "{refused}");
    assert!(served.answered("/_emulator/faults", 1_000).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn an_answer_takes_room_until_it_is_sent() {
    let served = serve_with(ROOM).await;
    // What the history keeps of each is told twice, as the body and as the parameters.
    for _ in 0..6 {
        served.answered("/", 5 << 20).await;
    }
    let unread = served.send("GET", "/_emulator/received", 0, 0).await;
    unread.readable().await.unwrap();
    // A system's sockets take some megabytes; the rest is the emulator's, and the room is for all of it.
    let used = served.room.used();
    assert!(used > 11 << 20, "{used}");
    let refused = reply(served.send("GET", "/_emulator/received", 0, 0).await).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("large bodies at a time"), "{refused}");
    assert!(reply(unread).await.starts_with("HTTP/1.1 200 "));
    served.until_used(0).await;
}
