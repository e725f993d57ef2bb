//! Keeps the zones of the emulator, which `teo` purges.

use std::io;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::generated::PRODUCTS;
use crate::table::Shape;

/// Maximum number of zones. 10,000: more than an account has, and few enough to look through for
/// each target.
const MAX_ZONES: usize = 10_000;

/// The time at which the first zone was added, in seconds since 1970: that of the documented
/// example. Each further zone was added an hour later.
const FIRST_CREATED: u64 = 1_695_022_865;

/// A zone of `teo`: a domain name with all its subdomains.
///
/// ```
/// use tencentcloud_emulator::Zone;
///
/// let zone = Zone::new("zone-2noz3g48ev6k", "example.com").with_alias("shop").with_area("overseas");
/// assert_eq!(serde_json::from_str::<Zone>(r#"{"id":"zone-1","name":"example.com"}"#)?.status(), "active");
/// # let _ = zone;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Zone {
    id: String,
    name: String,
    #[serde(default)]
    alias: String,
    #[serde(default = "global")]
    area: String,
    #[serde(default = "full", rename = "type")]
    kind: String,
    #[serde(default = "active")]
    status: String,
    #[serde(default = "active")]
    active_status: String,
    #[serde(default)]
    paused: bool,
}

fn global() -> String {
    "global".to_owned()
}

fn full() -> String {
    "full".to_owned()
}

fn active() -> String {
    "active".to_owned()
}

impl Zone {
    /// An active zone with this id and this name, such as `example.com`.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            alias: String::new(),
            area: global(),
            kind: full(),
            status: active(),
            active_status: active(),
            paused: false,
        }
    }

    /// Sets the alias. Zones with the same name have different ones.
    pub fn with_alias(mut self, alias: impl Into<String>) -> Self {
        self.alias = alias.into();
        self
    }

    /// Sets the area: `global`, `mainland` or `overseas`. The default is `global`.
    pub fn with_area(mut self, area: impl Into<String>) -> Self {
        self.area = area.into();
        self
    }

    /// Sets the type, such as `partial`. The default is `full`.
    pub fn with_type(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets the status. The default is `active`. A zone that is `initializing` cannot be purged.
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    /// Sets whether the zone is in use: `active`, `inactive` or `paused`. The default is `active`.
    pub fn with_active_status(mut self, status: impl Into<String>) -> Self {
        self.active_status = status.into();
        self
    }

    /// Sets whether the zone is switched off. The default is false.
    pub fn with_paused(mut self, paused: bool) -> Self {
        self.paused = paused;
        self
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The alias. Empty if there is none.
    #[must_use]
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// The area.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The type.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Whether the zone is in use.
    #[must_use]
    pub fn active_status(&self) -> &str {
        &self.active_status
    }

    /// Whether the zone is switched off.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether the zone has no plan yet, and cannot be purged.
    pub(crate) fn is_initializing(&self) -> bool {
        self.status == "initializing"
    }

    /// Whether a host name belongs to the zone.
    pub(crate) fn contains(&self, host: &str) -> bool {
        let Some(start) = host.len().checked_sub(self.name.len()) else { return false };
        let (Some(subdomain), Some(end)) = (host.get(..start), host.get(start..)) else { return false };
        end.eq_ignore_ascii_case(&self.name) && (subdomain.is_empty() || subdomain.ends_with('.'))
    }

    /// Why the service could not have this zone.
    fn problem(&self) -> Option<String> {
        let valid_id = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !self.id.strip_prefix("zone-").is_some_and(valid_id) {
            return Some(format!("`{}` is not the id of a zone; help: write `zone-` and letters or digits", self.id));
        }
        if self.name.is_empty() {
            return Some(format!("the zone `{}` has no name", self.id));
        }
        let members = [
            ("Area", "area", &self.area),
            ("Type", "type", &self.kind),
            ("Status", "status", &self.status),
            ("ActiveStatus", "active status", &self.active_status),
        ];
        let invalid = members.into_iter().find(|(member, _, value)| !documented(member).contains(&value.as_str()));
        invalid.map(|(member, name, value)| {
            let expected = documented(member).join(", ");
            format!("the {name} of the zone `{}` must be one of {expected}, not `{value}`", self.id)
        })
    }
}

/// The documented values of a member of a zone.
fn documented(member: &str) -> &'static [&'static str] {
    let products = PRODUCTS.iter().filter(|product| product.service == "teo");
    let action = products.into_iter().find_map(|product| product.action("DescribeZones"));
    let zones = action.and_then(|action| action.response.iter().find(|field| field.name == "Zones"));
    let fields = match zones.map(|zones| zones.shape) {
        Some(Shape::List(Shape::Record(fields))) => *fields,
        _ => &[],
    };
    match fields.iter().find(|field| field.name == member).map(|field| field.shape) {
        Some(Shape::Values(values)) => values,
        _ => &[],
    }
}

/// The zones of every account, in the order in which they were added.
#[derive(Debug)]
pub(crate) struct Zones {
    zones: Vec<Zone>,
    /// Whether a test chose the zones. If so, there are no others.
    are_set: bool,
}

impl Zones {
    /// With `None`, some zones to begin with.
    pub(crate) fn new(zones: Option<Vec<Zone>>) -> Self {
        let are_set = zones.is_some();
        Self { zones: zones.unwrap_or_else(first_zones), are_set }
    }

    /// Replaces all zones. They must have passed [`check`](Self::check).
    pub(crate) fn set(&mut self, zones: Vec<Zone>) {
        *self = Self::new(Some(zones));
    }

    /// Checks zones that are to be set.
    ///
    /// # Errors
    ///
    /// If an id occurs twice, or if the service could not have such a zone.
    pub(crate) fn check(zones: &[Zone]) -> io::Result<()> {
        let mut ids: Vec<&str> = zones.iter().map(Zone::id).collect();
        ids.sort_unstable();
        let too_many = (zones.len() > MAX_ZONES).then(|| format!("more than {MAX_ZONES} zones"));
        let twice = || ids.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        let duplicate = || twice().map(|id| format!("duplicate zone `{id}`; help: remove one of the two"));
        match too_many.or_else(duplicate).or_else(|| zones.iter().find_map(Zone::problem)) {
            Some(problem) => Err(io::Error::new(io::ErrorKind::InvalidInput, problem)),
            None => Ok(()),
        }
    }

    /// The zones, each with the time at which it was added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Zone, SystemTime)> {
        let created = |hours: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(FIRST_CREATED + hours * 60 * 60);
        self.zones.iter().zip((0..).map(created))
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// Whether there are no zones but these.
    pub(crate) fn are_set(&self) -> bool {
        self.are_set
    }
}

/// The zones to begin with: the one of the documented example, two with the same name, and one
/// without a plan.
fn first_zones() -> Vec<Zone> {
    vec![
        Zone::new("zone-2noz3g48ev6k", "example.com"),
        Zone::new("zone-2o1t96pvs5ms", "example.net").with_alias("mainland").with_area("mainland"),
        Zone::new("zone-2o1t9t1a8ce1", "example.net").with_alias("overseas").with_area("overseas"),
        Zone::new("zone-2p6lmkbx9f2u", "example.org").with_status("initializing").with_active_status("inactive"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_contains_its_name_and_its_subdomains() {
        let zone = Zone::new("zone-1", "example.com");
        for host in ["example.com", "www.example.com", "a.b.EXAMPLE.com"] {
            assert!(zone.contains(host), "{host}");
        }
        for host in ["", "com", "badexample.com", "example.com.cn", "图example.com", "例", "www.example.org"] {
            assert!(!zone.contains(host), "{host}");
        }
    }

    #[test]
    fn the_zones_to_begin_with_are_valid() {
        Zones::check(&first_zones()).unwrap();
        assert!(!Zones::new(None).are_set() && Zones::new(Some(Vec::new())).are_set());
    }

    #[test]
    fn a_zone_that_the_service_could_not_have_is_refused() {
        let zone = || Zone::new("zone-1", "example.com");
        for (zones, says) in [
            (vec![Zone::new("example.com", "example.com")], "`example.com` is not the id of a zone"),
            (vec![Zone::new("zone-", "example.com")], "`zone-` is not the id of a zone"),
            (vec![Zone::new("zone-1", "")], "the zone `zone-1` has no name"),
            (vec![zone(), Zone::new("zone-2", "a.b"), zone()], "duplicate zone `zone-1`"),
            (vec![zone().with_status("Active")], "the status of the zone `zone-1` must be one of active, pending,"),
            (vec![zone().with_area("asia")], "must be one of global, mainland, overseas, not `asia`"),
            (vec![zone().with_type("")], "the type of the zone"),
            (vec![zone().with_active_status("on")], "the active status of the zone"),
        ] {
            let error = Zones::check(&zones).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
    }
}
