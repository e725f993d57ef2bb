//! A fake Security Token Service.

use tencentcloud_core::credentials::AssumeRole;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Credentials, Error};

use super::InContext;
use crate::sample::NOW;

pub(super) const ARN: &str = "qcs::cam::uin/100000000001:roleName/deploy";

/// The service's response: credentials with this id and this expiry, in seconds since 1970.
pub(super) fn issued(id: &str, expiry: u64) -> String {
    format!(
        r#"{{"Response":{{"Credentials":{{"Token":"hidden-token","TmpSecretId":"{id}","TmpSecretKey":"hidden-key"}},
            "ExpiredTime":{expiry},"Expiration":"2023-11-15T00:13:20Z","RequestId":"request-1"}}}}"#
    )
}

pub(super) fn base() -> Credentials {
    Credentials::new("AKIDbase", "base-key").unwrap()
}

/// Assumes a role through a transport.
pub(super) fn assume(role: AssumeRole, transport: &ScriptedTransport) -> Result<Credentials, Error> {
    let clock = VirtualClock::at_unix(NOW);
    clock.run(InContext::new(role, transport, &clock).credentials())
}
