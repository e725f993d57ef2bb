//! Describes why a connection did not open, and what to do about it.

use std::io;
use std::time::Duration;

use rustls::CertificateError::{
    Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
};
use rustls::Error as TlsError;

use crate::error::{TransportError, TransportErrorKind};
use crate::http::proxy::Hop;

/// The hint for a connection that does not open, for no known reason.
const NETWORK: &str = "check that the network, and any firewall, lets this machine reach the host";

/// What `getaddrinfo` says of a name that does not exist or has no address: glibc, and then musl.
///
/// Other systems say the same while the network is down, so there such a name counts as transient.
const NO_SUCH_HOST: [&str; 4] = [
    "Name or service not known",
    "No address associated with hostname",
    "Name does not resolve",
    "Name has no usable address",
];

/// A step of opening a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Lookup,
    Tcp,
    /// The tunnel through a proxy.
    Tunnel,
    Tls,
}

/// Why a step failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The step took longer than the limit.
    Timeout { step: Step, limit: Duration },
    /// The name could not be looked up.
    Lookup(io::Error),
    /// No TCP connection could be opened, or it broke.
    Io(io::Error),
    /// The proxy rejected the tunnel.
    Rejected { message: String, hint: &'static str, is_permanent: bool },
}

impl Failure {
    /// The error for a connection that was opened directly, or through a proxy.
    pub(super) fn into_error(self, through: Option<Hop<'_>>) -> TransportError {
        let hint = self.hint(through);
        let message = match through {
            Some(hop) => format!("{}, {hop}", self.message()),
            None => self.message(),
        };
        let is_permanent = self.is_permanent();
        let mut error = TransportError::new(TransportErrorKind::Connect, message);
        if let Some(hint) = hint {
            error = error.with_hint(hint);
        }
        if is_permanent {
            error = error.permanent();
        }
        match self {
            Self::Lookup(source) | Self::Io(source) => error.with_source(source),
            Self::Timeout { .. } | Self::Rejected { .. } => error,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Timeout { step, limit } => {
                let step = match step {
                    Step::Lookup => "looking up the host",
                    Step::Tcp => "opening the TCP connection",
                    Step::Tunnel => "opening the tunnel",
                    Step::Tls => "the TLS handshake",
                };
                format!("timeout: {step} took longer than {limit:?}")
            }
            Self::Lookup(error) | Self::Io(error) => error.to_string(),
            Self::Rejected { message, .. } => message.clone(),
        }
    }

    fn hint(&self, through: Option<Hop<'_>>) -> Option<&'static str> {
        if let Self::Io(error) = self
            && let Some(error) = tls(error)
        {
            return for_tls(error);
        }
        match (self, through) {
            (Self::Rejected { hint, .. }, _) => Some(hint),
            (_, Some(hop)) => Some(hop.advice()),
            (Self::Timeout { .. }, None) => Some(NETWORK),
            (Self::Lookup(_), None) => Some("check the name of the host, and that this machine can look it up"),
            (Self::Io(error), None) => match error.kind() {
                io::ErrorKind::ConnectionRefused => Some("check the host and the port: no server listens there"),
                io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut => {
                    Some(NETWORK)
                }
                _ => None,
            },
        }
    }

    /// Whether the connection will not open either if it is tried again, because the host does not
    /// exist, or the server or the proxy is not the expected one.
    fn is_permanent(&self) -> bool {
        match self {
            Self::Timeout { .. } => false,
            Self::Lookup(error) => NO_SUCH_HOST.iter().any(|message| error.to_string().ends_with(message)),
            Self::Io(error) => tls(error).is_some_and(|error| {
                matches!(
                    error,
                    TlsError::InvalidCertificate(_) | TlsError::InvalidMessage(_) | TlsError::PeerIncompatible(_)
                )
            }),
            Self::Rejected { is_permanent, .. } => *is_permanent,
        }
    }
}

/// The TLS error that an I/O error wraps.
fn tls(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

fn for_tls(error: &TlsError) -> Option<&'static str> {
    match error {
        TlsError::InvalidMessage(_) => Some("check the host and the port: the server there does not speak TLS"),
        TlsError::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            Some("check the host: the certificate was issued for a different name")
        }
        TlsError::InvalidCertificate(Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. }) => {
            Some("check the clock of this machine, and how long the certificate is valid")
        }
        TlsError::InvalidCertificate(_) => {
            Some("add the root certificate with `root_certificates` if it is yours, such as a proxy's")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};

    use super::*;

    fn lookup(message: &str) -> Failure {
        Failure::Lookup(io::Error::other(format!("failed to lookup address information: {message}")))
    }

    fn tls(error: TlsError) -> Failure {
        Failure::Io(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn certificate(error: CertificateError) -> Failure {
        tls(TlsError::InvalidCertificate(error))
    }

    #[test]
    fn the_hint_depends_on_why_the_connection_did_not_open() {
        let timeout = Failure::Timeout { step: Step::Tls, limit: Duration::from_secs(6) };
        let cases = [
            (lookup("Name or service not known"), "name of the host"),
            (Failure::Io(io::ErrorKind::ConnectionRefused.into()), "no server listens there"),
            (Failure::Io(io::ErrorKind::HostUnreachable.into()), "firewall"),
            (Failure::Io(io::ErrorKind::TimedOut.into()), "firewall"),
            (timeout, "firewall"),
            (certificate(CertificateError::UnknownIssuer), "`root_certificates`"),
            (certificate(NotValidForName), "for a different name"),
            (certificate(Expired), "clock"),
            (tls(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)), "does not speak TLS"),
        ];
        for (failure, advice) in cases {
            assert!(failure.hint(None).is_some_and(|hint| hint.contains(advice)), "{failure:?}");
        }
        assert_eq!(Failure::Io(io::ErrorKind::AddrInUse.into()).hint(None), None);
    }

    #[test]
    fn a_missing_host_and_another_server_are_permanent_and_an_outage_is_not() {
        let cases = [
            (lookup("Name or service not known"), true),
            (lookup("No address associated with hostname"), true),
            (lookup("Name does not resolve"), true),
            (lookup("Temporary failure in name resolution"), false),
            (lookup("Try again"), false),
            (lookup("nodename nor servname provided, or not known"), false),
            (Failure::Io(io::Error::other("Name or service not known")), false),
            (Failure::Io(io::ErrorKind::ConnectionRefused.into()), false),
            (Failure::Io(io::ErrorKind::NetworkUnreachable.into()), false),
            (Failure::Timeout { step: Step::Tcp, limit: Duration::ZERO }, false),
            (certificate(NotValidForName), true),
            (certificate(CertificateError::UnknownIssuer), true),
            (certificate(Expired), true),
            (tls(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)), true),
            (tls(TlsError::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon)), true),
            (tls(TlsError::AlertReceived(AlertDescription::InternalError)), false),
        ];
        for (failure, expected) in cases {
            assert_eq!(failure.is_permanent(), expected, "{failure:?}");
        }
    }
}
