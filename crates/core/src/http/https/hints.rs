//! Says what to do about a connection of the default transport that did not open.

use std::error::Error as StdError;

use super::super::causes;
use super::super::chain::chain;
use super::super::hints::NETWORK;
use super::super::proxy::ThroughProxy;

/// The hint for a connection that did not open, by what the libraries of the default transport
/// report.
pub(in crate::http) fn hint(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    if let Some(error) = causes::tls(error) {
        return for_tls(error);
    }
    if let Some(proxy) = chain(error).find_map(|cause| cause.downcast_ref::<ThroughProxy>()) {
        if causes::is_proxy_authorization(error) {
            return Some("check the credentials in the URL of the proxy");
        }
        return Some(if causes::is_proxy_refusal(error) { "have the proxy allow the host" } else { proxy.advice() });
    }
    if causes::is_dns(error) {
        return Some("check the name of the host, and that this machine can look it up");
    }
    let timed_out = chain(error).any(|cause| cause.downcast_ref().is_some_and(reqwest::Error::is_timeout));
    timed_out.then_some(NETWORK)
}

fn for_tls(error: &rustls::Error) -> Option<&'static str> {
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
    };
    match error {
        rustls::Error::InvalidMessage(_) => Some("check the host and the port: the server there does not speak TLS"),
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => {
            Some("check the host: the certificate was issued for a different name")
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
