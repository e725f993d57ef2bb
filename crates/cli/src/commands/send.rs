//! `tcpurge urls`, `dirs`, `hosts`, `tags`, `all`, `prefetch` and `resume`.

use std::sync::Arc;
use std::time::Duration;

use indicatif::MultiProgress;

use super::{Context, confirm, dry_run};
use crate::account::Account;
use crate::args::{self, Kind, Resume, Sending};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Targets};
use crate::journal::{Plan, Recorded, RunJournal};
use crate::output::json::Report;
use crate::output::progress::Progress;
use crate::output::text;
use crate::routing::{self, Place, Routes};
use crate::run::{Session, What};
use crate::signals::Interrupts;

/// Sends the targets of a command.
pub(crate) async fn run(sending: Sending, context: &Context, bars: &MultiProgress) -> Result<Report, Failure> {
    let account = Account::new(&context.common)?;
    // First of all, so that another run with the same journal does nothing.
    let path = sending.journal.as_deref().filter(|_| !sending.dry_run);
    let mut journal = path.map(RunJournal::create).transpose()?;
    let targets = match (sending.kind, &sending.zone) {
        (Kind::All, Some(zone)) => Targets::everything(zone),
        _ => input::read(&sending)?,
    };
    let mut routes = routing::find(&sending, &targets, &account).await?;
    let has_zone = routes.parts.iter().any(|part| part.place != Place::Cdn);
    if sending.area.is_some() && has_zone {
        return Err(args::area_of_zone("remove `--area`, or name the product with `--product cdn`"));
    }
    let is_found = routes.is_found;
    routes.parts.retain(|part| part.targets.len(&targets) > 0);
    let plan = plan_of(&sending, routes, context);
    let what = What::of(&plan);
    let mut report = Report::new(sending.kind.command(), Exit::Done);
    report.jobs = plan.parts.iter().map(|part| what.job(part, part.targets.len(&targets))).collect();
    if sending.dry_run {
        return dry_run::complete(report, &account, &targets, &plan).await;
    }
    show_plan(&report, is_found, context);
    if sending.kind == Kind::All && !sending.yes {
        confirm::everything(&plan.parts)?;
    }
    if let Some(journal) = &mut journal {
        journal.begin(plan.clone(), &targets)?;
    }
    let recorded = Recorded { plan, targets, prefetch: None, complete: None };
    carry_out(recorded, journal, sending.history_delay, &account, report, context, bars).await
}

/// Goes on with a run that has a journal.
pub(crate) async fn resume(args: Resume, context: &Context, bars: &MultiProgress) -> Result<Report, Failure> {
    let (journal, mut recorded) = RunJournal::open(&args.journal)?;
    let plan = &mut recorded.plan;
    let mut common = context.common.clone();
    common.profile = common.profile.take().or_else(|| plan.profile.clone());
    common.endpoint = common.endpoint.take().or_else(|| plan.endpoint.clone());
    plan.wait = args.wait.map(|wait| wait.as_secs()).or(plan.wait);
    let account = Account::new(&common)?;
    let what = What::of(plan);
    let mut report = Report::new(plan.kind.command(), Exit::Done);
    report.jobs = plan.parts.iter().map(|part| what.job(part, part.targets.len(&recorded.targets))).collect();
    show_plan(&report, false, context);
    if recorded.complete.is_some() {
        context.screen.note("this run is complete: nothing is sent");
    }
    carry_out(recorded, Some(journal), args.history.history_delay, &account, report, context, bars).await
}

fn plan_of(sending: &Sending, routes: Routes, context: &Context) -> Plan {
    Plan {
        kind: sending.kind,
        hard: sending.hard,
        area: sending.area,
        wait: sending.wait.map(|wait| wait.as_secs()),
        then_prefetch: sending.then_prefetch,
        profile: context.common.profile.clone(),
        endpoint: context.common.endpoint.clone(),
        parts: routes.parts,
        unplaced: routes.refused,
    }
}

/// Does what is left of a run.
async fn carry_out(
    recorded: Recorded,
    journal: Option<RunJournal>,
    history_delay: Duration,
    account: &Account,
    mut report: Report,
    context: &Context,
    bars: &MultiProgress,
) -> Result<Report, Failure> {
    let Recorded { plan, targets, prefetch, complete } = recorded;
    let interrupts = Interrupts::listen().map_err(|error| Failure::file("listen for", "ctrl-c", &error))?;
    let verb = if plan.kind == Kind::Prefetch { "prefetching" } else { "purging" };
    let progress = Progress::new(bars, context.screen.err, verb, targets.len());
    // The waits of which the result is known.
    let purge = prefetch.as_ref().map(|prefetch| prefetch.failed.clone());
    let last = complete.filter(|end| end.waited).map(|end| end.failed);
    let past_waits = purge.into_iter().chain(last).collect();
    let session = Session::new(Arc::new(targets), progress, interrupts);
    let mut session = session.recorded(journal, past_waits, history_delay);
    for (index, reason) in &plan.unplaced {
        session.results.refuse(*index, reason, "check the host name, or name the product with `--product cdn`");
    }
    let what = What::of(&plan);
    session.send_all(account, what, &plan.parts).await;
    if let Some(limit) = plan.wait.map(Duration::from_secs) {
        session.wait_all(account, limit, &mut report).await;
        if plan.then_prefetch {
            session.then_prefetch(account, what, &plan.parts, prefetch, limit, &mut report).await;
        }
    }
    session.finish(&mut report);
    Ok(report)
}

fn show_plan(report: &Report, is_found: bool, context: &Context) {
    let mut text = text::jobs(&report.jobs, report.command, &context.screen.err);
    if is_found {
        text.push_str("\n(found by the zones of the account; --product or --zone choose)");
    }
    if !report.jobs.is_empty() {
        context.screen.note(&text);
    }
}
