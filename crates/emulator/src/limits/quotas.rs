//! Limits the targets per day that an account may submit to one action.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::batches;
use super::limit::{Limit, Usage};
use crate::generated::PRODUCTS;
use crate::refusal::Refusal;
use crate::state::Task;
use crate::table::Action;
use crate::time;

/// The regions that `cdn` counts separately.
pub(crate) const REGIONS: [&str; 2] = ["mainland", "overseas"];

/// The targets per day and type of a `teo` account. The API's pages leave it to the plan; this is
/// the number in the example of `DescribeContentQuota`.
const TEO_PER_DAY: u64 = 10_000;

/// The counter of prefetches by edge nodes, and its documented limit.
const EDGE: &str = "edge";
const EDGE_PER_DAY: u64 = 1_000;

/// The number that is reported where there is no limit. A billion: a day is too short for it.
const NO_LIMIT: u64 = 1_000_000_000;

/// The targets of the current day, by account, action and counter.
#[derive(Debug)]
pub(crate) struct Quotas {
    limit: Limit,
    /// The current day, as in [`time::day`].
    day: i64,
    used: BTreeMap<Key, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    account: String,
    service: String,
    action: String,
    /// See [`Usage::counter`].
    counter: String,
}

/// A quota, as the service reports it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Maximum number of targets per request.
    pub(crate) batch: u64,
    /// Maximum number of targets per day.
    pub(crate) total: u64,
    /// Number of targets that are left today.
    pub(crate) available: u64,
}

impl Quotas {
    /// Begins with the tasks of an earlier emulator.
    pub(crate) fn new<'a>(limit: Limit, tasks: impl Iterator<Item = &'a Task>, now: SystemTime) -> Self {
        let mut quotas = Self { limit, day: time::day(now), used: BTreeMap::new() };
        for task in tasks.filter(|task| time::day(task.created) == quotas.day) {
            for key in keys(task) {
                *quotas.used.entry(key).or_default() += count(task);
            }
        }
        quotas
    }

    /// Checks whether the account may submit this task, without counting it.
    pub(crate) fn check(&mut self, action: &Action, task: &Task, now: SystemTime) -> Result<(), Refusal> {
        self.begin_day(now);
        let requested = count(task);
        for key in keys(task) {
            let Some(limit) = self.limit.resolve(documented(action, &key)) else { continue };
            let used = self.used.get(&key).copied().unwrap_or_default();
            if used.saturating_add(requested) > limit {
                let message = format!(
                    "the daily quota of {limit} targets of {} ({}) does not allow {requested} more: {used} are used; \
                     help: wait until midnight, UTC+8",
                    action.name, key.counter
                );
                return Err(Refusal::new(code(action, &task.kind), message));
            }
        }
        Ok(())
    }

    /// Counts an accepted task.
    pub(crate) fn count(&mut self, task: &Task) {
        for key in keys(task) {
            let used = self.used.entry(key).or_default();
            *used = used.saturating_add(count(task));
        }
    }

    /// Returns the targets of a task that was counted, but not accepted in the end.
    pub(crate) fn refund(&mut self, task: &Task) {
        if time::day(task.created) != self.day {
            return;
        }
        for key in keys(task) {
            if let Some(used) = self.used.get_mut(&key) {
                *used = used.saturating_sub(count(task));
            }
        }
    }

    /// The quota of an account for an action's counter. `per_request` limits its batches.
    pub(crate) fn quota(
        &mut self,
        account: &str,
        service: &str,
        action: &Action,
        counter: &str,
        per_request: Limit,
        now: SystemTime,
    ) -> Quota {
        self.begin_day(now);
        let key = Key {
            account: account.to_owned(),
            service: service.to_owned(),
            action: action.name.to_owned(),
            counter: counter.to_owned(),
        };
        let total = self.limit.resolve(documented(action, &key)).unwrap_or(NO_LIMIT);
        let used = self.used.get(&key).copied().unwrap_or_default();
        let batch = per_request.resolve(batches::documented(action, counter)).unwrap_or(NO_LIMIT);
        Quota { batch, total, available: total.saturating_sub(used) }
    }

    /// The usage of every quota with at least one task on the current day.
    pub(crate) fn usage(&mut self, now: SystemTime) -> Vec<Usage> {
        self.begin_day(now);
        let usage = self.used.iter().map(|(key, used)| Usage {
            account: key.account.clone(),
            service: key.service.clone(),
            action: key.action.clone(),
            counter: Some(key.counter.clone()),
            used: *used,
            limit: self.limit.resolve(find(&key.service, &key.action).and_then(|action| documented(action, key))),
        });
        usage.collect()
    }

    /// Resets the counters if a new day has begun.
    fn begin_day(&mut self, now: SystemTime) {
        let today = time::day(now);
        if self.day != today {
            self.day = today;
            self.used.clear();
        }
    }
}

fn find(service: &str, action: &str) -> Option<&'static Action> {
    PRODUCTS.iter().filter(|product| product.service == service).find_map(|product| product.action(action))
}

fn documented(action: &Action, key: &Key) -> Option<u64> {
    match (key.service.as_str(), key.counter.as_str()) {
        ("teo", EDGE) => Some(EDGE_PER_DAY),
        ("teo", _) => Some(TEO_PER_DAY),
        _ => action.batch.and_then(|batch| batch.per_day),
    }
}

/// The number of targets that are counted. A purge of everything counts as one.
fn count(task: &Task) -> u64 {
    u64::try_from(task.targets.len()).unwrap_or(u64::MAX).max(1)
}

/// The counters of a task: its regions on `cdn`, its type on `teo`. Prefetches by edge nodes are
/// counted separately.
fn keys(task: &Task) -> impl Iterator<Item = Key> {
    let counters: Vec<&str> = match task.service.as_str() {
        "cdn" => task.regions().to_vec(),
        _ if task.is_prefetch() && task.method == EDGE => vec![EDGE],
        _ => vec![&task.kind],
    };
    counters.into_iter().map(|counter| Key {
        account: task.account.clone(),
        service: task.service.clone(),
        action: task.action.clone(),
        counter: counter.to_owned(),
    })
}

/// The code of the action for an exceeded daily quota: the one that names the kind of the targets;
/// otherwise any that the action documents for a day; otherwise the common one.
fn code(action: &Action, kind: &str) -> &'static str {
    let is_daily =
        |code: &&&str| code.starts_with("LimitExceeded.") && (code.contains("DayLimit") || code.contains("DailyQuota"));
    let names_kind = |code: &&&str| code.to_ascii_lowercase().contains(&format!("{}exceed", kind.to_ascii_lowercase()));
    let codes = || action.errors.iter().filter(is_daily);
    codes().find(names_kind).or_else(|| codes().next()).copied().unwrap_or("LimitExceeded")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    /// A midnight in UTC+8, in seconds since 1970.
    const MIDNIGHT: u64 = 1_699_977_600;

    fn at(seconds: i64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(MIDNIGHT.strict_add_signed(seconds))
    }

    fn task(place: Option<&str>, targets: usize, created: SystemTime) -> Task {
        let line = serde_json::json!({
            "id": "1-a", "account": "default", "service": "cdn", "action": "PurgePathCache", "kind": "path",
            "method": "flush", "place": place,
            "targets": vec![serde_json::json!({ "address": "http://a.b/" }); targets],
            "created": created, "finished": created,
        });
        serde_json::from_value(line).unwrap()
    }

    fn action() -> &'static Action {
        find("cdn", "PurgePathCache").unwrap()
    }

    #[test]
    fn the_documented_quota_applies_to_each_region() {
        let mut quotas = Quotas::new(Limit::Documented, std::iter::empty(), at(0));
        for region in REGIONS {
            quotas.check(action(), &task(Some(region), 100, at(0)), at(0)).unwrap();
            quotas.count(&task(Some(region), 100, at(0)));
            let refusal = quotas.check(action(), &task(Some(region), 1, at(0)), at(0)).unwrap_err();
            assert_eq!(refusal.code(), "LimitExceeded.CdnPurgePathExceedDayLimit");
        }
    }

    #[test]
    fn a_purge_without_a_region_is_counted_in_both() {
        let mut quotas = Quotas::new(Limit::Documented, std::iter::empty(), at(0));
        quotas.count(&task(Some("overseas"), 60, at(0)));
        quotas.check(action(), &task(None, 40, at(0)), at(0)).unwrap();
        quotas.check(action(), &task(None, 41, at(0)), at(0)).unwrap_err();
        quotas.count(&task(None, 40, at(0)));
        quotas.check(action(), &task(Some("mainland"), 60, at(0)), at(0)).unwrap();
        quotas.check(action(), &task(Some("mainland"), 61, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn quotas_are_reset_at_midnight() {
        let mut quotas = Quotas::new(Limit::Documented, std::iter::empty(), at(-1));
        quotas.count(&task(None, 100, at(-1)));
        quotas.check(action(), &task(None, 1, at(-1)), at(-1)).unwrap_err();
        quotas.check(action(), &task(None, 100, at(0)), at(0)).unwrap();
        assert_eq!(quotas.usage(at(0)), []);
    }

    #[test]
    fn a_refund_applies_to_the_day_of_the_task_only() {
        let mut quotas = Quotas::new(Limit::Documented, std::iter::empty(), at(-1));
        let task = task(None, 100, at(-1));
        quotas.count(&task);
        quotas.refund(&task);
        quotas.check(action(), &task, at(-1)).unwrap();
        quotas.count(&task);
        quotas.check(action(), &self::task(None, 100, at(0)), at(0)).unwrap();
        quotas.count(&self::task(None, 100, at(0)));
        quotas.refund(&task);
        quotas.check(action(), &self::task(None, 1, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn tasks_of_an_earlier_emulator_on_the_same_day_are_counted() {
        let tasks = [task(None, 70, at(-1)), task(None, 30, at(0))];
        let mut quotas = Quotas::new(Limit::Documented, tasks.iter(), at(1));
        let usage = quotas.usage(at(1));
        assert_eq!(usage.len(), 2);
        assert!(usage.iter().all(|usage| (usage.used, usage.limit) == (30, Some(100))), "{usage:?}");
    }

    #[test]
    fn the_limit_can_be_set_or_removed() {
        let mut unlimited = Quotas::new(Limit::Unlimited, std::iter::empty(), at(0));
        unlimited.check(action(), &task(None, 100_000, at(0)), at(0)).unwrap();
        let mut two = Quotas::new(Limit::At(2), std::iter::empty(), at(0));
        two.check(action(), &task(None, 2, at(0)), at(0)).unwrap();
        two.check(action(), &task(None, 3, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn a_quota_says_what_is_left() {
        let mut quotas = Quotas::new(Limit::Documented, std::iter::empty(), at(0));
        quotas.count(&task(Some("overseas"), 60, at(0)));
        let mut quota = |region, per_request, now| {
            let Quota { batch, total, available } =
                quotas.quota("default", "cdn", action(), region, per_request, at(now));
            (batch, total, available)
        };
        assert_eq!(quota("overseas", Limit::Documented, 0), (500, 100, 40));
        assert_eq!(quota("mainland", Limit::At(20), 0), (20, 100, 100));
        assert_eq!(quota("overseas", Limit::Unlimited, 24 * 3_600), (NO_LIMIT, 100, 100));
        let mut unlimited = Quotas::new(Limit::Unlimited, std::iter::empty(), at(0));
        unlimited.count(&task(Some("overseas"), 60, at(0)));
        let quota = unlimited.quota("default", "cdn", action(), "overseas", Limit::Documented, at(0));
        assert_eq!((quota.total, quota.available), (NO_LIMIT, NO_LIMIT - 60));
    }

    #[test]
    fn the_code_names_the_kind_of_the_targets() {
        assert_eq!(code(find("cdn", "PurgeUrlsCache").unwrap(), "url"), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(code(find("cdn", "PurgePathCache").unwrap(), "path"), "LimitExceeded.CdnPurgePathExceedDayLimit");
        assert_eq!(code(find("teo", "CreatePurgeTask").unwrap(), "purge_url"), "LimitExceeded.DailyQuota");
        assert_eq!(code(find("cdn", "PushUrlsCache").unwrap(), "url"), "LimitExceeded.CdnPushExceedDayLimit");
        assert_eq!(code(find("teo", "CreatePrefetchTask").unwrap(), "prefetch_url"), "LimitExceeded.DailyQuota");
        assert_eq!(code(find("ecdn", "DescribePurgeTasks").unwrap(), "url"), "LimitExceeded");
    }
}
