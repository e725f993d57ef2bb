//! The default transport through a proxy, and with certificates of its own, against servers on loopback.

use std::time::Duration;

use tencentcloud_core::{Client, Config, ConfigBuilder, Credentials, Error, ErrorKind, Proxy};

use crate::fake_server::{AUTHORITY, answer, answer_connect, answer_over_tls, listen};
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn config(endpoint: &str) -> ConfigBuilder {
    Config::builder().credentials(Credentials::new("AKIDexample", "key").unwrap()).endpoint(endpoint).max_attempts(1)
}

async fn call(config: ConfigBuilder) -> Result<PurgeResponse, Error> {
    Client::<Cdn>::new(&config.build()?).call(&purge()).await
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
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "proxy authorization required",
            "check the credentials in the URL of the proxy",
        ),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "unsuccessful", "have the proxy allow the host"),
        ("", "unexpected end of file", "check the proxy"),
    ];
    for (refusal, why, help) in cases {
        let (listener, address) = listen().await;
        let config = config("https://api.example.com").proxy(format!("http://user:password@{address}"));
        let proxy = async { drop(answer_connect(&listener, refusal).await) };
        let error = in_time(async { tokio::join!(call(config), proxy) }).await.0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        let message = format!(
            "cdn.PurgeUrlsCache: no connection: tunnel error: {why}, through the proxy (host api.example.com); help: {help}"
        );
        assert_eq!(error.to_string(), message);
        assert!(!format!("{error} {error:?}").contains("password"), "{error:?}");
    }
}

#[tokio::test]
async fn no_proxy_is_asked_for_this_machine() {
    let (listener, address) = listen().await;
    let plain = config(&format!("http://{address}")).proxy("http://127.0.0.1:1");
    let server = async { answer(&mut listener.accept().await.unwrap().0, &[PURGED]).await };
    let (response, _) = in_time(async { tokio::join!(call(plain), server) }).await;
    assert_eq!(response.unwrap().task_id, "task-1");

    let over_tls = config(&format!("https://{address}")).proxy("http://127.0.0.1:1").root_certificates(AUTHORITY);
    let server = async { answer_over_tls(listener.accept().await.unwrap().0, &[PURGED]).await };
    let (response, _) = in_time(async { tokio::join!(call(over_tls), server) }).await;
    assert_eq!(response.unwrap().task_id, "task-1");
}

#[tokio::test]
async fn a_connection_that_does_not_open_says_what_to_check() {
    let (listener, address) = listen().await;
    drop(listener);
    let direct = call(config(&format!("https://{address}")).proxy(Proxy::none())).await.unwrap_err();
    assert_eq!(direct.hint(), Some("check the host and the port: nothing answers there"), "{direct}");
    assert!(!direct.to_string().contains("proxy"), "{direct}");

    let proxy = format!("http://user:password@{address}");
    let error = call(config("https://api.example.com").proxy(&proxy)).await.unwrap_err();
    assert!(
        error.to_string().ends_with(", through the proxy (host api.example.com); help: check the proxy"),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("password"), "{error:?}");

    let (listener, address) = listen().await;
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    };
    let work = async { tokio::join!(call(config(&format!("https://{address}")).proxy(Proxy::none())), server) };
    let error = in_time(work).await.0.unwrap_err();
    assert_eq!(error.hint(), Some("check the host and the port: what answers there does not speak TLS"), "{error}");

    let (_listener, address) = listen().await;
    let silent = config(&format!("https://{address}")).proxy(Proxy::none()).connect_timeout(Duration::from_millis(50));
    let error = in_time(call(silent)).await.unwrap_err();
    assert_eq!(
        error.hint(),
        Some("check that the network, and any firewall, lets this machine reach the host"),
        "{error}"
    );
}

/// What a call comes to in the environment of this process: another process than the usual one runs it, by the test below.
#[tokio::test]
async fn a_call_in_the_environment_of_another_process() {
    let Ok(endpoint) = std::env::var("ENDPOINT") else { return };
    let error = call(config(&endpoint)).await.unwrap_err();
    println!("{:?}: {error}", error.kind());
}

#[test]
fn a_proxy_of_the_environment_is_checked_and_named_and_never_shown() {
    let cases: [(&[(&str, &str)], &str); 5] = [
        (
            &[("HTTPS_PROXY", "http://hidden:hidden@127.0.0.1:1")],
            ", through the proxy of `HTTPS_PROXY` (host api.example.com); \
             help: check the proxy, or go without: name the host in `NO_PROXY`, or set `Proxy::none()`",
        ),
        (
            &[("https_proxy", "not a hidden url")],
            "InvalidRequest: `https_proxy` is not the URL of an HTTP proxy; help: ",
        ),
        (&[("ALL_PROXY", "socks5://hidden:1")], "InvalidRequest: `ALL_PROXY` is not the URL of an HTTP proxy; help: "),
        // What goes over no proxy does not mind, until something is sent over TLS after all.
        (
            &[("ALL_PROXY", "socks5://hidden:1"), ("ENDPOINT", "http://127.0.0.1:1")],
            " (host 127.0.0.1:1); help: check the host and the port: nothing answers there",
        ),
        (
            &[("HTTPS_PROXY", "127.0.0.1:1"), ("NO_PROXY", "localhost"), ("ENDPOINT", "https://127.0.0.1:2")],
            " (host 127.0.0.1:2); help: check the host and the port: nothing answers there",
        ),
    ];
    for (variables, line) in cases {
        let mut process = std::process::Command::new(std::env::current_exe().unwrap());
        process.args(["--exact", "proxies::a_call_in_the_environment_of_another_process", "--nocapture"]);
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            process.env_remove(name);
        }
        process.env("ENDPOINT", "https://api.example.com").envs(variables.iter().copied());
        let output = process.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains(line), "{line}\n{printed}");
        assert!(!printed.contains("hidden"), "{printed}");
    }
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
                let help = "add the root certificate with `root_certificates` if it is yours, such as a proxy's";
                assert_eq!(error.hint(), Some(help), "{error}");
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
