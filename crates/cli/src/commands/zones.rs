//! `tcpurge zones`.

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::json::{Report, Zone};
use crate::zones;

/// Lists the zones of EdgeOne, by name.
pub(crate) async fn run(account: &Account) -> Result<Report, Failure> {
    let mut zones = zones::list(account).await?;
    zones.sort_by(|a, b| (&a.zone_name, &a.zone_id).cmp(&(&b.zone_name, &b.zone_id)));
    let mut report = Report::new("zones", Exit::Done);
    report.zones = zones
        .into_iter()
        .map(|zone| Zone {
            id: zone.zone_id,
            name: Some(zone.zone_name),
            alias: Some(zone.alias_zone_name).filter(|alias| !alias.is_empty()),
            state: Some(zone.status.as_str().to_owned()),
        })
        .collect();
    Ok(report)
}
