//! Tests that a rejected token is refreshed once.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error, ErrorKind};

use crate::harness::Harness;
use crate::sample::{Cdn, PURGED, error_of, purge};

const REJECTED: &str = "AuthFailure.TokenFailure";

/// The outcome of a refresh.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refresh {
    Fresh,
    None,
    Fails,
    Hangs,
}

/// Returns the same credentials until they are refreshed.
#[derive(Clone)]
pub(crate) struct Temporary {
    refresh: Refresh,
    /// The ids of the credentials that were rejected.
    rejected: Arc<Mutex<Vec<String>>>,
}

impl Temporary {
    pub(crate) fn new(refresh: Refresh) -> Self {
        Self { refresh, rejected: Arc::default() }
    }

    fn rejected(&self) -> Vec<String> {
        self.rejected.lock().unwrap().clone()
    }
}

fn numbered(number: usize) -> Result<Credentials, Error> {
    Credentials::new(format!("AKID{number}"), "key")?.with_token(format!("token-{number}"))
}

impl ProvideCredentials for Temporary {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(async { numbered(0) })
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        let id = rejected.secret_id().to_owned();
        Box::pin(async move {
            match self.refresh {
                Refresh::Fresh => {
                    self.rejected.lock().unwrap().push(id);
                    numbered(self.rejected().len()).map(Some)
                }
                Refresh::None => Ok(None),
                Refresh::Fails => Err(Error::credentials("the role is gone")),
                Refresh::Hangs => std::future::pending().await,
            }
        })
    }
}

fn client(harness: &Harness, provider: &Temporary) -> Client<Cdn> {
    Client::new(&harness.config().credentials(provider.clone()).build().unwrap())
}

fn tokens(harness: &Harness) -> Vec<String> {
    harness.script.requests().iter().map(|request| request.header("X-TC-Token").unwrap().to_owned()).collect()
}

#[test]
fn a_rejected_token_is_refreshed_and_the_request_sent_again_at_once() {
    let harness = Harness::refusing(&[REJECTED]);
    harness.script(|script| script.respond(200, PURGED));
    let provider = Temporary::new(Refresh::Fresh);
    harness.clock.run(client(&harness, &provider).call(&purge()).into_future()).unwrap();
    assert_eq!((tokens(&harness), harness.waits()), (vec!["token-0".to_owned(), "token-1".to_owned()], vec![0]));
    assert_eq!(provider.rejected(), ["AKID0"]);
}

#[test]
fn a_second_rejection_is_final() {
    let harness = Harness::refusing(&[REJECTED; 3]);
    let provider = Temporary::new(Refresh::Fresh);
    let error = error_of(&harness.clock, client(&harness, &provider).call(&purge()));
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::Auth, Some(REJECTED), 2));
    assert_eq!(provider.rejected(), ["AKID0"]);
}

#[test]
fn credentials_that_cannot_be_refreshed_are_not_tried_again() {
    let harness = Harness::refusing(&[REJECTED; 2]);
    let error = error_of(&harness.clock, client(&harness, &Temporary::new(Refresh::None)).call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Auth, 1, false));
    assert!(!error.to_string().contains("not sent again"), "{error}");

    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!(error.attempts(), 1, "credentials of the configuration cannot be refreshed either");
}

#[test]
fn the_error_of_a_failed_refresh_is_reported_with_the_rejection() {
    let harness = Harness::refusing(&[REJECTED]);
    let error = error_of(&harness.clock, client(&harness, &Temporary::new(Refresh::Fails)).call(&purge()));
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::Auth, Some(REJECTED), 1));
    assert!(error.to_string().contains("; not sent again: no credentials: the role is gone; help: "), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the role is gone");
}

#[test]
fn a_refresh_ends_with_the_calls_timeout() {
    let harness = Harness::refusing(&[REJECTED]);
    let call = client(&harness, &Temporary::new(Refresh::Hangs)).call(&purge()).timeout(Duration::from_secs(7));
    let error = error_of(&harness.clock, call);
    assert_eq!((error.kind(), error.attempts(), harness.elapsed()), (ErrorKind::Auth, 1, Duration::from_secs(7)));
    assert!(error.to_string().contains("; not sent again: no credentials within the call's timeout of 7s"), "{error}");
}

#[test]
fn a_call_with_one_attempt_does_not_refresh() {
    let harness = Harness::refusing(&[REJECTED]);
    let provider = Temporary::new(Refresh::Fresh);
    error_of(&harness.clock, client(&harness, &provider).call(&purge()).max_attempts(1));
    assert_eq!((harness.script.requests().len(), provider.rejected().len()), (1, 0));
}
