//! Finds the zones of an account.

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use tencentcloud_teo::{DescribeZones, ErrorKind, Zone, ZoneStatus};

use crate::account::Account;
use crate::failure::Failure;

/// How the id of a zone begins. A name of a zone is a domain name, and has a dot.
const ID_PREFIX: &str = "zone-";

/// A zone, as far as a command knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownZone {
    pub(crate) id: String,
    /// `None` if only the id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

impl KnownZone {
    /// The zone for people: `example.com (zone-...)`.
    pub(crate) fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} ({})", self.id),
            None => self.id.clone(),
        }
    }
}

impl From<&Zone> for KnownZone {
    fn from(zone: &Zone) -> Self {
        Self { id: zone.zone_id.clone(), name: Some(zone.zone_name.clone()) }
    }
}

/// Lists all zones of the account.
pub(crate) async fn list(account: &Account) -> Result<Vec<Zone>, Failure> {
    Ok(account.teo.describe_zones(DescribeZones::new()).items().try_collect().await?)
}

/// Lists the zones that can be purged, to find out which host names belong to EdgeOne.
pub(crate) async fn list_usable(account: &Account) -> Result<Vec<Zone>, Failure> {
    let zones: Result<Vec<Zone>, tencentcloud_teo::Error> =
        account.teo.describe_zones(DescribeZones::new()).items().try_collect().await;
    match zones {
        Ok(zones) => Ok(zones.into_iter().filter(is_usable).collect()),
        Err(error) => {
            let is_permission = error.kind() == ErrorKind::Permission;
            let mut failure = Failure::from(error);
            if is_permission {
                let help =
                    "name the product with `--product cdn`, or the zone with `--zone`: then zones are not listed";
                failure.help = Some(match failure.help {
                    Some(given) => format!("{given}; or {help}"),
                    None => help.to_owned(),
                });
            }
            Err(failure)
        }
    }
}

/// The zone that `--zone` names, by its id or its name.
pub(crate) async fn find(account: &Account, text: &str) -> Result<KnownZone, Failure> {
    if text.starts_with(ID_PREFIX) && !text.contains('.') {
        return Ok(KnownZone { id: text.to_owned(), name: None });
    }
    choose(&list(account).await?, text)
}

/// The zone with a name or an alias.
fn choose(zones: &[Zone], text: &str) -> Result<KnownZone, Failure> {
    let matching = |zone: &&Zone| zone.zone_name.eq_ignore_ascii_case(text) || zone.alias_zone_name == text;
    let found: Vec<&Zone> = zones.iter().filter(matching).collect();
    match found.as_slice() {
        [zone] if is_usable(zone) => Ok(KnownZone::from(*zone)),
        [zone] => Err(Failure::usage(
            format!("the zone `{text}` ({}) has no plan yet, and cannot be purged", zone.zone_id),
            "bind a plan to it in the console of EdgeOne",
        )),
        [] => Err(Failure::usage(
            format!("the account has no zone `{text}`"),
            match names(zones) {
                names if names.is_empty() => "the account has no zone at all: check the credentials".to_owned(),
                names => format!("name one of its zones: {names}"),
            },
        )),
        several => Err(Failure::usage(
            format!("the account has several zones `{text}`"),
            format!("name one of them by its id: {}", ids(several)),
        )),
    }
}

/// Whether a zone can be purged.
fn is_usable(zone: &Zone) -> bool {
    zone.status != ZoneStatus::Initializing
}

/// The ids of zones with the same name, with what tells them from each other.
pub(crate) fn ids(zones: &[&Zone]) -> String {
    let id = |zone: &&Zone| match zone.alias_zone_name.as_str() {
        "" => zone.zone_id.clone(),
        alias => format!("{} ({alias})", zone.zone_id),
    };
    zones.iter().map(id).collect::<Vec<_>>().join(", ")
}

/// The names of the first few zones.
pub(crate) fn names(zones: &[Zone]) -> String {
    /// Enough to recognize the account by.
    const MAX_NAMES: usize = 5;
    let mut names: Vec<&str> = zones.iter().map(|zone| zone.zone_name.as_str()).take(MAX_NAMES).collect();
    if zones.len() > MAX_NAMES {
        names.push("and more");
    }
    names.join(", ")
}
