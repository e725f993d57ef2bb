//! Enforces the limits of an account: requests per second, and targets per day.

mod limit;
mod quotas;
mod rates;

pub use self::limit::{Limit, Usage};
pub(crate) use self::quotas::Quotas;
pub(crate) use self::rates::Rates;
