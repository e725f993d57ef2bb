//! Selects entries of the history of tasks, and returns one page of them.
//!
//! A task may have thousands of entries, so an entry is created only if it is on the page. If a
//! query selects a task as a whole, its entries are counted without looking at them.

use std::time::SystemTime;

use super::{Call, State, url};
use crate::refusal::Refusal;
use crate::state::{KeptTask, List, Status, Target, Task, Zone};

/// The `ZoneId` of a task whose targets may be in any zone of the account.
pub(super) const ALL_ZONES: &str = "*";

/// The entries that a query selects. `None` selects all.
pub(super) struct Selection<'a> {
    pub(super) list: List,
    /// The name that the service has for a status.
    pub(super) status_name: fn(&Task, Status) -> &'static str,
    pub(super) entries: Entries<'a>,
    pub(super) id: Option<&'a str>,
    /// The time from which tasks were submitted.
    pub(super) start: Option<SystemTime>,
    /// The time before which tasks were submitted.
    pub(super) end: Option<SystemTime>,
    pub(super) kind: Option<&'a str>,
    pub(super) zone: Option<ZoneFilter<'a>>,
    pub(super) statuses: Option<Vec<&'a str>>,
    /// An entry is selected if its target passes all of these.
    pub(super) targets: Vec<TargetFilter<'a>>,
}

/// The entries of a target.
#[derive(Clone, Copy)]
pub(super) enum Entries<'a> {
    /// One.
    OnePerTarget,
    /// One for each region of the task; only that of this region, if there is one.
    OnePerRegion(Option<&'a str>),
}

/// The zone of the tasks. Tasks of all zones belong to it with those targets that it contains.
#[derive(Clone, Copy)]
pub(super) struct ZoneFilter<'a> {
    pub(super) id: &'a str,
    /// The zone, if it is known.
    pub(super) zone: Option<&'a Zone>,
}

/// A condition on a target.
pub(super) enum TargetFilter<'a> {
    /// It is this text.
    Is(&'a str),
    /// It is this URL, or has this host.
    IsOrHasHost(&'a str),
    /// It contains this text.
    Contains(&'a str),
    /// It is a URL or the name of one of these hosts.
    HasHost(Vec<&'a str>),
}

/// A target of a task, in one region if the entries are separate.
pub(super) struct Entry<'a> {
    pub(super) task: &'a Task,
    pub(super) target: &'a Target,
    /// Empty if the entries are not separate.
    pub(super) region: &'static str,
    /// The name that the service has for it.
    pub(super) status: &'static str,
}

/// A part of the selected entries.
pub(super) struct Page<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// The number of entries on all pages.
    pub(super) total: usize,
}

/// The part of a page in the sequence of entries.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

impl Range {
    /// The part that the parameters `Offset` and `Limit` describe. 20 entries without `Limit`,
    /// which is the documented default of every list.
    pub(super) fn of(call: &Call<'_>, max: Option<i64>, code: &'static str) -> Result<Self, Refusal> {
        let number = |name: &str, default: i64, max: Option<i64>| {
            let value = call.integer(name).unwrap_or(default);
            let allowed = usize::try_from(value).ok().filter(|_| max.is_none_or(|max| value <= max));
            allowed.ok_or_else(|| {
                let expected = max.map_or_else(|| "at least 0".to_owned(), |max| format!("between 0 and {max}"));
                Refusal::new(code, format!("the parameter `{name}` must be {expected}, not {value}"))
            })
        };
        Ok(Self { offset: number("Offset", 0, None)?, limit: number("Limit", 20, max)? })
    }
}

impl<'a> Selection<'a> {
    /// Selects all purges of the caller, or all prefetches.
    pub(super) fn new(
        call: &Call<'_>,
        service: &str,
        prefetches: bool,
        status_name: fn(&Task, Status) -> &'static str,
        entries: Entries<'a>,
    ) -> Self {
        Self {
            list: List { account: call.account.to_owned(), service: service.to_owned(), prefetches },
            status_name,
            entries,
            id: None,
            start: None,
            end: None,
            kind: None,
            zone: None,
            statuses: None,
            targets: Vec::new(),
        }
    }

    /// A page of the selected entries: the latest task first, its targets in the order in which
    /// they were sent.
    pub(super) fn page(&self, state: &'a State, now: SystemTime, range: Range) -> Page<'a> {
        let mut page = Page { entries: Vec::new(), total: 0 };
        match self.id {
            Some(id) => {
                let kept = state.tasks.get(id).filter(|kept| self.list.contains(&kept.task));
                kept.into_iter().for_each(|kept| self.add(kept, now, range, &mut page));
            }
            None => state.tasks.list(&self.list).for_each(|kept| self.add(kept, now, range, &mut page)),
        }
        page
    }

    /// Counts the selected entries of a task, and adds those that are on the page.
    fn add(&self, kept: &'a KeptTask, now: SystemTime, range: Range, page: &mut Page<'a>) {
        if !self.has_task(kept, now) {
            return;
        }
        let (task, regions) = (&kept.task, self.regions(kept));
        let all = task.targets.iter().flat_map(|target| regions.iter().map(move |region| (target, *region)));
        let entries = all.map(|(target, region)| {
            let status = (self.status_name)(task, target.status(task, now));
            Entry { task, target, region, status }
        });
        if self.has_all_entries(kept, now) {
            let count = task.targets.len() * regions.len();
            let (skipped, wanted) = (range.offset.saturating_sub(page.total), range.limit - page.entries.len());
            if skipped < count && wanted > 0 {
                page.entries.extend(entries.skip(skipped).take(wanted));
            }
            page.total += count;
            return;
        }
        for entry in entries.filter(|entry| self.has_entry(entry)) {
            if page.total >= range.offset && page.entries.len() < range.limit {
                page.entries.push(entry);
            }
            page.total += 1;
        }
    }

    /// Whether entries of a task of the list may be selected.
    fn has_task(&self, kept: &KeptTask, now: SystemTime) -> bool {
        let task = &kept.task;
        task.listed <= now
            && self.start.is_none_or(|start| start <= task.created)
            && self.end.is_none_or(|end| task.created < end)
            && self.kind.is_none_or(|kind| kind == task.kind)
            && self.zone.is_none_or(|zone| zone.has_task(task))
            && self.statuses.as_ref().is_none_or(|statuses| self.has_status(kept, statuses, now))
    }

    /// Whether targets of the task may have one of these statuses. Before it finishes, all are in
    /// progress, and after that none is.
    fn has_status(&self, kept: &KeptTask, statuses: &[&str], now: SystemTime) -> bool {
        let name = |status| (self.status_name)(&kept.task, status);
        match now < kept.task.finished {
            true => statuses.contains(&name(Status::Process)),
            false if kept.failures == 0 => statuses.contains(&name(Status::Done)),
            false => statuses.iter().any(|status| *status != name(Status::Process)),
        }
    }

    /// Whether all entries of a task are selected that [`has_task`](Self::has_task) lets pass.
    fn has_all_entries(&self, kept: &KeptTask, now: SystemTime) -> bool {
        let have_one_status = || kept.failures == 0 || now < kept.task.finished;
        self.targets.is_empty()
            && (self.statuses.is_none() || have_one_status())
            && self.zone.is_none_or(|zone| zone.has_all_targets(&kept.task))
    }

    fn has_entry(&self, entry: &Entry<'_>) -> bool {
        let address = entry.target.address.as_str();
        self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&entry.status))
            && self.targets.iter().all(|filter| filter.matches(address))
            && self.zone.is_none_or(|zone| zone.has_target(entry.task, address))
    }

    /// The regions with an entry of their own.
    fn regions(&self, kept: &KeptTask) -> &'static [&'static str] {
        match self.entries {
            Entries::OnePerTarget => &[""],
            Entries::OnePerRegion(None) => kept.regions,
            Entries::OnePerRegion(Some(only)) => {
                let position = kept.regions.iter().position(|region| *region == only);
                position.and_then(|at| kept.regions.get(at..=at)).unwrap_or_default()
            }
        }
    }
}

impl ZoneFilter<'_> {
    fn has_task(self, task: &Task) -> bool {
        self.has_all_targets(task) || (self.zone.is_some() && task.place.as_deref() == Some(ALL_ZONES))
    }

    fn has_all_targets(self, task: &Task) -> bool {
        task.place.as_deref() == Some(self.id)
    }

    fn has_target(self, task: &Task, address: &str) -> bool {
        let contains = |zone: &Zone| url::host_of_target(address).is_some_and(|host| zone.contains(host));
        self.has_all_targets(task) || self.zone.is_some_and(contains)
    }
}

impl TargetFilter<'_> {
    fn matches(&self, address: &str) -> bool {
        match self {
            Self::Is(text) => address == *text,
            Self::IsOrHasHost(text) => address == *text || url::has_host(address, text),
            Self::Contains(text) => address.contains(text),
            Self::HasHost(hosts) => url::host_of_target(address)
                .is_some_and(|host| hosts.iter().any(|wanted| wanted.eq_ignore_ascii_case(host))),
        }
    }
}
