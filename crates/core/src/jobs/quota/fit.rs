//! Compares the targets of a job with the quota, before anything is sent.

use std::fmt;
use std::sync::Arc;

use super::AskQuota;
use crate::action::{Batched, QuotaKind, QuotaLine, TargetFormat, UsesQuota};
use crate::call::Service;
use crate::error::Error;
use crate::jobs::batches::{Batches, Outline};

/// What a job would send, and how much of it fits into the quota of the day. See
/// [`Batches::ask_quota`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchQuota {
    /// Number of targets in the list: all that were passed in.
    pub targets: u64,
    /// Number of targets that repeat another one of the list, which is sent once.
    pub duplicates: u64,
    /// Number of targets that are certainly a mistake, and will be refused.
    pub refused: u64,
    /// Number of requests, with at most [`per_request`](Self::per_request) targets in each.
    pub requests: u64,
    /// The quotas that the targets use: a line for each region, if regions have their own.
    pub lines: Vec<QuotaLine>,
}

impl<A: Batched + UsesQuota> Batches<'_, A> {
    /// Asks how many of the targets fit into the quota of the day. It sends no target.
    ///
    /// ```
    /// use tencentcloud_core::action::{Batched, UsesQuota};
    /// use tencentcloud_core::{Call, Error};
    ///
    /// /// Submits a call such as `client.purge_urls_cache(request)`, unless it is too much for today.
    /// async fn submit<A: Batched + UsesQuota>(call: Call<A>) -> Result<(), Error> {
    ///     let batches = call.in_batches();
    ///     let quota = batches.ask_quota().await?;
    ///     println!("{quota}");
    ///     if quota.all_fit() {
    ///         println!("{}", batches.await);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// Another program of the account can use the quota meanwhile: the batches then stop, and the
    /// targets that did not fit are not tried. What the service says is not checked: a domain name
    /// that it will refuse counts as one that fits.
    ///
    /// A journal is not read, so targets that earlier runs have sent are counted again.
    ///
    /// # Errors
    ///
    /// Those of the action that returns quotas, that of a request that cannot be split, and an
    /// error if there is a stream of targets.
    pub fn ask_quota(&self) -> impl Future<Output = Result<BatchQuota, Error>> + Send + 'static + use<A> {
        let (service, outline) = (Arc::clone(self.service()), self.outline());
        async move { ask::<A>(service, outline?).await }
    }
}

async fn ask<A: Batched + UsesQuota>(service: Arc<Service>, outline: Outline) -> Result<BatchQuota, Error> {
    let scope = A::SCOPE.and_then(|parameter| outline.member(parameter));
    let mut lines = AskQuota::<A::Quota>::new(service, A::PURPOSE, scope).await?;
    if let Some(kind) = outline.format.and_then(kind) {
        lines.retain(|line| line.kind == kind);
    }
    // Without a region, or with one that is not listed, the request may use the quota of each one.
    let chosen = A::AREA.and_then(|area| outline.member(area.parameter).or(area.default.map(str::to_owned)));
    if lines.iter().any(|line| line.area == chosen) {
        lines.retain(|line| line.area == chosen);
    }
    let [targets, duplicates, refused] = outline.counts();
    let requests = outline.requests(lines.iter().map(|line| line.per_request).min());
    Ok(BatchQuota { targets, duplicates, refused, requests, lines })
}

/// The kind of quota that targets in a format use.
fn kind(format: TargetFormat) -> Option<QuotaKind> {
    match format {
        TargetFormat::Url => Some(QuotaKind::Url),
        TargetFormat::Directory => Some(QuotaKind::Directory),
        TargetFormat::Host => Some(QuotaKind::Host),
        TargetFormat::Tag => Some(QuotaKind::Tag),
        TargetFormat::ZoneId => None,
    }
}

impl BatchQuota {
    /// Number of targets that would be sent: each once, and without those that will be refused.
    #[must_use]
    pub fn to_send(&self) -> u64 {
        self.targets.saturating_sub(self.duplicates).saturating_sub(self.refused)
    }

    /// Number of targets to send that fit into one of the [`lines`](Self::lines) today. The others
    /// are too many for this line.
    #[must_use]
    pub fn fit_in(&self, line: &QuotaLine) -> u64 {
        line.left_today.min(self.to_send())
    }

    /// Number of targets to send that fit today. If the request can use the quotas of several
    /// regions, that is what fits in every region. All of them, if the service states no quota.
    #[must_use]
    pub fn fit_today(&self) -> u64 {
        self.lines.iter().map(|line| self.fit_in(line)).min().unwrap_or(self.to_send())
    }

    /// Whether all targets to send fit today.
    #[must_use]
    pub fn all_fit(&self) -> bool {
        self.fit_today() == self.to_send()
    }

    /// Maximum number of targets per request, if the service states it. It can differ from the
    /// documented one, and [`Batches::size`] sets it.
    #[must_use]
    pub fn per_request(&self) -> Option<u64> {
        self.lines.iter().map(|line| line.per_request).min()
    }
}

/// `1502 targets, 2 repeated: 800 fit today, 2 requests (mainland: 9000 of 10000 left, ..)`.
impl fmt::Display for BatchQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count| if count == 1 { "" } else { "s" };
        write!(f, "{} target{}", self.targets, plural(self.targets))?;
        for (count, what) in [(self.duplicates, "repeated"), (self.refused, "refused")] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        write!(f, ": {} fit today, {} request{}", self.fit_today(), self.requests, plural(self.requests))?;
        for (number, line) in self.lines.iter().enumerate() {
            f.write_str(if number == 0 { " (" } else { ", " })?;
            if let Some(area) = &line.area {
                write!(f, "{area}: ")?;
            }
            write!(f, "{} of {} left", line.left_today, line.per_day)?;
        }
        if self.lines.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}
