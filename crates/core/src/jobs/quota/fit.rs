//! Compares the targets of a job with the quota, before anything is sent.

use std::fmt;
use std::sync::Arc;

use super::AskQuota;
use crate::action::{Batched, Limited, QuotaKind, QuotaLine, TargetFormat};
use crate::call::Service;
use crate::error::Error;
use crate::jobs::batches::{Batches, Outline};

/// How many targets of a job fit into the quota of the day. See [`Batches::ask_quota`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchQuota {
    /// Number of targets in the list, with those that will be refused or are repeated. The targets
    /// of a stream are not counted.
    pub targets: u64,
    /// The quotas that the targets use: a line for each region, if regions have their own.
    pub lines: Vec<QuotaLine>,
}

impl<A: Batched + Limited> Batches<'_, A> {
    /// Asks how many of the targets fit into the quota of the day. It sends no target.
    ///
    /// ```
    /// use tencentcloud_core::action::{Batched, Limited};
    /// use tencentcloud_core::{Call, Error};
    ///
    /// /// Submits a call such as `client.purge_urls_cache(request)`, unless it is too much for today.
    /// async fn submit<A: Batched + Limited>(call: Call<A>) -> Result<(), Error> {
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
    /// targets that did not fit are not tried.
    ///
    /// # Errors
    ///
    /// Those of the action that returns quotas, and that of a request that cannot be split.
    pub fn ask_quota(&self) -> impl Future<Output = Result<BatchQuota, Error>> + Send + 'static + use<A> {
        let (service, outline) = (Arc::clone(self.service()), self.outline());
        async move { ask::<A>(service, outline?).await }
    }
}

async fn ask<A: Batched + Limited>(service: Arc<Service>, outline: Outline) -> Result<BatchQuota, Error> {
    let scope = A::SCOPE.and_then(|parameter| outline.member(parameter));
    let mut lines = AskQuota::<A::Quota>::new(service, A::PURPOSE, scope).await?;
    if let Some(kind) = outline.format.and_then(kind) {
        lines.retain(|line| line.kind == kind);
    }
    // Without a region, the request may use the quota of each one.
    let is_chosen = |line: &QuotaLine| line.area.as_ref().is_some_and(|area| outline.has_member(area));
    if lines.iter().any(is_chosen) {
        lines.retain(is_chosen);
    }
    Ok(BatchQuota { targets: outline.targets, lines })
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
    /// Number of targets that fit today. If the request names no region, that is what fits in every
    /// region. All targets, if the service states no quota for them.
    #[must_use]
    pub fn fit_today(&self) -> u64 {
        self.lines.iter().map(|line| line.left_today).min().map_or(self.targets, |left| left.min(self.targets))
    }

    /// Whether all targets fit today.
    #[must_use]
    pub fn all_fit(&self) -> bool {
        self.fit_today() == self.targets
    }

    /// Maximum number of targets per request, if the service states it. It can differ from the
    /// documented one, and [`Batches::size`] sets it.
    #[must_use]
    pub fn per_request(&self) -> Option<u64> {
        self.lines.iter().map(|line| line.per_request).min()
    }
}

/// `1500 targets: 800 fit today (mainland: 9000 of 10000 left, overseas: 800 of 10000 left)`.
impl fmt::Display for BatchQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (targets, fit) = (self.targets, self.fit_today());
        let plural = if targets == 1 { "target" } else { "targets" };
        write!(f, "{targets} {plural}: {fit} fit today")?;
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
