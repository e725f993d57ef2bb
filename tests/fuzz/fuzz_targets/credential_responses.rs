//! Responds to requests for credentials with any data, as the machine's metadata service and the
//! Security Token Service: the result is credentials, or an error that does not show them.
//!
//! An input is a sequence of responses. In JSON, `$SECRET` is replaced by the secret.

#![no_main]

use std::time::Duration;

use fuzz::{Message, NOW, SECRET, check_line, check_secret, contains_secret, messages, obtain, split};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Credentials, CredentialsChain, Error, ErrorKind};
use tencentcloud_core::credentials::{AssumeRole, CredentialSource, ProvideCredentials};

/// Responses in a script. More than the four that are requested at once: the name of the role and
/// the credentials, each of them twice.
const RESPONSES: usize = 12;

fuzz_target!(|data: &[u8]| {
    if contains_secret(data) {
        return;
    }
    let messages = messages(data);
    let base = Credentials::new("AKIDexample", SECRET).unwrap();
    check_provider(&CredentialsChain::from_sources([CredentialSource::MachineRole]), &messages, false);
    check_provider(&AssumeRole::new(base, "qcs::cam::uin/1:roleName/r"), &messages, messages.iter().any(may_refuse));
});

fn check_provider(provider: &impl ProvideCredentials, messages: &[Message<'_>], may_be_refused: bool) {
    let responses = messages.iter().cycle().take(RESPONSES);
    let transport = responses.fold(ScriptedTransport::new(), |transport, message| {
        // A body that is not JSON is the name of a role, which is not secret.
        let body = match message.body.trim_ascii_start() {
            [b'{', ..] => split(message.body, b"$SECRET").join(SECRET.as_bytes()),
            _ => message.body.to_vec(),
        };
        transport.respond_with(message.response(body))
    });
    let clock = VirtualClock::at_unix(NOW);
    check(obtain(provider, &transport, &clock), may_be_refused);
    // Again, when the credentials are about to expire, and when they have expired.
    for _ in 0..2 {
        clock.advance(Duration::from_secs(3_600));
        check(obtain(provider, &transport, &clock), may_be_refused);
    }
}

fn check(outcome: Result<Credentials, Error>, may_be_refused: bool) {
    match outcome {
        Ok(credentials) => assert!(!format!("{credentials:?}").contains(SECRET), "{credentials:?}"),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Credentials);
            check_line(&error);
            if !may_be_refused && !error.message().contains("the code is `") {
                check_secret(&error);
            }
        }
    }
}

/// Whether a response of the Security Token Service may be a refusal, which has a code; its key may
/// be written with escapes. The error shows the code and the message of a refusal, because they are
/// not credentials.
fn may_refuse(message: &Message<'_>) -> bool {
    split(message.body, b"ode\"").len() > 1 || split(message.body, b"\\u").len() > 1
}
