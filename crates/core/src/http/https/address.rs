//! Looks up the addresses of a host, and connects to one of them.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpStream;
use url::Host;

/// How long one address has until the next one is tried as well. 250 ms: the value that RFC 8305
/// recommends.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The addresses of a host.
///
/// The name `localhost` is not looked up: an endpoint with plain `http` is for this machine only,
/// and a resolver that returned another address would receive credentials in plain text (RFC 6761,
/// section 6.3).
pub(super) async fn lookup(host: Host<&str>, port: u16) -> io::Result<Vec<SocketAddr>> {
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let addresses: Vec<SocketAddr> = match host {
        Host::Ipv4(address) => vec![(address, port).into()],
        Host::Ipv6(address) => vec![(address, port).into()],
        Host::Domain("localhost") => loopback.map(|address| (address, port).into()).to_vec(),
        Host::Domain(name) => tokio::net::lookup_host((name, port)).await?.collect(),
    };
    if addresses.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    }
    Ok(alternate_families(&addresses))
}

/// Orders addresses so that those of IPv4 and IPv6 alternate, beginning with the first one's
/// family.
fn alternate_families(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let is_preferred = |address: &SocketAddr| addresses.first().map(SocketAddr::is_ipv6) == Some(address.is_ipv6());
    let (preferred, others): (Vec<_>, Vec<_>) = addresses.iter().copied().partition(is_preferred);
    let mut ordered = Vec::with_capacity(addresses.len());
    let (mut preferred, mut others) = (preferred.into_iter(), others.into_iter());
    loop {
        let pair = [preferred.next(), others.next()];
        if pair == [None, None] {
            return ordered;
        }
        ordered.extend(pair.into_iter().flatten());
    }
}

/// Connects to the first of the addresses that responds. Another address is tried when one fails,
/// or has not responded within [`ATTEMPT_DELAY`].
pub(super) async fn connect(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut untried = addresses.into_iter();
    let mut attempts: Vec<Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>> = Vec::new();
    let mut failure = None;
    loop {
        let is_last = match untried.next() {
            Some(address) => {
                attempts.push(Box::pin(TcpStream::connect(address)));
                untried.len() == 0
            }
            None => true,
        };
        let first = poll_fn(|context| {
            for index in 0..attempts.len() {
                if let Some(attempt) = attempts.get_mut(index)
                    && let Poll::Ready(outcome) = attempt.as_mut().poll(context)
                {
                    drop(attempts.swap_remove(index));
                    return Poll::Ready(outcome);
                }
            }
            Poll::Pending
        });
        let outcome = if is_last { Some(first.await) } else { super::within(ATTEMPT_DELAY, first).await };
        match outcome {
            Some(Ok(stream)) => {
                // A request is written at once, so waiting to send full packets would only delay
                // it.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Some(Err(error)) if attempts.is_empty() && untried.len() == 0 => return Err(failure.unwrap_or(error)),
            Some(Err(error)) => _ = failure.get_or_insert(error),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::runtime::Builder;

    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn localhost_is_loopback_whatever_the_resolver_says() {
        let addresses = run(lookup(Host::Domain("localhost"), 80)).unwrap();
        assert_eq!(addresses, ["127.0.0.1:80".parse().unwrap(), "[::1]:80".parse().unwrap()]);
    }

    #[test]
    fn an_address_needs_no_lookup() {
        let addresses = run(lookup(Host::Ipv4(Ipv4Addr::new(192, 0, 2, 1)), 80)).unwrap();
        assert_eq!(addresses, ["192.0.2.1:80".parse().unwrap()]);
    }

    #[test]
    fn the_families_of_addresses_alternate() {
        let order = |addresses: &[&str]| {
            let addresses: Vec<SocketAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            alternate_families(&addresses).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let [a, b, c] = ["192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"];
        let [x, y] = ["[2001:db8::1]:1", "[2001:db8::2]:1"];
        assert_eq!(order(&[a, b, c, x, y]), [a, x, b, y, c]);
        assert_eq!(order(&[x, y, a]), [x, a, y]);
        assert_eq!(order(&[a, b]), [a, b]);
        assert_eq!(order(&[]), [""; 0]);
    }

    #[test]
    fn an_address_that_refuses_does_not_keep_another_from_being_tried() {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let open = listener.local_addr().unwrap();
            let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
            assert_eq!(connect(vec![closed, open]).await.unwrap().peer_addr().unwrap(), open);
            let error = connect(vec![closed, closed]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        });
    }
}
