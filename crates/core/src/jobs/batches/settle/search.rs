//! Finds the targets of a request in the history of tasks.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};

use crate::action::TaskEntry;
use crate::time::{DateTime, OffsetDateTime, UtcOffset};

/// How long before a request its task may have been created, according to the clocks. 40 s: the
/// difference of the clocks is wrong by at most half a minute, and times are cut to seconds. If it
/// were longer, an earlier purge of the same targets would be found more often.
const MAX_EARLY: Duration = Duration::from_secs(40);
/// How much the end of the period is later. Two minutes: a task that is created later is purged
/// later, so this need not be exact.
const MAX_LATE: Duration = Duration::from_secs(120);
/// Maximum time from the first attempt of a request to the arrival of the last one. One hour: a
/// call takes about a minute, but its timeout can be set, and a retry may wait for a permit.
const MAX_DELAY: Duration = Duration::from_secs(3_600);

/// An entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) task: String,
    pub(super) target: String,
    created: String,
}

/// When a task was created that belongs to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: SystemTime,
    pub(super) until: SystemTime,
}

impl From<TaskEntry<'_>> for Row {
    fn from(TaskEntry { task, target, created, .. }: TaskEntry<'_>) -> Self {
        Self { task: task.to_owned(), target: target.to_owned(), created: created.to_owned() }
    }
}

impl Period {
    /// The period of a request that was sent at this time, as far as it has passed.
    pub(super) fn of(sent_at: SystemTime, now: SystemTime) -> Self {
        let from = sent_at.checked_sub(MAX_EARLY).unwrap_or(sent_at);
        let until = sent_at.checked_add(MAX_DELAY).map_or(now, |latest| latest.min(now));
        Self { from, until: until.checked_add(MAX_LATE).unwrap_or(until) }
    }

    /// The period of a request of which it is not known when it was sent: it ends now.
    pub(super) fn before(now: SystemTime) -> Self {
        Self { from: now.checked_sub(MAX_DELAY).unwrap_or(now), until: now.checked_add(MAX_LATE).unwrap_or(now) }
    }

    /// Whether a time is in the period, as the service writes it.
    ///
    /// A time without an offset is compared as UTC and as China's time: no page says which of them
    /// it is.
    fn contains(&self, created: &str) -> bool {
        let instants = match created.parse::<OffsetDateTime>() {
            Ok(time) => [time.to_system_time().ok(), None],
            Err(_) => match created.parse::<DateTime>() {
                Ok(time) => [UtcOffset::UTC, UtcOffset::CHINA].map(|offset| time.to_system_time(offset).ok()),
                Err(_) => [None, None],
            },
        };
        instants.into_iter().flatten().any(|instant| (self.from..=self.until).contains(&instant))
    }
}

/// The tasks of a period that a report does not contain yet, and their targets.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<String, HashSet<String>>);

impl Found {
    /// The rows that may belong to a request of this period. `known` are the tasks of other
    /// requests.
    pub(super) fn new(rows: impl IntoIterator<Item = Row>, period: Period, known: &HashSet<&str>) -> Self {
        let mut found = Self::default();
        let rows = rows.into_iter().filter(|row| !known.contains(row.task.as_str()) && period.contains(&row.created));
        for Row { task, target, .. } in rows {
            found.0.entry(task).or_default().insert(target);
        }
        found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The task of which all of these targets are part. If there are several, the first one.
    pub(super) fn task_with_all(&self, targets: &[&str]) -> Option<&str> {
        let has_all = |found: &HashSet<String>| targets.iter().all(|target| found.contains(*target));
        self.0.iter().find(|(_, found)| has_all(found)).map(|(task, _)| task.as_str())
    }

    /// The task of which most of these targets are part, and which of them are.
    pub(super) fn task_with_any<'a>(&self, targets: &[&'a str]) -> Option<(&str, HashSet<&'a str>)> {
        let part = |found: &HashSet<String>| targets.iter().copied().filter(|target| found.contains(*target)).collect();
        let tasks = self.0.iter().map(|(task, found)| (task.as_str(), part(found)));
        tasks.filter(|(_, part): &(_, HashSet<_>)| !part.is_empty()).max_by_key(|(_, part)| part.len())
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// 2023-11-14 22:13:20 UTC.
    const SENT: u64 = 1_700_000_000;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn period() -> Period {
        Period::of(at(SENT), at(SENT + 60))
    }

    #[test]
    fn a_time_without_an_offset_may_be_utc_or_china_s() {
        for (created, expected) in [
            ("2023-11-14 22:13:20", true),
            ("2023-11-15 06:13:20", true),
            ("2023-11-14 22:12:40", true),
            ("2023-11-14 22:16:20", true),
            ("2023-11-14 22:12:39", false),
            ("2023-11-14 22:16:21", false),
            ("2023-11-15 06:16:21", false),
            ("2023-11-15 02:13:20", false),
            ("2023-11-14T22:13:20Z", true),
            ("2023-11-15T06:13:20+08:00", true),
            ("2023-11-15T06:13:20Z", false),
            ("", false),
        ] {
            assert_eq!(period().contains(created), expected, "{created}");
        }
    }

    #[test]
    fn a_period_ends_an_hour_after_the_request_was_sent() {
        let later = Period::of(at(SENT), at(SENT + 100_000));
        assert_eq!((later.from, later.until), (at(SENT - 40), at(SENT + 3_720)));
    }

    fn found(rows: &[(&str, &str)], known: &[&str]) -> Found {
        let row = |(task, target): &(&str, &str)| Row {
            task: (*task).to_owned(),
            target: (*target).to_owned(),
            created: "2023-11-14 22:13:30".to_owned(),
        };
        Found::new(rows.iter().map(row), period(), &known.iter().copied().collect())
    }

    #[test]
    fn a_request_is_found_by_a_task_with_all_of_the_targets() {
        let rows = [("1", "a"), ("2", "a"), ("2", "c"), ("2", "a"), ("3", "c")];
        assert_eq!(found(&rows, &[]).task_with_all(&["a", "c"]), Some("2"));
        assert_eq!(found(&rows, &["2"]).task_with_all(&["a", "c"]), None);
        assert_eq!(found(&[], &[]).task_with_all(&["a"]), None);
    }

    #[test]
    fn a_part_of_a_request_is_found_by_the_task_with_most_of_its_targets() {
        let rows = [("1", "a"), ("2", "a"), ("2", "c"), ("3", "x")];
        assert_eq!(found(&rows, &[]).task_with_any(&["a", "b", "c"]), Some(("2", HashSet::from(["a", "c"]))));
        assert_eq!(found(&rows, &["2"]).task_with_any(&["a", "b"]), Some(("1", HashSet::from(["a"]))));
        assert_eq!(found(&rows, &[]).task_with_any(&["b"]), None);
    }
}
