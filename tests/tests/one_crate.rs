//! Uses the crate of a single product, with a transport, a clock, credentials and an interceptor of
//! its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_ecdn::runtime::credentials::{
    CachedCredentials, CredentialSource, ProvideCredentials, ProviderContext,
};
use tencentcloud_ecdn::runtime::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use tencentcloud_ecdn::runtime::observe::{
    Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult, Interceptor,
};
use tencentcloud_ecdn::runtime::time::{BoxFuture, Clock, DateTime, ParseDateTimeError, UtcOffset};
use tencentcloud_ecdn::runtime::{ConfigBuilder, GenericClient};
use tencentcloud_ecdn::{
    Client, Config, Credentials, CredentialsChain, DescribePurgeTasks, Error, ErrorCode, ErrorKind,
};

const NOW: Duration = Duration::from_secs(1_700_000_000);
const BODY: &str = r#"{"Response":{"PurgeLogs":[],"TotalCount":7,"RequestId":"1"}}"#;

/// Fails once, then responds. Records each request.
#[derive(Clone, Default)]
struct Network(Arc<Mutex<Vec<String>>>);

impl Transport for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let body = String::from_utf8_lossy(request.body());
            requests.push(format!("{} {body} {:?}", request.url(), request.header("x-caller")));
            match requests.len() {
                1 => Err(TransportError::new(TransportErrorKind::Connect, "connection refused")),
                _ => Ok(HttpResponse::new(200, BODY)),
            }
        })
    }
}

/// Always shows the same time, and does not wait.
struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + NOW
    }

    // Timeouts wait with the clock too, and must not fire before the backoff is over.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if duration > Duration::from_secs(1) {
                std::future::pending::<()>().await;
            }
        })
    }
}

struct Vault;

impl ProvideCredentials for Vault {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(async { Credentials::new("AKIDexample", "example-key") })
    }
}

#[derive(Clone, Default)]
struct Metrics {
    succeeded: Arc<AtomicU32>,
    failed: Arc<AtomicU32>,
    /// Attempts of the calls that succeeded.
    attempts: Arc<AtomicU32>,
}

impl Interceptor for Metrics {
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        headers.set("x-caller", format!("attempt {}", attempt.number())).ok();
    }

    fn after_attempt(&self, _: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let counter = match end.result() {
            AttemptResult::Success => &self.succeeded,
            _ => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn after_call(&self, end: &CallEnd<'_>) {
        if matches!(end.result(), CallResult::Success) {
            self.attempts.fetch_add(end.attempts(), Ordering::Relaxed);
        }
    }
}

fn builder(network: &Network, metrics: &Metrics) -> ConfigBuilder {
    Config::builder()
        .credentials(CachedCredentials::new(Vault))
        .transport(network.clone())
        .clock(StoppedClock)
        .interceptor(metrics.clone())
}

/// The beginning of yesterday in China's time zone.
fn yesterday(now: SystemTime) -> Result<DateTime, ParseDateTimeError> {
    let time = DateTime::at_offset(now - Duration::from_secs(24 * 60 * 60), UtcOffset::CHINA);
    format!("{} 00:00:00", time.as_str().split(' ').next().unwrap_or_default()).parse()
}

#[tokio::test]
#[expect(deprecated)]
async fn the_crate_of_one_product_is_sufficient() -> Result<(), Box<dyn std::error::Error>> {
    let (network, metrics) = (Network::default(), Metrics::default());
    let config = builder(&network, &metrics).build()?;

    let request = DescribePurgeTasks::since(yesterday(UNIX_EPOCH + NOW)?);
    let response = Client::new(&config).describe_purge_tasks(request).await?;

    assert_eq!(response.total_count, 7);
    let [succeeded, failed, attempts] =
        [metrics.succeeded, metrics.failed, metrics.attempts].map(|count| count.load(Ordering::Relaxed));
    assert_eq!((succeeded, failed, attempts), (1, 1, 2));
    let requests = network.0.lock().unwrap().clone();
    assert!(requests[1].contains(r#""StartTime":"2023-11-14 00:00:00""#), "{requests:?}");
    assert!(requests[1].ends_with(r#"Some("attempt 2")"#), "{requests:?}");
    Ok(())
}

#[tokio::test]
async fn the_crate_of_one_product_can_call_any_action() -> Result<(), Box<dyn std::error::Error>> {
    let config = builder(&Network::default(), &Metrics::default()).build()?;

    let call = GenericClient::new(&config).call_json("cdn", "2018-06-06", "DescribePurgeTasks", "{}");
    let response = call.await?;

    assert_eq!(response.request_id(), Some("1"));
    Ok(())
}

#[test]
fn the_crate_of_one_product_has_the_credential_sources_and_the_error_type() {
    let chain = CredentialsChain::from_sources([CredentialSource::Environment]);
    let error = Config::new(chain).and_then(|config| {
        let _ = Client::new(&config);
        Err::<(), _>(Error::credentials("none"))
    });
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.code_as::<ErrorCode>()), (ErrorKind::Credentials, None));
}
