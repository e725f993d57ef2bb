//! Tasks that the service carries out after a response: how they are submitted and listed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::quota::QuotaUse;

/// The task that an action submits.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Output with the id of the task.
    pub id: String,
    /// Name of the action that lists the entries of the task. It has a `task_list`.
    pub listed_by: String,
    /// Parameter with the scope of the task, if the listing action has a `scope`.
    pub scope: Option<String>,
    /// Kind of the task, as its entries state it. With the field `kind` of an entry, there is this
    /// or `kind_by`.
    pub kind: Option<String>,
    /// Parameter with the kind of the task, as its entries state it.
    pub kind_by: Option<String>,
    /// Parameter with the method of the task, as its entries state it.
    pub method_by: Option<String>,
    /// The quota that the task uses, if an action returns it.
    pub quota: Option<QuotaUse>,
}

/// How the entries of tasks are selected, and which states they can have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskList {
    /// Parameter for the scope of the tasks, if a request needs it, such as `ZoneId`.
    pub scope: Option<String>,
    /// The parameter with filters, if entries are selected by filters. `task`, `target` and `state`
    /// are names of filters then, and of parameters otherwise.
    pub filters: Option<Filters>,
    /// What selects the entries of a task, by its id.
    pub task: String,
    /// What selects the entries of a target.
    pub target: String,
    /// What selects the entries in a state. A filter takes several states, a parameter one.
    pub state: String,
    /// The parameters for the period in which tasks were submitted.
    pub period: Period,
    /// The fields of an entry.
    pub entry: Entry,
    /// States of an entry that is in progress.
    pub pending: Vec<String>,
    /// States of an entry that succeeded.
    pub succeeded: Vec<String>,
    /// States of an entry that failed.
    pub failed: Vec<String>,
    /// States that no entry of this list has, although the value set has them. The service may
    /// reject a request that asks for one.
    #[serde(default)]
    pub never: Vec<String>,
}

/// A list of filters, each with a name and values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// Parameter that is a list of records.
    pub parameter: String,
    /// Field of such a record with the name of the filter.
    pub name: String,
    /// Field of such a record with the values.
    pub values: String,
}

/// The parameters for a period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Parameter for its start.
    pub start: String,
    /// Parameter for its end.
    pub end: String,
}

/// The fields of an entry of a task.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Field with the id of the task.
    pub task: String,
    /// Field with the target.
    pub target: String,
    /// Field with the state. Its type is a value set.
    pub state: String,
    /// Field with the time of submission.
    pub created: String,
    /// Field with the kind of the task, if tasks of several kinds are listed. Its type is a value
    /// set.
    pub kind: Option<String>,
    /// Field with the method by which a task is carried out, if there is one. Its type is a value
    /// set.
    pub method: Option<String>,
    /// Field with the reason why the target failed, if there is one.
    pub reason: Option<String>,
}
