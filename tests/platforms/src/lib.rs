//! Makes a call with a transport and a clock of its own: without an HTTP client, TLS or a runtime.
//!
//! `.ci/features` runs the programs of this package, each with the features that it needs. Built
//! together with the other packages of the workspace, they have more features than that.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_cdn::runtime::http::{HttpRequest, HttpResponse, Transport, TransportError};
use tencentcloud_cdn::runtime::time::{BoxFuture, Clock};
use tencentcloud_cdn::{Client, Config, Credentials, Error, PurgeUrlsCache};

/// The result of a program. Any error fails it.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Responds without a network.
pub struct OwnTransport;

impl Transport for OwnTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let is_signed = request.header("authorization").is_some_and(|value| value.starts_with("TC3-HMAC-SHA256 "));
            let task = if is_signed { request.header("x-tc-action").unwrap_or_default() } else { "not signed" };
            Ok(HttpResponse::new(200, format!(r#"{{"Response":{{"TaskId":"{task}","RequestId":"1"}}}}"#)))
        })
    }
}

/// A clock for a platform without one. It does not wait.
struct OwnClock;

impl Clock for OwnClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Credentials for a program that sends nothing.
///
/// # Errors
///
/// Never: they are valid.
pub fn credentials() -> Result<Credentials, Error> {
    Credentials::new("AKIDexample", "example-key")
}

/// Makes one call, and returns the id of its task: the name of the action, if the request was
/// signed.
///
/// # Errors
///
/// If the configuration is invalid, the call fails, or it waits for something.
pub fn purge() -> Result<String, Box<dyn std::error::Error>> {
    let config = Config::builder().credentials(credentials()?).transport(OwnTransport).clock(OwnClock).build()?;
    let client = Client::new(&config);
    let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"]));
    let mut call = pin!(call.into_future());
    // Nothing waits, so one poll is enough.
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(task) => Ok(task?.task_id),
        Poll::Pending => Err("the call waits for something".into()),
    }
}
