//! Waits for a purge, and then runs its prefetch.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::purged::Purge;
use super::{LeftOut, Prefetched};
use crate::action::{Batched, Submits};
use crate::client::Client;
use crate::jobs::batches::{Batches, Report, Run};
use crate::jobs::waiting::{Done, WaitError};
use crate::time::BoxFuture;

impl<A: Batched> Report<A> {
    /// Waits until the purge is done, at most for `limit`, and then prefetches its targets.
    ///
    /// A target is prefetched if the service has accepted its purge and its purge has succeeded.
    /// The others are left out, each with a reason. Targets that are not known to be done when the
    /// limit has passed are left out, too, and the others are prefetched.
    ///
    /// `prefetch` makes the request, with the targets in their order:
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tencentcloud_core::action::Batched;
    /// use tencentcloud_core::jobs::Report;
    /// use tencentcloud_core::{Call, Client, Error};
    ///
    /// /// `push` makes a call such as `client.push_urls_cache(PushUrlsCache::new(urls))`.
    /// async fn prefetch<A: Batched, P: Batched>(
    ///     purge: &Report<A>,
    ///     client: &impl AsRef<Client<A::Product>>,
    ///     push: impl Fn(Vec<String>) -> Call<P>,
    /// ) -> Result<(), Error> {
    ///     let limit = Duration::from_secs(600);
    ///     let prefetched = purge.then_prefetch(client, limit, |urls| push(urls).in_batches()).await;
    ///     println!("{prefetched}");
    ///     prefetched.into_result()?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// The region is that of the prefetch's request, and not taken from the purge. CDN purges
    /// everywhere if a request has no region, and prefetches in the Chinese mainland only.
    ///
    /// The result does not wait for the prefetch. [`Client::wait`] does, with the tasks of its
    /// report. Await it by reference to keep what has been sent even if it is dropped before its
    /// end: see [`ThenPrefetch`].
    pub fn then_prefetch<'j, P, F>(
        &self,
        client: &impl AsRef<Client<A::Product>>,
        limit: Duration,
        prefetch: F,
    ) -> ThenPrefetch<'_, 'j, A, P, F>
    where
        P: Batched,
        F: FnOnce(Vec<String>) -> Batches<'j, P>,
    {
        let wait = client.as_ref().wait(self.tasks(), limit).into_future();
        ThenPrefetch { purge: self, step: Step::Waiting { wait, prefetch } }
    }
}

/// A prefetch that follows a purge: a future that resolves to [`Prefetched`].
///
/// Await it by reference, as in `(&mut prefetch).await`, to keep it, and with it the report of a
/// prefetch that is stopped, dropped or panics:
///
/// ```
/// use tencentcloud_core::action::Batched;
/// use tencentcloud_core::jobs::{Batches, Prefetched, ThenPrefetch};
///
/// /// Prefetches until `stop` resolves. `None` if nothing has been prefetched by then.
/// async fn until<'j, A: Batched, P: Batched, F: FnOnce(Vec<String>) -> Batches<'j, P>>(
///     mut prefetch: ThenPrefetch<'_, 'j, A, P, F>,
///     stop: impl Future<Output = ()>,
/// ) -> Option<Prefetched<A, P>> {
///     tokio::select! {
///         prefetched = &mut prefetch => return Some(prefetched),
///         () = stop => {}
///     }
///     prefetch.into_prefetched()
/// }
/// ```
#[must_use = "nothing is waited for and prefetched until this is awaited"]
pub struct ThenPrefetch<'a, 'j, A: Batched, P: Batched, F> {
    purge: &'a Report<A>,
    step: Step<'j, A, P, F>,
}

type Waited<A> = Result<Done<<A as Submits>::ListedBy>, WaitError<<A as Submits>::ListedBy>>;

enum Step<'j, A: Batched, P: Batched, F> {
    Waiting { wait: BoxFuture<'static, Waited<A>>, prefetch: F },
    Prefetching { waited: Waited<A>, left_out: Vec<LeftOut>, run: Box<Run<'j, P>> },
    Ended,
}

impl<'j, A: Batched, P: Batched, F> ThenPrefetch<'_, 'j, A, P, F> {
    /// The run of the prefetch, if it has begun. It counts its targets, and can be stopped.
    #[must_use]
    pub fn run(&mut self) -> Option<&mut Run<'j, P>> {
        match &mut self.step {
            Step::Prefetching { run, .. } => Some(run),
            Step::Waiting { .. } | Step::Ended => None,
        }
    }

    /// Ends it at once, and reports every target, as [`Run::into_report`] does. `None` if nothing
    /// has been prefetched, because the purge is still being waited for, and after the result has
    /// been returned.
    pub fn into_prefetched(self) -> Option<Prefetched<A, P>> {
        match self.step {
            Step::Prefetching { waited, left_out, run } => {
                Some(Prefetched { waited, left_out, report: run.into_report() })
            }
            Step::Waiting { .. } | Step::Ended => None,
        }
    }

    /// The targets of the purge that may be prefetched, and the others.
    fn targets(&self, waited: &Waited<A>) -> (Vec<String>, Vec<LeftOut>) {
        let purge = Purge::new(self.purge, waited);
        let (mut targets, mut left_out) = (Vec::new(), Vec::new());
        for item in self.purge.items() {
            let target = item.target().into_owned();
            match purge.not_prefetched(&item) {
                None => targets.push(target),
                Some(reason) => left_out.push(LeftOut { position: item.position(), target, reason }),
            }
        }
        (targets, left_out)
    }
}

/// No part of it is pinned.
impl<A: Batched, P: Batched, F> Unpin for ThenPrefetch<'_, '_, A, P, F> {}

impl<'j, A: Batched, P: Batched, F: FnOnce(Vec<String>) -> Batches<'j, P>> Future for ThenPrefetch<'_, 'j, A, P, F> {
    type Output = Prefetched<A, P>;

    /// Pending, if the result has been returned.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Step::Waiting { wait, .. } = &mut self.step {
            let waited = ready!(wait.as_mut().poll(context));
            let (targets, left_out) = self.targets(&waited);
            // If making the request panics, nothing has been sent.
            if let Step::Waiting { prefetch, .. } = mem::replace(&mut self.step, Step::Ended) {
                let run = Box::new(prefetch(targets).start());
                self.step = Step::Prefetching { waited, left_out, run };
            }
        }
        let Step::Prefetching { run, .. } = &mut self.step else { return Poll::Pending };
        let report = ready!(Pin::new(&mut **run).poll(context));
        match mem::replace(&mut self.step, Step::Ended) {
            Step::Prefetching { waited, left_out, .. } => Poll::Ready(Prefetched { waited, left_out, report }),
            Step::Waiting { .. } | Step::Ended => Poll::Pending,
        }
    }
}

impl<A: Batched, P: Batched, F> fmt::Debug for ThenPrefetch<'_, '_, A, P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = match &self.step {
            Step::Waiting { .. } => "waiting",
            Step::Prefetching { .. } => "prefetching",
            Step::Ended => "ended",
        };
        f.debug_struct("ThenPrefetch").field("step", &step).finish_non_exhaustive()
    }
}
