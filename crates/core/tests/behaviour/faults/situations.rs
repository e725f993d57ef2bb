//! Faults of credentials, time, budget and rate limits, and mixtures of all of them.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Serialize, Serializer};
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{
    Action, BoxFuture, Cached, Call, Client, ConfigBuilder, Credentials, Error, HttpResponse, ProvideCredentials,
    RateLimit, SigningMethod, TransportError, TransportErrorKind,
};

use super::table::{Section, reported};
use crate::issuer::Issuer;
use crate::issuer::Outcome::{Fails, Gives};
use crate::sample::{Cdn, Code, PURGED, Purge, PurgeResponse, purge};
use crate::stage::{Stage, refusal};
use crate::tokens::{Refresh, Temporary};

const ABOUT: &str = "\
What happens to a request that may not be repeated. Whatever is sent next would succeed. If the error
says why the request was not sent again, the reason follows.";

/// Ten minutes after the clock's time.
const LATER: &str = "Tue, 14 Nov 2023 22:23:20 GMT";
const EXPIRED: &str = "AuthFailure.SignatureExpire";
const REJECTED: &str = "AuthFailure.TokenFailure";
const THROTTLED: &str = "RequestLimitExceeded";

type Situation = (&'static str, fn(&Stage) -> Result<PurgeResponse, Error>);

pub(super) fn section() -> Section {
    let situations = situations();
    let rows = situations.iter().map(|(what, happen)| {
        let stage = Stage::new();
        let outcome = happen(&stage);
        let why =
            outcome.as_ref().err().and_then(not_retried_because).map(|why| format!("; {why}")).unwrap_or_default();
        format!("| {what} | {}{why} |", reported(&outcome, &stage))
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
    [before_sending(), time(), credentials(), kept_credentials(), limits(), mixtures()].concat()
}

fn before_sending() -> Vec<Situation> {
    vec![
        ("empty required list", |stage| {
            stage.clock.run(stage.client().call(&Purge { urls: Vec::new() }).into_future())
        }),
        ("request that cannot be encoded as JSON", |stage| {
            stage.clock.run(stage.client().call(&Unwritable).into_future())
        }),
        ("request that is too large for its signing method", |stage| {
            let config = stage.config().signing_method(SigningMethod::Tc3Get).build().unwrap();
            let client = Client::<Cdn>::new(&config);
            stage.clock.run(client.call(&Purge { urls: vec!["u".repeat(1 << 20)] }).into_future())
        }),
        ("call with a timeout of zero", |stage| {
            stage.plays(ScriptedTransport::hang);
            run(stage, stage.config(), |call| call.timeout(Duration::ZERO))
        }),
    ]
}

fn time() -> Vec<Situation> {
    vec![
        ("clock wrong by ten minutes; the response has a `Date`", |stage| {
            stage.plays(|script| script.respond(dated(refusal(EXPIRED))));
            run(stage, stage.config(), same)
        }),
        ("clock wrong by ten minutes; the message contains the time", |stage| {
            let body = refusal(EXPIRED).replace(r#""no""#, r#""the server time 1700000600""#);
            stage.plays(|script| script.answer(200, body));
            run(stage, stage.config(), same)
        }),
        ("clock wrong by ten minutes; the response contains no time", |stage| {
            stage.plays(|script| script.answer(200, refusal(EXPIRED)));
            run(stage, stage.config(), same)
        }),
        ("clock wrong by ten minutes; the server's time is rejected too", |stage| {
            stage.plays(|script| script.respond(dated(refusal(EXPIRED))).respond(dated(refusal(EXPIRED))));
            run(stage, stage.config(), same)
        }),
        ("no response before the call's timeout", |stage| {
            stage.plays(ScriptedTransport::hang);
            run(stage, stage.config(), |call| call.timeout(Duration::from_secs(4)))
        }),
        ("throttled, then no response before the call's timeout", |stage| {
            stage.plays(|script| script.answer(200, refusal(THROTTLED)).hang());
            run(stage, stage.config(), |call| call.timeout(Duration::from_secs(4)))
        }),
        ("throttled twice, and the call times out before the next attempt", |stage| {
            stage.plays(|script| script.answer(200, refusal(THROTTLED)).answer(200, refusal(THROTTLED)));
            run(stage, stage.config(), |call| call.timeout(Duration::from_secs(1)))
        }),
        ("attempt that exceeds the attempt timeout", |stage| {
            stage.plays(ScriptedTransport::hang);
            run(stage, stage.config(), |call| call.attempt_timeout(Duration::from_secs(1)).repeatable(true))
        }),
    ]
}

fn credentials() -> Vec<Situation> {
    vec![
        ("credentials provider that fails", |stage| {
            run(stage, stage.config().credentials(Unreliable::after(0, false)), same)
        }),
        ("credentials provider that never responds", |stage| {
            run(stage, stage.config().credentials(Unreliable::after(0, true)), same)
        }),
        ("no connection, then a credentials provider that fails", |stage| {
            stage.plays(no_connection);
            run(stage, stage.config().credentials(Unreliable::after(1, false)), same)
        }),
        ("no connection, then a credentials provider that never responds", |stage| {
            stage.plays(no_connection);
            run(stage, stage.config().credentials(Unreliable::after(1, true)), same)
        }),
        ("rejected token; the provider has new credentials", |stage| rejected(stage, Refresh::Fresh)),
        ("rejected token; the provider has no new credentials", |stage| rejected(stage, Refresh::None)),
        ("rejected token; the provider fails", |stage| rejected(stage, Refresh::Fails)),
        ("rejected token; the provider never responds", |stage| rejected(stage, Refresh::Hangs)),
        ("rejected token, then another rejected token", |stage| {
            stage.plays(|script| script.answer(200, refusal(REJECTED)));
            rejected(stage, Refresh::Fresh)
        }),
        ("clock wrong, then a rejected token", |stage| {
            stage.plays(|script| script.respond(dated(refusal(EXPIRED))));
            rejected(stage, Refresh::Fresh)
        }),
    ]
}

fn kept_credentials() -> Vec<Situation> {
    vec![
        ("credentials that expire in three minutes; the refresh fails", |stage| {
            kept(stage, 7_020, |issuer| issuer.then(Fails("the role is gone")))
        }),
        ("credentials that expire in three minutes; the refresh never ends", |stage| {
            kept(stage, 7_020, |issuer| issuer.after(1_000_000, Fails("it is late")))
        }),
        ("expired credentials; the refresh fails", |stage| {
            kept(stage, 7_200, |issuer| issuer.then(Fails("the role is gone")))
        }),
        ("expired credentials; the refresh never ends", |stage| {
            kept(stage, 7_200, |issuer| issuer.after(1_000_000, Fails("it is late")))
        }),
        ("expired credentials; the new ones have expired too", |stage| {
            kept(stage, 7_200, |issuer| issuer.then(Gives("second", Some(0))))
        }),
    ]
}

fn limits() -> Vec<Situation> {
    vec![
        ("no connection, and one attempt allowed", |stage| {
            stage.plays(no_connection);
            run(stage, stage.config(), |call| call.max_attempts(1))
        }),
        ("no connection four times, and five attempts allowed", |stage| {
            (0..4).for_each(|_| stage.plays(no_connection));
            run(stage, stage.config(), |call| call.max_attempts(5))
        }),
        ("broken connection, and a call that is marked as repeatable", |stage| {
            stage.plays(|script| script.fail(TransportError::new(TransportErrorKind::Read, "cut")));
            run(stage, stage.config(), |call| call.repeatable(true))
        }),
        ("no connection, after 35 failed retries", |stage| {
            let client = stage.client();
            (0..53).for_each(|_| stage.plays(no_connection));
            for _ in 0..18 {
                assert!(stage.clock.run(client.call(&purge()).into_future()).is_err());
            }
            stage.forget();
            stage.plays(no_connection);
            stage.clock.run(client.call(&purge()).into_future())
        }),
        ("no permit of the rate limiter before the call's timeout", |stage| {
            let config = stage.config().requests_per_second(1).build().unwrap();
            let client = Client::<Cdn>::new(&config);
            stage.plays(|script| script.answer(200, PURGED));
            stage.clock.run(client.call(&purge()).into_future()).unwrap();
            stage.forget();
            stage.clock.run(client.call(&purge()).timeout(Duration::from_millis(300)).into_future())
        }),
    ]
}

fn mixtures() -> Vec<Situation> {
    vec![
        ("no connection, then throttled", |stage| {
            stage.plays(|script| no_connection(script).answer(200, refusal(THROTTLED)));
            run(stage, stage.config(), same)
        }),
        ("throttled, then a broken connection", |stage| {
            let broken = TransportError::new(TransportErrorKind::Read, "cut");
            stage.plays(|script| script.answer(429, "").fail(broken));
            run(stage, stage.config(), same)
        }),
        ("no connection, then an exhausted quota", |stage| {
            stage.plays(|script| no_connection(script).answer(200, refusal("LimitExceeded")));
            run(stage, stage.config(), same)
        }),
        ("clock wrong, then no connection", |stage| {
            stage.plays(|script| no_connection(script.respond(dated(refusal(EXPIRED)))));
            run(stage, stage.config(), same)
        }),
        ("rejected token, clock wrong, no connection, throttled, and five attempts allowed", |stage| {
            stage.plays(|script| {
                let script = script.answer(200, refusal(REJECTED)).respond(dated(refusal(EXPIRED)));
                no_connection(script).answer(200, refusal(THROTTLED))
            });
            let config = stage.config().credentials(Temporary::new(Refresh::Fresh));
            run(stage, config, |call| call.max_attempts(5))
        }),
    ]
}

/// The result of a purge. After the script, every request succeeds.
fn run(
    stage: &Stage,
    config: ConfigBuilder,
    change: impl FnOnce(Call<Purge>) -> Call<Purge>,
) -> Result<PurgeResponse, Error> {
    stage.plays(|script| script.answer(200, PURGED));
    let client = Client::<Cdn>::new(&config.build().unwrap());
    stage.clock.run(change(client.call(&purge())).into_future())
}

fn same(call: Call<Purge>) -> Call<Purge> {
    call
}

fn rejected(stage: &Stage, refresh: Refresh) -> Result<PurgeResponse, Error> {
    stage.plays(|script| script.answer(200, refusal(REJECTED)));
    run(stage, stage.config().credentials(Temporary::new(refresh)), same)
}

/// The result of a purge, `seconds` after another one with credentials that live for two hours.
fn kept(stage: &Stage, seconds: u64, refresh: impl FnOnce(Issuer) -> Issuer) -> Result<PurgeResponse, Error> {
    let issuer = refresh(Issuer::new(&stage.clock).then(Gives("first", Some(7_200))));
    let config = stage.config().credentials(Cached::new(issuer)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    stage.plays(|script| script.answer(200, PURGED).answer(200, PURGED));
    stage.clock.run(client.call(&purge()).into_future()).unwrap();
    stage.forget();
    stage.clock.advance(Duration::from_secs(seconds));
    stage.clock.run(client.call(&purge()).into_future())
}

fn no_connection(script: ScriptedTransport) -> ScriptedTransport {
    script.fail(TransportError::new(TransportErrorKind::Connect, "cut"))
}

fn dated(body: String) -> HttpResponse {
    HttpResponse::new(200, body).with_header("Date", LATER)
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
    const ERRORS: &'static [Code] = &[];
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
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
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
