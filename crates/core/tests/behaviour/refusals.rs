//! Tests which requests and settings are refused before anything is sent.

use std::time::Duration;

use serde::{Serialize, Serializer};
use tencentcloud_core::http::Proxy;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Action, ErrorKind, RateLimit};

use crate::fake_server::AUTHORITY;
use crate::sample::{Cdn, DescribeResponse, NOW, Purge, config, outcome};

#[test]
fn an_empty_required_list_is_refused_with_its_name() {
    let transport = ScriptedTransport::new();
    let error = outcome(&transport, &Purge { urls: Vec::new() }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!((error.action(), error.attempts(), error.is_retryable()), (Some("PurgeUrlsCache"), 0, false));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: `Urls` is empty; help: put at least one element into `Urls`, or do not call"
    );
    assert!(transport.requests().is_empty());
}

#[test]
fn a_request_that_cannot_be_encoded_is_refused_with_the_reason() {
    struct Broken;

    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no such file"))
        }
    }

    impl Action for Broken {
        type Product = Cdn;
        type Response = DescribeResponse;

        const NAME: &'static str = "Broken";
        const RATE_LIMIT: RateLimit = RateLimit::per_second(1);
        const REPEATABLE: bool = false;
    }

    let transport = ScriptedTransport::new();
    let error = outcome(&transport, &Broken).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.to_string(), "cdn.Broken: the request cannot be encoded as JSON: no such file");
    assert!(transport.requests().is_empty());
}

#[test]
fn a_setting_of_the_default_transport_is_refused_together_with_another_transport() {
    let clock = VirtualClock::at_unix(NOW);
    let builder = || config(&ScriptedTransport::new(), &clock);
    for (setting, builder) in [
        ("connect_timeout", builder().connect_timeout(Duration::from_secs(1))),
        ("proxy", builder().proxy(Proxy::none())),
        ("root_certificates", builder().root_certificates(AUTHORITY)),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            format!(
                "`{setting}` has no effect on the given `transport`; \
                 help: set `{setting}` on an `HttpsTransportBuilder`, or remove `transport`"
            )
        );
    }
}
