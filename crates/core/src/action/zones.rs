//! Describes lists of zones.

use super::Paged;

/// An action that lists the zones of an account.
pub trait ZoneList: Paged {
    /// States of a zone that cannot be used yet.
    const UNUSABLE: &'static [&'static str];

    /// What an item says about a zone.
    fn zone(item: &Self::Item) -> ZoneEntry<'_>;
}

/// What a list says about a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneEntry<'a> {
    /// Id of the zone.
    pub id: &'a str,
    /// Name of the zone: a domain name.
    pub name: &'a str,
    /// Alias, which distinguishes zones with the same name. Empty if the zone has no alias.
    pub alias: &'a str,
    /// State of the zone, as it is sent.
    pub state: &'a str,
}
