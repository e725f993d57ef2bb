//! Says what to do about a request without a response, as far as its causes tell.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::{io, iter};

use super::proxy::ThroughProxy;
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};

/// Of a connection that just does not open.
const NETWORK: &str = "check that the network, and any firewall, lets this machine reach the host";

impl From<TransportError> for Error {
    fn from(mut error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Unsendable => ErrorKind::InvalidRequest,
            TransportErrorKind::Connect => ErrorKind::Connect,
            TransportErrorKind::Send | TransportErrorKind::Read => ErrorKind::Interrupted,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::TooLarge => ErrorKind::Decode,
        };
        let hint = error.take_hint().or_else(|| for_transport(&error).map(Cow::Borrowed));
        let failure = Self::new(kind, error.without_hint()).with_source(error);
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

/// What to do about a request that has no response.
fn for_transport(error: &TransportError) -> Option<&'static str> {
    match error.kind() {
        TransportErrorKind::TooLarge => Some("ask for less at once, or raise `max_response_bytes`"),
        TransportErrorKind::Connect => for_no_connection(error),
        _ => None,
    }
}

/// What to do about a connection that did not open, as far as its causes say why.
fn for_no_connection(error: &TransportError) -> Option<&'static str> {
    let causes = || iter::successors(error.source(), |&cause| cause.source());
    if let Some(error) = causes().find_map(of_tls) {
        return for_tls(error);
    }
    let through_proxy = causes().find_map(|cause| cause.downcast_ref::<ThroughProxy>());
    let innermost = causes().last().map(ToString::to_string).unwrap_or_default();
    if let Some(proxy) = through_proxy {
        // The words of hyper-util: its errors have no public type.
        return Some(match &*innermost {
            "tunnel error: proxy authorization required" => "check the credentials in the URL of the proxy",
            "tunnel error: unsuccessful" => "have the proxy allow the host",
            _ => proxy.advice(),
        });
    }
    if causes().any(|cause| cause.to_string() == "dns error") {
        return Some("check the name of the host, and that this machine can look it up");
    }
    let kind = causes().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let timed_out = causes().any(|cause| cause.downcast_ref().is_some_and(reqwest::Error::is_timeout));
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => Some("check the host and the port: nothing answers there"),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut) => {
            Some(NETWORK)
        }
        _ if timed_out => Some(NETWORK),
        _ => None,
    }
}

/// The error of TLS that a cause is or wraps: an I/O error is not the source of what it wraps.
fn of_tls<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut cause = cause;
    while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = wrapped;
    }
    cause.downcast_ref()
}

fn for_tls(error: &rustls::Error) -> Option<&'static str> {
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
    };
    match error {
        rustls::Error::InvalidMessage(_) => Some("check the host and the port: what answers there does not speak TLS"),
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            Some("check the host: the certificate is for another one")
        }
        rustls::Error::InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        ) => Some("check the clock of this machine, and how long the certificate is valid"),
        rustls::Error::InvalidCertificate(_) => {
            Some("add the root certificate with `root_certificates` if it is yours, such as a proxy's")
        }
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
    fn why_a_connection_did_not_open_decides_what_to_check() {
        let hint = |cause| for_transport(&TransportError::new(TransportErrorKind::Connect, "no").with_source(cause));
        let tls = |error: rustls::Error| Cause("outer", io::Error::new(io::ErrorKind::InvalidData, error));
        let certificate = |error: rustls::CertificateError| tls(rustls::Error::InvalidCertificate(error));
        let cases = [
            // As hyper-util and the machine say it of a name that nobody has.
            (Cause("dns error", io::Error::other("failed to lookup address information")), "name of the host"),
            (Cause("tcp connect error", io::ErrorKind::ConnectionRefused.into()), "nothing answers there"),
            (Cause("tcp connect error", io::ErrorKind::HostUnreachable.into()), "firewall"),
            (Cause("tcp connect error", io::ErrorKind::TimedOut.into()), "firewall"),
            (certificate(rustls::CertificateError::UnknownIssuer), "`root_certificates`"),
            (certificate(rustls::CertificateError::NotValidForName), "for another one"),
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
