//! Serves an emulator's socket on a thread of its own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::runtime;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::http;
use crate::service::Service;

/// Listens on an address.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What the thread of an emulator needs.
pub(super) struct Server {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) service: Arc<Service>,
    pub(super) stopped: oneshot::Receiver<()>,
}

impl Server {
    /// Serves on this thread until stopped. First reports whether it could start.
    pub(super) fn run(self, started: oneshot::Sender<io::Result<()>>) {
        let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(started.send(Err(error))),
        };
        runtime.block_on(async {
            match tokio::net::TcpListener::from_std(self.listener) {
                Ok(listener) => {
                    drop(started.send(Ok(())));
                    http::serve(listener, self.tls, self.service, self.stopped).await;
                }
                Err(error) => drop(started.send(Err(error))),
            }
        });
    }
}
