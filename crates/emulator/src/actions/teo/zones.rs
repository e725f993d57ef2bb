//! Lists zones, and checks what belongs to them.

use std::cmp::Ordering;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::filters::{Filter, Rule, filters};
use crate::actions::history::{ALL_ZONES, Range};
use crate::actions::{Call, Members, State, target, url};
use crate::refusal::Refusal;
use crate::state::Zone;
use crate::table::TargetFormat;
use crate::time;

/// The code for an invalid parameter of `DescribeZones`, whose page lists no code for it.
const INVALID: &str = "InvalidParameterValue";

/// The documented maximum of `Limit`.
const MAX_LIMIT: i64 = 100;

/// The documented filters.
const FILTERS: [Rule; 7] = [
    Rule { name: "zone-name", max_values: 20, fuzzy: true },
    Rule { name: "zone-type", max_values: 20, fuzzy: false },
    Rule { name: "zone-id", max_values: 20, fuzzy: false },
    Rule { name: "status", max_values: 20, fuzzy: false },
    Rule { name: "tag-key", max_values: 20, fuzzy: false },
    Rule { name: "tag-value", max_values: 20, fuzzy: false },
    Rule { name: "alias-zone-name", max_values: 20, fuzzy: false },
];

/// The zone with this id. `None` for all zones, and for an unknown zone if no zones were set.
///
/// # Errors
///
/// If the text is not the id of a zone, or, with this code, if the account does not have the zone.
pub(super) fn find<'a>(state: &'a State, id: &str, code: &'static str) -> Result<Option<&'a Zone>, Refusal> {
    // The pages do not describe the response to another text. It is the id of no zone.
    if let Some(reason) = target::invalid(TargetFormat::ZoneId, id) {
        let message = format!("`ZoneId` must be the id of a zone, not `{id}`: {reason}");
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    let zone = state.zones.find(id);
    if zone.is_none() && id != ALL_ZONES && state.zones.are_set() {
        let message = format!("the account has no zone `{id}`; help: `DescribeZones` lists its zones");
        return Err(Refusal::new(code, message));
    }
    Ok(zone)
}

/// Why a target does not belong to the zone of a request, or to any zone of the account if the
/// request is for all of them. `None` if it may belong to it.
pub(super) fn foreign(call: &Call<'_>, state: &State, zone: Option<&Zone>, address: &str) -> Option<String> {
    if call.format("Targets") == Some(TargetFormat::Tag) {
        return None;
    }
    let host = url::host_of_target(address)?;
    match zone {
        Some(zone) if !zone.contains(host) => Some(format!("not in the zone `{}`", zone.name())),
        None if state.zones.are_set() => {
            let mut zones = state.zones.iter().filter(|(zone, _)| !zone.is_initializing());
            (!zones.any(|(zone, _)| zone.contains(host))).then(|| "in no zone of the account".to_owned())
        }
        _ => None,
    }
}

pub(in crate::actions) fn describe_zones(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let filters = filters(call, &FILTERS, INVALID)?;
    let range = Range::of(call, Some(MAX_LIMIT), INVALID)?;
    let order = order(call.text("Order").unwrap_or("create-time"))?;
    let mut zones: Vec<_> = state.zones.iter().filter(|(zone, _)| filters.iter().all(|f| matches(f, zone))).collect();
    match call.text("Direction").unwrap_or("desc") {
        "asc" => zones.sort_by(order),
        "desc" => zones.sort_by(|one, other| order(other, one)),
        other => {
            let message = format!("the parameter `Direction` must be `asc` or `desc`, not `{other}`");
            return Err(Refusal::new(INVALID, message));
        }
    }
    let rows: Value = zones.iter().skip(range.offset).take(range.limit).map(row).collect();
    Ok(Members::from_iter([("TotalCount".to_owned(), json!(zones.len())), ("Zones".to_owned(), rows)]))
}

/// Whether a zone passes a filter. Zones have no tags.
fn matches(filter: &Filter<'_>, zone: &Zone) -> bool {
    let value = match filter.name {
        "zone-name" => zone.name(),
        "zone-type" => zone.kind(),
        "zone-id" => zone.id(),
        "status" => zone.status(),
        "alias-zone-name" => zone.alias(),
        _ => return false,
    };
    filter.values.iter().any(|wanted| if filter.fuzzy { value.contains(wanted) } else { value == *wanted })
}

/// A zone, and the time at which it was added.
type Added<'a> = (&'a Zone, SystemTime);

/// Compares zones by the value of the parameter `Order`. Equal ones stay in the order of the list.
fn order(by: &str) -> Result<fn(&Added<'_>, &Added<'_>) -> Ordering, Refusal> {
    Ok(match by {
        "create-time" | "use-time" => |one, other| one.1.cmp(&other.1),
        "type" => |one, other| one.0.kind().cmp(other.0.kind()),
        "area" => |one, other| one.0.area().cmp(other.0.area()),
        "zone-name" => |one, other| one.0.name().cmp(other.0.name()),
        "active-status" => |one, other| one.0.active_status().cmp(other.0.active_status()),
        other => {
            let expected = "`type`, `area`, `create-time`, `zone-name`, `use-time` or `active-status`";
            let message = format!("the parameter `Order` must be {expected}, not `{other}`");
            return Err(Refusal::new(INVALID, message));
        }
    })
}

fn row((zone, added): &Added<'_>) -> Value {
    let added = time::format_with_offset(*added);
    json!({
        "ZoneId": zone.id(),
        "ZoneName": zone.name(),
        "AliasZoneName": zone.alias(),
        "Area": zone.area(),
        "Type": zone.kind(),
        "Status": zone.status(),
        "ActiveStatus": zone.active_status(),
        "Paused": zone.is_paused(),
        "CreatedOn": added,
        "ModifiedOn": added,
    })
}
