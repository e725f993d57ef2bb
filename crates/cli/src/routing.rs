//! Decides where each target is cached: by CDN, or by a zone of EdgeOne.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tencentcloud_teo::Zone;

use crate::account::Account;
use crate::args::{Kind, Product, Sending};
use crate::failure::Failure;
use crate::input::Targets;
use crate::zones::{self, KnownZone};

/// Where targets are cached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Cdn,
    Zone(KnownZone),
}

/// The targets of a place, by their indexes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) place: Place,
    pub(crate) targets: Selection,
}

/// Some of the targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Selection {
    All,
    Some(Vec<u32>),
}

/// Where all targets are cached.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    pub(crate) parts: Vec<Part>,
    /// The targets for which there is no place, with the reasons.
    pub(crate) refused: Vec<(usize, String)>,
    /// Whether the places were found by the host names.
    pub(crate) is_found: bool,
}

impl Selection {
    pub(crate) fn len(&self, targets: &Targets) -> usize {
        match self {
            Self::All => targets.len(),
            Self::Some(indexes) => indexes.len(),
        }
    }

    /// Whether there is a target for every index.
    pub(crate) fn is_within(&self, targets: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(indexes) => indexes.iter().all(|index| (*index as usize) < targets),
        }
    }

    /// The index of the target at a position of this selection.
    pub(crate) fn index(&self, position: usize) -> usize {
        match self {
            Self::All => position,
            Self::Some(indexes) => indexes.get(position).map_or(usize::MAX, |index| *index as usize),
        }
    }
}

/// Finds the place of every target. Zones are listed only if the command line does not say where.
pub(crate) async fn find(sending: &Sending, targets: &Targets, account: &Account) -> Result<Routes, Failure> {
    if let Some(zone) = &sending.zone {
        return Ok(Routes::single(Place::Zone(zones::find(account, zone).await?)));
    }
    if sending.product == Some(Product::Cdn) {
        return Ok(Routes::single(Place::Cdn));
    }
    let zones = zones::list_usable(account).await?;
    match sending.kind {
        Kind::Tags | Kind::All => only_zone(&zones),
        Kind::Hosts => by_host(targets, &zones, Some(Product::Teo), Kind::Hosts),
        kind => by_host(targets, &zones, sending.product, kind),
    }
}

/// Tags do not say which zone they belong to.
fn only_zone(zones: &[Zone]) -> Result<Routes, Failure> {
    match zones {
        [zone] => Ok(Routes { is_found: true, ..Routes::single(Place::Zone(KnownZone::from(zone))) }),
        [] => Err(Failure::usage("the account has no zone of EdgeOne that can be purged", "check the credentials")),
        several => Err(Failure::usage(
            "a tag does not say which zone it belongs to, and the account has several",
            format!("add `--zone`, with one of: {}", zones::names(several)),
        )),
    }
}

fn by_host(targets: &Targets, zones: &[Zone], product: Option<Product>, kind: Kind) -> Result<Routes, Failure> {
    let mut by_name: BTreeMap<String, Vec<&Zone>> = BTreeMap::new();
    for zone in zones {
        by_name.entry(zone.zone_name.to_ascii_lowercase()).or_default().push(zone);
    }
    let mut cdn = Vec::new();
    let mut of_zones: BTreeMap<&str, (&Zone, Vec<u32>)> = BTreeMap::new();
    let mut refused = Vec::new();
    let mut last: Option<(&str, Option<&Zone>)> = None;
    for (index, target) in (0_u32..).zip(targets.iter()) {
        let host = if kind == Kind::Hosts { target } else { host_of(target) };
        let zone = match last {
            Some((same, zone)) if same == host => zone,
            _ => zone_of(host, &by_name)?,
        };
        last = Some((host, zone));
        match (zone, product) {
            (Some(zone), _) => of_zones.entry(&zone.zone_id).or_insert((zone, Vec::new())).1.push(index),
            // What has no host is invalid, and the error says what is wrong with it.
            (None, Some(Product::Teo)) if !host.is_empty() => {
                refused.push((index as usize, format!("no zone of the account contains `{host}`")));
            }
            (None, _) => cdn.push(index),
        }
    }
    let mut parts: Vec<Part> = of_zones
        .into_values()
        .map(|(zone, indexes)| Part { place: Place::Zone(KnownZone::from(zone)), targets: Selection::Some(indexes) })
        .collect();
    if !cdn.is_empty() {
        parts.push(Part { place: Place::Cdn, targets: Selection::Some(cdn) });
    }
    if let ([part], true) = (parts.as_mut_slice(), refused.is_empty()) {
        part.targets = Selection::All;
    }
    Ok(Routes { parts, refused, is_found: true })
}

/// The zone that contains a host: that with the longest name that the host is, or ends in.
fn zone_of<'a>(host: &str, by_name: &BTreeMap<String, Vec<&'a Zone>>) -> Result<Option<&'a Zone>, Failure> {
    let host = ascii(host);
    let mut name: &str = &host;
    loop {
        match by_name.get(name).map(Vec::as_slice) {
            None => {}
            Some([zone]) => return Ok(Some(zone)),
            Some(several) => {
                return Err(Failure::usage(
                    format!("the account has several zones `{name}`"),
                    format!("choose one with `--zone`: {}", zones::ids(several)),
                ));
            }
        }
        match name.split_once('.') {
            Some((_, parent)) => name = parent,
            None => return Ok(None),
        }
    }
}

/// The host name of a URL, as it is written. Empty if there is none.
fn host_of(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return "" };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

/// A host name in the form in which zones have their names: lower case, and Punycode.
fn ascii(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        let has_upper = host.bytes().any(|byte| byte.is_ascii_uppercase());
        return if has_upper { Cow::Owned(host.to_ascii_lowercase()) } else { Cow::Borrowed(host) };
    }
    match url::Host::parse(host) {
        Ok(url::Host::Domain(domain)) => Cow::Owned(domain),
        _ => Cow::Borrowed(host),
    }
}

impl Routes {
    fn single(place: Place) -> Self {
        Self { parts: vec![Part { place, targets: Selection::All }], ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> Vec<Zone> {
        let zone = |id: &str, name: &str, alias: &str| {
            let json = serde_json::json!({
                "ZoneId": id, "ZoneName": name, "AliasZoneName": alias, "Area": "global", "Type": "full",
                "Status": "active", "ActiveStatus": "active", "Paused": false,
                "CreatedOn": "2023-09-18T07:41:05Z", "ModifiedOn": "2023-09-18T07:41:05Z",
            });
            serde_json::from_value(json).unwrap()
        };
        vec![
            zone("zone-1", "example.com", ""),
            zone("zone-2", "shop.example.com", ""),
            zone("zone-3", "xn--fsqu00a.xn--0zwm56d", ""),
            zone("zone-4", "twice.com", "a"),
            zone("zone-5", "twice.com", "b"),
        ]
    }

    fn route(product: Option<Product>, urls: &[&str]) -> Result<Vec<String>, String> {
        let mut targets = Targets::new(None, None, false);
        urls.iter().for_each(|url| targets.add_argument(url));
        let routes = by_host(&targets, &zones(), product, Kind::Urls).map_err(|failure| failure.message)?;
        let text = |part: &Part| {
            let place = match &part.place {
                Place::Cdn => "cdn",
                Place::Zone(zone) => &zone.id,
            };
            format!("{place} {:?}", part.targets)
        };
        let refused = routes.refused.iter().map(|(index, why)| format!("{index}: {why}"));
        Ok(routes.parts.iter().map(text).chain(refused).collect())
    }

    #[test]
    fn a_host_belongs_to_the_zone_with_the_longest_name() {
        let urls = [
            "https://www.example.com/1",
            "https://EXAMPLE.com:8080?a",
            "https://a.shop.example.com/",
            "https://notexample.com/",
            "https://例子.测试/图.png",
            "no URL",
        ];
        let expected = ["zone-1 Some([0, 1])", "zone-2 Some([2])", "zone-3 Some([4])", "cdn Some([3, 5])"];
        assert_eq!(route(None, &urls).unwrap(), expected);
    }

    #[test]
    fn with_edgeone_a_host_in_no_zone_is_refused() {
        let found = route(Some(Product::Teo), &["https://example.com/", "https://a.com/"]).unwrap();
        assert_eq!(found, ["zone-1 Some([0])", "1: no zone of the account contains `a.com`"]);
    }

    #[test]
    fn a_host_in_several_zones_of_the_same_name_is_ambiguous() {
        assert_eq!(route(None, &["https://www.twice.com/"]).unwrap_err(), "the account has several zones `twice.com`");
    }
}
