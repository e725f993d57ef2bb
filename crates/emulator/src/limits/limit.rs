//! How much the service takes: as documented, or otherwise.

/// A limit of the emulator's: on requests a second, or on targets a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// What the action's page documents; none where it documents none.
    #[default]
    Documented,
    /// None.
    Unlimited,
    /// This many for every action, whatever its page says.
    At(u64),
}

impl Limit {
    /// How many that is, where the page says `documented`; none stands for no limit.
    pub(crate) fn of(self, documented: Option<u64>) -> Option<u64> {
        match self {
            Self::Documented => documented,
            Self::Unlimited => None,
            Self::At(most) => Some(most),
        }
    }
}

/// How much of one limit is used at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The account whose limit it is.
    pub account: String,
    /// The service of the action.
    pub service: String,
    /// The action.
    pub action: String,
    /// What is counted apart within the action: `mainland` and `overseas` for `cdn`, the type of the purge for `teo`. None
    /// for requests a second.
    pub lane: Option<String>,
    /// How much is used: requests in the last second, or targets since midnight.
    pub used: u64,
    /// How much may be used; none if there is no limit.
    pub most: Option<u64>,
}
