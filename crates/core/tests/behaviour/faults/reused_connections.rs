//! Faults of connections that never open, and of idle connections.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tencentcloud_core::http::HttpsTransport;
use tencentcloud_core::testing::VirtualClock;
use tokio::net::TcpListener;

use super::sockets::{Act, Served, answer, client, runtime, write};
use super::table::{Section, result};
use crate::sample::{NOW, PURGED, purge};

const ABOUT: &str = "\
Connections that never open, and idle connections that an earlier call has left open. The service
closes idle connections after a minute. If it has closed one already, the request is sent over
another connection, which does not count as a second attempt. If it closes one while the request is
in flight, the request may have arrived.";

const NEVER_OPEN: [&str; 3] =
    ["no server listens", "server does not speak TLS", "server is silent during the TLS handshake"];

pub(super) fn section() -> Section {
    let kept = reused();
    let outcomes = runtime().block_on(async {
        let mut rows = Vec::new();
        // A short timeout, because one of the servers never responds.
        let tls = HttpsTransport::builder().connect_timeout(Duration::from_millis(50)).build().unwrap();
        let tls = Arc::new(tls);
        for what in NEVER_OPEN {
            rows.push(row(what, [never_open(what, &tls, false).await, never_open(what, &tls, true).await]));
        }
        let plain = Arc::new(HttpsTransport::for_loopback().unwrap());
        for (what, acts) in &kept {
            rows.push(row(what, [next_call(acts, &plain, false).await, next_call(acts, &plain, true).await]));
        }
        rows
    });
    let head = "| fault | may be repeated | result of the next call |\n|---|---|---|";
    let text = format!("## Connections\n\n{ABOUT}\n\n{head}\n{}\n", outcomes.join("\n"));
    Section { text, faults: NEVER_OPEN.len() + kept.len() }
}

fn row(what: &str, [once, repeatable]: [String; 2]) -> String {
    if once == repeatable {
        return format!("| {what} | either | {once} |");
    }
    format!("| {what} | no | {once} |\n| {what} | yes | {repeatable} |")
}

/// What the server does with a connection after its first response.
fn reused() -> Vec<(&'static str, Vec<Act>)> {
    vec![
        ("server closes an idle connection", vec![]),
        ("server resets an idle connection", vec![Act::Reset]),
        ("server closes an idle connection when the next request arrives", vec![Act::Read]),
        ("server resets an idle connection when the next request arrives", vec![Act::Read, Act::Reset]),
        ("server closes the connection within the next response", vec![Act::Read, write("HTTP/1.1 2")]),
        ("idle connection is dead", vec![Act::Read, Act::Stall]),
        (
            "server sends an unrequested response on an idle connection",
            vec![write("HTTP/1.1 408 Request Timeout\r\n\r\n")],
        ),
    ]
}

async fn never_open(what: &str, transport: &Arc<HttpsTransport>, repeatable: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = format!("https://{address}");
    let _server = match what {
        "server does not speak TLS" => Some(Served::on(listener, |_| vec![write("HTTP/1.1 400 Bad Request\r\n\r\n")])),
        "server is silent during the TLS handshake" => Some(Served::on(listener, |_| vec![Act::Wait])),
        _ => None,
    };
    let (client, sent) = client(&endpoint, transport, &VirtualClock::at_unix(NOW));
    let outcome = client.call(&purge()).repeatable(repeatable).await;
    format!("{} sent: {}", sent.load(Ordering::Relaxed), result(&outcome))
}

/// The result of a call after one that succeeded and left its connection open.
async fn next_call(acts: &[Act], transport: &Arc<HttpsTransport>, repeatable: bool) -> String {
    let well = [Act::Read, write(&answer(PURGED))];
    let first: Vec<Act> = well.iter().chain(acts).cloned().collect();
    let later: Vec<Act> = well.iter().chain(&[Act::Wait]).cloned().collect();
    let served = Served::start(move |number| if number == 0 { first.clone() } else { later.clone() }).await;
    let (client, sent) = served.client(transport);
    client.call(&purge()).await.unwrap();
    if !matches!(acts, [Act::Read, ..]) {
        served.one_closed().await;
    }
    let outcome = client.call(&purge()).repeatable(repeatable).await;
    format!("{} sent: {}", sent.load(Ordering::Relaxed) - 1, result(&outcome))
}
