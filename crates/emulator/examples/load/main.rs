//! Measures an emulator: verified requests per second on loopback, the memory that they cost, and
//! how it responds to requests that are too large, to garbage, and with a thousand silent clients.
//!
//! ```console
//! $ cargo run --release -p tencentcloud-emulator --example load -- [seconds] [connections]
//! $ cargo run --release -p tencentcloud-emulator --example load -- soak [seconds]
//! ```
//!
//! One thread of this process makes the load, next to the emulator's thread. It signs the request
//! once, because a signature is valid for five minutes. The maximum is 240 seconds and 256
//! connections. With `soak` each request is different, the number of seconds is not limited, and
//! the memory is printed every 20 seconds.

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

/// Number of silent clients. 1,000: more than an emulator accepts at a time.
const SILENT_CLIENTS: usize = 1_000;

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
    measure_load(&emulator, connections, seconds).await?;
    measure_abuse(&emulator)
}

fn print(label: &str, value: impl std::fmt::Display) {
    println!("{label:<46} {value:>12}");
}

async fn measure_load(emulator: &Emulator, connections: usize, seconds: u64) -> Outcome<()> {
    print("memory at the start, MiB", memory()?);
    // After the first second, the history is full and takes no more memory.
    throughput(emulator, connections, Duration::from_secs(1)).await?;
    print("memory after a second, MiB", memory()?);
    let before = processor_time()?;
    let rate = throughput(emulator, connections, Duration::from_secs(seconds)).await?;
    print(&format!("verified requests per second, {connections} connections"), rate);
    if let (Some(before), Some(after)) = (before, processor_time()?) {
        let microseconds = (after - before).as_micros() / u128::from(rate * seconds).max(1);
        print("processor time of the emulator per request, us", microseconds);
    }
    print(&format!("memory after {seconds} more seconds, MiB"), memory()?);
    Ok(())
}

fn measure_abuse(emulator: &Emulator) -> Outcome<()> {
    print("a body of 10 MiB and one byte", large_body(emulator)?);
    print("a head of 1 MiB", large_head(emulator)?);
    print("memory after these, MiB", memory()?);
    let silent = silent_clients(emulator)?;
    let started = Instant::now();
    print("a call next to garbage and silent clients", call(emulator)?);
    print(&format!("its time with {} silent clients, ms", silent.len()), started.elapsed().as_millis());
    Ok(())
}

/// Requests per second, all of which got a task id.
async fn throughput(emulator: &Emulator, connections: usize, period: Duration) -> Outcome<u64> {
    let (address, request) = (emulator.address(), signed(emulator, "cdn", "PurgeUrlsCache", BODY)?);
    let started = Instant::now();
    let clients: Vec<_> =
        (0..connections).map(|_| tokio::spawn(calls(address, request.clone(), started + period))).collect();
    let mut responses = 0;
    for client in clients {
        responses += client.await??;
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis())?.max(1);
    Ok(responses * 1_000 / milliseconds)
}

/// Calls on one connection until that time, and counts the responses.
async fn calls(address: SocketAddr, request: Vec<u8>, until: Instant) -> Outcome<u64> {
    let mut client = Client::connect(address).await?;
    let mut responses = 0;
    while Instant::now() < until {
        client.call(&request, "\"TaskId\"").await?;
        responses += 1;
    }
    Ok(responses)
}

/// Whether a body with one byte too many is refused.
fn large_body(emulator: &Emulator) -> Outcome<&'static str> {
    let mut stream = connect(emulator)?;
    let length = (10 << 20) + 1;
    stream.write_all(format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n").as_bytes())?;
    stream.write_all(&vec![b' '; length])?;
    Ok(if response_start(&mut stream)?.contains("RequestSizeLimitExceeded") { "refused" } else { "not refused" })
}

/// The status of the response to an endless head.
fn large_head(emulator: &Emulator) -> Outcome<String> {
    let mut stream = connect(emulator)?;
    stream.write_all(b"POST / HTTP/1.1\r\nx-long: ")?;
    stream.write_all(&vec![b'a'; 1 << 20])?;
    Ok(response_start(&mut stream)?.split(' ').nth(1).unwrap_or("no response").to_owned())
}

/// Clients that send nothing, half a request, or garbage. Fewer if the system has too few file
/// descriptors.
fn silent_clients(emulator: &Emulator) -> Outcome<Vec<TcpStream>> {
    let mut clients = Vec::new();
    for number in 0..SILENT_CLIENTS {
        let Ok(mut stream) = connect(emulator) else { break };
        match number % 3 {
            0 => {}
            1 => drop(stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf")),
            _ => drop(stream.write_all(b"\x16\x03\x01garbage\r\n\r\n")),
        }
        clients.push(stream);
    }
    // The clients share the file descriptors with the emulator. The next call needs some of them.
    clients.truncate(clients.len().saturating_sub(8).max(1));
    Ok(clients)
}

/// Whether a call gets its response.
fn call(emulator: &Emulator) -> Outcome<&'static str> {
    let mut stream = connect(emulator)?;
    stream.write_all(&signed(emulator, "cdn", "PurgeUrlsCache", BODY)?)?;
    Ok(if response_start(&mut stream)?.contains("TaskId") { "succeeded" } else { "failed" })
}

fn connect(emulator: &Emulator) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(emulator.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The start of the response.
fn response_start(stream: &mut TcpStream) -> Outcome<String> {
    let mut buffer = vec![0; 4 << 10];
    let read = stream.read(&mut buffer)?;
    Ok(String::from_utf8_lossy(buffer.get(..read).unwrap_or_default()).into_owned())
}

/// The processor time of the emulator's thread, where the system has `/proc` like Linux. Unlike the
/// rate, it hardly depends on what else the machine does.
fn processor_time() -> Outcome<Option<Duration>> {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Ok(None) };
    for thread in threads {
        let path = thread?.path();
        // Linux cuts the name after 15 characters.
        if std::fs::read_to_string(path.join("comm"))?.starts_with("tencentcloud-em") {
            let times = std::fs::read_to_string(path.join("schedstat"))?;
            let nanoseconds = times.split(' ').next().unwrap_or_default().parse()?;
            return Ok(Some(Duration::from_nanos(nanoseconds)));
        }
    }
    Ok(None)
}

/// The memory of this process in MiB, where the system has `/proc` like Linux; otherwise `-`.
fn memory() -> Outcome<String> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return Ok("-".to_owned()) };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok((kibibytes >> 10).to_string())
}
