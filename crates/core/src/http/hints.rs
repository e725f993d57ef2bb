//! Says what to do about a request without a response, by the causes of the error.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use super::chain::chain;
#[cfg(feature = "rustls-no-provider")]
use super::https::hint;
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};

/// The hint for a connection that does not open, for no known reason.
pub(super) const NETWORK: &str = "check that the network, and any firewall, lets this machine reach the host";

impl From<TransportError> for Error {
    fn from(mut error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Unsendable => ErrorKind::InvalidRequest,
            TransportErrorKind::Connect => ErrorKind::Connect,
            TransportErrorKind::Send | TransportErrorKind::Read | TransportErrorKind::NotHttp => ErrorKind::Interrupted,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::TooLarge => ErrorKind::Decode,
        };
        let hint = error.take_hint().or_else(|| for_transport(&error).map(Cow::Borrowed));
        let is_too_large = error.kind() == TransportErrorKind::TooLarge;
        let mut failure = Self::new(kind, error.without_hint()).with_source(error);
        if is_too_large {
            // The service responded, so it has probably carried the action out.
            failure = failure.that_may_have_been_carried_out();
        }
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

/// The hint for a request without a response.
fn for_transport(error: &TransportError) -> Option<&'static str> {
    match error.kind() {
        TransportErrorKind::TooLarge => Some("ask for less at once, or raise `max_response_bytes`"),
        TransportErrorKind::NotHttp => Some(
            "check the host and the port, and any proxy or gateway in between: this response is not from the service",
        ),
        TransportErrorKind::Connect => for_no_connection(error),
        _ => None,
    }
}

/// The hint for a connection that did not open, by the causes of the error.
fn for_no_connection(error: &TransportError) -> Option<&'static str> {
    let error = error.source()?;
    #[cfg(feature = "rustls-no-provider")]
    if let Some(hint) = hint(error) {
        return Some(hint);
    }
    match chain(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)? {
        io::ErrorKind::ConnectionRefused => Some("check the host and the port: no server listens there"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut => Some(NETWORK),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Cause(&'static str, io::Error);

    impl std::fmt::Display for Cause {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl StdError for Cause {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn the_hint_depends_on_why_the_connection_did_not_open() {
        let hint = |cause| for_transport(&TransportError::new(TransportErrorKind::Connect, "no").with_source(cause));
        let tls = |error: rustls::Error| Cause("outer", io::Error::new(io::ErrorKind::InvalidData, error));
        let certificate = |error: rustls::CertificateError| tls(rustls::Error::InvalidCertificate(error));
        let cases = [
            (Cause("dns error", io::Error::other("failed to lookup address information")), "name of the host"),
            (Cause("tcp connect error", io::ErrorKind::ConnectionRefused.into()), "no server listens there"),
            (Cause("tcp connect error", io::ErrorKind::HostUnreachable.into()), "firewall"),
            (Cause("tcp connect error", io::ErrorKind::TimedOut.into()), "firewall"),
            (certificate(rustls::CertificateError::UnknownIssuer), "`root_certificates`"),
            (certificate(rustls::CertificateError::NotValidForName), "for a different name"),
            (certificate(rustls::CertificateError::Expired), "clock"),
            (tls(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)), "does not speak TLS"),
        ];
        for (cause, advice) in cases {
            let shown = format!("{cause:?}");
            assert!(hint(cause).is_some_and(|hint| hint.contains(advice)), "{shown}");
        }
        assert_eq!(hint(Cause("tcp connect error", io::ErrorKind::AddrInUse.into())), None);
        assert_eq!(for_transport(&TransportError::new(TransportErrorKind::Connect, "no")), None);
    }
}
