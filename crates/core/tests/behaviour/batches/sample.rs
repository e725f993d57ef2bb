//! A sample action with a list of targets, as a product crate states it.

use std::hash::Hash;

use serde::{Deserialize, Serialize};
use tencentcloud_core::action::{
    Batch, Batched, Failures, Paged, Pagination, Submits, TargetFormat, Targets, TaskEntry, TaskList, TaskQuery,
};
use tencentcloud_core::{Action, RateLimit, wire};

use crate::sample::Cdn;

/// A purge that may not be repeated, and whose response can list targets that failed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PurgeList {
    pub(crate) zone: String,
    pub(crate) urls: Vec<String>,
}

impl PurgeList {
    pub(crate) fn new(urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { zone: "zone-2qzj5k3v".to_owned(), urls: urls.into_iter().map(Into::into).collect() }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PurgeListResponse {
    pub(crate) task_id: String,
    #[serde(default, deserialize_with = "wire::nullable")]
    pub(crate) failed_list: Vec<FailReason>,
    #[serde(default, deserialize_with = "wire::nullable")]
    pub(crate) request_id: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FailReason {
    reason: String,
    targets: Vec<String>,
}

impl Action for PurgeList {
    type Product = Cdn;
    type Response = PurgeListResponse;

    const NAME: &'static str = "PurgeUrlsCache";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;

    fn empty_list(&self) -> Option<&'static str> {
        self.urls.is_empty().then_some("Urls")
    }

    fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
        [
            Targets::single("Zone", &self.zone).format(TargetFormat::ZoneId),
            Targets::list("Urls", &self.urls).format(TargetFormat::Url),
        ]
    }

    fn batch(&self) -> Option<Batch> {
        Some(Batch::over("Urls", 1_000))
    }

    fn failures(response: &PurgeListResponse) -> Failures<'_> {
        let reasons = response.failed_list.iter().map(|failed| (failed.reason.as_str(), failed.targets.as_slice()));
        Failures::new(&response.task_id, &response.request_id, reasons)
    }
}

impl Submits for PurgeList {
    type ListedBy = ListTasks;

    fn task_id(response: &PurgeListResponse) -> &str {
        &response.task_id
    }
}

impl Batched for PurgeList {
    const PARTIAL: bool = true;
}

/// The same purge, of which the service accepts every target or none.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct PurgeWhole(pub(crate) PurgeList);

impl Action for PurgeWhole {
    type Product = Cdn;
    type Response = PurgeListResponse;

    const NAME: &'static str = "PurgeUrlsCache";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;

    fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
        self.0.targets()
    }

    fn batch(&self) -> Option<Batch> {
        self.0.batch()
    }
}

impl Submits for PurgeWhole {
    type ListedBy = ListTasks;

    fn task_id(response: &PurgeListResponse) -> &str {
        &response.task_id
    }
}

impl Batched for PurgeWhole {}

/// Lists the entries of tasks.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ListTasks {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListTasksResponse {
    entries: Vec<TaskEntryItem>,
    total: u64,
}

#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaskEntryItem {
    task: String,
    url: String,
    status: String,
    created: String,
}

impl Action for ListTasks {
    type Product = Cdn;
    type Response = ListTasksResponse;

    const NAME: &'static str = "DescribePurgeTasks";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = true;
}

impl Paged for ListTasks {
    type Item = TaskEntryItem;

    const PAGINATION: Pagination = Pagination::by_offset("Offset", "Limit").page_size(50);

    fn items(response: ListTasksResponse) -> Vec<TaskEntryItem> {
        response.entries
    }

    fn total(response: &ListTasksResponse) -> Option<u64> {
        Some(response.total)
    }

    fn identity(item: &TaskEntryItem) -> impl Hash {
        (item.task.clone(), item.url.clone())
    }
}

impl TaskList for ListTasks {
    const QUERY: TaskQuery = TaskQuery::by_parameters(["TaskId", "Keyword", "Status"], ["StartTime", "EndTime"])
        .pending(&["process"])
        .succeeded(&["done"])
        .failed(&["fail"]);

    fn entry(item: &TaskEntryItem) -> TaskEntry<'_> {
        TaskEntry {
            task: &item.task,
            target: &item.url,
            state: &item.status,
            kind: None,
            method: None,
            reason: None,
            created: &item.created,
        }
    }
}
