//! Runs a proxy that replaces one word in every request.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// The word and its replacement. They have the same length, so `Content-Length` stays right.
const ORIGINAL: &[u8] = b"original";
const TAMPERED: &[u8] = b"tampered";

/// Size of the read buffer, in bytes.
const CHUNK: usize = 64 << 10;

/// Maximum time without data from either side.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// A proxy that listens until the program ends.
pub(crate) struct Tamper {
    address: SocketAddr,
}

impl Tamper {
    /// Starts a proxy on a free port of 127.0.0.1.
    pub(crate) fn start(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || forward(client, target));
            }
        });
        Ok(Self { address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves one connection, until either side closes it.
fn forward(mut client: TcpStream, target: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(target)?;
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
    }
    let (mut responses, mut back) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut responses, &mut back));
    replace(&mut client, &mut server)?;
    server.shutdown(std::net::Shutdown::Write)
}

/// Copies the data and replaces the word. If a chunk ends with the beginning of the word, these
/// bytes are kept until the next chunk. At the end of a request they would be kept for ever, but no
/// request ends with the beginning of the word.
fn replace(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let mut unsent = Vec::new();
    loop {
        let read = from.read(&mut chunk)?;
        if read == 0 {
            return to.write_all(&unsent);
        }
        unsent.extend_from_slice(chunk.get(..read).unwrap_or_default());
        while let Some(at) = unsent.windows(ORIGINAL.len()).position(|window| window == ORIGINAL) {
            unsent.splice(at..at + ORIGINAL.len(), TAMPERED.iter().copied());
        }
        let begun = (1..ORIGINAL.len()).rev().find(|&n| unsent.ends_with(ORIGINAL.get(..n).unwrap_or_default()));
        let ready = unsent.len() - begun.unwrap_or(0);
        let sent: Vec<u8> = unsent.drain(..ready).collect();
        to.write_all(&sent)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that returns at most the given number of bytes at a time.
    struct SlowReader<'a>(&'a [u8], usize);

    impl Read for SlowReader<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(into.len());
            self.0.take(length as u64).read(into).inspect(|&read| self.0 = &self.0[read..])
        }
    }

    #[test]
    fn the_word_is_replaced_wherever_a_chunk_ends() {
        for chunk in 1..30 {
            let mut replaced = Vec::new();
            replace(&mut SlowReader(b"o original, ororiginal originas original", chunk), &mut replaced).unwrap();
            assert_eq!(replaced, b"o tampered, ortampered originas tampered", "{chunk}");
        }
    }
}
