//! Defines the format of the specifications in `spec/`. The types mirror the files, and the JSON
//! Schemas for editors are generated from them.

mod action;
mod deviation;
mod errors;
mod product;
mod quota;
mod targets;
mod tasks;
mod text;
mod types;
mod zones;

pub use action::{ACTION_PLACEHOLDER, Action, AtMostBy, Batch, Constructor, Example, Pagination, SourcePage};
pub use deviation::Deviation;
pub(crate) use deviation::Held;
pub use errors::{About, Code, Errors, Kind};
pub use product::{Defaults, Hosts, Product};
pub use quota::{Purpose, Quota, QuotaKind, QuotaLine, QuotaOutput, QuotaUse};
pub use targets::{Failures, Format, FormatBy};
pub use tasks::{Entry, Filters, Period, Submission, TaskList};
pub use text::{Paragraph, Text};
pub use types::{Field, KnownValue, Record, Types, ValueSet};
pub use zones::Zones;
