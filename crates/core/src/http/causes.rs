//! Recognizes the causes of a connection that did not open.

use std::error::Error as StdError;
use std::io;

use rustls::Error as TlsError;

use super::chain::chain;

/// What `getaddrinfo` says of a name that does not exist or has no address: glibc, and then musl.
///
/// Other systems say the same while the network is down, so there such a name counts as transient.
const NO_SUCH_HOST: [&str; 4] = [
    "Name or service not known",
    "No address associated with hostname",
    "Name does not resolve",
    "Name has no usable address",
];

/// Whether the host name could not be looked up. The words are hyper-util's, whose errors have no
/// public type.
pub(super) fn is_dns(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| cause.to_string() == "dns error")
}

/// What hyper-util says of a proxy that requires other credentials than those in its URL. Tests in
/// `proxies.rs` and `socks.rs` check these words, and the next ones, against the library.
const PROXY_AUTHORIZATION: [&str; 3] = [
    "tunnel error: proxy authorization required",
    "SOCKS error: server does not support user/pass authentication",
    "SOCKS error: credentials not accepted",
];
/// What hyper-util says of a proxy that rejects the host.
const PROXY_REFUSAL: [&str; 2] = ["tunnel error: unsuccessful", "SOCKS error: connection not allowed"];

/// Whether the proxy rejects the credentials in its URL.
pub(super) fn is_proxy_authorization(error: &(dyn StdError + 'static)) -> bool {
    PROXY_AUTHORIZATION.contains(&&*root_cause(error))
}

/// Whether the proxy rejects the host.
pub(super) fn is_proxy_refusal(error: &(dyn StdError + 'static)) -> bool {
    PROXY_REFUSAL.contains(&&*root_cause(error))
}

/// Whether the server sent something that is not HTTP: a head that hyper cannot parse, or a body
/// that is not encoded as the head says.
pub(super) fn is_not_http(error: &(dyn StdError + 'static)) -> bool {
    let is_malformed_body =
        |error: &io::Error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
    let is_parse = chain(error).any(|cause| cause.downcast_ref().is_some_and(hyper::Error::is_parse));
    let is_body = || chain(error).any(|cause| cause.downcast_ref().is_some_and(is_malformed_body));
    is_parse || tls(error).is_none() && is_body()
}

/// The TLS error among the causes, if there is one.
pub(super) fn tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    chain(error).find_map(unwrap_tls)
}

/// Whether the connection will not open either if it is tried again, because the host does not
/// exist, or the server or the proxy is not the expected one.
pub(super) fn is_permanent(error: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = tls(error) {
        let is_other_server = matches!(error, TlsError::InvalidCertificate(_) | TlsError::InvalidMessage(_));
        return is_other_server || matches!(error, TlsError::PeerIncompatible(_));
    }
    let no_such_host = || NO_SUCH_HOST.iter().any(|message| root_cause(error).ends_with(message));
    is_proxy_authorization(error) || is_dns(error) && no_such_host()
}

/// The message of the innermost error. The outer ones say only that something failed.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The TLS error that a cause is or wraps. An I/O error does not return the error that it wraps as
/// its source.
fn unwrap_tls<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    let mut cause = cause;
    while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = wrapped;
    }
    cause.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};

    use super::*;

    /// An error with an I/O error as its source, as hyper-util has them.
    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn a_missing_host_and_another_server_are_permanent_and_an_outage_is_not() {
        let lookup = |message: &str| io::Error::other(format!("failed to lookup address information: {message}"));
        let dns = |message: &str| Outer("dns error", lookup(message));
        let tls = |error: TlsError| Outer("outer", io::Error::new(io::ErrorKind::InvalidData, error));
        let certificate = |error| tls(TlsError::InvalidCertificate(error));
        let cases = [
            (dns("Name or service not known"), true),
            (dns("No address associated with hostname"), true),
            (dns("Name does not resolve"), true),
            (dns("Temporary failure in name resolution"), false),
            (dns("Try again"), false),
            (dns("nodename nor servname provided, or not known"), false),
            (Outer("tcp connect error", lookup("Name or service not known")), false),
            (Outer("tcp connect error", io::ErrorKind::ConnectionRefused.into()), false),
            (Outer("tcp connect error", io::ErrorKind::NetworkUnreachable.into()), false),
            (Outer("tcp connect error", io::ErrorKind::TimedOut.into()), false),
            (certificate(CertificateError::NotValidForName), true),
            (certificate(CertificateError::UnknownIssuer), true),
            (certificate(CertificateError::Expired), true),
            (tls(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)), true),
            (tls(TlsError::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon)), true),
            (tls(TlsError::AlertReceived(AlertDescription::InternalError)), false),
        ];
        for (error, expected) in cases {
            assert_eq!(is_permanent(&error), expected, "{error:?}");
        }
    }
}
