//! Any answers of the machine's metadata and of the Security Token Service: credentials, or an error that shows none.
//!
//! An input is the answers in their order. `$SECRET` in JSON stands for what must not be shown.

#![no_main]

use std::time::Duration;

use fuzz::{Message, NOW, SECRET, check_line, check_secret, messages, obtain, says_secret, split};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{AssumeRole, Credentials, CredentialsChain, Error, ErrorKind, ProvideCredentials, Source};

/// More than are asked for in one go: the name and the credentials, each of them twice.
const ANSWERS: usize = 12;

fuzz_target!(|data: &[u8]| {
    if says_secret(data) {
        return;
    }
    let messages = messages(data);
    let base = Credentials::new("AKIDexample", SECRET).unwrap();
    ask(&CredentialsChain::of([Source::MachineRole]), &messages, false);
    ask(&AssumeRole::new(base, "qcs::cam::uin/1:roleName/r"), &messages, messages.iter().any(may_refuse));
});

fn ask(provider: &impl ProvideCredentials, messages: &[Message<'_>], may_be_refused: bool) {
    let answers = messages.iter().cycle().take(ANSWERS);
    let transport = answers.fold(ScriptedTransport::new(), |transport, message| {
        // What is no JSON is the name of a role, which is no secret.
        let body = match message.body.trim_ascii_start() {
            [b'{', ..] => split(message.body, b"$SECRET").join(SECRET.as_bytes()),
            _ => message.body.to_vec(),
        };
        transport.respond(message.response(body))
    });
    let clock = VirtualClock::at_unix(NOW);
    check(obtain(provider, &transport, &clock), may_be_refused);
    // Again, when what was found is about to end, or has ended.
    for _ in 0..2 {
        clock.advance(Duration::from_secs(3_600));
        check(clock.run(provider.credentials()), may_be_refused);
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

/// Whether an answer of the Security Token Service may be a refusal, which has a code; a key can be written with escapes.
/// Code and words of a refusal are shown: whatever they are, they are no credentials.
fn may_refuse(message: &Message<'_>) -> bool {
    split(message.body, b"ode\"").len() > 1 || split(message.body, b"\\u").len() > 1
}
