//! Faults that the service names: its error codes.

use tencentcloud_core::http::HttpResponse;

use super::table::{self, Fault, Play, Section};
use crate::harness::refusal;

const ABOUT: &str = "\
Codes with which the service rejects a request, inside HTTP 200: all common codes, and some codes of
products. A request that was rejected because of a rate limit is sent again after a longer wait,
whatever the action. A request that failed inside the service is sent again only if it may be
repeated. The other codes are about the request or the account, and are final; a few of them leave
open whether the action was carried out.";

/// The codes that every product has.
const COMMON: [&str; 38] = [
    "ActionOffline",
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.InvalidSecretId",
    "AuthFailure.MFAFailure",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "AuthFailure.TokenFailure",
    "AuthFailure.UnauthorizedOperation",
    "DryRunOperation",
    "FailedOperation",
    "InternalError",
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameterValue",
    "InvalidRequest",
    "IpInBlacklist",
    "IpNotInWhitelist",
    "LimitExceeded",
    "MissingParameter",
    "NoSuchProduct",
    "NoSuchVersion",
    "RequestLimitExceeded",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "RequestSizeLimitExceeded",
    "ResourceInUse",
    "ResourceInsufficient",
    "ResourceNotFound",
    "ResourceUnavailable",
    "ResponseSizeLimitExceeded",
    "ServiceUnavailable",
    "UnauthorizedOperation",
    "UnknownParameter",
    "UnsupportedOperation",
    "UnsupportedProtocol",
    "UnsupportedRegion",
];

const RATE_LIMIT: &str = ", which is a rate limit despite its prefix";

/// Codes of products, and an unknown one.
const OTHERS: [(&str, &str); 11] = [
    ("InternalError.CdnSystemError", ""),
    ("InvalidParameter.CdnInterfaceError", ", which is the service's fault despite its prefix"),
    ("LimitExceeded.CdnPurgeUrlExceedBatchLimit", ""),
    ("LimitExceeded.CdnPurgeUrlExceedDayLimit", ""),
    ("LimitExceeded.CdnHostOpTooOften", RATE_LIMIT),
    ("LimitExceeded.RateLimitExceeded", RATE_LIMIT),
    ("LimitExceeded.RequestLimitExceeded", RATE_LIMIT),
    ("LimitExceeded.TooManyRequests", RATE_LIMIT),
    ("FailedOperation.RequestLimitExceeded", RATE_LIMIT),
    ("UnauthorizedOperation.OperationTooOften", RATE_LIMIT),
    ("SomethingNew.OfTomorrow", ""),
];

pub(super) fn section() -> Section {
    let refused = |code: &str, remark: &str| {
        Fault::new(format!("`{code}`{remark}"), Play::Respond(HttpResponse::new(200, refusal(code))))
    };
    let legacy = r#"{"code":4400,"message":"slow down","codeDesc":"RequestLimitExceeded"}"#;
    let mut faults: Vec<Fault> = COMMON.iter().map(|code| refused(code, "")).collect();
    faults.extend(OTHERS.map(|(code, remark)| refused(code, remark)));
    faults.push(Fault::new(
        "`RequestLimitExceeded` in the format of older gateways",
        Play::Respond(HttpResponse::new(200, legacy)),
    ));
    table::of_faults("Codes", ABOUT, &faults)
}
