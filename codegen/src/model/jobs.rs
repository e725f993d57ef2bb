//! Defines the facts that jobs of several calls need: batches, pages, tasks, quotas and zones.

use proc_macro2::Ident;

use super::{Field, Name, Type};
use crate::spec::{Purpose, QuotaKind};

/// The list that a large job is split over.
pub(crate) struct Batch {
    pub(crate) over: Name,
    pub(crate) at_most: u32,
    pub(crate) at_most_by: Option<AtMostBy>,
    pub(crate) per_day: Option<u32>,
}

/// Sizes of a batch by the value of another parameter.
pub(crate) struct AtMostBy {
    pub(crate) selector: Field,
    /// The values, sorted, with the size for each.
    pub(crate) sizes: Vec<(String, u32)>,
}

/// The fields for reading a long result page by page.
pub(crate) struct Pagination {
    pub(crate) position: Position,
    pub(crate) limit: Option<Name>,
    /// The documented maximum number of items per page.
    pub(crate) at_most: Option<u32>,
    /// The documented maximum, or else the documented default.
    pub(crate) page_size: Option<u32>,
    /// The outputs that lead to the items: usually one, the list itself.
    pub(crate) items: Vec<Field>,
    /// Type of an item.
    pub(crate) item: Type,
    /// The outputs that lead to the total number of items.
    pub(crate) total: Option<Vec<Field>>,
    /// The fields that identify an item. Empty if the items are not records.
    pub(crate) identity: Vec<Name>,
}

/// The parameter for the position of a page.
pub(crate) enum Position {
    /// The number of items to skip.
    Offset(Name),
    /// The number of the page.
    Page(Name),
    /// The token of the page, and the outputs that lead to the token of the next one.
    Token(Name, Vec<Field>),
}

/// The task that an action submits.
pub(crate) struct Submission {
    /// Output with the id of the task.
    pub(crate) id: Name,
    /// Type of the action that lists the entries of the task.
    pub(crate) listed_by: Ident,
    /// Parameter with the scope of the task.
    pub(crate) scope: Option<Name>,
    pub(crate) kind: Option<TaskKind>,
    /// Parameter with the method of the task.
    pub(crate) method_by: Option<String>,
    pub(crate) quota: Option<QuotaUse>,
}

/// The kind of a task, as its entries state it.
pub(crate) enum TaskKind {
    Fixed(String),
    /// The value of this parameter.
    By(String),
}

/// The quota that a task uses.
pub(crate) struct QuotaUse {
    /// Type of the action that returns the quota.
    pub(crate) action: Ident,
    pub(crate) purpose: Purpose,
    /// The parameter for the region, and its default.
    pub(crate) area: Option<(String, Option<String>)>,
}

/// How a response states quotas.
pub(crate) struct Quota {
    pub(crate) scope: Option<Name>,
    pub(crate) lists: Vec<QuotaOutput>,
    pub(crate) line: QuotaLine,
    /// The kinds of the values of the field `kind`, sorted.
    pub(crate) kinds: Vec<(String, QuotaKind)>,
}

/// An output with quotas.
pub(crate) struct QuotaOutput {
    pub(crate) name: Name,
    pub(crate) purpose: Purpose,
    /// `None` if a quota has a field with it.
    pub(crate) kind: Option<QuotaKind>,
}

/// The fields of a quota.
pub(crate) struct QuotaLine {
    pub(crate) per_request: Name,
    pub(crate) per_day: Name,
    pub(crate) left_today: Name,
    pub(crate) area: Option<Name>,
    pub(crate) kind: Option<Name>,
}

/// The fields of a zone in a list of zones.
pub(crate) struct Zones {
    pub(crate) id: Name,
    pub(crate) name: Name,
    pub(crate) alias: Name,
    pub(crate) state: Name,
    pub(crate) unusable: Vec<String>,
}

/// How the entries of tasks are listed.
pub(crate) struct TaskList {
    pub(crate) scope: Option<Name>,
    pub(crate) filters: Option<Filters>,
    /// Name of the filter for a task if there are filters, and of the parameter otherwise.
    pub(crate) task: String,
    /// The same for a target.
    pub(crate) target: String,
    /// The same for a state.
    pub(crate) state: String,
    pub(crate) period: Period,
    pub(crate) entry: Entry,
    pub(crate) pending: Vec<String>,
    pub(crate) succeeded: Vec<String>,
    pub(crate) failed: Vec<String>,
}

/// A list of filters, each with a name and values.
pub(crate) struct Filters {
    pub(crate) parameter: String,
    pub(crate) name: String,
    pub(crate) values: String,
}

/// The parameters for a period.
pub(crate) struct Period {
    pub(crate) start: String,
    pub(crate) end: String,
    /// Whether the times have an offset from UTC.
    pub(crate) has_offset: bool,
}

/// The fields of an entry of a task.
pub(crate) struct Entry {
    pub(crate) task: Name,
    pub(crate) target: Name,
    pub(crate) state: Name,
    pub(crate) created: Name,
    /// Its type is a value set.
    pub(crate) kind: Option<Field>,
    /// Its type is a value set.
    pub(crate) method: Option<Field>,
    pub(crate) reason: Option<Field>,
}
