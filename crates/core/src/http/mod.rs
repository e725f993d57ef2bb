//! Sends HTTP requests: the transport seam, and the default transport with its proxy and TLS.

mod headers;
mod hints;
mod https;
mod proxy;
mod transport;

use url::Host;

pub(crate) use self::headers::{Headers, header_value};
pub use self::https::{HttpsTransport, HttpsTransportBuilder};
pub use self::proxy::Proxy;
pub use self::transport::{HttpRequest, HttpResponse, Transport};
#[doc(inline)]
pub use crate::error::{TransportError, TransportErrorKind};

/// A host as a reference.
fn borrowed(host: &Host<String>) -> Host<&str> {
    match host {
        Host::Domain(name) => Host::Domain(name),
        Host::Ipv4(address) => Host::Ipv4(*address),
        Host::Ipv6(address) => Host::Ipv6(*address),
    }
}
