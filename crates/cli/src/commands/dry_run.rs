//! `--dry-run`: shows what would be sent, and the quota that is left.

use super::quota::{of_cdn, of_zone};
use crate::account::Account;
use crate::args::Kind;
use crate::failure::Failure;
use crate::input::Targets;
use crate::journal::Plan;
use crate::output::json::{Job, Quota, Report};
use crate::routing::Place;
use crate::run::What;

/// Completes the report of a dry run: refused targets, quotas, and how many requests the jobs take.
pub(super) async fn complete(
    mut report: Report,
    account: &Account,
    targets: &Targets,
    plan: &Plan,
) -> Result<Report, Failure> {
    if plan.then_prefetch {
        let prefetch = What::of(plan).then_prefetch();
        report.jobs.extend(plan.parts.iter().map(|part| prefetch.job(part, part.targets.len(targets))));
    }
    for part in &plan.parts {
        let quotas = match &part.place {
            Place::Cdn => of_cdn(account).await?,
            Place::Zone(zone) => of_zone(account, zone).await?,
        };
        report.quotas.extend(quotas);
    }
    let quotas = &report.quotas;
    for job in &mut report.jobs {
        fit(job, quotas);
    }
    let jobs = &report.jobs;
    report.quotas.retain(|quota| jobs.iter().any(|job| is_of(quota, job)));
    report.dry_run = true;
    Ok(report)
}

/// Sets how many requests a job takes, and how many of its targets fit into what is left today.
fn fit(job: &mut Job, quotas: &[Quota]) {
    let of_job: Vec<&Quota> = quotas.iter().filter(|quota| is_of(quota, job)).collect();
    // Without an area, a purge counts in every region where the domain is accelerated.
    let per_request = of_job.iter().map(|quota| quota.per_request).min().and_then(|n| usize::try_from(n).ok());
    job.requests = per_request.filter(|n| *n > 0).map(|n| job.targets.div_ceil(n));
    let left = of_job.iter().map(|quota| quota.left_today.max(0)).min().and_then(|n| usize::try_from(n).ok());
    job.fits_today = left.map(|left| left.min(job.targets));
}

/// Whether a job uses a quota.
fn is_of(quota: &Quota, job: &Job) -> bool {
    let kind = match job.kind {
        Kind::Urls => "purge urls",
        Kind::Dirs => "purge dirs",
        Kind::Hosts => "purge hosts",
        Kind::Tags => "purge tags",
        Kind::All => "purge all",
        Kind::Prefetch => "prefetch urls",
    };
    let is_in_area = match (job.area, quota.area.as_deref()) {
        (Some("mainland"), Some(area)) => area == "mainland",
        (Some("overseas"), Some(area)) => area == "overseas",
        _ => true,
    };
    let zone = |zone: &Option<crate::output::json::Zone>| zone.as_ref().map(|zone| zone.id.clone());
    quota.product == job.product && quota.kind == kind && is_in_area && zone(&quota.zone) == zone(&job.zone)
}
