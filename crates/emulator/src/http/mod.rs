//! Serves HTTP/1.1 on a socket: the service and its page at `/`, and the control API at
//! `/_emulator/`.

mod connections;
mod control_api;
mod incoming;
mod measure;
#[expect(clippy::disallowed_methods, reason = "sockets wait in real time")]
mod outgoing;
#[expect(clippy::disallowed_methods, reason = "sockets wait in real time")]
mod server;

#[cfg(feature = "testing")]
pub(crate) use self::control_api::ControlRequest;
pub(crate) use self::server::serve;
#[cfg(feature = "testing")]
pub(crate) use self::server::{service_request, service_response};
