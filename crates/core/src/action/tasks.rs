//! Describes tasks: the actions that submit one, and the actions that list their entries.

use super::{Action, Paged};

/// An action that submits a task, which the service carries out after its response.
pub trait Submits: Action {
    /// The action that lists the entries of the task.
    type ListedBy: TaskList<Product = Self::Product>;

    /// Parameter of the request with the scope of the task, such as `ZoneId`, if the list needs it.
    const SCOPE: Option<&'static str> = None;

    /// The kind of the task, as its entries state it, if it is always the same.
    const KIND: Option<&'static str> = None;

    /// Parameter of the request with the kind of the task.
    const KIND_BY: Option<&'static str> = None;

    /// Parameter of the request with the method of the task, as its entries state it.
    const METHOD_BY: Option<&'static str> = None;

    /// The id of the task. It is empty if no task was created.
    fn task_id(response: &Self::Response) -> &str;
}

/// An action that lists the entries of tasks: usually one for each target, with its state.
pub trait TaskList: Paged {
    /// How a request selects entries, and which states there are.
    const QUERY: TaskQuery;

    /// What an entry says.
    fn entry(item: &Self::Item) -> TaskEntry<'_>;
}

/// What an entry of a task says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskEntry<'a> {
    /// Id of the task.
    pub task: &'a str,
    /// Target, as the service writes it.
    pub target: &'a str,
    /// State, as it is sent.
    pub state: &'a str,
    /// Kind of the task, such as `purge_url`, if the service says so.
    pub kind: Option<&'a str>,
    /// Method by which the task is carried out, such as `delete`, if the service says so.
    pub method: Option<&'a str>,
    /// Why the target failed, if the service says so.
    pub reason: Option<&'a str>,
    /// When the task was submitted, as the service writes it.
    pub created: &'a str,
}

/// How a request for the entries of tasks selects them, and which states they can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    pub(crate) scope: Option<&'static str>,
    pub(crate) filters: Option<Filters>,
    /// Name of the parameter or filter for the id of a task.
    pub(crate) task: &'static str,
    /// Name of the parameter or filter for a target.
    pub(crate) target: &'static str,
    /// Name of the parameter or filter for states.
    pub(crate) state: &'static str,
    pub(crate) period: Period,
    pub(crate) pending: &'static [&'static str],
    pub(crate) succeeded: &'static [&'static str],
    pub(crate) failed: &'static [&'static str],
}

/// The parameter with filters by name, and the members of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Filters {
    pub(crate) parameter: &'static str,
    pub(crate) name: &'static str,
    pub(crate) values: &'static str,
}

/// The parameters for the period in which tasks were submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
    /// Whether the times have an offset from UTC.
    pub(crate) has_offset: bool,
}

impl TaskQuery {
    /// Entries that are selected by parameters: one for the id of a task, one for a target, and one
    /// for a state. A period has a start and an end.
    #[must_use]
    pub const fn by_parameters(selectors: [&'static str; 3], period: [&'static str; 2]) -> Self {
        let ([task, target, state], [start, end]) = (selectors, period);
        Self {
            scope: None,
            filters: None,
            task,
            target,
            state,
            period: Period { start, end, has_offset: false },
            pending: &[],
            succeeded: &[],
            failed: &[],
        }
    }

    /// Entries that are selected by filters with these names, in a list parameter. `filter` is that
    /// parameter, and the members of a filter for its name and its values.
    #[must_use]
    pub const fn by_filters(
        filter: [&'static str; 3],
        selectors: [&'static str; 3],
        period: [&'static str; 2],
    ) -> Self {
        let [parameter, name, values] = filter;
        let query = Self::by_parameters(selectors, period);
        Self { filters: Some(Filters { parameter, name, values }), ..query }
    }

    /// Sets the parameter for the scope of the tasks.
    #[must_use]
    pub const fn scope(self, parameter: &'static str) -> Self {
        Self { scope: Some(parameter), ..self }
    }

    /// Sets that the times of a period have an offset from UTC.
    #[must_use]
    pub const fn with_utc_offset(self) -> Self {
        Self { period: Period { has_offset: true, ..self.period }, ..self }
    }

    /// Sets the states of an entry that is in progress.
    #[must_use]
    pub const fn pending(self, states: &'static [&'static str]) -> Self {
        Self { pending: states, ..self }
    }

    /// Sets the states of an entry that succeeded.
    #[must_use]
    pub const fn succeeded(self, states: &'static [&'static str]) -> Self {
        Self { succeeded: states, ..self }
    }

    /// Sets the states of an entry that failed.
    #[must_use]
    pub const fn failed(self, states: &'static [&'static str]) -> Self {
        Self { failed: states, ..self }
    }
}
