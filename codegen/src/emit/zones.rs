//! Emits what lists of zones state, and the method that finds a zone.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use crate::model::{Action, Product, Zones};

/// Emits what an action that lists zones states.
pub(super) fn impl_of_zone_list(action: &Action) -> Option<TokenStream> {
    let (zones, pages) = (action.zones.as_ref()?, action.pagination.as_ref()?);
    let Zones { id, name, alias, state, unusable } = zones;
    let (request, item) = (&action.name.ident, &pages.item);
    let (id, name, alias, state) = (&id.ident, &name.ident, &alias.ident, &state.ident);
    Some(quote! {
        impl ZoneList for #request {
            const UNUSABLE: &'static [&'static str] = &[#(#unusable),*];

            fn zone(item: &#item) -> ZoneEntry<'_> {
                ZoneEntry { id: &item.#id, name: &item.#name, alias: &item.#alias, state: item.#state.as_str() }
            }
        }
    })
}

/// The method of the client that finds a zone, if an action lists zones.
pub(super) fn find_zone(product: &Product) -> Option<TokenStream> {
    let list = &product.actions.iter().find(|action| action.zones.is_some())?.name.ident;
    let doc = Doc::of([
        "Finds the zone to which a domain name belongs, among all zones of the account. The name, the alias or the id \
         of a zone is found, too.",
        "See [`FindZone`] for what happens if several zones fit.",
    ])
    .outer();
    Some(quote! {
        #doc
        pub fn find_zone(&self, name: impl Into<String>) -> FindZone<#list> {
            FindZone::new(&self.inner, name)
        }
    })
}
