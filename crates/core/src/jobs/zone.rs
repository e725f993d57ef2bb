//! Finds a zone by its name, or by a domain name that belongs to it.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;

use crate::action::{Product, ZoneList};
use crate::call::{Call, CallOptions, Service};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Truncated, listed};
use crate::request::ascii_host;
use crate::time::BoxFuture;

/// Maximum number of zones that a message names. 5: an account has rarely more of one name.
const MAX_NAMED_ZONES: usize = 5;

/// Finds a zone when it is awaited: the one with the longest name that the given domain name equals
/// or ends with, among all zones of the account that can be used. The alias or the id of a zone is
/// found, too.
///
/// # Errors
///
/// - [`ErrorKind::NotFound`] if no zone has such a name.
/// - [`ErrorKind::Rejected`] if several zones have the same name. The message lists their aliases
///   and ids.
/// - The errors of the calls that list the zones.
#[must_use = "nothing is searched until this is awaited"]
pub struct FindZone<A> {
    service: Arc<Service>,
    name: String,
    options: CallOptions,
    action: PhantomData<fn() -> A>,
}

impl<A: ZoneList> FindZone<A> {
    /// The clients of the product crates call this.
    #[doc(hidden)]
    pub fn new<P: Product>(client: &Client<P>, name: impl Into<String>) -> Self
    where
        A: ZoneList<Product = P>,
    {
        Self { service: client.service(), name: name.into(), options: CallOptions::new(), action: PhantomData }
    }

    /// Sets the options of each call, such as its timeout.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

impl<A: ZoneList> IntoFuture for FindZone<A> {
    type Output = Result<A::Item, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { service, name, options, .. } = self;
        Box::pin(async move {
            let mut search = Search::<A>::new(&name);
            let mut zones = Call::<A>::from_parts(service, Bytes::from_static(b"{}"), options).items();
            while let Some(zone) = zones.next().await {
                search.consider(zone?);
            }
            search.result()
        })
    }
}

/// The zones that fit best so far.
struct Search<'a, A: ZoneList> {
    name: &'a str,
    domain: String,
    best: Option<Fit>,
    zones: Vec<A::Item>,
    /// The state of a zone that fits, and cannot be used.
    unusable: Option<String>,
}

/// How well a zone fits. A later variant fits better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Alias,
    /// The length of the zone's name.
    Name(usize),
    Id,
}

impl<'a, A: ZoneList> Search<'a, A> {
    fn new(name: &'a str) -> Self {
        let domain = domain(name);
        Self { name, domain, best: None, zones: Vec::new(), unusable: None }
    }

    fn consider(&mut self, item: A::Item) {
        let zone = A::zone(&item);
        let Some(fit) = self.fit(zone.id, zone.name, zone.alias) else { return };
        if A::UNUSABLE.contains(&zone.state) {
            self.unusable = Some(zone.state.to_owned());
            return;
        }
        match self.best.map_or(Ordering::Greater, |best| fit.cmp(&best)) {
            Ordering::Less => return,
            Ordering::Equal => {}
            Ordering::Greater => self.zones.clear(),
        }
        self.best = Some(fit);
        self.zones.push(item);
    }

    fn fit(&self, id: &str, name: &str, alias: &str) -> Option<Fit> {
        let zone_name = domain(name);
        let rest = self.domain.strip_suffix(&zone_name);
        if id == self.name {
            Some(Fit::Id)
        } else if rest.is_some_and(|rest| !zone_name.is_empty() && (rest.is_empty() || rest.ends_with('.'))) {
            Some(Fit::Name(zone_name.len()))
        } else {
            (alias == self.name && !alias.is_empty()).then_some(Fit::Alias)
        }
    }

    fn result(mut self) -> Result<A::Item, Error> {
        let zone = self.zones.pop();
        match zone {
            Some(zone) if self.zones.is_empty() => Ok(zone),
            Some(zone) => {
                self.zones.push(zone);
                Err(self.ambiguous())
            }
            None => Err(self.not_found()),
        }
    }

    fn ambiguous(&self) -> Error {
        let count = self.zones.len();
        let named = self.zones.iter().map(|item| {
            let zone = A::zone(item);
            match zone.alias {
                "" => format!("`{}` without an alias", Truncated(zone.id)),
                alias => format!("`{}` with the alias `{}`", Truncated(zone.id), Truncated(alias)),
            }
        });
        let (named, name) = (listed(named, count, MAX_NAMED_ZONES), Truncated(self.name));
        let message = format!("`{name}` belongs to {count} zones of one name: {named}");
        Error::new(ErrorKind::Rejected, message).with_hint("pass the alias or the id of the zone that is meant")
    }

    fn not_found(&self) -> Error {
        let name = Truncated(self.name);
        match &self.unusable {
            Some(state) => {
                let message = format!("the zone of `{name}` cannot be used yet: its state is `{}`", Truncated(state));
                Error::new(ErrorKind::NotFound, message).with_hint("finish its setup in the console")
            }
            None => Error::new(ErrorKind::NotFound, format!("no zone of the account contains `{name}`"))
                .with_hint("check the domain name, and that the key may list the zone"),
        }
    }
}

/// A domain name as it is compared: in lower case, in Punycode, and without a dot at its end.
fn domain(name: &str) -> String {
    let name = name.strip_suffix('.').unwrap_or(name);
    ascii_host(name).map_or_else(|| name.to_ascii_lowercase(), |host| host.to_ascii_lowercase())
}

impl<A: ZoneList> fmt::Debug for FindZone<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindZone").field("name", &self.name).finish_non_exhaustive()
    }
}
