//! Configures any text as an endpoint: it is refused, or requests go to the host that is signed,
//! and without encryption to this machine only.

#![no_main]

use fuzz::{NOW, SECRET, check_line, check_secret, config, contains_secret};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Endpoint, Error, GenericClient};
use tencentcloud_core::http::HttpRequest;
use url::{Host, Url};

fuzz_target!(|data: &[u8]| {
    if contains_secret(data) {
        return;
    }
    let text = String::from_utf8_lossy(data);
    match send(&text) {
        Ok(request) => check(&request),
        Err(error) => check_line(&error),
    }
    // People put credentials into a URL by mistake. The error must not show them.
    for text in [
        format!("https://user:{SECRET}@{text}"),
        format!("https://user:{SECRET}{text}@host"),
        format!("user:{text}{SECRET}@host"),
        format!("{text}?token={SECRET}{text}"),
        format!("{text}#{SECRET}{text}"),
    ] {
        assert!(!format!("{:?}", Endpoint::from(&*text)).contains(SECRET), "{text}");
        let error = send(&text).expect_err(&text);
        check_line(&error);
        check_secret(&error);
    }
});

fn send(endpoint: &str) -> Result<HttpRequest, Error> {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, r#"{"Response":{}}"#);
    let config = config(&transport, &clock).endpoint(endpoint).build()?;
    clock.run(GenericClient::new(&config).call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}").into_future())?;
    Ok(transport.requests().remove(0))
}

fn check(request: &HttpRequest) {
    let url = Url::parse(request.url()).expect("the request has no valid URL");
    assert_eq!(url.as_str(), request.url(), "a URL parser reads a different URL");
    let host = url.host_str().expect("the URL has no host");
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    assert_eq!(request.header("host"), Some(&*authority), "a different host is signed");
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(url.scheme() == "https" || is_here, "credentials over plain http to {url}");
}
