//! Opens connections step by step: lookup of the host, TCP, tunnel through a proxy, TLS.

use std::future::Future;
use std::io;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::failure::{Failure, Step};
use super::socket::Socket;
use super::{address, tunnel, within};
use crate::error::TransportError;
use crate::http::borrowed;
use crate::http::proxy::{Hop, Protocol, ProxyServer, Route};

/// Where a connection leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    is_tls: bool,
    host: Host<String>,
    port: u16,
}

impl Destination {
    /// The destination of a URL with the scheme `http` or `https`.
    pub(super) fn of(url: &Url) -> Option<Self> {
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self { is_tls, host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }

    pub(super) fn is_tls(&self) -> bool {
        self.is_tls
    }
}

/// A connection on which HTTP can be spoken.
pub(super) struct Opened {
    pub(super) stream: Stream,
    /// The TCP connection that `stream` uses.
    pub(super) socket: Socket,
}

/// TCP, or TLS over it.
pub(super) type Stream = Box<dyn Io>;

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Opens connections.
pub(super) struct Connector {
    pub(super) tls: TlsConnector,
    pub(super) route: Route,
    /// How long each step may take.
    pub(super) step_timeout: Duration,
}

impl Connector {
    /// Opens a connection. Nothing of a request is sent.
    pub(super) async fn connect(&self, destination: &Destination) -> Result<Opened, TransportError> {
        let Destination { is_tls, port, .. } = *destination;
        let host = borrowed(&destination.host);
        // A request without TLS is for this machine or its metadata server.
        let hop = if is_tls { self.route.hop(&host, port)? } else { None };
        let opened = match hop {
            Some(Hop { server, .. }) => self.through(server, &host, port).await,
            None => self.tcp(&host, port).await,
        };
        let Opened { stream, socket } = opened.map_err(|failure| failure.into_error(hop))?;
        let stream = if is_tls {
            // The proxy is named here too: one that inspects TLS has its own certificate.
            self.tls(&host, stream).await.map_err(|failure| failure.into_error(hop))?
        } else {
            stream
        };
        Ok(Opened { stream, socket })
    }

    async fn tcp(&self, host: &Host<&str>, port: u16) -> Result<Opened, Failure> {
        let addresses = self.step(Step::Lookup, address::lookup(host.clone(), port), Failure::Lookup).await?;
        let stream = self.step(Step::Tcp, address::connect(addresses), Failure::Io).await?;
        let socket = Socket::new(stream);
        Ok(Opened { stream: Box::new(socket.clone()), socket })
    }

    /// Opens a tunnel through a proxy.
    async fn through(&self, proxy: &ProxyServer, host: &Host<&str>, port: u16) -> Result<Opened, Failure> {
        let proxy_host = borrowed(&proxy.host);
        let Opened { mut stream, socket } = self.tcp(&proxy_host, proxy.port).await?;
        if proxy.protocol == Protocol::Https {
            stream = self.tls(&proxy_host, stream).await?;
        }
        let credentials = proxy.credentials.as_ref();
        match proxy.protocol {
            Protocol::Http | Protocol::Https => {
                let authority = format!("{host}:{port}");
                self.step(Step::Tunnel, tunnel::open(&mut stream, &authority, credentials), |failure| failure).await?;
            }
            #[cfg(feature = "socks")]
            Protocol::Socks5 => {
                let addresses = self.step(Step::Lookup, address::lookup(host.clone(), port), Failure::Lookup).await?;
                let Some(&address) = addresses.first() else {
                    return Err(Failure::Lookup(io::ErrorKind::NotFound.into()));
                };
                let target = super::socks::Target::Address(address);
                self.step(Step::Tunnel, super::socks::open(&mut stream, &target, credentials), |failure| failure)
                    .await?;
            }
            #[cfg(feature = "socks")]
            Protocol::Socks5h => {
                let target = super::socks::Target::Host(host.clone(), port);
                self.step(Step::Tunnel, super::socks::open(&mut stream, &target, credentials), |failure| failure)
                    .await?;
            }
        }
        Ok(Opened { stream, socket })
    }

    /// Starts TLS.
    async fn tls(&self, host: &Host<&str>, stream: Stream) -> Result<Stream, Failure> {
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from((*name).to_owned()).map_err(io::Error::other).map_err(Failure::Io)?
            }
            Host::Ipv4(address) => ServerName::IpAddress((*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress((*address).into()),
        };
        let stream = self.step(Step::Tls, self.tls.connect(name, stream), Failure::Io).await?;
        Ok(Box::new(stream))
    }

    /// Runs a step within its timeout.
    async fn step<T, E>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, E>>,
        failure: impl FnOnce(E) -> Failure,
    ) -> Result<T, Failure> {
        let limit = self.step_timeout;
        within(limit, work).await.ok_or(Failure::Timeout { step, limit })?.map_err(failure)
    }
}
