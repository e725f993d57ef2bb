//! Defines the values that an option can have.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Product {
    /// Content Delivery Network.
    Cdn,
    /// EdgeOne.
    #[value(alias = "edgeone")]
    Teo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Area {
    /// The Chinese mainland.
    Mainland,
    /// Everywhere else.
    Overseas,
    /// Both; for prefetches only.
    Global,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Not done yet.
    Processing,
    /// Done.
    Done,
    /// Failed.
    Failed,
}
