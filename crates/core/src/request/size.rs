//! Limits the size of a request.

use super::settings::RequestSettings;
#[cfg(feature = "legacy-signing")]
use super::signing_method::SigningMethod;
use crate::error::{Error, ErrorKind};

/// Maximum size of a body that the service reads. 10 MiB: "Common Params" of its API documentation.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// Refuses a body that is too large, before anything is sent.
///
/// The legacy methods encode the body, and check the size of the result.
#[cfg_attr(not(feature = "legacy-signing"), expect(unused_variables, reason = "only the legacy methods differ"))]
pub(crate) fn check_size(settings: &RequestSettings, body: &[u8]) -> Result<(), Error> {
    #[cfg(feature = "legacy-signing")]
    if settings.signing_method != SigningMethod::Tc3Post {
        return Ok(());
    }
    let bytes = body.len();
    if bytes <= MAX_BODY_BYTES {
        return Ok(());
    }
    let message = format!("the request body has {bytes} bytes; the service accepts {MAX_BODY_BYTES}");
    Err(Error::new(ErrorKind::InvalidRequest, message).with_hint("split the request"))
}

/// Maximum size of a JSON body that can be sent, in bytes.
#[cfg_attr(not(feature = "legacy-signing"), expect(unused_variables, reason = "only the legacy methods differ"))]
pub(crate) fn max_json_bytes(settings: &RequestSettings) -> usize {
    #[cfg(feature = "legacy-signing")]
    if settings.signing_method != SigningMethod::Tc3Post {
        // An estimate. The legacy methods encode the body: a byte becomes up to three, and each
        // element of a list gets a name, such as `&Urls.0=`. They check the size of the result, so
        // a body that is still too large is refused.
        return settings.signing_method.max_bytes() / 4;
    }
    MAX_BODY_BYTES
}

#[cfg(feature = "legacy-signing")]
impl SigningMethod {
    /// Maximum size that the service accepts, in bytes: of the query, or of the body.
    ///
    /// Source: "Common Params" of its API documentation.
    pub(crate) const fn max_bytes(self) -> usize {
        match self {
            Self::Tc3Post => MAX_BODY_BYTES,
            Self::Tc3Get | Self::V1Get(_) => 32 * 1024,
            Self::V1Post(_) => 1024 * 1024,
        }
    }
}
