//! What to do about the codes that every product answers with, where the product says nothing itself, and about what has no
//! code.

use std::error::Error as StdError;
use std::{io, iter};

use crate::proxy::ThroughProxy;
use crate::{ErrorKind, TransportError, TransportErrorKind};

/// Of a connection that just does not open.
const NETWORK: &str = "check that the network, and any firewall, lets this machine reach the host";

/// Imperative, lower case, no full stop: a hint follows `help:` in a log line.
pub(super) fn for_code(code: &str) -> Option<&'static str> {
    let hint = match code {
        "AuthFailure.SecretIdNotFound" => {
            "check that the secret id is whole and without white space, and that the key is enabled in the console"
        }
        "AuthFailure.InvalidSecretId" => "use the secret id of an API key of Tencent Cloud",
        "AuthFailure.SignatureFailure" => {
            "check the secret key, and that no proxy rewrites the host, the content type or the body"
        }
        "AuthFailure.SignatureExpire" => {
            "set the clock of this machine: it is more than five minutes from the server's"
        }
        "AuthFailure.TokenFailure" => {
            "get new temporary credentials: a token ends with them, and belongs to their secret id only"
        }
        "AuthFailure.UnauthorizedOperation" | "UnauthorizedOperation" => {
            "allow the action to this user in Cloud Access Management"
        }
        "NoSuchProduct" | "NoSuchVersion" => "check the endpoint: its host answers for another product or site",
        "RequestSizeLimitExceeded" => "split the request",
        "ResponseSizeLimitExceeded" => "ask for less at once",
        _ => return None,
    };
    Some(hint)
}

/// What to do about a kind of failure that says nothing itself, when a call has ended with it.
pub(super) fn for_kind(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Timeout => Some("allow it more time, or check what stands between"),
        // Without a code it is a page, and not an answer.
        ErrorKind::Server => Some("check what stands between, such as a gateway: the service did not write this"),
        ErrorKind::Throttled => Some("call less often, or lower `requests_per_second`: something between refused this"),
        _ => None,
    }
}

/// What to do about a request that has no response.
pub(super) fn for_transport(error: &TransportError) -> Option<&'static str> {
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
