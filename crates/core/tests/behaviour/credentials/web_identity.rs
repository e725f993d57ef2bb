//! Tests the credentials of a pod, for which its web identity is exchanged.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::CredentialsChain;
use tencentcloud_core::credentials::AssumeRole;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};

use super::InContext;
use super::sts::{ARN, assume, base, issued};
use crate::recorder::Recorder;
use crate::sample::NOW;

/// The session that the chain requests.
const SESSION: &str = r#""RoleSessionName":"tencentcloud-rust-1700000000","DurationSeconds":7200"#;

/// A pod with a web identity.
#[derive(Clone)]
struct Pod {
    clock: VirtualClock,
    transport: ScriptedTransport,
    token: Arc<Mutex<Option<&'static [u8]>>>,
}

impl Pod {
    fn new(transport: ScriptedTransport) -> Self {
        let token: &[u8] = b"hidden.identity\n";
        Self { clock: VirtualClock::at_unix(NOW), transport, token: Arc::new(Mutex::new(Some(token))) }
    }

    fn chain(&self) -> InContext<CredentialsChain> {
        let variables = HashMap::from([
            ("TKE_REGION", "ap-shanghai"),
            ("TKE_PROVIDER_ID", "cls-1"),
            ("TKE_ROLE_ARN", ARN),
            ("TKE_WEB_IDENTITY_TOKEN_FILE", "/var/run/token"),
        ]);
        let token = Arc::clone(&self.token);
        let chain = CredentialsChain::new().variables(move |name| variables.get(name).map(Into::into)).files(
            move |path| match (path.to_str(), *token.lock().unwrap()) {
                (Some("/var/run/token"), Some(token)) => Ok(token.to_vec()),
                _ => Err(io::ErrorKind::NotFound.into()),
            },
        );
        InContext::new(chain, &self.transport, &self.clock)
    }
}

#[test]
fn a_pod_exchanges_its_identity_in_its_region_without_a_signature() {
    let pod = Pod::new(ScriptedTransport::new().respond(200, issued("AKIDpod", NOW + 7_200)));
    assert_eq!(pod.clock.run(pod.chain().credentials()).unwrap().secret_id(), "AKIDpod");
    let [request] = pod.transport.requests().try_into().unwrap();
    assert_eq!(request.url(), "https://sts.tencentcloudapi.com/");
    assert_eq!(
        str::from_utf8(request.body()).unwrap(),
        format!(r#"{{"ProviderId":"cls-1","WebIdentityToken":"hidden.identity","RoleArn":"{ARN}",{SESSION}}}"#)
    );
    for (name, value) in [
        ("authorization", Some("SKIP")),
        ("x-tc-action", Some("AssumeRoleWithWebIdentity")),
        ("x-tc-version", Some("2018-08-13")),
        ("x-tc-region", Some("ap-shanghai")),
        ("x-tc-timestamp", Some("1700000000")),
        ("x-tc-token", None),
    ] {
        assert_eq!(request.header(name), value, "{name}");
    }
    assert!(!format!("{request:?}").contains("hidden"));
}

#[test]
fn the_token_is_read_again_for_every_exchange() {
    let transport = ScriptedTransport::new()
        .respond(200, issued("AKIDfirst", NOW + 7_200))
        .respond(200, issued("AKIDsecond", NOW + 14_000));
    let pod = Pod::new(transport);
    let chain = pod.chain();
    pod.clock.run(chain.credentials()).unwrap();
    *pod.token.lock().unwrap() = Some(b"hidden.replaced");
    pod.clock.advance(Duration::from_secs(6_900));
    assert_eq!(pod.clock.run(chain.credentials()).unwrap().secret_id(), "AKIDsecond");
    let [_, second] = pod.transport.requests().try_into().unwrap();
    assert!(str::from_utf8(second.body()).unwrap().contains(r#""WebIdentityToken":"hidden.replaced""#));
}

#[test]
fn a_missing_or_refused_token_is_an_error_that_does_not_show_it() {
    let refused =
        r#"{"Response":{"Error":{"Code":"InvalidParameter.WebIdentityTokenError","Message":"m"},"RequestId":"1"}}"#;
    let cases: [(Option<&'static [u8]>, &str); 5] = [
        (None, "web identity: `/var/run/token`, the value of `TKE_WEB_IDENTITY_TOKEN_FILE`, does not exist"),
        (Some(b"\n"), "web identity: the token in `/var/run/token` is empty"),
        (Some(b"hidden\xff"), "web identity: the token in `/var/run/token` is not UTF-8"),
        (
            Some(b"hidden\nhidden"),
            "web identity: the token in `/var/run/token` contains a character that no credential contains",
        ),
        (
            Some(b"hidden"),
            "web identity: sts.AssumeRoleWithWebIdentity: InvalidParameter.WebIdentityTokenError: m (request id 1)",
        ),
    ];
    for (token, last) in cases {
        let pod = Pod::new(ScriptedTransport::new().respond(200, refused));
        *pod.token.lock().unwrap() = token;
        let error = pod.clock.run(pod.chain().credentials()).unwrap_err();
        assert!(error.message().ends_with(last), "{error}");
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    }
}

#[test]
fn nothing_secret_is_logged_at_any_level() {
    let recorder = Recorder::default();
    recorder.watch(|| {
        let broken = issued("hidden-id", NOW).replace("ExpiredTime", "Broken").replace("TmpSecretKey", "Other");
        for response in [issued("AKIDpod", NOW + 7_200), broken, "hidden".to_owned()] {
            let pod = Pod::new(ScriptedTransport::new().respond(200, response.as_str()));
            pod.clock.run(pod.chain().credentials()).ok();
            assume(AssumeRole::new(base(), ARN), &ScriptedTransport::new().respond(200, response.as_str())).ok();
        }
    });
    let text = recorder.text();
    assert!(text.contains("sts/AssumeRoleWithWebIdentity") && text.contains("sts/AssumeRole\""), "{text}");
    assert!(!text.contains("hidden") && !text.contains("base-key"), "{text}");
}
