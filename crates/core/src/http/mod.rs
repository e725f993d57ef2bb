//! Sends HTTP requests: the transport trait, and the default transport with its proxy and TLS.

mod causes;
mod headers;
mod hints;
mod https;
mod proxy;
mod transport;

pub(crate) use self::headers::{Headers, header_value};
pub use self::https::{HttpsTransport, HttpsTransportBuilder};
pub use self::proxy::Proxy;
pub(crate) use self::transport::Progress;
pub use self::transport::{HttpRequest, HttpResponse, Transport};
#[doc(inline)]
pub use crate::error::{TransportError, TransportErrorKind};
