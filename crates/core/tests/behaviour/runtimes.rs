//! Checks calls where the Tokio runtime is missing, or is not built with all that they need.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::{BoxFuture, Client, Config, ConfigBuilder, Credentials, Error, ErrorKind};
use tokio::runtime::Builder;

use crate::sample::{Cdn, PurgeResponse, purge};

fn config() -> ConfigBuilder {
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    Config::builder().credentials(credentials).endpoint("http://127.0.0.1:1")
}

async fn call(config: ConfigBuilder) -> Result<PurgeResponse, Error> {
    Client::<Cdn>::new(&config.build()?).call(&purge()).await
}

/// Polls a future that must be ready at once.
fn poll_once<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

/// Checks that nothing was sent because of the runtime.
fn assert_unfit_runtime(error: &Error, message: &str, hint: &str) {
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
    assert!(error.message().ends_with(message), "{error}");
    assert!(error.hint().unwrap().starts_with(hint), "{error}");
    let line = error.to_string();
    assert!(
        line.ends_with(&format!("; help: {}", error.hint().unwrap())) && line.matches("help").count() == 1,
        "{line}"
    );
}

/// A provider that never returns credentials.
struct Pending;

impl ProvideCredentials for Pending {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_call_without_a_runtime_is_an_error_and_not_a_panic() {
    let (message, hint) = ("there is no Tokio runtime", "call from inside `#[tokio::main]`");
    assert_unfit_runtime(&poll_once(call(config())).unwrap_err(), message, hint);

    // The same for a call that would wait before anything is sent.
    assert_unfit_runtime(&poll_once(call(config().credentials(Pending))).unwrap_err(), message, hint);

    // With another clock, only the transport needs a runtime.
    let error = poll_once(call(config().clock(VirtualClock::at_unix(1_700_000_000)))).unwrap_err();
    assert_unfit_runtime(&error, message, hint);
    assert!(error.message().starts_with("the request cannot be sent: "), "{error}");
}

#[test]
fn a_call_in_a_runtime_without_timers_or_io_is_an_error_and_not_a_panic() {
    let (no_timers, no_io) = ("the Tokio runtime has no timers", "the Tokio runtime has no I/O");
    let hint = "build the runtime with `enable_all`, or with `enable_";
    let builders = [Builder::new_current_thread, Builder::new_multi_thread];
    for builder in builders {
        let run = |builder: &mut Builder, config| builder.build().unwrap().block_on(call(config)).unwrap_err();
        assert_unfit_runtime(&run(&mut builder(), config()), no_timers, hint);
        assert_unfit_runtime(&run(builder().enable_io(), config()), no_timers, hint);
        assert_unfit_runtime(&run(builder().enable_time(), config()), no_io, hint);
        // A clock of your own does not give the transport timers.
        let clock = VirtualClock::at_unix(1_700_000_000);
        assert_unfit_runtime(&run(builder().enable_io(), config().clock(clock)), no_timers, hint);
        let error = run(builder().enable_all(), config().without_retries());
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    }
}

#[test]
fn a_call_in_a_second_runtime_without_io_is_an_error_and_not_a_panic() {
    let client = Client::<Cdn>::new(&config().without_retries().build().unwrap());
    let run =
        |builder: &mut Builder| builder.build().unwrap().block_on(client.call(&purge()).into_future()).unwrap_err();
    assert_eq!(run(Builder::new_current_thread().enable_all()).kind(), ErrorKind::Connect);
    assert_eq!(run(Builder::new_current_thread().enable_time()).kind(), ErrorKind::InvalidRequest);
    assert_eq!(run(Builder::new_current_thread().enable_all()).kind(), ErrorKind::Connect);
}
