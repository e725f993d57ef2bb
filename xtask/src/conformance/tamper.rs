//! A proxy that changes one word of every request on its way, and nothing else.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// What is changed, into what: of one length, so that no header needs to follow.
const ORIGINAL: &[u8] = b"original";
const TAMPERED: &[u8] = b"tampered";

/// How much of a request is read at once.
const PIECE: usize = 64 << 10;

/// How long either side may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// A proxy that listens until the program ends.
pub(crate) struct Tamper {
    address: SocketAddr,
}

impl Tamper {
    /// Starts it on a free port of 127.0.0.1.
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
        stream.set_read_timeout(Some(PATIENCE))?;
    }
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut answers, &mut back));
    change(&mut client, &mut server)?;
    server.shutdown(std::net::Shutdown::Write)
}

/// Copies, and changes the word wherever it is whole. The end of a piece that may be the word's beginning waits for the
/// next one; a piece that ends so and is followed by nothing would wait for ever, but the word never ends a request.
fn change(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut held = Vec::new();
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return to.write_all(&held);
        }
        held.extend_from_slice(piece.get(..read).unwrap_or_default());
        while let Some(at) = held.windows(ORIGINAL.len()).position(|window| window == ORIGINAL) {
            held.splice(at..at + ORIGINAL.len(), TAMPERED.iter().copied());
        }
        let kept = (1..ORIGINAL.len()).rev().find(|&length| held.ends_with(ORIGINAL.get(..length).unwrap_or_default()));
        let ready = held.len() - kept.unwrap_or(0);
        let sent: Vec<u8> = held.drain(..ready).collect();
        to.write_all(&sent)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives out its bytes a few at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let piece = self.1.min(into.len());
            self.0.take(piece as u64).read(into).inspect(|&read| self.0 = &self.0[read..])
        }
    }

    #[test]
    fn the_word_is_changed_wherever_a_piece_ends() {
        for piece in 1..30 {
            let mut changed = Vec::new();
            change(&mut Dripping(b"o original, ororiginal originas original", piece), &mut changed).unwrap();
            assert_eq!(changed, b"o tampered, ortampered originas tampered", "{piece}");
        }
    }
}
