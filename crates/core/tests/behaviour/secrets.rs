//! Tests that no secret is ever printed or logged.

use std::fmt::Write as _;
use std::sync::{Mutex, Once};

use tencentcloud_core::http::HttpsTransport;
use tencentcloud_core::observe::{Attempt, AttemptHeaders, Interceptor};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Config, Credentials, GenericClient};

use crate::fake_server::{AUTHORITY, answer_connect, answer_over_tls, listen};
use crate::recorder::Recorder;
use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

/// Adds a secret header.
struct Gateway;

impl Interceptor for Gateway {
    fn before_attempt(&self, _: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        headers.set("x-gateway-key", "hidden-gateway-key").unwrap();
    }
}

/// Everything that any test logged through the crate `log`.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(LOGGED.lock().unwrap(), "{} {} {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

/// One call succeeds and two fail, over TLS and through a proxy. Checks what they and the crates
/// below them log at every level, and every value that can be printed.
#[tokio::test]
async fn nothing_secret_is_logged_or_printed_at_any_level() {
    static LOG: Once = Once::new();
    LOG.call_once(|| log::set_logger(&Logger).unwrap());
    log::set_max_level(log::LevelFilter::Trace);
    let recorder = Recorder::default();
    let watching = recorder.watch_thread();
    let (listener, address) = listen().await;
    let proxy = format!("http://hidden-user:hidden-password@{address}");
    let credentials = Credentials::new("AKIDidentifier", "hidden-key").unwrap().with_token("hidden-token").unwrap();
    let mut printed = format!("{:?}", HttpsTransport::builder().proxy(&*proxy));

    let builder = Config::builder()
        .credentials(credentials)
        .endpoint("https://api.example.com")
        .proxy(proxy)
        .root_certificates(AUTHORITY)
        .interceptor(Gateway);
    write!(printed, "{builder:?}").unwrap();
    let config = builder.build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let generic = GenericClient::new(&config);
    write!(printed, "{config:?} {client:?} {generic:?}").unwrap();

    let refusal = r#"{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"},"RequestId":"r-2"}}"#;
    let page = format!("<html>{}</html>", "an error page ".repeat(100));
    let server = async {
        let (head, stream) = answer_connect(&listener, "HTTP/1.1 200 OK\r\n\r\n").await;
        (head, answer_over_tls(stream, &[PURGED, refusal, &page]).await)
    };
    let calls = async {
        let response = client.call(&purge()).await.unwrap();
        let refused = client.call(&purge()).await.unwrap_err();
        let call = generic.call("cdn", "2018-06-06", "PurgeUrlsCache", &purge());
        let call_printed = format!("{call:?}");
        let odd = call.await.unwrap_err();
        format!("{response:?} {refused} {refused:?} {call_printed} {odd} {odd:?}")
    };
    let (calls_printed, (head, requests)) = tokio::join!(calls, server);
    drop(watching);
    printed += &calls_printed;
    let logged = format!("{}{}", recorder.text(), LOGGED.lock().unwrap());

    // The secrets were sent, and the logs are not empty.
    assert!(requests[0].contains("hidden-token") && requests[0].contains("hidden-gateway-key"), "{}", requests[0]);
    assert!(
        logged.contains("tencentcloud.call")
            && logged.contains("hyper_util")
            && logged.contains("rustls_platform_verifier")
    );
    assert!(printed.contains("AuthFailure.SignatureFailure") && printed.contains("an error page"), "{printed}");
    // The error shows the beginning of an unexpected response. The log does not.
    assert!(!logged.contains("an error page"), "{logged}");

    let mut secrets = sent_secrets(&head, &requests);
    secrets.extend([page, PURGED.to_owned(), refusal.to_owned(), "identifier".to_owned()]);
    for secret in secrets {
        for text in [&logged, &printed] {
            assert!(!text.contains(&secret), "{secret} in {text}");
        }
    }
}

/// What the log must not contain of the requests: the proxy's password, signatures and bodies.
fn sent_secrets(head: &str, requests: &[String]) -> Vec<String> {
    let value = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("{name}: ")).unwrap();
        rest.split_once("\r\n").unwrap().0.to_owned()
    };
    let mut secrets = vec!["hidden".to_owned(), value(head, "Proxy-Authorization")];
    for request in requests {
        let authorization = value(request, "authorization");
        secrets.push(authorization.rsplit_once('=').unwrap().1.to_owned());
        secrets.push(authorization);
        secrets.push(request.split_once("\r\n\r\n").unwrap().1.to_owned());
    }
    secrets
}

#[test]
fn nothing_prints_a_key_a_token_or_a_signature() {
    let credentials = Credentials::new("AKIDidentifier", "hidden-key").unwrap().with_token("hidden-token").unwrap();
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let builder = config(&transport, &clock).credentials(credentials.clone());
    let mut printed = format!("{credentials:?} {builder:?}");
    let config = builder.build().unwrap();
    let client = Client::<Cdn>::new(&config);
    printed += &format!("{config:?} {client:?} {:?}", client.call(&purge()));
    let error = error_of(&clock, client.call(&purge()));
    printed += &format!("{error} {error:?} {transport:?} {:?}", transport.requests());

    let [request] = transport.requests().try_into().unwrap();
    assert_eq!(request.header("x-tc-token"), Some("hidden-token"));
    let signature = request.header("authorization").unwrap().rsplit_once('=').unwrap().1;
    for secret in ["hidden", "identifier", signature] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn debug_of_a_request_still_identifies_it() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let config = config(&transport, &clock).build().unwrap();
    error_of(&clock, Client::<Cdn>::new(&config).call(&purge()));
    let printed = format!("{:?}", transport.requests());
    for part in [
        "https://cdn.tencentcloudapi.com/",
        r#"("authorization", "***")"#,
        r#"("x-tc-action", "PurgeUrlsCache")"#,
        "41 bytes",
    ] {
        assert!(printed.contains(part), "{part} not in {printed}");
    }
}
