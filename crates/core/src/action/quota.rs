//! Describes quotas: how much may be purged or prefetched, per request and per day.

use super::{Action, Submits};

/// An action that returns quotas.
pub trait QuotaList: Action {
    /// Parameter for the scope of the quotas, such as `ZoneId`, if they have one.
    const SCOPE: Option<&'static str> = None;

    /// The kinds of targets, by the values with which the service writes them.
    const KINDS: &'static [(&'static str, QuotaKind)] = &[];

    /// The quotas in a response.
    fn lines(response: &Self::Response) -> Vec<QuotaLine>;
}

/// An action that submits a task which uses a quota.
pub trait UsesQuota: Submits {
    /// The action that returns the quota.
    type Quota: QuotaList<Product = Self::Product>;

    /// What the task is for.
    const PURPOSE: Purpose;

    /// The parameter for the region, if regions have quotas of their own.
    const AREA: Option<QuotaArea> = None;
}

/// The parameter of a request that says the quota of which region it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaArea {
    pub(crate) parameter: &'static str,
    pub(crate) default: Option<&'static str>,
}

impl QuotaArea {
    /// A parameter without which a request can use the quota of every region.
    #[must_use]
    pub const fn new(parameter: &'static str) -> Self {
        Self { parameter, default: None }
    }

    /// Sets the region of a request without the parameter.
    #[must_use]
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
}

/// What a task is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To remove cached copies.
    Purge,
    /// To fill caches.
    Prefetch,
}

/// The kind of targets that a quota is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuotaKind {
    /// URLs.
    Url,
    /// Directories.
    Directory,
    /// Host names.
    Host,
    /// Cache tags.
    Tag,
    /// Whole zones.
    Everything,
    /// A kind that this version does not know, as the service writes it.
    Other(String),
}

impl QuotaKind {
    /// The kind of a value of the service.
    #[must_use]
    pub fn listed(value: &str, kinds: &[(&str, Self)]) -> Self {
        let listed = kinds.iter().find(|(listed, _)| *listed == value);
        listed.map_or_else(|| Self::Other(value.to_owned()), |(_, kind)| kind.clone())
    }
}

/// The quota of one kind of targets, and of one region if regions have their own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaLine {
    /// What the targets are for.
    pub purpose: Purpose,
    /// Kind of the targets.
    pub kind: QuotaKind,
    /// Region, as the service writes it. `None` if regions share the quota.
    pub area: Option<String>,
    /// Maximum number of targets per request.
    pub per_request: u64,
    /// Maximum number of targets per day.
    pub per_day: u64,
    /// Number of targets that are left today.
    pub left_today: u64,
}

impl QuotaLine {
    /// A quota that regions share: the number of targets per request and per day, and the number
    /// that is left today. A negative number counts as zero.
    #[must_use]
    pub fn new<N: TryInto<u64>>(purpose: Purpose, kind: QuotaKind, [per_request, per_day, left_today]: [N; 3]) -> Self {
        let number = |number: N| number.try_into().unwrap_or(0);
        Self {
            purpose,
            kind,
            area: None,
            per_request: number(per_request),
            per_day: number(per_day),
            left_today: number(left_today),
        }
    }

    /// Sets the region.
    #[must_use]
    pub fn with_area(self, area: &str) -> Self {
        Self { area: Some(area.to_owned()), ..self }
    }
}
