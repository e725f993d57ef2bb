//! Names the product whose action purges, and the codes of its errors.

use std::str::FromStr;

/// A product that purges URLs.
#[derive(Clone, Copy)]
pub(crate) enum Product {
    /// It accepts all URLs of a request, or none.
    Cdn,
    /// It accepts some URLs of a request, and refuses others.
    Teo,
}

impl Product {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cdn => "cdn",
            Self::Teo => "teo",
        }
    }

    /// A code of each kind: throttled, failed, invalid, too large, used up, unknown key, forbidden.
    pub(crate) const fn codes(self) -> [&'static str; 7] {
        let ([failed, invalid, too_large, used_up], forbidden) = match self {
            Self::Cdn => (
                [
                    "InternalError.CdnSystemError",
                    "InvalidParameter.CdnParamError",
                    "LimitExceeded.CdnPurgeUrlExceedBatchLimit",
                    "LimitExceeded.CdnPurgeUrlExceedDayLimit",
                ],
                "UnauthorizedOperation.CdnCamUnauthorized",
            ),
            Self::Teo => (
                [
                    "InternalError.BackendError",
                    "InvalidParameter.ParameterError",
                    "LimitExceeded.BatchQuota",
                    "LimitExceeded.DailyQuota",
                ],
                "UnauthorizedOperation.CamUnauthorized",
            ),
        };
        ["RequestLimitExceeded", failed, invalid, too_large, used_up, "AuthFailure.SecretIdNotFound", forbidden]
    }
}

impl FromStr for Product {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Cdn, Self::Teo].into_iter().find(|product| product.name() == name).ok_or("the product is cdn or teo")
    }
}
