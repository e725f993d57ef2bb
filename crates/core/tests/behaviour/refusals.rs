//! What is refused before it is sent.

use serde::{Serialize, Serializer};
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Action, ErrorKind, RateLimit};

use crate::sample::{Cdn, Code, DescribeResponse, Purge, outcome};

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
fn a_request_that_is_no_json_is_refused_with_the_reason() {
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
        const ERRORS: &'static [Code] = &[];
    }

    let transport = ScriptedTransport::new();
    let error = outcome(&transport, &Broken).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.to_string(), "cdn.Broken: the request cannot be encoded as JSON: no such file");
    assert!(transport.requests().is_empty());
}
