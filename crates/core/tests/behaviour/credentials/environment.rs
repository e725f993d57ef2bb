//! Tests credentials in environment variables.

use std::collections::HashMap;
use std::ffi::OsString;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Credentials, Error, ErrorKind};

use crate::sample::{Cdn, NOW, PURGED, config, purge};

fn from_variables<const N: usize>(variables: [(&'static str, &str); N]) -> Result<Credentials, Error> {
    let variables: HashMap<_, OsString> = variables.into_iter().map(|(name, value)| (name, value.into())).collect();
    Credentials::from_lookup(|name| variables.get(name).cloned())
}

/// The token that is sent when a call is signed with the credentials.
fn token_sent(credentials: Credentials) -> Option<String> {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED);
    let config = config(&transport, &clock).credentials(credentials).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    request.header("X-TC-Token").map(str::to_owned)
}

#[test]
fn the_token_is_read_from_the_first_of_three_variables_that_is_set() {
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
    // An empty variable counts as not set.
    let empty = [("TENCENTCLOUD_TOKEN", ""), ("TENCENTCLOUD_SESSION_TOKEN", "second")];
    let credentials = from_variables([ID, KEY, empty[0], empty[1]]).unwrap();
    assert_eq!(token_sent(credentials).as_deref(), Some("second"));
    assert_eq!(token_sent(from_variables([ID, KEY, empty[0]]).unwrap()), None);
}

#[test]
fn the_variables_of_a_cloud_function_are_read_if_the_user_has_set_none() {
    const FUNCTION: [(&str, &str); 3] = [
        ("TENCENTCLOUD_SECRETID", "AKIDfunction"),
        ("TENCENTCLOUD_SECRETKEY", "key"),
        ("TENCENTCLOUD_SESSIONTOKEN", "token"),
    ];
    let [id, key, token] = FUNCTION;
    let credentials = from_variables(FUNCTION).unwrap();
    assert_eq!((credentials.secret_id(), token_sent(credentials.clone()).as_deref()), ("AKIDfunction", Some("token")));

    // The user's variables go first, and are not mixed with the function's.
    let user = [("TENCENTCLOUD_SECRET_ID", "AKIDuser"), ("TENCENTCLOUD_SECRET_KEY", "key")];
    let credentials = from_variables([id, key, token, user[0], user[1]]).unwrap();
    assert_eq!((credentials.secret_id(), token_sent(credentials.clone())), ("AKIDuser", None));
    let error = from_variables([id, key, token, user[0]]).unwrap_err();
    assert!(error.to_string().starts_with("`TENCENTCLOUD_SECRET_KEY` is not set"), "{error}");
    let credentials = from_variables([id, key, ("TENCENTCLOUD_TOKEN", "of another pair")]).unwrap();
    assert_eq!(token_sent(credentials), None);

    let error = from_variables([id, token]).unwrap_err();
    assert!(error.to_string().starts_with("`TENCENTCLOUD_SECRETKEY` is not set"), "{error}");
}

#[test]
fn a_missing_or_invalid_variable_is_named_and_its_value_never_shown() {
    let cases: [(&str, &str, &str, &str); 7] = [
        ("hidden", "", "", "`TENCENTCLOUD_SECRET_KEY` is empty; help: set `TENCENTCLOUD_SECRET_ID` and "),
        ("", "hidden", "", "`TENCENTCLOUD_SECRET_ID` is empty; help: set `TENCENTCLOUD_SECRET_ID` and "),
        (
            "hidden",
            "AKIDhidden",
            "",
            "`TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` are swapped; help: exchange them",
        ),
        ("hidden\n", "hidden", "", "`TENCENTCLOUD_SECRET_ID` has white space around it"),
        ("hidden", " hidden", "", "`TENCENTCLOUD_SECRET_KEY` has white space around it"),
        ("hidden", "hidden", " ", "`TENCENTCLOUD_SESSION_TOKEN` is empty"),
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
         or configure a `CredentialsChain`, which also looks in files and for the machine's role"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let error = Credentials::from_lookup(|_| Some(OsString::from_vec(b"hidden\xff".to_vec()))).unwrap_err();
    assert_eq!(error.to_string(), "`TENCENTCLOUD_SECRET_ID` is not Unicode text");
}
