//! Reads a response: the action's result, an error of the service, or something else.

mod envelope;
mod json_path;
mod members;
mod read;
mod retry_after;
pub(crate) mod value_set;
#[doc(hidden)]
pub mod wire;

pub(crate) use self::read::{RawResponse, range_in, read};
pub(crate) use self::retry_after::retry_after;
