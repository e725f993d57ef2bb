//! Tests profiles of the command line that use a role.

use std::io;

use tencentcloud_core::credentials::CredentialSource;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{CredentialsChain, Endpoint};

use super::InContext;
use super::machine::{Machine, ROLE, TCCLI};
use super::sts::{ARN, issued};
use crate::sample::NOW;

#[test]
fn a_profile_may_use_the_machine_s_role() {
    let machine = Machine::new().file(TCCLI, r#"{"type":"cvm-role"}"#).metadata(200, "role").metadata(200, ROLE);
    let chain = CredentialsChain::from_sources([CredentialSource::Tccli]);
    assert_eq!(machine.run(chain).unwrap().secret_id(), "AKIDrole");
    let (message, _) = Machine::new().file(TCCLI, r#"{"type":"cvm-role"}"#).metadata(404, "").error();
    assert!(message.ends_with(
        "TCCLI: `/home/me/.tccli/default.credential` has the type `cvm-role`, but no role is bound to the machine"
    ));
}

#[test]
fn a_profile_may_name_a_role() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, issued("AKIDrole", NOW + 7_200));
    let file = format!(r#"{{"secretId":"AKIDtccli","secretKey":"key","role-arn":"{ARN}","role-session-name":"mine"}}"#);
    let chain = CredentialsChain::new()
        .sts_endpoint(Endpoint::International)
        .variables(|name| (name == "HOME").then(|| "/home/me".into()))
        .files(move |path| match path.to_str() {
            Some("/home/me/.tccli/default.credential") => Ok(file.clone().into_bytes()),
            _ => Err(io::ErrorKind::NotFound.into()),
        });
    let chain = InContext::new(chain, &transport, &clock);
    assert_eq!(clock.run(chain.credentials()).unwrap().secret_id(), "AKIDrole");
    let [request] = transport.requests().try_into().unwrap();
    assert_eq!(request.url(), "https://sts.intl.tencentcloudapi.com/");
    assert!(request.header("authorization").unwrap().contains("Credential=AKIDtccli/"));
    assert!(str::from_utf8(request.body()).unwrap().contains(r#""RoleSessionName":"mine""#));
}
