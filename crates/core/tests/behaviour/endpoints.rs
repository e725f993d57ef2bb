//! Which host is signed and sent to.

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Endpoint, ErrorKind, HttpRequest};

use crate::sample::{Cdn, NOW, PURGED, config, purge};

fn sent_to(endpoint: impl Into<Endpoint>) -> HttpRequest {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().answer(200, PURGED);
    let config = config(&transport, &clock).endpoint(endpoint).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).unwrap().call(purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    request
}

fn signature(request: &HttpRequest) -> &str {
    request.header("authorization").unwrap().rsplit_once("Signature=").unwrap().1
}

#[test]
fn a_site_is_the_host_that_the_product_has_there() {
    assert_eq!(sent_to(Endpoint::Mainland).url(), "https://cdn.tencentcloudapi.com/");
    assert_eq!(sent_to(Endpoint::International).header("host"), Some("cdn.intl.tencentcloudapi.com"));
}

#[test]
fn the_host_that_is_sent_is_signed_with_its_port() {
    let with_port = sent_to("http://127.0.0.1:8080");
    assert_eq!((with_port.url(), with_port.header("host")), ("http://127.0.0.1:8080/", Some("127.0.0.1:8080")));
    let without_port = sent_to("http://127.0.0.1:80");
    assert_eq!((without_port.url(), without_port.header("host")), ("http://127.0.0.1/", Some("127.0.0.1")));
    assert_ne!(signature(&with_port), signature(&without_port));
    assert_eq!(signature(&without_port), signature(&sent_to("http://127.0.0.1")));
}

#[test]
fn the_service_that_is_signed_is_the_products_whatever_the_host() {
    let request = sent_to("https://gateway.example.com");
    assert!(request.header("authorization").unwrap().contains("/2023-11-14/cdn/tc3_request"));
}

#[test]
fn an_endpoint_that_is_none_is_refused_when_the_configuration_is_built() {
    let (transport, clock) = (ScriptedTransport::new(), VirtualClock::at_unix(NOW));
    let error = config(&transport, &clock).endpoint("http://cdn.tencentcloudapi.com").build().unwrap_err();
    assert_eq!((error.kind(), error.action()), (ErrorKind::InvalidRequest, None));
    assert_eq!(
        error.to_string(),
        "the endpoint `http://cdn.tencentcloudapi.com` would send credentials over plain `http`; \
         help: write `https://`; `http://` is for 127.0.0.0/8, [::1] and localhost"
    );
}
