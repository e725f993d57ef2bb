//! Does large jobs in several calls: what is too much for one request, or takes longer than one.
//!
//! The facts about a product, such as which action lists its tasks, are in the traits of
//! [`action`](crate::action). The loops are here, once for all products.

mod batches;
mod body;
mod journal;
mod pages;
mod prefetch;
mod query;
mod quota;
mod task;
mod waiting;
mod zone;

pub use self::batches::{
    Batches, Counts, Event, Events, Item, NotTried, Outcome, Report, Run, Settle, UnmatchedTarget,
};
pub use self::journal::{FileJournal, Journal};
pub use self::pages::{Items, Page, Pages};
pub use self::prefetch::{LeftOut, NotPrefetched, Prefetched, ThenPrefetch};
pub use self::quota::{AskQuota, BatchQuota};
pub use self::task::TaskHandle;
pub use self::waiting::{Done, Progress, ProgressStream, Snapshot, Wait, WaitError};
pub use self::zone::FindZone;
