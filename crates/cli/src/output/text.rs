//! Shows a report as text for people.

use std::fmt::Write as _;

use indicatif::HumanCount;

use super::json::{Counts, Failed, Job, Report};
use super::{Paint, Table};
use crate::exit::Exit;

/// Maximum number of failed targets that are shown. 50: two screens; `--json` has all of them.
const MAX_FAILURES: usize = 50;

/// Maximum number of different hints under the failed targets. 3: more hide the table.
const MAX_HINTS: usize = 3;

/// The report as lines, without the error that ended the command.
pub(crate) fn report(report: &Report, paint: &Paint) -> String {
    let mut blocks = Vec::new();
    let is_send = !matches!(report.command, "tasks" | "quota" | "zones" | "wait");
    if report.dry_run {
        blocks.push(plan(report, paint));
    } else if is_send && (report.error.is_none() || report.targets.total > 0) {
        blocks.push(counts(report, paint));
    }
    blocks.extend(failures(report, paint));
    match report.command {
        "zones" => blocks.push(zones(report, paint)),
        "tasks" => blocks.push(entries(report, paint)),
        "wait" => blocks.insert(0, waited(report, paint)),
        _ => {}
    }
    if !report.quotas.is_empty() {
        blocks.push(quotas(report, paint));
    }
    match &report.resume {
        Some(resume) => blocks.push(format!("go on with:\n  {}", paint.bold(resume))),
        None => {
            blocks.extend(next_step(report));
            blocks.extend(without_journal(report));
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n")
}

/// The jobs of a plan, one on each line.
pub(crate) fn jobs(jobs: &[Job], command: &str, paint: &Paint) -> String {
    jobs.iter().map(|job| self::job(job, command, paint)).collect::<Vec<_>>().join("\n")
}

fn job(job: &Job, command: &str, paint: &Paint) -> String {
    let place = match &job.zone {
        Some(zone) => match &zone.name {
            Some(name) => format!("EdgeOne, zone {} ({})", paint.bold(&paint.text(name)), zone.id),
            None => format!("EdgeOne, zone {}", paint.bold(&paint.text(&zone.id))),
        },
        None => "CDN".to_owned(),
    };
    let what = match command {
        "all" => "everything".to_owned(),
        _ => format!("{} {}", HumanCount(job.targets as u64), job.noun()),
    };
    let mut text = format!("{} {what} on {place}", job.verb());
    for detail in [job.method, job.area].into_iter().flatten() {
        // Writing to a string cannot fail.
        let _ = write!(text, ", {detail}");
    }
    if let Some(requests) = job.requests {
        let noun = if requests == 1 { "request" } else { "requests" };
        let _ = write!(text, ", in {} {noun}", HumanCount(requests as u64));
    }
    match job.fits_today {
        Some(fits) if fits < job.targets => {
            let warning = format!("the quota that is left today is enough for {}", HumanCount(fits as u64));
            let _ = write!(text, "; {}", paint.yellow(&warning));
        }
        _ => {}
    }
    text
}

fn plan(report: &Report, paint: &Paint) -> String {
    let mut text = jobs(&report.jobs, report.command, paint);
    if report.targets.duplicates > 0 {
        let _ = write!(text, "\nduplicates left out: {}", HumanCount(report.targets.duplicates as u64));
    }
    text.push_str("\ndry run: nothing was sent");
    text
}

fn waited(report: &Report, paint: &Paint) -> String {
    let done = report.done.clone().unwrap_or_default();
    match report.targets.failed {
        0 => done,
        failed => format!("{done}, {}", paint.red(&format!("{} failed", HumanCount(failed as u64)))),
    }
}

fn counts(report: &Report, paint: &Paint) -> String {
    let counts = &report.targets;
    let mut parts = vec![match counts.accepted == counts.total && counts.total > 0 {
        true => paint.green(&format!("{} accepted", HumanCount(counts.accepted as u64))),
        false => format!("{} of {} accepted", HumanCount(counts.accepted as u64), HumanCount(counts.total as u64)),
    }];
    let classes = [
        (counts.refused, "refused"),
        (counts.unknown, "unknown"),
        (counts.not_tried, "not tried"),
        (counts.failed, "failed later"),
    ];
    for (count, class) in classes {
        if count > 0 {
            parts.push(paint.red(&format!("{} {class}", HumanCount(count as u64))));
        }
    }
    if counts.duplicates > 0 {
        let noun = if counts.duplicates == 1 { "duplicate" } else { "duplicates" };
        parts.push(format!("{} {noun} left out", HumanCount(counts.duplicates as u64)));
    }
    let mut text = parts.join(", ");
    if let Some(prefetched) = &report.prefetch {
        let Counts { accepted, total, .. } = prefetched;
        let _ = write!(
            text,
            "\n{} of {} accepted for prefetching",
            HumanCount(*accepted as u64),
            HumanCount(*total as u64)
        );
    }
    if let Some(done) = &report.done {
        let _ = write!(text, "\n{done}");
    }
    text
}

/// The failures as a table. An error that ended the run is shown once, and not for each target that
/// was not tried because of it.
fn failures(report: &Report, paint: &Paint) -> Option<String> {
    let shown = || report.failures.iter().filter(|failed| report.error.is_none() || failed.outcome != "not_tried");
    let mut table = Table::new(["where", "target", "outcome", "reason"]).flexible(1);
    let mut hints: Vec<&str> = Vec::new();
    for failed in shown().take(MAX_FAILURES) {
        table.row([
            place(&failed),
            paint.text(failed.target),
            failed.outcome.replace('_', " "),
            reason(&failed, paint),
        ]);
        let hint = failed.help.filter(|hint| !hints.contains(hint) && hints.len() < MAX_HINTS);
        hints.extend(hint);
    }
    if table.is_empty() {
        return None;
    }
    let mut text = table.layout(paint);
    if let Some(more) = shown().count().checked_sub(MAX_FAILURES).filter(|more| *more > 0) {
        let _ = write!(text, "\nand {} more; `--json` lists all", HumanCount(more as u64));
    }
    for hint in hints {
        let _ = write!(text, "\n{} {}", paint.green(" help:"), paint.text(hint));
    }
    Some(text)
}

fn place(failed: &Failed<'_>) -> String {
    match (failed.file, failed.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => "argument".to_owned(),
    }
}

fn reason(failed: &Failed<'_>, paint: &Paint) -> String {
    match failed.code {
        Some(code) => paint.text(&format!("{code}: {}", failed.message)),
        None => paint.text(failed.message),
    }
}

fn zones(report: &Report, paint: &Paint) -> String {
    let mut table = Table::new(["zone", "id", "alias", "state"]).flexible(0);
    for zone in &report.zones {
        let text = |text: &Option<String>| paint.text(text.as_deref().unwrap_or_default());
        table.row([text(&zone.name), paint.text(&zone.id), text(&zone.alias), text(&zone.state)]);
    }
    if table.is_empty() { "the account has no zone of EdgeOne".to_owned() } else { table.layout(paint) }
}

fn entries(report: &Report, paint: &Paint) -> String {
    let mut table = Table::new(["task", "state", "created", "target", "reason"]).flexible(3);
    for entry in &report.entries {
        table.row([
            paint.text(&entry.task),
            paint.text(&entry.state),
            paint.text(&entry.created),
            paint.text(&entry.target),
            paint.text(entry.reason.as_deref().unwrap_or_default()),
        ]);
    }
    if table.is_empty() { "there is no task in this period".to_owned() } else { table.layout(paint) }
}

fn quotas(report: &Report, paint: &Paint) -> String {
    let mut table = Table::new(["product", "kind", "where", "left today", "per day", "per request"]).numbers([3, 4, 5]);
    for quota in &report.quotas {
        let place = match (&quota.zone, &quota.area) {
            (Some(zone), _) => paint.text(zone.name.as_ref().unwrap_or(&zone.id)),
            (None, Some(area)) => paint.text(area),
            (None, None) => String::new(),
        };
        let count = |n: i64| match u64::try_from(n) {
            Ok(n) => HumanCount(n).to_string(),
            Err(_) => n.to_string(),
        };
        table.row([
            quota.product.to_owned(),
            paint.text(&quota.kind),
            place,
            count(quota.left_today),
            count(quota.per_day),
            count(quota.per_request),
        ]);
    }
    table.flexible(2).layout(paint)
}

/// How to go on after an interrupt without a journal.
fn without_journal(report: &Report) -> Option<String> {
    let is_left = report.targets.not_tried + report.targets.unknown > 0;
    (report.exit == Exit::Interrupted && is_left).then(|| {
        "nothing records what was sent: go on by running the command again, which sends all targets\n\
         (a run with `--journal FILE` sends only the rest when it is resumed)"
            .to_owned()
    })
}

/// How to wait for the tasks, if that was not done.
fn next_step(report: &Report) -> Option<String> {
    let is_pending = report.tasks.iter().any(|task| task.state.is_none());
    if report.command == "tasks" || !is_pending {
        return None;
    }
    let exit = report.exit;
    let why = match exit {
        Exit::NotDone => "not done within the limit",
        _ => "the nodes take a few minutes",
    };
    let mut lines = Vec::new();
    for (product, kind) in [("cdn", "purge"), ("cdn", "prefetch"), ("teo", "purge"), ("teo", "prefetch")] {
        let tasks =
            report.tasks.iter().filter(|task| task.product == product && task.kind == kind && task.state.is_none());
        let mut by_zone: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
        for task in tasks {
            let zone = task.zone.as_deref();
            match by_zone.iter_mut().find(|(known, _)| *known == zone) {
                Some((_, ids)) => ids.push(&task.id),
                None => by_zone.push((zone, vec![&task.id])),
            }
        }
        for (zone, ids) in by_zone {
            let zone = zone.map(|zone| format!(" --zone {zone}")).unwrap_or_default();
            let prefetch = if kind == "prefetch" { " --prefetch" } else { "" };
            lines.push(format!("tcpurge wait{zone}{prefetch} {}", ids.join(" ")));
        }
    }
    Some(format!("{why}; wait with:\n  {}", lines.join("\n  ")))
}
