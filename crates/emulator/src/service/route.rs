//! Which action of which product a request asks for.

use crate::generated::PRODUCTS;
use crate::refusal::Refusal;
use crate::table::{Action, Product};

/// Finds the action; otherwise the refusal says which there are. Where the service is empty, because the request does not
/// tell it, version and action decide.
pub(crate) fn route(
    service: &str,
    version: &str,
    action: &str,
) -> Result<(&'static Product, &'static Action), Refusal> {
    let service = if service.is_empty() { of_version(version, action) } else { service };
    let versions: Vec<&Product> = PRODUCTS.iter().copied().filter(|product| product.service == service).collect();
    if versions.is_empty() {
        return Err(Refusal::new("NoSuchProduct", no_such_product(service)));
    }
    let Some(product) = versions.iter().find(|product| product.version == version) else {
        let known = list(versions.iter().map(|product| product.version));
        let message = format!("`{service}` has no API version `{version}`; it has {known}");
        return Err(Refusal::new("NoSuchVersion", message));
    };
    match product.action(action) {
        Some(found) => Ok((product, found)),
        None => Err(Refusal::new("InvalidAction", invalid_action(product, action))),
    }
}

/// The service that has this action in this version, or at least the version; empty if there is none.
fn of_version(version: &str, action: &str) -> &'static str {
    let versions = || PRODUCTS.iter().filter(|product| product.version == version);
    let exact = versions().find(|product| product.action(action).is_some());
    exact.or_else(|| versions().next()).map(|product| product.service).unwrap_or_default()
}

fn no_such_product(service: &str) -> String {
    let known = list(PRODUCTS.iter().map(|product| product.service));
    if service.is_empty() {
        return format!(
            "no product has this `Version`, and the host names none, as `cdn.localhost:<port>` does; there are {known}"
        );
    }
    let first_label = match service.bytes().next() {
        Some(b'0'..=b'9' | b'[') => {
            "; a client that takes the service from its endpoint needs one such as `http://cdn.localhost:<port>`"
        }
        _ => "",
    };
    format!("the request is for the service `{service}`, which no product has; there are {known}{first_label}")
}

fn invalid_action(product: &Product, action: &str) -> String {
    let service = product.service;
    let elsewhere = PRODUCTS.iter().find(|other| other.action(action).is_some());
    match elsewhere {
        Some(Product { service: other, version, .. }) => {
            format!("`{service}` has no action `{action}`; it is one of `{other}`, version {version}")
        }
        None => {
            let known = list(product.actions.iter().map(|action| action.name));
            format!("`{service}` has no action `{action}`; it has {known}")
        }
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
