//! Faults of credentials, time, budget and rate limits, and mixtures of all of them.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Serialize, Serializer};
use tencentcloud_core::action::{Failures, TargetFormat, Targets};
use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials, ProviderContext};
use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::request::SigningMethod;
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Action, BoxFuture, Call, Client, ConfigBuilder, Credentials, Error, RateLimit};

use super::table::{Section, reported};
use crate::fake_provider::FakeProvider;
use crate::fake_provider::Outcome::{Fails, Issues};
use crate::harness::{Harness, begin, refusal};
use crate::sample::{Cdn, PURGED, Purge, PurgeResponse, purge};
use crate::tokens::{Refresh, Temporary};

const ABOUT: &str = "\
What happens to a request that may not be repeated. Whatever is sent next would succeed. If the
error says why the request was not sent again, the reason follows.";

/// Ten minutes after the clock's time.
const LATER: &str = "Tue, 14 Nov 2023 22:23:20 GMT";
const EXPIRED: &str = "AuthFailure.SignatureExpire";
const REJECTED: &str = "AuthFailure.TokenFailure";
const THROTTLED: &str = "RequestLimitExceeded";

type Situation = (&'static str, fn(&Harness) -> Result<PurgeResponse, Error>);

pub(super) fn section() -> Section {
    let situations = situations();
    let rows = situations.iter().map(|(what, happen)| {
        let harness = Harness::new();
        let outcome = happen(&harness);
        let why =
            outcome.as_ref().err().and_then(not_retried_because).map(|why| format!("; {why}")).unwrap_or_default();
        format!("| {what} | {}{why} |", reported(&outcome, &harness))
    });
    let rows: Vec<String> = rows.collect();
    let text = format!("## Situations\n\n{ABOUT}\n\n| situation | result |\n|---|---|\n{}\n", rows.join("\n"));
    Section { text, faults: situations.len() }
}

/// Why it was not sent again, if the error says so.
fn not_retried_because(error: &Error) -> Option<String> {
    let line = error.to_string();
    let (_, why) = line.split_once("; not sent again: ")?;
    Some(why.split_once("; help: ").map_or(why, |(why, _)| why).to_owned())
}

fn situations() -> Vec<Situation> {
    [before_sending(), time(), credentials(), cached_credentials(), limits(), mixtures()].concat()
}

fn before_sending() -> Vec<Situation> {
    vec![
        ("empty required list", |harness| {
            harness.clock.run(harness.client().call(&Purge { urls: Vec::new() }).into_future())
        }),
        ("target that is certainly a mistake, such as a URL with a space", |harness| {
            harness.clock.run(harness.client().call(&Checked::of("https://www.example.com/a b")).into_future())
        }),
        ("target outside ASCII, which is encoded", |harness| {
            harness.script(|script| script.respond(200, PURGED));
            harness.clock.run(harness.client().call(&Checked::of("https://例子.测试/图")).into_future())
        }),
        ("some targets failed, and a task was created for the others", |harness| {
            harness.script(|script| script.respond(200, failed("task-1")));
            harness.clock.run(harness.client().call(&Checked::of("https://a.example/")).into_future())
        }),
        ("every target failed, and no task was created", |harness| {
            harness.script(|script| script.respond(200, failed("")));
            harness.clock.run(harness.client().call(&Checked::of("https://a.example/")).into_future())
        }),
        ("request that cannot be encoded as JSON", |harness| {
            harness.clock.run(harness.client().call(&Unwritable).into_future())
        }),
        ("request that is too large for its signing method", |harness| {
            let config = harness.config().signing_method(SigningMethod::Tc3Get).build().unwrap();
            let client = Client::<Cdn>::new(&config);
            harness.clock.run(client.call(&Purge { urls: vec!["u".repeat(1 << 20)] }).into_future())
        }),
        ("call with a timeout of zero", |harness| {
            harness.script(ScriptedTransport::hang);
            run(harness, harness.config(), |call| call.timeout(Duration::ZERO))
        }),
    ]
}

fn time() -> Vec<Situation> {
    vec![
        ("clock wrong by ten minutes; the response has a `Date`", |harness| {
            harness.script(|script| script.respond_with(dated(refusal(EXPIRED))));
            run(harness, harness.config(), same)
        }),
        ("clock wrong by ten minutes; the message contains the time", |harness| {
            let body = refusal(EXPIRED).replace(r#""no""#, r#""the server time 1700000600""#);
            harness.script(|script| script.respond(200, body));
            run(harness, harness.config(), same)
        }),
        ("clock wrong by ten minutes; the response contains no time", |harness| {
            harness.script(|script| script.respond(200, refusal(EXPIRED)));
            run(harness, harness.config(), same)
        }),
        ("clock wrong by ten minutes; the server's time is rejected too", |harness| {
            harness.script(|script| script.respond_with(dated(refusal(EXPIRED))).respond_with(dated(refusal(EXPIRED))));
            run(harness, harness.config(), same)
        }),
        ("no response before the call's timeout", |harness| {
            harness.script(ScriptedTransport::hang);
            run(harness, harness.config(), |call| call.timeout(Duration::from_secs(4)))
        }),
        ("throttled, then no response before the call's timeout", |harness| {
            harness.script(|script| script.respond(200, refusal(THROTTLED)).hang());
            run(harness, harness.config(), |call| call.timeout(Duration::from_secs(4)))
        }),
        ("throttled twice, and the call times out before the next attempt", |harness| {
            harness.script(|script| script.respond(200, refusal(THROTTLED)).respond(200, refusal(THROTTLED)));
            run(harness, harness.config(), |call| call.timeout(Duration::from_secs(1)))
        }),
        ("throttled with `Retry-After: 5`", |harness| {
            harness.script(|script| script.respond_with(retry_after(429, "5")));
            run(harness, harness.config(), same)
        }),
        ("throttled with the date of 10 seconds later as `Retry-After`", |harness| {
            harness.script(|script| script.respond_with(retry_after(429, "Tue, 14 Nov 2023 22:13:30 GMT")));
            run(harness, harness.config(), same)
        }),
        ("throttled with `Retry-After: 60`", |harness| {
            harness.script(|script| script.respond_with(retry_after(429, "60")));
            run(harness, harness.config(), same)
        }),
        ("HTTP 503 with `Retry-After: 5`, and a call that is marked as repeatable", |harness| {
            harness.script(|script| script.respond_with(retry_after(503, "5")));
            run(harness, harness.config(), |call| call.repeatable(true))
        }),
        ("attempt that exceeds the attempt timeout", |harness| {
            harness.script(ScriptedTransport::hang);
            run(harness, harness.config(), |call| call.attempt_timeout(Duration::from_secs(1)).repeatable(true))
        }),
    ]
}

fn credentials() -> Vec<Situation> {
    vec![
        ("credentials provider that fails", |harness| {
            run(harness, harness.config().credentials(Unreliable::after(0, false)), same)
        }),
        ("credentials provider that never responds", |harness| {
            run(harness, harness.config().credentials(Unreliable::after(0, true)), same)
        }),
        ("no connection, then a credentials provider that fails", |harness| {
            harness.script(no_connection);
            run(harness, harness.config().credentials(Unreliable::after(1, false)), same)
        }),
        ("no connection, then a credentials provider that never responds", |harness| {
            harness.script(no_connection);
            run(harness, harness.config().credentials(Unreliable::after(1, true)), same)
        }),
        ("rejected token; the provider has new credentials", |harness| rejected(harness, Refresh::Fresh)),
        ("rejected token; the provider has no new credentials", |harness| rejected(harness, Refresh::None)),
        ("rejected token; the provider fails", |harness| rejected(harness, Refresh::Fails)),
        ("rejected token; the provider never responds", |harness| rejected(harness, Refresh::Hangs)),
        ("rejected token, then another rejected token", |harness| {
            harness.script(|script| script.respond(200, refusal(REJECTED)));
            rejected(harness, Refresh::Fresh)
        }),
        ("clock wrong, then a rejected token", |harness| {
            harness.script(|script| script.respond_with(dated(refusal(EXPIRED))));
            rejected(harness, Refresh::Fresh)
        }),
    ]
}

fn cached_credentials() -> Vec<Situation> {
    vec![
        ("credentials that expire in three minutes; the refresh fails", |harness| {
            kept(harness, 7_020, |provider| provider.then(Fails("the role is gone")))
        }),
        ("credentials that expire in three minutes; the refresh never ends", |harness| {
            kept(harness, 7_020, |provider| provider.after(1_000_000, Fails("it is late")))
        }),
        ("expired credentials; the refresh fails", |harness| {
            kept(harness, 7_200, |provider| provider.then(Fails("the role is gone")))
        }),
        ("expired credentials; the refresh never ends", |harness| {
            kept(harness, 7_200, |provider| provider.after(1_000_000, Fails("it is late")))
        }),
        ("no credentials yet; another runtime began the refresh and is stalled", stalled),
        ("expired credentials; the new ones have expired too", |harness| {
            kept(harness, 7_200, |provider| provider.then(Issues("second", Some(0))))
        }),
    ]
}

fn limits() -> Vec<Situation> {
    vec![
        ("no connection, and one attempt allowed", |harness| {
            harness.script(no_connection);
            run(harness, harness.config(), |call| call.max_attempts(1))
        }),
        ("no connection four times, and one attempt allowed", |harness| {
            (0..4).for_each(|_| harness.script(no_connection));
            run(harness, harness.config(), |call| call.max_attempts(1))
        }),
        ("throttled four times, and one attempt allowed", |harness| {
            (0..4).for_each(|_| harness.script(|script| script.respond(200, refusal(THROTTLED))));
            run(harness, harness.config(), |call| call.max_attempts(1))
        }),
        ("no connection, and no retries allowed", |harness| {
            harness.script(no_connection);
            run(harness, harness.config(), Call::without_retries)
        }),
        ("broken connection, and a call that is marked as repeatable", |harness| {
            harness.script(broken);
            run(harness, harness.config(), |call| call.repeatable(true))
        }),
        ("broken connection, after 35 failed retries", |harness| {
            let client = harness.client();
            let call = || client.call(&purge()).repeatable(true);
            (0..53).for_each(|_| harness.script(broken));
            for _ in 0..18 {
                assert!(harness.clock.run(call().into_future()).is_err());
            }
            harness.reset();
            harness.script(broken);
            harness.clock.run(call().into_future())
        }),
        ("no permit of the rate limiter before the permit timeout", |harness| {
            let config = harness.config().requests_per_second(1).build().unwrap();
            let client = Client::<Cdn>::new(&config);
            harness.script(|script| script.respond(200, PURGED));
            harness.clock.run(client.call(&purge()).into_future()).unwrap();
            harness.reset();
            harness.clock.run(client.call(&purge()).permit_timeout(Duration::from_millis(300)).into_future())
        }),
    ]
}

fn mixtures() -> Vec<Situation> {
    vec![
        ("no connection, then throttled", |harness| {
            harness.script(|script| no_connection(script).respond(200, refusal(THROTTLED)));
            run(harness, harness.config(), same)
        }),
        ("throttled, then a broken connection", |harness| {
            harness.script(|script| broken(script.respond(429, "")));
            run(harness, harness.config(), same)
        }),
        ("no connection, then an exhausted quota", |harness| {
            harness.script(|script| no_connection(script).respond(200, refusal("LimitExceeded")));
            run(harness, harness.config(), same)
        }),
        ("clock wrong, then no connection", |harness| {
            harness.script(|script| no_connection(script.respond_with(dated(refusal(EXPIRED)))));
            run(harness, harness.config(), same)
        }),
        ("rejected token, clock wrong, no connection, throttled, and five attempts allowed", |harness| {
            harness.script(|script| {
                let script = script.respond(200, refusal(REJECTED)).respond_with(dated(refusal(EXPIRED)));
                no_connection(script).respond(200, refusal(THROTTLED))
            });
            let config = harness.config().credentials(Temporary::new(Refresh::Fresh));
            run(harness, config, |call| call.max_attempts(5))
        }),
    ]
}

/// The result of a purge. After the script, every request succeeds.
fn run(
    harness: &Harness,
    config: ConfigBuilder,
    change: impl FnOnce(Call<Purge>) -> Call<Purge>,
) -> Result<PurgeResponse, Error> {
    harness.script(|script| script.respond(200, PURGED));
    let client = Client::<Cdn>::new(&config.build().unwrap());
    harness.clock.run(change(client.call(&purge())).into_future())
}

fn same(call: Call<Purge>) -> Call<Purge> {
    call
}

fn rejected(harness: &Harness, refresh: Refresh) -> Result<PurgeResponse, Error> {
    harness.script(|script| script.respond(200, refusal(REJECTED)));
    run(harness, harness.config().credentials(Temporary::new(refresh)), same)
}

/// The result of a purge, `seconds` after another one with credentials that live for two hours.
fn kept(
    harness: &Harness,
    seconds: u64,
    refresh: impl FnOnce(FakeProvider) -> FakeProvider,
) -> Result<PurgeResponse, Error> {
    let provider = refresh(FakeProvider::new(&harness.clock).then(Issues("first", Some(7_200))));
    let config = harness.config().credentials(CachedCredentials::new(provider)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    harness.script(|script| script.respond(200, PURGED).respond(200, PURGED));
    harness.clock.run(client.call(&purge()).into_future()).unwrap();
    harness.reset();
    harness.clock.advance(Duration::from_secs(seconds));
    harness.clock.run(client.call(&purge()).into_future())
}

/// The result of a purge while a call on another runtime is in the middle of the refresh, and is
/// not polled.
fn stalled(harness: &Harness) -> Result<PurgeResponse, Error> {
    let provider = FakeProvider::new(&harness.clock).after(1_000_000, Fails("it is late"));
    let provider = provider.then(Issues("second", Some(7_200)));
    let config = harness.config().credentials(CachedCredentials::new(provider)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let runtimes = [(); 2].map(|()| tokio::runtime::Builder::new_current_thread().build().unwrap());
    let mut call_on_stalled_runtime = client.call(&purge()).into_future();
    {
        let _entered = runtimes[0].enter();
        begin(&mut call_on_stalled_runtime);
    }
    harness.script(|script| script.respond(200, PURGED));
    let _entered = runtimes[1].enter();
    harness.clock.run(client.call(&purge()).into_future())
}

fn broken(script: ScriptedTransport) -> ScriptedTransport {
    script.fail(TransportError::new(TransportErrorKind::Read, "cut"))
}

fn no_connection(script: ScriptedTransport) -> ScriptedTransport {
    script.fail(TransportError::new(TransportErrorKind::Connect, "cut"))
}

fn dated(body: String) -> HttpResponse {
    HttpResponse::new(200, body).with_header("Date", LATER)
}

/// A successful response in which a target failed.
fn failed(task: &str) -> String {
    format!(r#"{{"Response":{{"TaskId":"{task}","Failed":["https://a.example/"],"RequestId":"request-1"}}}}"#)
}

/// A purge whose targets are checked.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Checked {
    urls: Vec<String>,
}

impl Checked {
    fn of(url: &str) -> Self {
        Self { urls: vec![url.to_owned()] }
    }
}

impl Action for Checked {
    type Product = Cdn;
    type Response = PurgeResponse;

    const NAME: &'static str = "PurgeUrlsCache";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;

    fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
        [Targets::list("Urls", &self.urls).format(TargetFormat::Url)]
    }

    fn failures(response: &PurgeResponse) -> Failures<'_> {
        let reason = (!response.failed.is_empty()).then_some(("no such host", response.failed.as_slice()));
        Failures::new(&response.task_id, &response.request_id, reason)
    }
}

fn retry_after(status: u16, value: &str) -> HttpResponse {
    HttpResponse::new(status, "").with_header("Retry-After", value)
}

/// A request that cannot be serialized.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no such file"))
    }
}

impl Action for Unwritable {
    type Product = Cdn;
    type Response = PurgeResponse;

    const NAME: &'static str = "Unwritable";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;
}

/// Provides credentials `left` times, and then fails or never responds.
struct Unreliable {
    left: AtomicUsize,
    hangs: bool,
}

impl Unreliable {
    fn after(times: usize, hangs: bool) -> Self {
        Self { left: AtomicUsize::new(times), hangs }
    }
}

impl ProvideCredentials for Unreliable {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(async {
            let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            match left {
                Ok(_) => Credentials::new("AKIDexample", "key"),
                Err(_) if self.hangs => pending().await,
                Err(_) => Err(Error::credentials("the vault is sealed")),
            }
        })
    }
}
