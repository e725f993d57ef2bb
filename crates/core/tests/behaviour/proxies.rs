//! Checks the default transport with a proxy and with added root certificates, on loopback.

use std::time::Duration;

use tencentcloud_core::http::Proxy;
use tencentcloud_core::{Client, Config, ConfigBuilder, Credentials, Error, ErrorKind};

use crate::fake_server::{AUTHORITY, answer, answer_connect, answer_over_tls, listen};
use crate::recorder::Recorder;
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

const TUNNEL: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn config(endpoint: &str) -> ConfigBuilder {
    Config::builder().credentials(Credentials::new("AKIDexample", "key").unwrap()).endpoint(endpoint).without_retries()
}

async fn call(config: ConfigBuilder) -> Result<PurgeResponse, Error> {
    Client::<Cdn>::new(&config.build()?).call(&purge()).await
}

/// Limits a test: a call to another host must fail it and not block it.
async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.expect("the call does not reach the server")
}

#[tokio::test]
async fn a_proxy_receives_its_credentials_and_the_host_and_nothing_else() {
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
async fn a_proxy_that_refuses_is_a_connect_error_without_its_password() {
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
            "cdn.PurgeUrlsCache: no connection: tunnel error: {why}, through the proxy (host api.example.com); \
             help: {help}"
        );
        assert_eq!(error.to_string(), message);
        assert!(!format!("{error} {error:?}").contains("password"), "{error:?}");
    }
}

#[tokio::test]
async fn this_machine_is_not_reached_through_a_proxy() {
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
async fn a_connection_that_does_not_open_has_a_hint() {
    let (listener, address) = listen().await;
    drop(listener);
    let direct = call(config(&format!("https://{address}")).proxy(Proxy::none())).await.unwrap_err();
    assert_eq!(direct.hint(), Some("check the host and the port: no server listens there"), "{direct}");
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
    assert_eq!(error.hint(), Some("check the host and the port: the server there does not speak TLS"), "{error}");

    let (_listener, address) = listen().await;
    let silent = config(&format!("https://{address}")).proxy(Proxy::none()).connect_timeout(Duration::from_millis(50));
    let error = in_time(call(silent)).await.unwrap_err();
    assert_eq!(
        error.hint(),
        Some("check that the network, and any firewall, lets this machine reach the host"),
        "{error}"
    );
}

/// Prints the result of a call in the environment of this process. The next test runs it in another
/// process.
#[tokio::test]
async fn a_call_in_the_environment_of_another_process() {
    let Ok(endpoint) = std::env::var("ENDPOINT") else { return };
    let recorder = Recorder::default();
    let _watching = recorder.watch_thread();
    let error = call(config(&endpoint)).await.unwrap_err();
    let warnings = recorder.events().into_iter().filter(|event| event.fields.contains_key("tencentcloud.entry"));
    let warnings: Vec<_> = warnings.map(|event| event.fields).collect();
    println!("{:?}: {error}\n{warnings:?}", error.kind());
}

#[test]
fn a_proxy_of_the_environment_is_named_and_its_url_is_not_shown() {
    let cases: [(&[(&str, &str)], &str); 8] = [
        (
            &[("HTTPS_PROXY", "http://hidden:hidden@127.0.0.1:1")],
            ", through the proxy of `HTTPS_PROXY` (host api.example.com); \
             help: check the proxy, or connect directly: add the host to `NO_PROXY`, or set `Proxy::none()`",
        ),
        (&[("https_proxy", "not a hidden url")], "InvalidRequest: `https_proxy` is not the URL of a proxy; help: "),
        (&[("ALL_PROXY", "ftp://hidden:1")], "InvalidRequest: `ALL_PROXY` is not the URL of a proxy; help: "),
        // An invalid proxy does not matter while no request needs it.
        (
            &[("ALL_PROXY", "ftp://hidden:1"), ("ENDPOINT", "http://127.0.0.1:1")],
            " (host 127.0.0.1:1); help: check the host and the port: no server listens there",
        ),
        (
            &[("ALL_PROXY", "ftp://hidden:1"), ("ENDPOINT", "https://127.0.0.1:1")],
            " (host 127.0.0.1:1); help: check the host and the port: no server listens there",
        ),
        (
            &[
                ("ALL_PROXY", "socks5://hidden:1"),
                ("NO_PROXY", "*.example.org; 0.0.0.0:1"),
                ("ENDPOINT", "https://0.0.0.0:1"),
            ],
            " (host 0.0.0.0:1); help: check the host and the port: no server listens there",
        ),
        (
            &[("HTTPS_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "*example.com example.org")],
            r#""tencentcloud.entry": "*example.com", "tencentcloud.variable": "NO_PROXY"}]"#,
        ),
        (
            &[("HTTPS_PROXY", "127.0.0.1:1"), ("NO_PROXY", "localhost"), ("ENDPOINT", "https://127.0.0.1:2")],
            " (host 127.0.0.1:2); help: check the host and the port: no server listens there",
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
async fn a_certificate_is_trusted_only_with_its_root_certificate() {
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
                assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, false));
                assert!(error.to_string().contains("invalid peer certificate: UnknownIssuer"), "{error}");
                let help = "add the root certificate with `root_certificates` if it is yours, such as a proxy's";
                assert_eq!(error.hint(), Some(help), "{error}");
            }
        }
    }
}

#[test]
fn invalid_root_certificates_are_rejected_when_the_configuration_is_built() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let cases = [
        ("", "the root certificates contain no certificate; help: pass the content of the PEM file"),
        ("/etc/ssl/corporate.pem", "the root certificates contain no certificate"),
        ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "the root certificates are not valid PEM: "),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n", "the root certificates are not valid PEM: "),
        (broken, "the root certificates contain an invalid certificate: "),
    ];
    for (pem, message) in cases {
        for endpoint in ["https://api.example.com", "http://127.0.0.1:1"] {
            // A valid file does not hide the invalid one.
            let builder = config(endpoint).root_certificates(AUTHORITY).root_certificates(pem);
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.to_string().contains(message), "{pem}: {error}");
        }
    }
}

#[test]
fn an_invalid_proxy_is_rejected_when_the_configuration_is_built() {
    let error = config("https://api.example.com").proxy("ftp://user:password@127.0.0.1:1080").build().unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidRequest, "the proxy is not the URL of a proxy"));
}
