//! What a rejected token does: other credentials are asked for once.

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::{BoxFuture, Client, Credentials, Error, ErrorKind, ProvideCredentials};

use crate::sample::{Cdn, PURGED, error_of, purge};
use crate::stage::Stage;

const REJECTED: &str = "AuthFailure.TokenFailure";

/// What comes of asking for other credentials.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refresh {
    Fresh,
    None,
    Fails,
    Hangs,
}

/// Hands out the same credentials, and others only if it is asked for them.
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
    Credentials::new(format!("AKID{number}"), "key")?.token(format!("token-{number}"))
}

impl ProvideCredentials for Temporary {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(async { numbered(0) })
    }

    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
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

fn client(stage: &Stage, provider: &Temporary) -> Client<Cdn> {
    Client::new(&stage.config().credentials(provider.clone()).build().unwrap())
}

fn tokens(stage: &Stage) -> Vec<String> {
    stage.script.requests().iter().map(|request| request.header("X-TC-Token").unwrap().to_owned()).collect()
}

#[test]
fn a_rejected_token_is_replaced_and_the_request_sent_again_at_once() {
    let stage = Stage::refusing(&[REJECTED]);
    stage.plays(|script| script.answer(200, PURGED));
    let provider = Temporary::new(Refresh::Fresh);
    stage.clock.run(client(&stage, &provider).call(&purge()).into_future()).unwrap();
    assert_eq!((tokens(&stage), stage.waits()), (vec!["token-0".to_owned(), "token-1".to_owned()], vec![0]));
    assert_eq!(provider.rejected(), ["AKID0"]);
}

#[test]
fn a_second_rejection_is_final() {
    let stage = Stage::refusing(&[REJECTED; 3]);
    let provider = Temporary::new(Refresh::Fresh);
    let error = error_of(&stage.clock, client(&stage, &provider).call(&purge()));
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::Auth, Some(REJECTED), 2));
    assert_eq!(provider.rejected(), ["AKID0"]);
}

#[test]
fn credentials_that_cannot_be_refreshed_are_not_tried_again() {
    let stage = Stage::refusing(&[REJECTED; 2]);
    let error = error_of(&stage.clock, client(&stage, &Temporary::new(Refresh::None)).call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Auth, 1, false));
    assert!(!error.to_string().contains("not sent again"), "{error}");

    let error = error_of(&stage.clock, stage.client().call(&purge()));
    assert_eq!(error.attempts(), 1, "as those that were given to the configuration");
}

#[test]
fn a_refresh_that_fails_is_told_with_the_refusal() {
    let stage = Stage::refusing(&[REJECTED]);
    let error = error_of(&stage.clock, client(&stage, &Temporary::new(Refresh::Fails)).call(&purge()));
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::Auth, Some(REJECTED), 1));
    assert!(error.to_string().contains("; not sent again: no credentials: the role is gone; help: "), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the role is gone");
}

#[test]
fn a_refresh_takes_no_longer_than_the_call_may() {
    let stage = Stage::refusing(&[REJECTED]);
    let call = client(&stage, &Temporary::new(Refresh::Hangs)).call(&purge()).timeout(Duration::from_secs(7));
    let error = error_of(&stage.clock, call);
    assert_eq!((error.kind(), error.attempts(), stage.elapsed()), (ErrorKind::Auth, 1, Duration::from_secs(7)));
    assert!(error.to_string().contains("; not sent again: no credentials within the call's timeout of 7s"), "{error}");
}

#[test]
fn a_call_that_may_be_sent_once_asks_for_nothing() {
    let stage = Stage::refusing(&[REJECTED]);
    let provider = Temporary::new(Refresh::Fresh);
    error_of(&stage.clock, client(&stage, &provider).call(&purge()).max_attempts(1));
    assert_eq!((stage.script.requests().len(), provider.rejected().len()), (1, 0));
}
