//! Refuses options that make no sense together, with a message that says what to write instead.

use super::{Area, Common, HiddenPlace, Kind, Product};
use crate::failure::Failure;

/// The options that a command line contains.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given<'a> {
    pub(super) product: Option<Product>,
    pub(super) area: Option<Area>,
    pub(super) zone: Option<&'a str>,
    pub(super) soft: bool,
    pub(super) hard: bool,
    pub(super) then_prefetch: bool,
    pub(super) index: bool,
    pub(super) base: bool,
    pub(super) journal: bool,
    /// A target of a command that has no targets.
    pub(super) first_target: Option<&'a str>,
}

impl Given<'_> {
    pub(super) fn hidden(hidden: &HiddenPlace) -> Self {
        let &HiddenPlace { product, area, ref base, then_prefetch } = hidden;
        Self { product, area, base: base.is_some(), then_prefetch, ..Self::default() }
    }
}

/// Checks the options of a command.
pub(super) fn check(kind: Kind, given: &Given<'_>) -> Result<(), Failure> {
    check_method(kind, given)?;
    check_product(kind, given)?;
    check_area(kind, given)?;
    check_sources(kind, given)
}

/// Refuses keys on the command line.
pub(crate) fn check_keys(common: &Common) -> Result<(), Failure> {
    if common.secret_id.is_none() {
        return Ok(());
    }
    Err(Failure::usage(
        "a key on the command line is visible to other users of this machine, and in the shell's history",
        "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or name a profile with --profile; \
         if the key is real, replace it",
    ))
}

fn check_method(kind: Kind, given: &Given<'_>) -> Result<(), Failure> {
    let option = match (given.soft, given.hard) {
        (false, false) => return Ok(()),
        (true, true) => {
            return Err(Failure::usage("`--soft` and `--hard` exclude each other", "remove one of the two"));
        }
        (true, false) => "--soft",
        (false, true) => "--hard",
    };
    match kind {
        Kind::Dirs | Kind::Hosts | Kind::All => Ok(()),
        Kind::Urls => Err(Failure::usage(
            format!("`{option}` has no effect on URLs: their copies are always deleted"),
            format!("remove it, or purge the directory with `tcpurge dirs {option}`"),
        )),
        Kind::Tags => Err(Failure::usage(
            format!("`{option}` has no effect on tags: the service does not offer the choice for them"),
            "remove it",
        )),
        Kind::Prefetch => {
            Err(Failure::usage(format!("`{option}` is for purges, and a prefetch deletes nothing"), "remove it"))
        }
    }
}

fn check_product(kind: Kind, given: &Given<'_>) -> Result<(), Failure> {
    if given.product == Some(Product::Cdn) {
        let instead = match kind {
            Kind::Urls | Kind::Dirs | Kind::Prefetch => None,
            Kind::Hosts => Some("purge its directory: `tcpurge dirs https://www.example.com/`"),
            Kind::Tags => Some("purge URLs or directories instead, with `tcpurge urls` or `tcpurge dirs`"),
            Kind::All => Some("purge the directory of each host: `tcpurge dirs https://www.example.com/`"),
        };
        if let Some(help) = instead {
            return Err(Failure::usage(format!("CDN cannot purge by `{}`, only EdgeOne can", kind.command()), help));
        }
        check_zone(given.product, given.zone)?;
    }
    if kind == Kind::All && given.zone.is_none() {
        let name = given.first_target.unwrap_or("example.com");
        return Err(Failure::usage(
            "`tcpurge all` purges everything of a zone, so it needs the zone",
            format!("add `--zone {name}`; `tcpurge zones` lists them"),
        ));
    }
    if let (Kind::All, Some(target)) = (kind, given.first_target) {
        return Err(Failure::usage(
            format!("`tcpurge all` purges everything of the zone, and not only `{target}`"),
            "remove the target, or use `tcpurge urls`, `dirs`, `hosts` or `tags`",
        ));
    }
    Ok(())
}

/// Refuses a zone of CDN.
pub(crate) fn check_zone(product: Option<Product>, zone: Option<&str>) -> Result<(), Failure> {
    match (product, zone) {
        (Some(Product::Cdn), Some(_)) => Err(Failure::usage(
            "CDN has no zones, so `--zone` and `--product cdn` exclude each other",
            "remove one of the two",
        )),
        _ => Ok(()),
    }
}

fn check_area(kind: Kind, given: &Given<'_>) -> Result<(), Failure> {
    let Some(area) = given.area else { return Ok(()) };
    let is_of_zone = given.zone.is_some() || given.product == Some(Product::Teo);
    if is_of_zone || matches!(kind, Kind::Hosts | Kind::Tags | Kind::All) {
        return Err(area_of_zone("remove `--area`"));
    }
    if area == Area::Global && kind != Kind::Prefetch {
        return Err(Failure::usage(
            "`--area global` is for prefetches",
            "remove `--area`: a purge is carried out wherever the domain is accelerated",
        ));
    }
    Ok(())
}

/// Refuses an area of EdgeOne.
pub(crate) fn area_of_zone(help: &str) -> Failure {
    Failure::usage("EdgeOne has no areas: a purge or prefetch is carried out wherever the zone is accelerated", help)
}

fn check_sources(kind: Kind, given: &Given<'_>) -> Result<(), Failure> {
    if given.then_prefetch && kind == Kind::Prefetch {
        return Err(Failure::usage("`--then-prefetch` is for purges, and this is a prefetch", "remove it"));
    }
    if given.then_prefetch && kind != Kind::Urls {
        return Err(Failure::usage(
            format!("`--then-prefetch` needs URLs: the service cannot prefetch {}", kind.noun(2)),
            "wait with `--wait`, and prefetch the URLs with `tcpurge prefetch`",
        ));
    }
    if given.journal && kind == Kind::All {
        return Err(Failure::usage(
            "a journal is for lists, and a purge of everything is one request",
            "remove `--journal`; if there is no response, purge again",
        ));
    }
    if given.index {
        return Err(Failure::usage(
            "`--index` adds directories to URLs, and these are directories already",
            "remove it, or purge the files with `tcpurge urls --index`",
        ));
    }
    if given.base {
        return Err(Failure::usage(
            format!("`--base` is for paths, and {} have none", kind.noun(2)),
            "remove it, or use `tcpurge urls` or `tcpurge dirs`",
        ));
    }
    Ok(())
}
