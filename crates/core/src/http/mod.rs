//! Sends HTTP requests: the transport trait, and the default transport with its proxy and TLS.

#[cfg(feature = "rustls-no-provider")]
mod causes;
mod chain;
mod headers;
mod hints;
#[cfg(feature = "rustls-no-provider")]
mod https;
#[cfg(feature = "rustls-no-provider")]
mod proxy;
mod transport;

pub(crate) use self::headers::{Headers, header_value};
#[cfg(feature = "rustls-no-provider")]
pub use self::https::{HttpsTransport, HttpsTransportBuilder};
#[cfg(feature = "rustls-no-provider")]
pub use self::proxy::Proxy;
pub(crate) use self::transport::Progress;
pub use self::transport::{HttpRequest, HttpResponse, Transport};
#[doc(inline)]
pub use crate::error::{TransportError, TransportErrorKind};
