//! `tcpurge urls`, `dirs`, `hosts`, `tags`, `all`, `prefetch` and `resume`.

use std::sync::Arc;

use indicatif::MultiProgress;

use super::{Context, confirm, plan};
use crate::account::Account;
use crate::args::{self, Kind, Sending};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Targets};
use crate::output::json::Report;
use crate::output::progress::Progress;
use crate::output::text;
use crate::routing::{self, Place, Routes};
use crate::run::{Session, What};
use crate::signals::Interrupts;

/// Sends the targets of a command.
pub(crate) async fn run(sending: Sending, context: &Context, bars: &MultiProgress) -> Result<Report, Failure> {
    let account = Account::new(&context.common)?;
    let targets = match (sending.kind, &sending.zone) {
        (Kind::All, Some(zone)) => Targets::everything(zone),
        _ => input::read(&sending)?,
    };
    let routes = routing::find(&sending, &targets, &account).await?;
    let has_zone = routes.parts.iter().any(|part| part.place != Place::Cdn);
    if sending.area.is_some() && has_zone {
        return Err(args::area_of_zone("remove `--area`, or name the product with `--product cdn`"));
    }
    let what = What::of(&sending);
    let mut report = Report::new(sending.kind.command(), Exit::Done);
    report.jobs = routes.parts.iter().map(|part| what.job(part, part.targets.len(&targets))).collect();
    if sending.dry_run {
        return plan::complete(report, &account, &targets, &routes, what, sending.then_prefetch).await;
    }
    show_plan(&report, &routes, context);
    if sending.kind == Kind::All && !sending.yes {
        confirm::everything(&routes)?;
    }
    let interrupts = Interrupts::listen().map_err(|error| Failure::file("listen for", "ctrl-c", &error))?;
    let verb = if sending.kind == Kind::Prefetch { "prefetching" } else { "purging" };
    let progress = Progress::new(bars, context.screen.err, verb, targets.len(), sending.wait.is_some());
    let mut session = Session::new(Arc::new(targets), progress, interrupts);
    for (index, reason) in &routes.refused {
        session.results.refuse(*index, reason, "check the host name, or name the product with `--product cdn`");
    }
    session.send_all(&account, what, &routes.parts).await;
    if let Some(limit) = sending.wait {
        session.wait_all(&account, limit, &mut report).await;
        if sending.then_prefetch {
            session.then_prefetch(&account, what, &routes.parts, limit, &mut report).await;
        }
    }
    session.finish(&mut report);
    Ok(report)
}

fn show_plan(report: &Report, routes: &Routes, context: &Context) {
    let mut text = text::jobs(&report.jobs, report.command, &context.screen.err);
    if routes.is_found {
        text.push_str("\n(found by the zones of the account; --product or --zone choose)");
    }
    if !report.jobs.is_empty() {
        context.screen.note(&text);
    }
}
