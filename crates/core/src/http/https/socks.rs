//! Opens a tunnel through a SOCKS 5 proxy (RFC 1928), with a user name and password if the proxy
//! requires them (RFC 1929).

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Host;
use zeroize::Zeroizing;

use super::failure::Failure;
use crate::secret::Secret;

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const PASSWORD: u8 = 2;
const PASSWORD_VERSION: u8 = 1;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN: u8 = 3;
const IPV6: u8 = 4;

/// Where a tunnel leads to.
pub(super) enum Target<'a> {
    /// The proxy looks up the host.
    Host(Host<&'a str>, u16),
    Address(SocketAddr),
}

/// Asks a proxy to connect to `target`. The connection is then one to that host.
pub(super) async fn open(
    proxy: &mut (impl AsyncRead + AsyncWrite + Unpin),
    target: &Target<'_>,
    credentials: Option<&(Secret, Secret)>,
) -> Result<(), Failure> {
    let methods: &[u8] = if credentials.is_some() { &[NO_AUTHENTICATION, PASSWORD] } else { &[NO_AUTHENTICATION] };
    let count = if credentials.is_some() { 2 } else { 1 };
    send(proxy, &[&[VERSION, count], methods].concat()).await?;
    let [version, method] = receive(proxy).await?;
    match (version, method, credentials) {
        (VERSION, NO_AUTHENTICATION, _) => {}
        (VERSION, PASSWORD, Some(credentials)) => authenticate(proxy, credentials).await?,
        (VERSION, ..) => return Err(wrong_credentials("no tunnel: credentials are missing, or are not accepted")),
        _ => return Err(not_socks()),
    }
    send(proxy, &[&[VERSION, CONNECT, 0], &*encode(target)?].concat()).await?;
    let [version, reply, _, kind] = receive(proxy).await?;
    if version != VERSION {
        return Err(not_socks());
    }
    if reply != 0 {
        return Err(rejection(reply));
    }
    // The proxy's own address, which does not matter.
    match kind {
        IPV4 => drop(receive::<6>(proxy).await?),
        IPV6 => drop(receive::<18>(proxy).await?),
        DOMAIN => {
            let [length] = receive(proxy).await?;
            for _ in 0..usize::from(length) + 2 {
                receive::<1>(proxy).await?;
            }
        }
        _ => return Err(not_socks()),
    }
    Ok(())
}

async fn authenticate(
    proxy: &mut (impl AsyncRead + AsyncWrite + Unpin),
    (user, password): &(Secret, Secret),
) -> Result<(), Failure> {
    let (user, password) = (user.reveal().as_bytes(), password.reveal().as_bytes());
    let lengths = u8::try_from(user.len()).ok().zip(u8::try_from(password.len()).ok());
    let Some((user_length, password_length)) = lengths else {
        return Err(wrong_credentials("no tunnel: the user name or the password is longer than 255 bytes"));
    };
    let message = Zeroizing::new([&[PASSWORD_VERSION, user_length], user, &[password_length], password].concat());
    send(proxy, &message).await?;
    match receive(proxy).await? {
        [_, 0] => Ok(()),
        _ => Err(wrong_credentials("no tunnel: the credentials are not accepted")),
    }
}

fn encode(target: &Target<'_>) -> Result<Vec<u8>, Failure> {
    let (mut bytes, port) = match target {
        Target::Address(SocketAddr::V4(address)) => ([&[IPV4], &address.ip().octets()[..]].concat(), address.port()),
        Target::Address(SocketAddr::V6(address)) => ([&[IPV6], &address.ip().octets()[..]].concat(), address.port()),
        Target::Host(Host::Ipv4(address), port) => ([&[IPV4], &address.octets()[..]].concat(), *port),
        Target::Host(Host::Ipv6(address), port) => ([&[IPV6], &address.octets()[..]].concat(), *port),
        Target::Host(Host::Domain(name), port) => {
            let length = u8::try_from(name.len()).map_err(|_| Failure::Rejected {
                message: "no tunnel: the host is too long for SOCKS".to_owned(),
                hint: "use an HTTP proxy",
                is_permanent: true,
            })?;
            ([&[DOMAIN, length], name.as_bytes()].concat(), *port)
        }
    };
    bytes.extend(port.to_be_bytes());
    Ok(bytes)
}

async fn send(proxy: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), Failure> {
    proxy.write_all(bytes).await.map_err(Failure::Io)?;
    proxy.flush().await.map_err(Failure::Io)
}

async fn receive<const N: usize>(proxy: &mut (impl AsyncRead + Unpin)) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    proxy.read_exact(&mut bytes).await.map_err(Failure::Io)?;
    Ok(bytes)
}

fn not_socks() -> Failure {
    Failure::Rejected {
        message: "no tunnel: the response is not one of SOCKS 5".to_owned(),
        hint: "check the scheme, the host and the port of the proxy",
        is_permanent: false,
    }
}

fn wrong_credentials(message: &str) -> Failure {
    Failure::Rejected {
        message: message.to_owned(),
        hint: "check the credentials in the URL of the proxy",
        is_permanent: true,
    }
}

/// The failure for a reply of RFC 1928, section 6.
fn rejection(reply: u8) -> Failure {
    let (reason, hint) = match reply {
        2 => ("the host is not allowed", "have the proxy allow the host"),
        3 | 4 => ("the host is unreachable", "check the host, and the network of the proxy"),
        5 => ("the host refused the connection", "check the host and the port"),
        6 => ("the host did not respond", "check the host, and the network of the proxy"),
        _ => ("the proxy failed", "check the proxy"),
    };
    Failure::Rejected { message: format!("no tunnel: {reason} (SOCKS reply {reply})"), hint, is_permanent: false }
}
