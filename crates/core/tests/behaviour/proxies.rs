//! The default transport through a proxy, and with certificates of its own, against servers on loopback.

use std::time::Duration;

use tencentcloud_core::{Client, Config, ConfigBuilder, Credentials, Error, ErrorKind, Proxy};

use crate::peer::{AUTHORITY, answer, answer_connect, answer_over_tls, listen};
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn config(endpoint: &str) -> ConfigBuilder {
    Config::builder().credentials(Credentials::new("AKIDexample", "key").unwrap()).endpoint(endpoint).max_attempts(1)
}

async fn call(config: ConfigBuilder) -> Result<PurgeResponse, Error> {
    Client::<Cdn>::new(&config.build()?)?.call(purge()).await
}

/// A call that goes elsewhere must fail the test and not stop it.
async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.expect("the call does not reach the server")
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_with_its_credentials_and_sees_nothing_else() {
    let (listener, address) = listen().await;
    let config = config("https://api.example.com")
        .proxy(format!("http://user:p%40ssword@{address}"))
        .root_certificates(AUTHORITY);
    let server = async {
        let (head, stream) = answer_connect(&listener, TUNNEL).await;
        (head, answer_over_tls(stream, &[PURGED]).await)
    };
    let (response, (head, requests)) = in_time(async { tokio::join!(call(config), server) }).await;
    assert_eq!(response.unwrap().task_id, "task-1");
    assert_eq!(
        head,
        "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\
         Proxy-Authorization: Basic dXNlcjpwQHNzd29yZA==\r\n\r\n"
    );
    let [request] = requests.try_into().unwrap();
    assert!(request.contains("\r\nhost: api.example.com\r\n"), "{request}");
    assert!(!request.to_ascii_lowercase().contains("proxy"), "{request}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_no_connection_and_its_password_is_not_shown() {
    let cases = [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy authorization required"),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "unsuccessful"),
        ("", "unexpected end of file"),
    ];
    for (refusal, why) in cases {
        let (listener, address) = listen().await;
        let config = config("https://api.example.com").proxy(format!("http://user:password@{address}"));
        let proxy = async { drop(answer_connect(&listener, refusal).await) };
        let error = in_time(async { tokio::join!(call(config), proxy) }).await.0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        let message = format!("no connection: tunnel error: {why}");
        assert!(error.to_string().contains(&message), "{error}");
        assert!(!format!("{error} {error:?}").contains("password"), "{error:?}");
    }
}

#[tokio::test]
async fn no_proxy_is_asked_for_this_machine() {
    let (listener, address) = listen().await;
    let config = config(&format!("http://{address}")).proxy("http://127.0.0.1:1");
    let server = async { answer(&mut listener.accept().await.unwrap().0, &[PURGED]).await };
    let (response, _) = in_time(async { tokio::join!(call(config), server) }).await;
    assert_eq!(response.unwrap().task_id, "task-1");
}

#[tokio::test]
async fn a_certificate_is_trusted_if_its_root_was_given_and_not_otherwise() {
    for trusted in [true, false] {
        let (listener, address) = listen().await;
        let config = config(&format!("https://{address}")).proxy(Proxy::none());
        let config = if trusted { config.root_certificates(AUTHORITY) } else { config };
        let server = async { answer_over_tls(listener.accept().await.unwrap().0, &[PURGED]).await };
        let (response, _) = in_time(async { tokio::join!(call(config), server) }).await;
        match response {
            Ok(response) => assert!(trusted && response.task_id == "task-1"),
            Err(error) => {
                assert!(!trusted, "{error}");
                assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, true));
                assert!(error.to_string().contains("invalid peer certificate: UnknownIssuer"), "{error}");
            }
        }
    }
}

#[test]
fn what_is_no_certificate_is_refused_when_the_configuration_is_built() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let cases = [
        ("", "the root certificates hold no certificate; help: give the PEM file itself"),
        ("/etc/ssl/corporate.pem", "the root certificates hold no certificate"),
        ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "the root certificates are broken PEM: "),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n", "the root certificates are broken PEM: "),
        (broken, "the root certificates hold something else: "),
    ];
    for (pem, message) in cases {
        for endpoint in ["https://api.example.com", "http://127.0.0.1:1"] {
            // The good ones do not hide the bad one.
            let builder = config(endpoint).root_certificates(AUTHORITY).root_certificates(pem);
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.to_string().contains(message), "{pem}: {error}");
        }
    }
}

#[test]
fn what_is_no_proxy_is_refused_when_the_configuration_is_built() {
    let error = config("https://api.example.com").proxy("socks5://user:password@127.0.0.1:1080").build().unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::InvalidRequest, "the proxy is not the URL of an HTTP proxy")
    );
}
