//! `tcpurge wait`.

use indicatif::MultiProgress;
use tencentcloud_cdn as cdn;
use tencentcloud_teo as teo;

use super::Context;
use crate::account::Account;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::Targets;
use crate::output::json::Report;
use crate::output::progress::Progress;
use crate::run::Session;
use crate::signals::Interrupts;
use crate::zones;

/// Waits until tasks are done.
pub(crate) async fn run(args: args::Wait, context: &Context, bars: &MultiProgress) -> Result<Report, Failure> {
    let account = Account::new(&context.common)?;
    let place = super::place_of_tasks(args.product, args.zone.zone.as_deref())?;
    let zone = match place {
        Some(zone) => Some(zones::find(&account, zone).await?.id),
        None => None,
    };
    let interrupts = Interrupts::listen().map_err(|error| Failure::file("listen for", "ctrl-c", &error))?;
    let progress = Progress::new(bars, context.screen.err, "waiting", 0);
    let mut session = Session::new(Targets::empty().into(), progress, interrupts);
    for id in &args.tasks {
        match (&zone, args.prefetch) {
            (None, false) => session.results.add_task(cdn::DescribePurgeTasks::task(id)),
            (None, true) => session.results.add_task(cdn::DescribePushTasks::task(id)),
            (Some(zone), false) => session.results.add_task(teo::DescribePurgeTasks::task(zone, id)),
            (Some(zone), true) => session.results.add_task(teo::DescribePrefetchTasks::task(zone, id)),
        }
    }
    let mut report = Report::new("wait", Exit::Done);
    session.wait_all(&account, args.timeout, &mut report).await;
    session.finish(&mut report);
    Ok(report)
}
