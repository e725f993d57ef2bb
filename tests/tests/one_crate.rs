//! A program that depends on the crate of one product alone, with everything that it can put in of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_ecdn::{
    Attempt, AttemptEnd, AttemptHeaders, AttemptResult, BoxFuture, Cached, CallEnd, CallResult, Client, Clock, Config,
    ConfigBuilder, Credentials, DateTime, DescribePurgeTasks, Error, ErrorCode, ErrorKind, GenericClient, HttpRequest,
    HttpResponse, Interceptor, JsonCall, JsonResponse, ParseDateTimeError, ProvideCredentials, Source, Transport,
    TransportError, TransportErrorKind, UtcOffset,
};

const NOW: Duration = Duration::from_secs(1_700_000_000);
const ANSWER: &str = r#"{"Response":{"PurgeLogs":[],"TotalCount":7,"RequestId":"1"}}"#;

/// Fails once, answers then, and keeps what it was asked by which attempt.
#[derive(Clone, Default)]
struct Network(Arc<Mutex<Vec<String>>>);

impl Transport for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let body = String::from_utf8_lossy(request.body());
            asked.push(format!("{} {body} {:?}", request.url(), request.header("x-caller")));
            match asked.len() {
                1 => Err(TransportError::new(TransportErrorKind::Connect, "nobody is there")),
                _ => Ok(HttpResponse::new(200, ANSWER)),
            }
        })
    }
}

/// Stands still, and waits for nothing.
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + NOW
    }

    // The timeouts wait as well, and must not come first.
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
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(async { Credentials::new("AKIDexample", "example-key") })
    }
}

#[derive(Clone, Default)]
struct Metrics {
    succeeded: Arc<AtomicU32>,
    failed: Arc<AtomicU32>,
    /// The attempts of the calls that succeeded.
    calls: Arc<AtomicU32>,
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
            self.calls.fetch_add(end.attempts(), Ordering::Relaxed);
        }
    }
}

fn builder(network: &Network, metrics: &Metrics) -> ConfigBuilder {
    Config::builder()
        .credentials(Cached::new(Vault))
        .transport(network.clone())
        .clock(Still)
        .interceptor(metrics.clone())
}

/// The beginning of yesterday, as the service counts days.
fn yesterday(now: SystemTime) -> Result<DateTime, ParseDateTimeError> {
    let time = DateTime::at_offset(now - Duration::from_secs(24 * 60 * 60), UtcOffset::CHINA);
    format!("{} 00:00:00", time.as_str().split(' ').next().unwrap_or_default()).parse()
}

#[tokio::test]
#[expect(deprecated)]
async fn the_crate_of_one_product_is_enough() -> Result<(), Box<dyn std::error::Error>> {
    let (network, metrics) = (Network::default(), Metrics::default());
    let config = builder(&network, &metrics).build()?;

    let request = DescribePurgeTasks::since(yesterday(UNIX_EPOCH + NOW)?);
    let response = Client::new(&config).describe_purge_tasks(request).await?;

    assert_eq!(response.total_count, 7);
    let [succeeded, failed, calls] =
        [metrics.succeeded, metrics.failed, metrics.calls].map(|count| count.load(Ordering::Relaxed));
    assert_eq!((succeeded, failed, calls), (1, 1, 2));
    let asked = network.0.lock().unwrap().clone();
    assert!(asked[1].contains(r#""StartTime":"2023-11-14 00:00:00""#), "{asked:?}");
    assert!(asked[1].ends_with(r#"Some("attempt 2")"#), "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn any_action_can_be_called_through_it() -> Result<(), Box<dyn std::error::Error>> {
    let config = builder(&Network::default(), &Metrics::default()).build()?;

    let call: JsonCall = GenericClient::new(&config).call_json("cdn", "2018-06-06", "DescribePurgeTasks", "{}");
    let answer: JsonResponse = call.await?;

    assert_eq!(answer.request_id(), Some("1"));
    Ok(())
}

#[test]
fn a_chain_of_credentials_can_be_chosen_and_an_error_read_through_it() {
    let chain = tencentcloud_ecdn::CredentialsChain::of([Source::Environment]);
    let error = Config::new(chain).and_then(|config| {
        let _ = Client::new(&config);
        Err::<(), _>(Error::credentials("none"))
    });
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.code_as::<ErrorCode>()), (ErrorKind::Credentials, None));
}
