//! Finds the product and the action that a request names.

use super::protocol::common_parameter;
use crate::generated::PRODUCTS;
use crate::refusal::Refusal;
use crate::table::{Action, Product};
use crate::verify::Claim;

/// Finds the action. A refusal lists the known ones. If `service` is empty, because the request
/// does not name one, the version and the action decide.
pub(super) fn find(service: &str, claim: &Claim) -> Result<(&'static Product, &'static Action), Refusal> {
    let action = common_parameter(&claim.action, "Action")?;
    let version = common_parameter(&claim.version, "Version")?;
    let service = if service.is_empty() { service_of_version(version, action) } else { service };
    let versions: Vec<&Product> = PRODUCTS.iter().copied().filter(|product| product.service == service).collect();
    if versions.is_empty() {
        return Err(Refusal::new("NoSuchProduct", no_such_product(service)));
    }
    let Some(product) = versions.iter().find(|product| product.version == version) else {
        let known = list(versions.iter().map(|product| product.version));
        let message = format!("`{service}` has no API version `{version}`; help: use {known}");
        return Err(Refusal::new("NoSuchVersion", message));
    };
    match product.action(action) {
        Some(found) => Ok((product, found)),
        None => Err(Refusal::new("InvalidAction", invalid_action(product, action))),
    }
}

/// The service that has this action in this version; otherwise one that has the version. Empty if
/// no service has it.
fn service_of_version(version: &str, action: &str) -> &'static str {
    let versions = || PRODUCTS.iter().filter(|product| product.version == version);
    let exact = versions().find(|product| product.action(action).is_some());
    exact.or_else(|| versions().next()).map(|product| product.service).unwrap_or_default()
}

fn no_such_product(service: &str) -> String {
    let known = list(PRODUCTS.iter().map(|product| product.service));
    if service.is_empty() {
        return format!(
            "no product has this `Version`, and the host does not name one; \
             help: use a host such as `cdn.localhost:<port>`; the products are {known}"
        );
    }
    // A service that looks like an address comes from a client that reads it from its endpoint.
    let help = match service.bytes().next() {
        Some(b'0'..=b'9' | b'[') => "use an endpoint such as `http://cdn.localhost:<port>`; the products are ",
        _ => "use one of ",
    };
    format!("there is no product `{service}`; help: {help}{known}")
}

fn invalid_action(product: &Product, action: &str) -> String {
    let service = product.service;
    let help = match PRODUCTS.iter().find(|other| other.action(action).is_some()) {
        Some(Product { service: other, version, .. }) => format!("call it on `{other}`, version {version}"),
        None => format!("use one of {}", list(product.actions.iter().map(|action| action.name))),
    };
    format!("`{service}` has no action `{action}`; help: {help}")
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
