//! Reads a response: the action's result, an error of the service, or something else.

mod envelope;
mod json_path;
mod read;
pub(crate) mod value_set;
#[doc(hidden)]
pub mod wire;

pub(crate) use self::read::{RawResponse, read};
