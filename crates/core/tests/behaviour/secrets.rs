//! What must never be printed.

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Credentials};

use crate::sample::{Cdn, NOW, config, error_of, purge};

#[test]
fn nothing_prints_a_key_a_token_or_a_signature() {
    let credentials = Credentials::new("AKIDidentifier", "hidden-key").unwrap().token("hidden-token").unwrap();
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let builder = config(&transport, &clock).credentials(credentials.clone());
    let mut printed = format!("{credentials:?} {builder:?}");
    let config = builder.build().unwrap();
    let client = Client::<Cdn>::new(&config).unwrap();
    printed += &format!("{config:?} {client:?} {:?}", client.call(purge()));
    let error = error_of(&clock, client.call(purge()));
    printed += &format!("{error} {error:?} {transport:?} {:?}", transport.requests());

    let [request] = transport.requests().try_into().unwrap();
    assert_eq!(request.header("x-tc-token"), Some("hidden-token"));
    let signature = request.header("authorization").unwrap().rsplit_once('=').unwrap().1;
    for secret in ["hidden", "identifier", signature] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn what_is_printed_of_a_request_still_says_what_it_is() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let config = config(&transport, &clock).build().unwrap();
    error_of(&clock, Client::<Cdn>::new(&config).unwrap().call(purge()));
    let printed = format!("{:?}", transport.requests());
    for part in [
        "https://cdn.tencentcloudapi.com/",
        r#"("authorization", "***")"#,
        r#"("x-tc-action", "PurgeUrlsCache")"#,
        "41 bytes",
    ] {
        assert!(printed.contains(part), "{part} not in {printed}");
    }
}
