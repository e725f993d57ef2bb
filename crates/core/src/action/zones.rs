//! Describes lists of sites.

use super::Paged;

/// An action that lists the sites of an account.
pub trait ZoneList: Paged {
    /// States of a site that cannot be used yet.
    const UNUSABLE: &'static [&'static str];

    /// What an item says about a site.
    fn zone(item: &Self::Item) -> ZoneEntry<'_>;
}

/// What a list says about a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneEntry<'a> {
    /// Id of the site.
    pub id: &'a str,
    /// Name of the site: a domain name.
    pub name: &'a str,
    /// Name that distinguishes sites of one name; empty if there is none.
    pub alias: &'a str,
    /// State of the site, as it is sent.
    pub state: &'a str,
}
