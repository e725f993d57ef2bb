//! Checks the default transport with a SOCKS 5 proxy.

use std::time::Duration;

use tencentcloud_core::{Client, Config, Credentials, Error, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fake_server::{AUTHORITY, answer_over_tls, listen};
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

/// A message that the proxy expects, and its response.
type Step<'a> = (&'a [u8], &'a [u8]);

const HOST: &str = "api.example.com";
const GREETING: &[u8] = &[5, 1, 0];
const NO_AUTHENTICATION: &[u8] = &[5, 0];
/// Success, with an address of IPv4.
const CONNECTED: &[u8] = &[5, 0, 0, 1, 127, 0, 0, 1, 0x12, 0x34];

fn request_by_name() -> Vec<u8> {
    [&[5, 1, 0, 3, 15], HOST.as_bytes(), &443_u16.to_be_bytes()].concat()
}

/// Calls `host` through a proxy that plays these steps, and then is the service if `serves`.
async fn call(
    scheme: &str,
    credentials: &str,
    host: &str,
    steps: &[Step<'_>],
    serves: bool,
) -> Result<PurgeResponse, Error> {
    let (listener, address) = listen().await;
    let config = Config::builder()
        .credentials(Credentials::new("AKIDexample", "key")?)
        .endpoint(format!("https://{host}"))
        .proxy(format!("{scheme}://{credentials}{address}"))
        .root_certificates(AUTHORITY)
        .build()?;
    let client = Client::<Cdn>::new(&config);
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        for (expected, response) in steps {
            expect(&mut stream, expected).await;
            stream.write_all(response).await.unwrap();
        }
        if serves {
            answer_over_tls(stream, &[PURGED]).await;
        }
        drop(listener);
    };
    let both = async { tokio::join!(client.call(&purge()).without_retries().into_future(), server) };
    tokio::time::timeout(Duration::from_secs(10), both).await.expect("the call does not reach the proxy").0
}

async fn expect(stream: &mut TcpStream, expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    stream.read_exact(&mut received).await.unwrap();
    assert_eq!(received, expected);
}

#[tokio::test]
async fn the_proxy_looks_up_the_host_of_socks5h() {
    let steps: [Step<'_>; 2] = [(GREETING, NO_AUTHENTICATION), (&request_by_name(), CONNECTED)];
    assert_eq!(call("socks5h", "", HOST, &steps, true).await.unwrap().task_id, "task-1");
}

#[tokio::test]
async fn the_client_looks_up_the_host_of_socks5() {
    // An address needs no lookup.
    let request = [5, 1, 0, 1, 192, 0, 2, 1, 0x01, 0xbb];
    let steps: [Step<'_>; 2] = [(GREETING, NO_AUTHENTICATION), (&request, CONNECTED)];
    let error = call("socks5", "", "192.0.2.1", &steps, true).await.unwrap_err();
    // The tunnel is open: only the certificate is for another name.
    assert!(error.to_string().contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn the_user_name_and_the_password_are_sent_if_the_proxy_requires_them() {
    let login = [&[1, 4][..], b"user", &[8], b"p@ssword"].concat();
    // Success, with the name of the proxy.
    let connected = [&[5, 0, 0, 3, 5][..], b"proxy", &[0, 80]].concat();
    let steps: [Step<'_>; 3] = [(&[5, 1, 2], &[5, 2]), (&login, &[1, 0]), (&request_by_name(), &connected)];
    let response = call("socks5h", "user:p%40ssword@", HOST, &steps, true).await;
    assert_eq!(response.unwrap().task_id, "task-1");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_a_connect_error_with_the_reason() {
    let credentials = "check the credentials in the URL of the proxy";
    let request = request_by_name();
    let cases: [(&[Step<'_>], &str, &str); 6] = [
        (&[(GREETING, &[5, 255])], "server does not support user/pass authentication", credentials),
        (&[(GREETING, &[4, 0])], "failed parsing server response", "check the proxy"),
        (
            &[(GREETING, NO_AUTHENTICATION), (&request, &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0])],
            "connection not allowed",
            "have the proxy allow the host",
        ),
        (
            &[(GREETING, NO_AUTHENTICATION), (&request, &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0])],
            "host unreachable",
            "check the proxy",
        ),
        (
            &[(GREETING, NO_AUTHENTICATION), (&request, &[5, 1, 0, 1, 0, 0, 0, 0, 0, 0])],
            "general server failure",
            "check the proxy",
        ),
        (&[(GREETING, b"")], "io error during SOCKS handshake", "check the proxy"),
    ];
    for (steps, reason, help) in cases {
        let error = call("socks5h", "", HOST, steps, false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert_eq!(error.message(), format!("no connection: SOCKS error: {reason}, through the proxy"));
        assert_eq!(error.hint(), Some(help), "{error}");
    }
    let login = [&[1, 4][..], b"user", &[8], b"password"].concat();
    let steps: [Step<'_>; 2] = [(&[5, 1, 2], &[5, 2]), (&login, &[1, 1])];
    let error = call("socks5h", "user:password@", HOST, &steps, false).await.unwrap_err();
    assert_eq!((error.hint(), error.is_retryable()), (Some(credentials), false), "{error}");
    assert!(!format!("{error} {error:?}").contains("password"), "{error:?}");
}
