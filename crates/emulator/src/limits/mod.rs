//! Enforces the limits of an account: requests per second, targets per request, and targets per
//! day.

mod batches;
mod limit;
mod quotas;
mod rates;

pub(crate) use self::batches::check as check_batch;
pub use self::limit::{Limit, Usage};
pub(crate) use self::quotas::{Quota, Quotas, REGIONS};
pub(crate) use self::rates::Rates;
