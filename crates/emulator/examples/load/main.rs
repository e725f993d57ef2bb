//! Prints what an emulator stands: verified requests a second on loopback, the memory they cost, and what it does with
//! requests that are too large, with garbage, and with a thousand clients that say nothing.
//!
//! ```console
//! $ cargo run --release -p tencentcloud-emulator --example load -- [seconds] [connections]
//! $ cargo run --release -p tencentcloud-emulator --example load -- soak [seconds]
//! ```
//!
//! The load is made in this process, by one thread beside the emulator's, and is signed once: a signature is good for five
//! minutes. Seconds are at most 240, connections at most 256. With `soak` each request is another one, for as long as you
//! like, and what is printed is the memory every 20 seconds.

#![expect(clippy::disallowed_methods, reason = "measures a server in real time")]

mod client;
mod soak;

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use tencentcloud_emulator::{Emulator, Limit};

use crate::client::{Client, PATIENCE, signed};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const BODY: &str = r#"{"Urls":["https://www.example.com/assets/logo.png"]}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let builder = Emulator::builder().requests_per_second(Limit::Unlimited).per_day(Limit::Unlimited);
    if arguments.next_if(|argument| argument == "soak").is_some() {
        let seconds = arguments.next().map_or(Ok(600), |text| text.parse::<u64>())?;
        return soak::run(builder, Duration::from_secs(seconds)).await;
    }
    let emulator = builder.start().await?;
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse::<u64>())?.clamp(1, 240);
    let connections = arguments.next().map_or(Ok(64), |text| text.parse::<usize>())?.clamp(1, 256);

    println!("{:<46} {:>12}", "memory at the start, MiB", memory()?);
    // The history is full after the first second, and what comes later takes no more.
    throughput(&emulator, connections, Duration::from_secs(1)).await?;
    println!("{:<46} {:>12}", "memory after a second, MiB", memory()?);
    let before = processor_time()?;
    let rate = throughput(&emulator, connections, Duration::from_secs(seconds)).await?;
    println!("{:<46} {:>12}", format!("verified requests a second, {connections} connections"), rate);
    if let (Some(before), Some(after)) = (before, processor_time()?) {
        let microseconds = (after - before).as_micros() / u128::from(rate * seconds).max(1);
        println!("{:<46} {:>12}", "processor time of the emulator a request, us", microseconds);
    }
    println!("{:<46} {:>12}", format!("memory after {seconds} seconds more, MiB"), memory()?);

    println!("{:<46} {:>12}", "a body of 10 MiB and a byte", refused_body(&emulator)?);
    println!("{:<46} {:>12}", "a head of 1 MiB", refused_head(&emulator)?);
    println!("{:<46} {:>12}", "memory after these, MiB", memory()?);
    let idle = idle(&emulator)?;
    let began = Instant::now();
    println!("{:<46} {:>12}", "an answer beside garbage and idle clients", answered(&emulator)?);
    println!("{:<46} {:>12}", format!("its time with {} idle, ms", idle.len()), began.elapsed().as_millis());
    Ok(())
}

/// So many requests a second, all of which were answered with a task.
async fn throughput(emulator: &Emulator, connections: usize, period: Duration) -> Outcome<u64> {
    let (address, request) = (emulator.address(), signed(emulator, "cdn", "PurgeUrlsCache", BODY)?);
    let began = Instant::now();
    let clients: Vec<_> =
        (0..connections).map(|_| tokio::spawn(calls(address, request.clone(), began + period))).collect();
    let mut answered = 0;
    for client in clients {
        answered += client.await??;
    }
    let milliseconds = u64::try_from(began.elapsed().as_millis())?.max(1);
    Ok(answered * 1_000 / milliseconds)
}

/// Calls until that time over one connection, and counts the answers.
async fn calls(address: SocketAddr, request: Vec<u8>, until: Instant) -> Outcome<u64> {
    let mut client = Client::connect(address).await?;
    let mut answered = 0;
    while Instant::now() < until {
        client.call(&request, "\"TaskId\"").await?;
        answered += 1;
    }
    Ok(answered)
}

/// The code with which one byte too many is refused.
fn refused_body(emulator: &Emulator) -> Outcome<String> {
    let mut stream = connect(emulator)?;
    let length = (10 << 20) + 1;
    stream.write_all(format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n").as_bytes())?;
    stream.write_all(&vec![b' '; length])?;
    Ok(if answer(&mut stream)?.contains("RequestSizeLimitExceeded") { "refused" } else { "not refused" }.to_owned())
}

/// The status with which a head without an end is refused.
fn refused_head(emulator: &Emulator) -> Outcome<String> {
    let mut stream = connect(emulator)?;
    stream.write_all(b"POST / HTTP/1.1\r\nx-long: ")?;
    stream.write_all(&vec![b'a'; 1 << 20])?;
    Ok(answer(&mut stream)?.split(' ').nth(1).unwrap_or("no answer").to_owned())
}

/// A thousand clients that say nothing, half a request, or garbage; fewer if the system has no descriptors for them.
fn idle(emulator: &Emulator) -> Outcome<Vec<TcpStream>> {
    let mut clients = Vec::new();
    for number in 0..1_000 {
        let Ok(mut stream) = connect(emulator) else { break };
        match number % 3 {
            0 => {}
            1 => drop(stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf")),
            _ => drop(stream.write_all(b"\x16\x03\x01garbage\r\n\r\n")),
        }
        clients.push(stream);
    }
    // So many descriptors are the client's and the emulator's alike: leave some for the call that follows.
    clients.truncate(clients.len().saturating_sub(8).max(1));
    Ok(clients)
}

/// What a call is answered.
fn answered(emulator: &Emulator) -> Outcome<&'static str> {
    let mut stream = connect(emulator)?;
    stream.write_all(&signed(emulator, "cdn", "PurgeUrlsCache", BODY)?)?;
    Ok(if answer(&mut stream)?.contains("TaskId") { "answered" } else { "not answered" })
}

fn connect(emulator: &Emulator) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(emulator.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The beginning of what comes back.
fn answer(stream: &mut TcpStream) -> Outcome<String> {
    let mut buffer = vec![0; 4 << 10];
    let read = stream.read(&mut buffer)?;
    Ok(String::from_utf8_lossy(buffer.get(..read).unwrap_or_default()).into_owned())
}

/// The processor time of the emulator's thread, where the system tells it as Linux does. Unlike the rate it depends little on
/// what else the machine does.
fn processor_time() -> Outcome<Option<Duration>> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Ok(None) };
    for thread in threads {
        let path = thread?.path();
        // The name is cut to 15 letters.
        if std::fs::read_to_string(path.join("comm"))?.starts_with("tencentcloud-em") {
            let times = std::fs::read_to_string(path.join("schedstat"))?;
            let nanoseconds = times.split(' ').next().unwrap_or_default().parse()?;
            return Ok(Some(Duration::from_nanos(nanoseconds)));
        }
    }
    Ok(None)
}

/// The memory of this process in MiB, where the system tells it as Linux does; `-` elsewhere.
fn memory() -> Outcome<String> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok("-".to_owned()) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok((kibibytes >> 10).to_string())
}
