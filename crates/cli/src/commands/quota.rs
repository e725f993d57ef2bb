//! `tcpurge quota`.

use tencentcloud_cdn::{DescribePurgeQuota, DescribePushQuota};
use tencentcloud_teo::DescribeContentQuota;

use crate::account::Account;
use crate::args::{self, Product};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::json::{Quota, Report};
use crate::zones::{self, KnownZone};

/// Shows the quotas of CDN, and of the zones of EdgeOne.
pub(crate) async fn run(args: args::Quota, account: &Account) -> Result<Report, Failure> {
    args::check_zone(args.product, args.zone.zone.as_deref())?;
    let mut report = Report::new("quota", Exit::Done);
    if let Some(zone) = &args.zone.zone {
        let zone = zones::find(account, zone).await?;
        report.quotas = of_zone(account, &zone).await?;
        return Ok(report);
    }
    if args.product != Some(Product::Teo) {
        report.quotas = of_cdn(account).await?;
    }
    if args.product != Some(Product::Cdn) {
        for zone in zones::list_usable(account).await? {
            report.quotas.extend(of_zone(account, &KnownZone::from(&zone)).await?);
        }
    }
    Ok(report)
}

/// The quotas of CDN.
pub(crate) async fn of_cdn(account: &Account) -> Result<Vec<Quota>, Failure> {
    let purge = account.cdn.describe_purge_quota(DescribePurgeQuota::new()).await?;
    let push = account.cdn.describe_push_quota(DescribePushQuota::new()).await?;
    let kinds = [("purge urls", purge.url_purge), ("purge dirs", purge.path_purge), ("prefetch urls", push.url_push)];
    let rows = kinds.into_iter().flat_map(|(kind, quotas)| quotas.into_iter().map(move |quota| (kind, quota)));
    Ok(rows
        .map(|(kind, quota)| Quota {
            product: "cdn",
            zone: None,
            kind: kind.to_owned(),
            area: Some(quota.area.as_str().to_owned()),
            per_request: quota.batch,
            per_day: quota.total,
            left_today: quota.available,
        })
        .collect())
}

/// The quotas of a zone of EdgeOne.
pub(crate) async fn of_zone(account: &Account, zone: &KnownZone) -> Result<Vec<Quota>, Failure> {
    let response = account.teo.describe_content_quota(DescribeContentQuota::new(&zone.id)).await?;
    let rows = response.purge_quota.into_iter().chain(response.prefetch_quota);
    Ok(rows
        .map(|quota| Quota {
            product: "teo",
            zone: Some(zone.into()),
            kind: kind(quota.task_type.as_str()),
            area: None,
            per_request: quota.batch,
            per_day: quota.daily,
            left_today: quota.daily_available,
        })
        .collect())
}

/// The kind of the targets in our words; in the service's if it is new.
fn kind(task_type: &str) -> String {
    match task_type {
        "purge_url" => "purge urls",
        "purge_prefix" => "purge dirs",
        "purge_host" => "purge hosts",
        "purge_cache_tag" => "purge tags",
        "purge_all" => "purge all",
        "prefetch_url" => "prefetch urls",
        other => other,
    }
    .to_owned()
}
