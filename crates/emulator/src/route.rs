//! Which action of which product a request asks for.

use crate::generated::PRODUCTS;
use crate::refusal::Refusal;
use crate::table::{Action, Product};

/// Finds the action; otherwise the refusal says which there are.
pub(crate) fn route(
    service: &str,
    version: &str,
    action: &str,
) -> Result<(&'static Product, &'static Action), Refusal> {
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

fn no_such_product(service: &str) -> String {
    let known = list(PRODUCTS.iter().map(|product| product.service));
    let first_label = match service.bytes().next() {
        Some(b'0'..=b'9' | b'[') => {
            "; a client that takes the service from its endpoint needs one such as `http://cdn.localhost:<port>`"
        }
        _ => "",
    };
    format!("the credential scope names the service `{service}`, which no product has; there are {known}{first_label}")
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
