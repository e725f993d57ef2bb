//! Where credentials come from, and when they are asked for.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::Mutex;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error, ErrorKind, ProvideCredentials};

use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

fn from_variables<const N: usize>(variables: [(&'static str, &str); N]) -> Result<Credentials, Error> {
    let variables: HashMap<_, OsString> = variables.into_iter().map(|(name, value)| (name, value.into())).collect();
    Credentials::from_lookup(|name| variables.get(name).cloned())
}

/// The token that is sent when a call is signed with the credentials.
fn token_sent(credentials: Credentials) -> Option<String> {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().answer(200, PURGED);
    let config = config(&transport, &clock).credentials(credentials).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).unwrap().call(purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    request.header("X-TC-Token").map(str::to_owned)
}

#[test]
fn the_environment_has_an_id_a_key_and_perhaps_a_token_under_one_of_three_names() {
    const ID: (&str, &str) = ("TENCENTCLOUD_SECRET_ID", "AKIDexample");
    const KEY: (&str, &str) = ("TENCENTCLOUD_SECRET_KEY", "key");

    let credentials = from_variables([ID, KEY]).unwrap();
    assert_eq!(credentials.secret_id(), "AKIDexample");
    assert_eq!(token_sent(credentials), None);
    for name in ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"] {
        let credentials = from_variables([ID, KEY, (name, "token")]).unwrap();
        assert_eq!(token_sent(credentials).as_deref(), Some("token"), "{name}");
    }
    let both = [("TENCENTCLOUD_SECURITY_TOKEN", "second"), ("TENCENTCLOUD_TOKEN", "first")];
    let credentials = from_variables([ID, KEY, both[0], both[1]]).unwrap();
    assert_eq!(token_sent(credentials).as_deref(), Some("first"));
}

#[test]
fn a_variable_that_is_missing_or_wrong_is_named_and_its_value_never_shown() {
    let cases: [(&str, &str, &str, &str); 6] = [
        ("hidden", "", "", "`TENCENTCLOUD_SECRET_KEY` is empty"),
        ("", "hidden", "", "`TENCENTCLOUD_SECRET_ID` is empty"),
        ("hidden\n", "hidden", "", "`TENCENTCLOUD_SECRET_ID` has white space around it"),
        ("hidden", " hidden", "", "`TENCENTCLOUD_SECRET_KEY` has white space around it"),
        ("hidden", "hidden", "", "`TENCENTCLOUD_SESSION_TOKEN` is empty"),
        ("hidden", "hidden", "hidden\t", "`TENCENTCLOUD_SESSION_TOKEN` has white space around it"),
    ];
    for (id, key, token, claim) in cases {
        let error = from_variables([
            ("TENCENTCLOUD_SECRET_ID", id),
            ("TENCENTCLOUD_SECRET_KEY", key),
            ("TENCENTCLOUD_SESSION_TOKEN", token),
        ])
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().starts_with(claim), "{error}");
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    }

    let error = from_variables([("TENCENTCLOUD_SECRET_KEY", "hidden")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`TENCENTCLOUD_SECRET_ID` is not set; help: set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, \
         or give the configuration credentials"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let error = Credentials::from_lookup(|_| Some(OsString::from_vec(b"hidden\xff".to_vec()))).unwrap_err();
    assert_eq!(error.to_string(), "`TENCENTCLOUD_SECRET_ID` is not Unicode text");
}

#[test]
fn a_provider_is_asked_before_every_call_and_its_answer_signs_at_once() {
    /// Hands out what it was given, one after the other.
    struct Rotating(Mutex<Vec<Credentials>>);

    impl ProvideCredentials for Rotating {
        fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
            Box::pin(async {
                self.0.lock().unwrap().pop().ok_or_else(|| Error::credentials("used up").with_source("empty box"))
            })
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().answer(200, PURGED).answer(200, PURGED);
    let keys = ["second", "first"].map(|key| Credentials::new("AKIDexample", key).unwrap());
    let config = config(&transport, &clock).credentials(Rotating(Mutex::new(keys.into()))).build().unwrap();
    let client = Client::<Cdn>::new(&config).unwrap();

    clock.run(client.call(purge()).into_future()).unwrap();
    clock.run(client.call(purge()).into_future()).unwrap();
    let [first, second] = transport.requests().try_into().unwrap();
    assert_ne!(first.header("authorization"), second.header("authorization"));

    let error = error_of(&clock, client.call(purge()));
    assert_eq!((error.kind(), error.attempts(), error.action()), (ErrorKind::Credentials, 0, Some("PurgeUrlsCache")));
    assert_eq!(error.to_string(), "cdn.PurgeUrlsCache: used up");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "empty box");
}
