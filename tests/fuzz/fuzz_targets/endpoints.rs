//! Any text as an endpoint: it is refused, or requests go to the host that is signed, and never in the open to another
//! machine.

#![no_main]

use fuzz::{NOW, SECRET, check_line, check_secret, config, says_secret};
use libfuzzer_sys::fuzz_target;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Endpoint, Error, GenericClient, HttpRequest};
use url::{Host, Url};

fuzz_target!(|data: &[u8]| {
    if says_secret(data) {
        return;
    }
    let text = String::from_utf8_lossy(data);
    match send(&text) {
        Ok(request) => check(&request),
        Err(error) => check_line(&error),
    }
    // Credentials in a URL are a mistake that people make: the refusal must not repeat them.
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
    let transport = ScriptedTransport::new().answer(200, r#"{"Response":{}}"#);
    let config = config(&transport, &clock).endpoint(endpoint).build()?;
    clock.run(GenericClient::new(&config).call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}").into_future())?;
    Ok(transport.requests().remove(0))
}

fn check(request: &HttpRequest) {
    let url = Url::parse(request.url()).expect("what is sent to is a URL");
    assert_eq!(url.as_str(), request.url(), "a URL parser reads another URL");
    let host = url.host_str().expect("a host");
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    assert_eq!(request.header("host"), Some(&*authority), "the host that is signed is another one");
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(url.scheme() == "https" || is_here, "credentials over plain http to {url}");
}
