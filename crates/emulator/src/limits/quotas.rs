//! The targets a day that an account may submit to one action.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::limit::{Limit, Usage};
use crate::generated::PRODUCTS;
use crate::refusal::Refusal;
use crate::state::Task;
use crate::table::Action;
use crate::time;

/// The regions that `cdn` counts apart.
const REGIONS: [&str; 2] = ["mainland", "overseas"];

/// The targets of today, by account, action and lane.
#[derive(Debug)]
pub(crate) struct Quotas {
    limit: Limit,
    /// The day that is counted, as [`time::day`] names it.
    day: i64,
    used: BTreeMap<Key, u64>,
}

/// Account, service, action and lane.
type Key = (String, String, String, String);

impl Quotas {
    /// The quotas as they are after some tasks.
    pub(crate) fn after<'a>(limit: Limit, tasks: impl Iterator<Item = &'a Task>, now: SystemTime) -> Self {
        let mut quotas = Self { limit, day: time::day(now), used: BTreeMap::new() };
        for task in tasks.filter(|task| time::day(task.created) == quotas.day) {
            for key in keys(task) {
                *quotas.used.entry(key).or_default() += count(task);
            }
        }
        quotas
    }

    /// Whether the account may submit this task; it is not counted yet.
    pub(crate) fn check(&mut self, action: &Action, task: &Task, now: SystemTime) -> Result<(), Refusal> {
        self.turn_to(now);
        let Some(most) = self.limit.of(documented(action)) else { return Ok(()) };
        let wanted = count(task);
        for key in keys(task) {
            let used = self.used.get(&key).copied().unwrap_or_default();
            if used.saturating_add(wanted) > most {
                let (.., lane) = key;
                let message = format!(
                    "the account has submitted {used} of {most} targets of {} that it may a day ({lane}), and this \
                     request has {wanted}: the next day begins at midnight, UTC+8",
                    action.name
                );
                return Err(Refusal::new(code(action, &task.kind), message));
            }
        }
        Ok(())
    }

    /// Counts a task that was accepted.
    pub(crate) fn count(&mut self, task: &Task) {
        for key in keys(task) {
            let used = self.used.entry(key).or_default();
            *used = used.saturating_add(count(task));
        }
    }

    /// Gives back what a task took that was counted and does not exist after all.
    pub(crate) fn give_back(&mut self, task: &Task) {
        if time::day(task.created) != self.day {
            return;
        }
        for key in keys(task) {
            if let Some(used) = self.used.get_mut(&key) {
                *used = used.saturating_sub(count(task));
            }
        }
    }

    /// What each account has used of each action that it called today.
    pub(crate) fn usage(&mut self, now: SystemTime) -> Vec<Usage> {
        self.turn_to(now);
        let usage = self.used.iter().map(|((account, service, action, lane), used)| Usage {
            account: account.clone(),
            service: service.clone(),
            action: action.clone(),
            lane: Some(lane.clone()),
            used: *used,
            most: self.limit.of(find(service, action).and_then(documented)),
        });
        usage.collect()
    }

    fn turn_to(&mut self, now: SystemTime) {
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

fn documented(action: &Action) -> Option<u64> {
    action.batch.and_then(|batch| batch.per_day)
}

/// A purge of everything has no targets, and counts as one.
fn count(task: &Task) -> u64 {
    u64::try_from(task.targets.len()).unwrap_or(u64::MAX).max(1)
}

/// Where a task counts. A purge on `cdn` that names no region goes to those of its domain names, which the emulator does not
/// know: it counts in both.
fn keys(task: &Task) -> impl Iterator<Item = Key> {
    let lanes: Vec<&str> = match (task.service.as_str(), task.place.as_deref()) {
        ("cdn", Some(region)) => vec![region],
        ("cdn", None) => REGIONS.to_vec(),
        _ => vec![&task.kind],
    };
    lanes.into_iter().map(|lane| (task.account.clone(), task.service.clone(), task.action.clone(), lane.to_owned()))
}

/// The code with which the action refuses what is too much for a day: the one that names what is purged if there is one,
/// else any that it documents for a day, else the common one.
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

    /// A midnight of the service's, in seconds since 1970.
    const MIDNIGHT: u64 = 1_699_977_600;

    fn at(seconds: i64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(MIDNIGHT.strict_add_signed(seconds))
    }

    fn task(place: Option<&str>, targets: usize, created: SystemTime) -> Task {
        let line = serde_json::json!({
            "id": "1-a", "account": "default", "service": "cdn", "action": "PurgePathCache", "kind": "path", "method": "flush",
            "place": place, "targets": vec![serde_json::json!({ "address": "http://a.b/", "fails": false }); targets],
            "created": created, "finished": created,
        });
        serde_json::from_value(line).unwrap()
    }

    fn action() -> &'static Action {
        find("cdn", "PurgePathCache").unwrap()
    }

    #[test]
    fn a_day_takes_as_many_as_documented_in_each_region() {
        let mut quotas = Quotas::after(Limit::Documented, std::iter::empty(), at(0));
        for region in REGIONS {
            quotas.check(action(), &task(Some(region), 100, at(0)), at(0)).unwrap();
            quotas.count(&task(Some(region), 100, at(0)));
            let refusal = quotas.check(action(), &task(Some(region), 1, at(0)), at(0)).unwrap_err();
            assert_eq!(refusal.code(), "LimitExceeded.CdnPurgePathExceedDayLimit");
        }
    }

    #[test]
    fn a_purge_without_a_region_counts_in_both() {
        let mut quotas = Quotas::after(Limit::Documented, std::iter::empty(), at(0));
        quotas.count(&task(Some("overseas"), 60, at(0)));
        quotas.check(action(), &task(None, 40, at(0)), at(0)).unwrap();
        quotas.check(action(), &task(None, 41, at(0)), at(0)).unwrap_err();
        quotas.count(&task(None, 40, at(0)));
        quotas.check(action(), &task(Some("mainland"), 60, at(0)), at(0)).unwrap();
        quotas.check(action(), &task(Some("mainland"), 61, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let mut quotas = Quotas::after(Limit::Documented, std::iter::empty(), at(-1));
        quotas.count(&task(None, 100, at(-1)));
        quotas.check(action(), &task(None, 1, at(-1)), at(-1)).unwrap_err();
        quotas.check(action(), &task(None, 100, at(0)), at(0)).unwrap();
        assert_eq!(quotas.usage(at(0)), []);
    }

    #[test]
    fn what_is_given_back_is_free_again_on_its_day() {
        let mut quotas = Quotas::after(Limit::Documented, std::iter::empty(), at(-1));
        let task = task(None, 100, at(-1));
        quotas.count(&task);
        quotas.give_back(&task);
        quotas.check(action(), &task, at(-1)).unwrap();
        quotas.count(&task);
        quotas.check(action(), &self::task(None, 100, at(0)), at(0)).unwrap();
        quotas.count(&self::task(None, 100, at(0)));
        quotas.give_back(&task);
        quotas.check(action(), &self::task(None, 1, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn tasks_of_today_that_a_journal_kept_count() {
        let kept = [task(None, 70, at(-1)), task(None, 30, at(0))];
        let mut quotas = Quotas::after(Limit::Documented, kept.iter(), at(1));
        let usage = quotas.usage(at(1));
        assert_eq!(usage.len(), 2);
        assert!(usage.iter().all(|usage| (usage.used, usage.most) == (30, Some(100))), "{usage:?}");
    }

    #[test]
    fn a_limit_can_be_set_or_lifted() {
        let mut unlimited = Quotas::after(Limit::Unlimited, std::iter::empty(), at(0));
        unlimited.check(action(), &task(None, 100_000, at(0)), at(0)).unwrap();
        let mut two = Quotas::after(Limit::At(2), std::iter::empty(), at(0));
        two.check(action(), &task(None, 2, at(0)), at(0)).unwrap();
        two.check(action(), &task(None, 3, at(0)), at(0)).unwrap_err();
    }

    #[test]
    fn the_code_is_the_one_that_names_what_is_purged() {
        assert_eq!(code(find("cdn", "PurgeUrlsCache").unwrap(), "url"), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(code(find("cdn", "PurgePathCache").unwrap(), "path"), "LimitExceeded.CdnPurgePathExceedDayLimit");
        assert_eq!(code(find("teo", "CreatePurgeTask").unwrap(), "purge_url"), "LimitExceeded.DailyQuota");
        assert_eq!(code(find("ecdn", "DescribePurgeTasks").unwrap(), "url"), "LimitExceeded");
    }
}
