//! Checks which host is signed and sent to, and what is sent about the caller.

use tencentcloud_core::http::HttpRequest;
use tencentcloud_core::request::Language;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, ConfigBuilder, Endpoint, ErrorKind, GenericClient};

use crate::sample::{Cdn, NOW, PURGED, config, purge};

fn sent_to(endpoint: impl Into<Endpoint>) -> HttpRequest {
    sent_with(|builder| builder.endpoint(endpoint))
}

/// The request that a client of the given configuration sends.
fn sent_with(set: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> HttpRequest {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED);
    let config = set(config(&transport, &clock)).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    request
}

fn signature(request: &HttpRequest) -> &str {
    request.header("authorization").unwrap().rsplit_once("Signature=").unwrap().1
}

#[test]
fn each_site_has_its_own_host_of_the_product() {
    assert_eq!(sent_to(Endpoint::Mainland).url(), "https://cdn.tencentcloudapi.com/");
    assert_eq!(sent_to(Endpoint::International).header("host"), Some("cdn.intl.tencentcloudapi.com"));
}

#[test]
fn a_region_changes_the_host_and_not_the_region_header() {
    let request = sent_to(Endpoint::Region("ap-guangzhou".to_owned()));
    assert_eq!(request.url(), "https://cdn.ap-guangzhou.tencentcloudapi.com/");
    assert_eq!(request.header("host"), Some("cdn.ap-guangzhou.tencentcloudapi.com"));
    assert_eq!(request.header("x-tc-region"), None);
}

#[test]
fn a_root_domain_changes_the_host_and_not_the_signed_service() {
    let request = sent_to(Endpoint::RootDomain("api.example.com".to_owned()));
    assert_eq!(request.url(), "https://cdn.api.example.com/");
    assert_eq!(request.header("host"), Some("cdn.api.example.com"));
    assert!(request.header("authorization").unwrap().contains("/cdn/tc3_request"));

    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, r#"{"Response":{}}"#);
    let config = config(&transport, &clock).endpoint(Endpoint::RootDomain("api.example.com".to_owned()));
    let client = GenericClient::new(&config.build().unwrap());
    clock.run(client.call_json("vod", "2018-07-17", "DescribeThings", "{}")).unwrap();
    assert_eq!(transport.requests()[0].url(), "https://vod.api.example.com/");
}

#[test]
#[cfg(target_os = "linux")]
fn the_endpoint_of_the_environment_replaces_a_site_and_no_host_of_the_program() {
    crate::subprocess::in_subprocess(
        "endpoints::the_endpoint_of_the_environment_replaces_a_site_and_no_host_of_the_program",
        &[("TENCENTCLOUD_ENDPOINT", "http://127.0.0.1:8080")],
        async {
            let sites = [Endpoint::Mainland, Endpoint::International, Endpoint::Region("ap-guangzhou".to_owned())];
            for site in sites {
                assert_eq!(sent_to(site).url(), "http://127.0.0.1:8080/");
            }
            assert_eq!(sent_with(|builder| builder).url(), "http://127.0.0.1:8080/");
            assert_eq!(sent_to("https://own.example.com").url(), "https://own.example.com/");
            assert_eq!(sent_to(Endpoint::RootDomain("example.com".to_owned())).url(), "https://cdn.example.com/");
            let own = sent_with(|builder| builder.service_endpoint("cdn", "https://own.example.com"));
            assert_eq!(own.url(), "https://own.example.com/");
        },
    );
}

#[test]
fn a_product_may_have_its_own_endpoint() {
    let own = sent_with(|builder| {
        builder
            .endpoint(Endpoint::International)
            .service_endpoint("cdn", "http://127.0.0.1:1")
            .service_endpoint("cdn", "https://own")
    });
    assert_eq!(own.url(), "https://own/", "the last one counts");
    let other = sent_with(|builder| builder.service_endpoint("teo", "https://own"));
    assert_eq!(other.url(), "https://cdn.tencentcloudapi.com/");
}

#[test]
fn the_language_is_sent_if_one_is_set() {
    assert_eq!(sent_with(|builder| builder).header("x-tc-language"), None);
    for (language, expected) in [(Language::English, "en-US"), (Language::Chinese, "zh-CN")] {
        assert_eq!(sent_with(|builder| builder.language(language)).header("x-tc-language"), Some(expected));
    }
}

#[test]
fn the_app_name_follows_the_name_of_the_client() {
    let request = sent_with(|builder| builder.app_name("my-deploy_1.2"));
    let expected = concat!("tencentcloud-rust_", env!("CARGO_PKG_VERSION"), "; my-deploy_1.2");
    assert_eq!(request.header("x-tc-requestclient"), Some(expected));
}

#[test]
fn invalid_settings_are_rejected_when_the_configuration_is_built() {
    let (transport, clock) = (ScriptedTransport::new(), VirtualClock::at_unix(NOW));
    let builders = [
        config(&transport, &clock).app_name("my/deploy"),
        config(&transport, &clock).endpoint(Endpoint::Region("ap guangzhou".to_owned())),
        config(&transport, &clock).service_endpoint("cdn", "http://cdn.example.com"),
    ];
    for builder in builders {
        assert_eq!(builder.build().unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}

#[test]
fn the_host_is_signed_with_its_port() {
    let with_port = sent_to("http://127.0.0.1:8080");
    assert_eq!((with_port.url(), with_port.header("host")), ("http://127.0.0.1:8080/", Some("127.0.0.1:8080")));
    let without_port = sent_to("http://127.0.0.1:80");
    assert_eq!((without_port.url(), without_port.header("host")), ("http://127.0.0.1/", Some("127.0.0.1")));
    assert_ne!(signature(&with_port), signature(&without_port));
    assert_eq!(signature(&without_port), signature(&sent_to("http://127.0.0.1")));
}

#[test]
fn the_service_is_signed_and_not_the_host() {
    let request = sent_to("https://gateway.example.com");
    assert!(request.header("authorization").unwrap().contains("/2023-11-14/cdn/tc3_request"));
}

#[test]
fn an_invalid_endpoint_is_rejected_when_the_configuration_is_built() {
    let (transport, clock) = (ScriptedTransport::new(), VirtualClock::at_unix(NOW));
    let error = config(&transport, &clock).endpoint("http://cdn.tencentcloudapi.com").build().unwrap_err();
    assert_eq!((error.kind(), error.action()), (ErrorKind::InvalidRequest, None));
    assert_eq!(
        error.to_string(),
        "the endpoint `http://cdn.tencentcloudapi.com` would send credentials over plain `http`; \
         help: write `https://`: plain `http://` is only for 127.0.0.0/8, [::1] and localhost"
    );
}
