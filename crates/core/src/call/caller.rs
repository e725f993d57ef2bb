//! Sends bodies of one action with the same options, without the action's type.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::options::CallOptions;
use super::send;
use super::send_gate::SendGate;
use super::service::Service;
use crate::action::{Action, ActionFacts};
use crate::config::Config;
use crate::error::Error;
use crate::response::RawResponse;
use crate::time::Correction;

/// Calls one action, any number of times.
#[derive(Clone)]
pub(crate) struct Caller {
    service: Arc<Service>,
    action: &'static ActionFacts,
    options: CallOptions,
}

impl Caller {
    pub(crate) fn new<A: Action>(service: Arc<Service>, options: CallOptions) -> Self {
        Self { service, action: ActionFacts::of::<A>(), options }
    }

    /// Sends an encoded request, and reads the response. `gate` holds the request of each attempt
    /// back. It also records whether a request may have been sent: its owner can see that even
    /// after the future was dropped.
    pub(crate) async fn call<T>(
        &self,
        body: Result<Bytes, Error>,
        gate: &SendGate,
        read: impl FnOnce(RawResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (response, call) = send::send(&self.service, self.action, body, self.options, gate).await?;
        call.end(read(response))
    }

    /// Sets options; one that `options` does not set stays as it is.
    pub(crate) fn with_options(self, options: CallOptions) -> Self {
        Self { options: self.options.overridden_by(options), ..self }
    }

    pub(crate) fn action(&self) -> &'static ActionFacts {
        self.action
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.service
    }

    pub(crate) fn config(&self) -> &Config {
        &self.service.config
    }

    /// How long an attempt of a call can take.
    pub(crate) fn longest_attempt(&self) -> Duration {
        let limits = self.options.resolve(self.config(), self.action);
        limits.timeout.min(limits.attempt_timeout)
    }

    /// The difference between the service's clock and this machine's, as far as it is known.
    pub(crate) fn clock_difference(&self) -> Correction {
        self.config().skew().measured()
    }
}
