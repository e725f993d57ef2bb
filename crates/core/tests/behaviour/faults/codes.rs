//! Faults that the service names: the codes that it refuses with.

use tencentcloud_core::HttpResponse;

use super::table::{self, Fault, Play, Section};
use crate::stage::refusal;

const ABOUT: &str = "\
What the service refuses with, inside HTTP 200: the codes that every product has, and of the others one of each kind. What
was refused before it ran because there were too many requests is sent again after a longer wait, whatever it is; what
failed inside the service only if it may be repeated. The rest is about the request or the account, and stays as it is.";

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

/// Codes of products, and one that nobody has heard of.
const OTHERS: [(&str, &str); 5] = [
    ("InternalError.CdnSystemError", ""),
    ("InvalidParameter.CdnInterfaceError", ", which the product says is the service's fault"),
    ("LimitExceeded.CdnPurgeUrlExceedDayLimit", ""),
    ("UnauthorizedOperation.OperationTooOften", ", which is a rate whatever it begins with"),
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
        "`RequestLimitExceeded` as older gateways write it",
        Play::Respond(HttpResponse::new(200, legacy)),
    ));
    table::of_faults("Codes", ABOUT, &faults)
}
