//! Tests to which host requests for credentials go.

use std::time::Duration;

use tencentcloud_core::credentials::{AssumeRole, CredentialSource, ProvideCredentials};
use tencentcloud_core::http::Proxy;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Config, ConfigBuilder, Credentials, CredentialsChain, Endpoint, Error, ErrorKind};

use super::sts::{ARN, base, issued};
use crate::fake_server::{AUTHORITY, answer, answer_over_tls, listen};
use crate::sample::{Cdn, NOW, PURGED, PurgeResponse, config, purge};

fn role() -> AssumeRole {
    AssumeRole::new(base(), ARN)
}

/// The URL of the first request of a configuration, which is the one for credentials.
fn sts_url_with(
    provider: impl ProvideCredentials + 'static,
    set: impl FnOnce(ConfigBuilder) -> ConfigBuilder,
) -> String {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, issued("AKIDrole", NOW + 7_200)).respond(200, PURGED);
    let config = set(config(&transport, &clock)).credentials(provider).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let [request, _] = transport.requests().try_into().unwrap();
    request.url().to_owned()
}

#[test]
fn a_role_is_assumed_at_the_site_of_the_configuration() {
    const MAINLAND: &str = "https://sts.tencentcloudapi.com/";
    let cases = [
        (Endpoint::Mainland, MAINLAND),
        (Endpoint::International, "https://sts.intl.tencentcloudapi.com/"),
        (Endpoint::Region("ap-singapore".to_owned()), MAINLAND),
        (Endpoint::RootDomain("api.example.com".to_owned()), "https://sts.api.example.com/"),
        (Endpoint::from("https://gateway.example.com"), MAINLAND),
        (Endpoint::from("http://127.0.0.1:8080"), MAINLAND),
    ];
    for (endpoint, url) in cases {
        assert_eq!(sts_url_with(role(), |config| config.endpoint(endpoint.clone())), url, "{endpoint:?}");
    }
}

#[test]
fn a_role_s_endpoint_goes_before_the_configuration_s_endpoint_for_sts() {
    let set = |config: ConfigBuilder| {
        let config = config.endpoint(Endpoint::International).service_endpoint("sts", "https://first.example.com");
        config.service_endpoint("sts", "https://sts.example.com").service_endpoint("cdn", "https://cdn.example.com")
    };
    assert_eq!(sts_url_with(role(), set), "https://sts.example.com/");
    let own = role().endpoint(Endpoint::Region("ap-singapore".to_owned()));
    assert_eq!(sts_url_with(own, set), "https://sts.ap-singapore.tencentcloudapi.com/");
}

#[test]
fn the_sources_of_the_chain_use_the_same_endpoint() {
    let file = format!(r#"{{"secretId":"AKIDtccli","secretKey":"key","role-arn":"{ARN}"}}"#);
    let chain = |source| {
        let file = file.clone();
        // The value of every variable, because it is a valid region.
        let chain = CredentialsChain::from_sources([source]).variables(|_| Some("ap-guangzhou".into()));
        chain.files(move |_| Ok(file.clone().into_bytes()))
    };
    for source in [CredentialSource::Tccli, CredentialSource::WebIdentity] {
        let international = |config: ConfigBuilder| config.endpoint(Endpoint::International);
        assert_eq!(sts_url_with(chain(source), international), "https://sts.intl.tencentcloudapi.com/", "{source}");
        let own = chain(source).sts_endpoint("https://sts.example.com");
        assert_eq!(sts_url_with(own, international), "https://sts.example.com/", "{source}");
    }
}

#[test]
fn a_role_that_assumes_a_role_passes_its_endpoint_on() {
    let clock = VirtualClock::at_unix(NOW);
    let issued = || issued("AKIDrole", NOW + 7_200);
    let transport = ScriptedTransport::new().respond(200, issued()).respond(200, issued()).respond(200, PURGED);
    let outer = AssumeRole::new(role(), "qcs::cam::uin/1:roleName/outer").endpoint("https://sts.example.com");
    let config = config(&transport, &clock).credentials(outer).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let urls: Vec<_> = transport.requests().iter().map(|request| request.url().to_owned()).collect();
    assert_eq!(urls, ["https://sts.example.com/", "https://sts.example.com/", "https://cdn.tencentcloudapi.com/"]);
}

/// The result of a call over plain HTTP whose credentials are obtained over TLS, with two local
/// servers.
async fn called(set: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Result<PurgeResponse, Error> {
    let ((service, plain), (sts, tls)) = (listen().await, listen().await);
    let role = role().endpoint(format!("https://{tls}"));
    let config = Config::builder().credentials(role).endpoint(format!("http://{plain}")).proxy(Proxy::none());
    let client = Client::<Cdn>::new(&set(config).build().unwrap());
    let sts = async {
        let issued = issued("AKIDrole", 4_000_000_000);
        // A client that does not trust the server connects again.
        while answer_over_tls(sts.accept().await.unwrap().0, &[&*issued]).await.is_empty() {}
    };
    let service = async { answer(&mut service.accept().await.unwrap().0, &[PURGED]).await };
    let servers = async { tokio::join!(sts, service) };
    let both = async {
        tokio::select! {
            outcome = client.call(&purge()) => outcome,
            _ = async { servers.await; std::future::pending::<()>().await } => unreachable!(),
        }
    };
    tokio::time::timeout(Duration::from_secs(10), both).await.expect("the call reaches no server")
}

#[tokio::test]
async fn root_certificates_of_a_local_configuration_are_used_for_sts() {
    assert_eq!(called(|config| config.root_certificates(AUTHORITY)).await.unwrap().task_id, "task-1");
    let error = called(|config| config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let message = "sts.AssumeRole: no connection: invalid peer certificate: UnknownIssuer";
    assert!(error.message().starts_with(message), "{error}");
}

#[cfg(target_os = "linux")]
#[cfg_attr(feature = "webpki-roots", ignore = "then root certificates are never missing")]
#[test]
fn missing_root_certificates_are_an_error_when_they_are_needed() {
    crate::subprocess::in_subprocess(
        "credentials::sts_host::missing_root_certificates_are_an_error_when_they_are_needed",
        &["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, "/nonexistent")),
        without_root_certificates(),
    );
}

#[cfg(target_os = "linux")]
async fn without_root_certificates() {
    const MISSING: &str = "TLS cannot be set up: ";
    const HELP: &str = "install the root certificates of the platform, such as the package `ca-certificates`, or \
                        enable the feature `webpki-roots`";
    let error = called(|config| config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.message().starts_with(&format!("sts.AssumeRole: no connection: {MISSING}")), "{error}");
    assert!(error.to_string().contains(&format!("; help: {HELP}")), "{error}");
    // With certificates of its own a configuration needs no others.
    assert!(called(|config| config.root_certificates(AUTHORITY)).await.is_ok());

    let credentials = || Credentials::new("AKIDexample", "key").unwrap();
    let error = Config::new(credentials()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::Connect, Some(HELP)));
    assert!(error.message().starts_with(MISSING), "{error}");
    assert!(Config::builder().credentials(credentials()).endpoint("http://127.0.0.1:1").build().is_ok());
}
