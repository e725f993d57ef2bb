//! Keeps the tasks of a run, by the action that lists them.

use tencentcloud_cdn as cdn;
use tencentcloud_cdn::runtime::action::TaskList;
use tencentcloud_cdn::runtime::jobs::TaskHandle;
use tencentcloud_teo as teo;

use crate::output::json::Task;

/// The tasks of a run.
#[derive(Debug, Default)]
pub(crate) struct TaskSet {
    pub(crate) cdn_purges: Vec<TaskHandle<cdn::DescribePurgeTasks>>,
    pub(crate) cdn_prefetches: Vec<TaskHandle<cdn::DescribePushTasks>>,
    pub(crate) teo_purges: Vec<TaskHandle<teo::DescribePurgeTasks>>,
    pub(crate) teo_prefetches: Vec<TaskHandle<teo::DescribePrefetchTasks>>,
}

/// An action that lists tasks, and how its tasks are shown and kept.
pub(crate) trait Listed: TaskList {
    const PRODUCT: &'static str;
    const KIND: &'static str;

    fn of(set: &mut TaskSet) -> &mut Vec<TaskHandle<Self>>
    where
        Self: Sized;
}

/// A task for the report.
pub(crate) fn shown<L: Listed>(task: &TaskHandle<L>, targets: Option<usize>, state: Option<&'static str>) -> Task {
    Task {
        id: task.id().to_owned(),
        product: L::PRODUCT,
        zone: task.scope().map(str::to_owned),
        kind: L::KIND,
        targets,
        state,
    }
}

impl Listed for cdn::DescribePurgeTasks {
    const PRODUCT: &'static str = "cdn";
    const KIND: &'static str = "purge";

    fn of(set: &mut TaskSet) -> &mut Vec<TaskHandle<Self>> {
        &mut set.cdn_purges
    }
}

impl Listed for cdn::DescribePushTasks {
    const PRODUCT: &'static str = "cdn";
    const KIND: &'static str = "prefetch";

    fn of(set: &mut TaskSet) -> &mut Vec<TaskHandle<Self>> {
        &mut set.cdn_prefetches
    }
}

impl Listed for teo::DescribePurgeTasks {
    const PRODUCT: &'static str = "teo";
    const KIND: &'static str = "purge";

    fn of(set: &mut TaskSet) -> &mut Vec<TaskHandle<Self>> {
        &mut set.teo_purges
    }
}

impl Listed for teo::DescribePrefetchTasks {
    const PRODUCT: &'static str = "teo";
    const KIND: &'static str = "prefetch";

    fn of(set: &mut TaskSet) -> &mut Vec<TaskHandle<Self>> {
        &mut set.teo_prefetches
    }
}
