//! The Security Token Service, as tests of what it hands out know it.

use tencentcloud_core::credentials::AssumeRole;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Credentials, Error};

use super::InContext;
use crate::sample::NOW;

pub(super) const ARN: &str = "qcs::cam::uin/100000000001:roleName/deploy";

/// What the service hands out: for two hours from [`NOW`] on.
pub(super) fn issued(id: &str, end: u64) -> String {
    format!(
        r#"{{"Response":{{"Credentials":{{"Token":"hidden-token","TmpSecretId":"{id}","TmpSecretKey":"hidden-key"}},
            "ExpiredTime":{end},"Expiration":"2023-11-15T00:13:20Z","RequestId":"request-1"}}}}"#
    )
}

pub(super) fn base() -> Credentials {
    Credentials::new("AKIDbase", "base-key").unwrap()
}

/// What a role comes to if the service answers so.
pub(super) fn assume(role: AssumeRole, transport: &ScriptedTransport) -> Result<Credentials, Error> {
    let clock = VirtualClock::at_unix(NOW);
    clock.run(InContext::new(role, transport, &clock).credentials())
}
