//! Reads what came back: a response of the service, its refusal, or something else.

mod envelope;
mod json_path;
mod read;
pub(crate) mod value_set;
pub mod wire;

pub(crate) use self::read::{RawResponse, read};
