//! Sends HTTP requests: the transport seam, and the default transport with its proxy, TLS and connections.

pub(crate) mod headers;
pub(crate) mod hints;
pub(crate) mod https;
pub(crate) mod proxy;
pub(crate) mod transport;

pub use self::https::{HttpsTransport, HttpsTransportBuilder};
pub use self::proxy::Proxy;
pub use self::transport::{HttpRequest, HttpResponse, Transport};
pub use crate::error::{TransportError, TransportErrorKind};
