//! Makes calls: sends a request, retries it where that is safe, and reads the response.
//!
//! [`Call`] encodes a request of a known type, and [`JsonCall`] takes one as JSON. Both pass bytes
//! on, so the retry loop is compiled once for all actions.

mod attempt;
mod by_name;
mod caller;
mod errors;
mod options;
mod prepare_retry;
mod send;
mod send_gate;
mod service;
mod token_service;
mod typed;

pub use self::by_name::{GenericClient, JsonCall, JsonResponse};
pub(crate) use self::caller::Caller;
pub use self::options::CallOptions;
pub(crate) use self::send_gate::SendGate;
pub(crate) use self::service::Service;
pub use self::typed::Call;
pub(crate) use self::typed::{BatchList, BatchParts, TargetError};
use crate::error::{Error, ErrorKind};

/// The error for a request that cannot be encoded.
pub(crate) fn not_json(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the request cannot be encoded as JSON: {error}")).with_source(error)
}
