//! What `Cached` keeps, when it refreshes, and who waits for it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{
    BoxFuture, Cached, Client, Clock, Credentials, Error, ErrorKind, HttpResponse, ProvideCredentials, Transport,
};

use crate::issuer::Issuer;
use crate::issuer::Outcome::{Fails, Gives, Panics};
use crate::recorder::Recorder;
use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

/// A call that asks for credentials.
type Asking<'a> = BoxFuture<'a, Result<Credentials, Error>>;

const HOURS_2: Option<u64> = Some(7_200);

fn cached(clock: &VirtualClock, issuer: &Issuer) -> Arc<Cached<Issuer>> {
    attached(issuer.clone(), clock)
}

fn attached<P: ProvideCredentials + 'static>(provider: P, clock: &VirtualClock) -> Arc<Cached<P>> {
    let cached = Cached::new(provider);
    let transport: Arc<dyn Transport> = Arc::new(ScriptedTransport::new());
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    cached.attach(&transport, &clock);
    Arc::new(cached)
}

/// The token tells the credentials apart.
fn shown(outcome: Result<Credentials, Error>) -> Result<String, String> {
    // The only way to see a token is to send it.
    let credentials = outcome.map_err(|error| error.to_string())?;
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().answer(200, PURGED);
    let config = config(&transport, &clock).credentials(credentials).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).unwrap().call(purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    Ok(request.header("x-tc-token").unwrap_or_default().to_owned())
}

fn token(key: &str) -> Result<String, String> {
    Ok(format!("token of {key}"))
}

/// What the next call gets, and how many seconds it waits for it.
fn ask(clock: &VirtualClock, cached: &Cached<Issuer>) -> (Result<String, String>, u64) {
    let begin = clock.unix();
    let outcome = clock.run(cached.credentials());
    (shown(outcome), clock.unix() - begin)
}

fn pass(clock: &VirtualClock, seconds: u64) {
    clock.advance(Duration::from_secs(seconds));
}

/// Polls every future whenever one can go on.
async fn all<T>(mut futures: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut outcomes: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, outcome) in futures.iter_mut().zip(&mut outcomes) {
            if outcome.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *outcome = Some(output);
            }
        }
        if outcomes.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outcomes.into_iter().flatten().collect()
}

/// Begins a call and polls it once.
fn begin(cached: &Cached<Issuer>) -> Asking<'_> {
    let mut call = cached.credentials();
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    call
}

#[test]
fn credentials_are_kept_until_five_minutes_before_their_end() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", HOURS_2)).then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    for seconds in [0, 1, 6_898] {
        pass(&clock, seconds);
        assert_eq!(ask(&clock, &cached), (token("first"), 0));
    }
    assert_eq!(issuer.asked(), 1);
    pass(&clock, 1);
    assert_eq!(ask(&clock, &cached), (token("second"), 0));
    assert_eq!(issuer.asked(), 2);
}

#[test]
fn credentials_without_an_end_are_asked_for_again_every_five_minutes() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", None)).then(Gives("second", None)).then(Fails("lost"));
    let cached = cached(&clock, &issuer);
    for (seconds, key, asked) in [(0, "first", 1), (299, "first", 1), (1, "second", 2), (300, "second", 3)] {
        pass(&clock, seconds);
        assert_eq!((ask(&clock, &cached), issuer.asked()), ((token(key), 0), asked));
    }
}

#[test]
fn the_old_ones_are_served_while_a_refresh_runs_and_one_call_waits_for_a_second() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", HOURS_2)).after(10, Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    assert_eq!(ask(&clock, &cached), (token("first"), 0));
    pass(&clock, 7_000);

    let waiting = begin(&cached);
    for _ in 0..3 {
        assert_eq!(ask(&clock, &cached), (token("first"), 0));
    }
    assert_eq!((shown(clock.run(waiting)), clock.unix()), (token("first"), NOW + 7_001));
    // The second is over, for those who come later as well.
    for _ in 0..8 {
        assert_eq!(ask(&clock, &cached), (token("first"), 0));
        pass(&clock, 1);
    }
    assert_eq!(ask(&clock, &cached), (token("first"), 0));
    pass(&clock, 1);
    assert_eq!(ask(&clock, &cached), (token("second"), 0));
    assert_eq!(issuer.asked(), 2);
}

#[test]
fn a_failing_refresh_leaves_the_old_ones_in_use_until_they_end_and_pauses_between_its_tries() {
    let clock = VirtualClock::at_unix(NOW);
    let mut issuer = Issuer::new(&clock).then(Gives("first", HOURS_2));
    for _ in 0..11 {
        issuer = issuer.then(Fails("the service is down"));
    }
    let issuer = issuer.then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    assert_eq!(ask(&clock, &cached), (token("first"), 0));
    pass(&clock, 6_900);
    for second in 0..300 {
        assert_eq!(ask(&clock, &cached), (token("first"), 0), "{second}");
        assert_eq!(issuer.asked(), 2 + second / 30, "{second}");
        pass(&clock, 1);
    }
    // They have ended, and there is nothing to lose by asking again sooner.
    let down = Err("the service is down; help: try later".to_owned());
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((down.clone(), 0), 12));
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((down, 0), 12));
    pass(&clock, 1);
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("second"), 0), 13));
}

#[test]
fn a_failing_refresh_that_no_call_fails_for_is_logged() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer =
        Issuer::new(&clock).then(Fails("not yet")).then(Gives("first", HOURS_2)).then(Fails("the service is down"));
    let cached = cached(&clock, &issuer);
    let recorder = Recorder::default();
    recorder.watch(|| {
        for seconds in [0, 1, 7_000] {
            pass(&clock, seconds);
            ask(&clock, &cached).0.ok();
        }
    });
    let events: Vec<_> = recorder.events().into_iter().filter(|event| event.level == tracing::Level::WARN).collect();
    let [event] = events.try_into().unwrap();
    assert_eq!(event.fields["message"], "credentials not refreshed, the old ones are used");
    assert_eq!(event.fields["error.type"], "credentials");
    assert_eq!(event.fields["error.message"], "the service is down; help: try later");
}

#[test]
fn sixty_four_calls_cause_one_refresh_and_share_what_it_brings() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(3, Gives("first", HOURS_2)).then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let outcomes = clock.run(all((0..64).map(|_| cached.credentials()).collect()));
    assert_eq!((outcomes.len(), issuer.asked(), clock.unix()), (64, 1, NOW + 3));
    for outcome in outcomes {
        assert_eq!(shown(outcome), token("first"));
    }
}

#[test]
fn sixty_four_calls_share_a_failure_whole() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(3, Fails("the service is down")).then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let outcomes = clock.run(all((0..64).map(|_| cached.credentials()).collect()));
    assert_eq!((outcomes.len(), issuer.asked()), (64, 1));
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.message(), error.hint()),
            (ErrorKind::Credentials, "the service is down", Some("try later"))
        );
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "a cause");
        assert!(format!("{error:?}").contains("the service is down"));
    }
    // Whoever fails in a loop does not ask in it.
    assert!(ask(&clock, &cached).0.is_err());
    pass(&clock, 1);
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("second"), 0), 2));
}

#[test]
fn threads_share_a_refresh_as_well() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(1, Gives("first", HOURS_2));
    let cached = cached(&clock, &issuer);
    let threads: Vec<_> = (0..64)
        .map(|_| {
            let (clock, cached) = (clock.clone(), Arc::clone(&cached));
            std::thread::spawn(move || clock.run(cached.credentials()).unwrap().secret_id().to_owned())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), "AKIDissued");
    }
    assert_eq!(issuer.asked(), 1);
}

#[test]
fn when_the_one_who_refreshes_is_dropped_another_goes_on_from_there() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(10, Gives("first", HOURS_2)).then(Fails("asked twice"));
    let cached = cached(&clock, &issuer);
    let first = begin(&cached);
    let second = begin(&cached);
    pass(&clock, 6);
    drop(first);
    assert_eq!((shown(clock.run(second)), clock.unix()), (token("first"), NOW + 10));

    let issuer = Issuer::new(&clock).after(10, Gives("first", HOURS_2)).then(Fails("asked twice"));
    let cached = self::cached(&clock, &issuer);
    drop(begin(&cached));
    pass(&clock, 6);
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("first"), 4), 1), "nobody was there meanwhile");
}

/// Counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What happens when a provider is asked; it never answers.
type Hook = Box<dyn FnMut(&Waker) + Send>;

/// A provider that does something whenever it is asked or woken.
struct Hooked(Arc<Mutex<Hook>>);

impl ProvideCredentials for Hooked {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(poll_fn(|context| {
            (self.0.lock().unwrap())(context.waker());
            Poll::Pending
        }))
    }
}

fn hooked(hook: Hook) -> Arc<Cached<Hooked>> {
    attached(Hooked(Arc::new(Mutex::new(hook))), &VirtualClock::at_unix(NOW))
}

fn poll(call: &mut Asking<'_>, waker: &Waker) -> bool {
    call.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
}

#[test]
fn all_who_wait_are_woken_and_not_only_the_last_who_asked() {
    let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let cached = hooked(Box::new(move |waker| *keep.lock().unwrap() = Some(waker.clone())));
    let bells: [Arc<Bell>; 2] = Default::default();
    let mut calls = [cached.credentials(), cached.credentials()];
    for (call, bell) in calls.iter_mut().zip(&bells) {
        assert!(!poll(call, &Waker::from(Arc::clone(bell))));
    }
    kept.lock().unwrap().take().unwrap().wake();
    assert_eq!(bells.map(|bell| bell.0.load(Ordering::Relaxed)), [1, 1]);
}

#[test]
fn who_came_while_another_went_on_is_woken_when_that_one_is_dropped() {
    // The provider wakes at once who asks it, and the second call comes before that one is back.
    let second: Arc<Mutex<Option<Asking<'static>>>> = Arc::default();
    let bell = Arc::<Bell>::default();
    let (coming, waker) = (Arc::clone(&second), Waker::from(Arc::clone(&bell)));
    let cached = hooked(Box::new(move |asking| {
        asking.wake_by_ref();
        if let Some(call) = &mut *coming.lock().unwrap() {
            assert!(!poll(call, &waker));
        }
    }));
    let late = Arc::clone(&cached);
    *second.lock().unwrap() = Some(Box::pin(async move { late.credentials().await }));
    let mut first = cached.credentials();
    assert!(!poll(&mut first, Waker::noop()));
    assert_eq!(bell.0.load(Ordering::Relaxed), 0);
    drop(first);
    assert_eq!(bell.0.load(Ordering::Relaxed), 1);
    second.lock().unwrap().take();
}

#[test]
fn a_provider_that_panics_fails_the_others_and_is_asked_again() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(1, Panics).then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let waiting = begin(&cached);
    assert!(catch_unwind(AssertUnwindSafe(|| clock.run(cached.credentials()))).is_err());
    assert_eq!(shown(clock.run(waiting)), Err("the provider has panicked".to_owned()));
    pass(&clock, 1);
    assert_eq!(ask(&clock, &cached), (token("second"), 0));
}

#[test]
fn a_provider_that_never_answers_is_given_up_after_a_minute() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).after(1_000_000, Gives("first", None)).then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    assert_eq!(ask(&clock, &cached), (Err("the provider has not answered within 60s".to_owned()), 60));
    pass(&clock, 1);
    assert_eq!(ask(&clock, &cached), (token("second"), 0));
}

#[test]
fn what_had_ended_when_it_came_is_used_for_a_minute() {
    let clock = VirtualClock::at_unix(NOW);
    let mut issuer = Issuer::new(&clock);
    for _ in 0..2 {
        issuer = issuer.then(Gives("first", Some(0)));
    }
    let cached = cached(&clock, &issuer);
    for second in 0..30 {
        assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("first"), 0), 1), "{second}");
        pass(&clock, 1);
    }
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("first"), 0), 2));
}

/// What a refresh after a rejection brings.
fn refresh(clock: &VirtualClock, cached: &Cached<Issuer>, rejected: &Credentials) -> Result<Option<String>, String> {
    let outcome = clock.run(cached.refresh(rejected)).map_err(|error| error.to_string())?;
    outcome.map(|credentials| shown(Ok(credentials))).transpose()
}

#[test]
fn many_calls_that_were_rejected_with_the_same_credentials_cause_one_refresh() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", HOURS_2)).after(2, Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let rejected = clock.run(cached.credentials()).unwrap();
    pass(&clock, 100);
    let outcomes = clock.run(all((0..64).map(|_| cached.refresh(&rejected)).collect()));
    for outcome in outcomes {
        assert_eq!(shown(Ok(outcome.unwrap().unwrap())), token("second"));
    }
    // Who was rejected at the same time, and hears of it only now.
    assert_eq!(refresh(&clock, &cached, &rejected), token("second").map(Some));
    assert_eq!(issuer.asked(), 2);
}

#[test]
fn calls_wait_for_the_refresh_of_rejected_credentials_although_they_have_not_ended() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", HOURS_2)).after(5, Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let rejected = clock.run(cached.credentials()).unwrap();
    pass(&clock, 100);
    let mut refreshing = cached.refresh(&rejected);
    assert!(refreshing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(ask(&clock, &cached), (token("second"), 5));
}

#[test]
fn rejected_credentials_that_cannot_be_refreshed_are_not_asked_for_in_a_loop() {
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock)
        .then(Gives("first", HOURS_2))
        .then(Gives("first", HOURS_2))
        .then(Fails("the service is down"))
        .then(Gives("second", HOURS_2));
    let cached = cached(&clock, &issuer);
    let rejected = clock.run(cached.credentials()).unwrap();
    assert_eq!((refresh(&clock, &cached, &rejected), issuer.asked()), (Ok(None), 1), "they have only just come");
    pass(&clock, 1);
    assert_eq!((refresh(&clock, &cached, &rejected), issuer.asked()), (Ok(None), 2), "they came again");
    assert_eq!((refresh(&clock, &cached, &rejected), issuer.asked()), (Ok(None), 2));
    pass(&clock, 1);
    let down = Err("the service is down; help: try later".to_owned());
    assert_eq!((refresh(&clock, &cached, &rejected), issuer.asked()), (down, 3));
    assert_eq!((ask(&clock, &cached), issuer.asked()), ((token("first"), 0), 3), "they may be good for something");
    pass(&clock, 1);
    assert_eq!((refresh(&clock, &cached, &rejected), issuer.asked()), (token("second").map(Some), 4));
}

#[test]
fn a_rejected_token_is_replaced_and_the_call_sent_again() {
    const REJECTED: &str =
        r#"{"Response":{"Error":{"Code":"AuthFailure.TokenFailure","Message":"m"},"RequestId":"1"}}"#;
    let clock = VirtualClock::at_unix(NOW);
    let issuer = Issuer::new(&clock).then(Gives("first", HOURS_2)).then(Gives("second", HOURS_2));
    let late = HttpResponse::new(200, REJECTED);
    let transport = ScriptedTransport::new()
        .respond_after(&clock, Duration::from_secs(2), late.clone())
        .respond_after(&clock, Duration::from_secs(2), late)
        .answer(200, PURGED)
        .answer(200, PURGED)
        .answer(200, REJECTED);
    let config = config(&transport, &clock).credentials(Cached::new(issuer.clone())).build().unwrap();
    let client = Client::<Cdn>::new(&config).unwrap();
    let outcomes = clock.run(all(vec![client.call(purge()).into_future(), client.call(purge()).into_future()]));
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(issuer.asked(), 2);
    let requests = transport.requests();
    let tokens: Vec<_> = requests.iter().filter_map(|request| request.header("x-tc-token")).collect();
    assert_eq!(tokens, ["token of first", "token of first", "token of second", "token of second"]);

    // Nothing newer is to be had within the same second, so the service has the last word.
    let error = error_of(&clock, client.call(purge()));
    assert_eq!((error.code(), error.attempts(), issuer.asked()), (Some("AuthFailure.TokenFailure"), 1, 2));
}
