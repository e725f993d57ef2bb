//! `tcpurge tasks`.

use std::time::Duration;

use tencentcloud_cdn as cdn;
use tencentcloud_cdn::runtime::action::TaskList;
use tencentcloud_cdn::runtime::jobs::Items;
use tencentcloud_cdn::runtime::time::{DateTime, OffsetDateTime, UtcOffset};
use tencentcloud_teo as teo;
use tencentcloud_teo::AdvancedFilter;

use crate::account::Account;
use crate::args::{self, State};
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::json::{Entry, Report};
use crate::zones;

/// The longest period that a list of EdgeOne may cover.
const MAX_PERIOD: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Lists tasks: those with the given ids, or the recent ones.
pub(crate) async fn run(args: args::Tasks, account: &Account) -> Result<Report, Failure> {
    let place = super::place_of_tasks(args.product, args.zone.zone.as_deref())?;
    let mut report = Report::new("tasks", Exit::Done);
    let entries = &mut report.entries;
    match place {
        None => of_cdn(&args, account, entries).await?,
        Some(zone) => {
            let zone = zones::find(account, zone).await?;
            of_zone(&args, account, &zone.id, entries).await?;
        }
    }
    Ok(report)
}

async fn of_cdn(args: &args::Tasks, account: &Account, entries: &mut Vec<Entry>) -> Result<(), Failure> {
    // The service's default time zone; no page states another one for tasks.
    let since = DateTime::at_offset(clock::now() - args.since, UtcOffset::CHINA);
    if args.prefetch {
        let requests = if args.tasks.is_empty() {
            vec![cdn::DescribePushTasks::since(since)]
        } else {
            args.tasks.iter().map(cdn::DescribePushTasks::by_task).collect()
        };
        for request in requests {
            list(account.cdn.describe_push_tasks(request).items(), args, entries).await?;
        }
        return Ok(());
    }
    let requests = if args.tasks.is_empty() {
        vec![cdn::DescribePurgeTasks::since(since)]
    } else {
        args.tasks.iter().map(cdn::DescribePurgeTasks::by_task).collect()
    };
    for request in requests {
        list(account.cdn.describe_purge_tasks(request).items(), args, entries).await?;
    }
    Ok(())
}

async fn of_zone(args: &args::Tasks, account: &Account, zone: &str, entries: &mut Vec<Entry>) -> Result<(), Failure> {
    // Tasks that are named are listed whatever their age.
    if args.tasks.is_empty() && args.since > MAX_PERIOD {
        return Err(Failure::usage("EdgeOne lists at most 7 days of tasks", "write `--since 168h`, or less"));
    }
    let now = clock::now();
    let [from, until] = [now - args.since, now].map(|time| OffsetDateTime::at_offset(time, UtcOffset::UTC));
    let by_task = |id: &String| [AdvancedFilter::new("job-id", [id.as_str()])];
    if args.prefetch {
        let requests = if args.tasks.is_empty() {
            vec![teo::DescribePrefetchTasks::between(zone, from, until)]
        } else {
            args.tasks.iter().map(|id| teo::DescribePrefetchTasks::filtered(zone, by_task(id))).collect()
        };
        for request in requests {
            list(account.teo.describe_prefetch_tasks(request).items(), args, entries).await?;
        }
        return Ok(());
    }
    let requests = if args.tasks.is_empty() {
        vec![teo::DescribePurgeTasks::between(zone, from, until)]
    } else {
        args.tasks.iter().map(|id| teo::DescribePurgeTasks::filtered(zone, by_task(id))).collect()
    };
    for request in requests {
        list(account.teo.describe_purge_tasks(request).items(), args, entries).await?;
    }
    Ok(())
}

/// Adds the entries of a list until there are as many as the user wants.
async fn list<L: TaskList>(mut items: Items<L>, args: &args::Tasks, entries: &mut Vec<Entry>) -> Result<(), Failure> {
    while entries.len() < args.limit {
        let Some(item) = items.next().await else { break };
        let item = item?;
        let entry = L::entry(&item);
        if args.state.is_none_or(|state| state == state_of(entry.state)) {
            entries.push(Entry {
                task: entry.task.to_owned(),
                target: entry.target.to_owned(),
                state: entry.state.to_owned(),
                created: entry.created.to_owned(),
                reason: entry.reason.filter(|reason| !reason.is_empty()).map(str::to_owned),
            });
        }
    }
    Ok(())
}

/// The state in our words. What is neither in progress nor done has failed, such as `timeout`.
fn state_of(state: &str) -> State {
    match state.to_ascii_lowercase().as_str() {
        "process" | "processing" => State::Processing,
        "done" | "success" => State::Done,
        _ => State::Failed,
    }
}
