//! Reads what a request claims before its signature is verified.

use super::authorization::Authorization;
use super::v1;
use crate::parameters::form::Pairs;
use crate::request::Request;

/// What a request claims, true or not. A text is empty if the request does not contain it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) service: String,
    pub(crate) action: String,
    pub(crate) version: String,
    /// The parameters of a request that is signed with V1, including the common ones. `None` if it
    /// is not signed with V1, or if they are malformed.
    pub(crate) v1_pairs: Option<Pairs>,
}

impl Claim {
    pub(crate) fn of(request: &Request) -> Self {
        match v1::pairs(request) {
            Some(Ok(pairs)) => {
                let value = |name: &str| v1::non_empty(&pairs, name).unwrap_or_default().to_owned();
                let service = request.service_of_host().unwrap_or_default();
                Self { service, action: value("Action"), version: value("Version"), v1_pairs: Some(pairs) }
            }
            Some(Err(_)) => Self::default(),
            None => {
                let authorization = Authorization::of(request);
                let service = authorization.map(|authorization| authorization.service).unwrap_or_default();
                let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
                let (action, version) = (value("X-TC-Action"), value("X-TC-Version"));
                Self { service: service.to_owned(), action, version, v1_pairs: None }
            }
        }
    }
}
