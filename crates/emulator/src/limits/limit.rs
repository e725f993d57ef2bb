//! Defines a limit, and how much of it is used.

/// A limit of the emulator: of requests per second, of targets per request, or of targets per day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// What the action's page documents. There is no limit if the page documents none.
    #[default]
    Documented,
    /// No limit.
    Unlimited,
    /// This number, for every action.
    At(u64),
}

impl Limit {
    /// The number, given the documented one. `None` if there is no limit.
    pub(crate) fn resolve(self, documented: Option<u64>) -> Option<u64> {
        match self {
            Self::Documented => documented,
            Self::Unlimited => None,
            Self::At(limit) => Some(limit),
        }
    }
}

/// How much of one limit is used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The account.
    pub account: String,
    /// The service of the action.
    pub service: String,
    /// The action.
    pub action: String,
    /// The name of the counter, if the action has several: `mainland` and `overseas` for `cdn`, the
    /// type of the task for `teo`. `None` for requests per second.
    pub counter: Option<String>,
    /// How much is used: requests within the last second, or targets since midnight.
    pub used: u64,
    /// How much is allowed. `None` if there is no limit.
    pub limit: Option<u64>,
}
