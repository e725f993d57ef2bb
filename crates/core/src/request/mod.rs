//! Checks the targets of a request, and builds the signed HTTP request of an attempt.

mod day_key;
#[cfg(feature = "legacy-signing")]
mod form;
mod language;
#[cfg(feature = "legacy-signing")]
mod legacy;
mod prepared;
mod request_client;
mod settings;
mod sign;
#[cfg(feature = "legacy-signing")]
mod signing_method;
mod size;
mod targets;

pub use self::language::Language;
pub(crate) use self::prepared::Prepared;
pub(crate) use self::request_client::request_client;
pub(crate) use self::settings::RequestSettings;
pub(crate) use self::sign::Signer;
#[cfg(feature = "legacy-signing")]
pub use self::signing_method::SigningMethod;
pub(crate) use self::size::{check_size, max_json_bytes};
pub use self::targets::check_target;
pub(crate) use self::targets::{Encoded, TargetCheck, ascii_host, check as check_targets};
#[cfg(feature = "legacy-signing")]
pub use crate::signing::V1Hash;
