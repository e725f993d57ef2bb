//! Emits the imports of modules.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{batches, field};
use crate::model::{Action, Direction, Field, Product, QuotaUse, Type};

/// Emits the imports of an action's module.
pub(super) fn of_action(action: &Action, product: &Product) -> TokenStream {
    let fields: Vec<&Field> = action.request.iter().chain(&action.response).collect();
    let fixed = action.constructors.iter().flat_map(|constructor| &constructor.fixed).map(|(field, _)| field);
    let paged = action.pagination.as_ref().and_then(|pages| pages.items.last());
    let mut own: BTreeSet<&Ident> = fields.iter().copied().chain(fixed).chain(paged).filter_map(own_type).collect();
    own.insert(&product.ident);
    let entry = action.task_list.as_ref().map(|task_list| &task_list.entry);
    let method = entry.and_then(|entry| entry.method.as_ref());
    own.extend(method.filter(|method| method.is_option(Direction::RECEIVED)).and_then(own_type));
    own.extend(action.submission.as_ref().map(|submission| &submission.listed_by));
    let quota = quota(action);
    own.extend(quota.map(|quota| &quota.action));
    let own = own.into_iter();
    let (times, facts) = (times(fields), facts(action));
    let hash = action.pagination.is_some().then(|| quote! { use std::hash::Hash; });
    let is_task = action.submission.is_some() || action.task_list.is_some();
    let jobs = is_task.then(|| quote! { use tencentcloud_core::jobs::TaskHandle; });
    let error = action.failures.is_some().then(|| quote! { Error, });
    quote! {
        #hash

        use serde::{Deserialize, Serialize};
        #facts
        #jobs
        #times
        use tencentcloud_core::{Action, RateLimit, wire};

        use crate::{#error #(#own),*};
    }
}

/// The quota that the task of an action uses.
fn quota(action: &Action) -> Option<&QuotaUse> {
    action.submission.as_ref()?.quota.as_ref()
}

/// The import of the facts that an action states besides the usual ones.
fn facts(action: &Action) -> Option<TokenStream> {
    let uses_quota = quota(action).is_some();
    let has_area = quota(action).is_some_and(|quota| quota.area.is_some());
    let facts: [(bool, &[&str]); 12] = [
        (action.batch.is_some(), &["Batch"]),
        (batches::is_batched(action), &["Batched"]),
        (action.failures.is_some(), &["Failures", "into_result"]),
        (action.pagination.is_some(), &["Paged", "Pagination"]),
        (uses_quota || action.quota.is_some(), &["Purpose"]),
        (has_area, &["QuotaArea"]),
        (action.quota.is_some(), &["QuotaKind", "QuotaLine", "QuotaList"]),
        (action.submission.is_some(), &["Submits"]),
        (!action.targets.is_empty(), &["TargetFormat", "Targets"]),
        (action.task_list.is_some(), &["TaskEntry", "TaskList", "TaskQuery"]),
        (uses_quota, &["UsesQuota"]),
        (action.zones.is_some(), &["ZoneEntry", "ZoneList"]),
    ];
    let facts = facts.iter().filter(|(is_stated, _)| *is_stated).flat_map(|(_, names)| *names);
    // Types first, as rustfmt does not sort functions among them.
    let mut names: Vec<_> = facts.map(|name| format_ident!("{name}")).collect();
    names.sort_by_key(|name| name.to_string().starts_with(char::is_lowercase));
    (!names.is_empty()).then(|| quote! { use tencentcloud_core::action::{#(#names),*}; })
}

/// Emits the imports of the module of types.
pub(super) fn of_types(product: &Product) -> TokenStream {
    let records = &product.records;
    let serde = (!records.is_empty()).then(|| quote! { use serde::{Deserialize, Serialize}; });
    let times = times(records.iter().flat_map(|record| &record.fields));
    let core = core_of_types(product);
    quote! {
        #serde
        #times
        #core
    }
}

fn core_of_types(product: &Product) -> Option<TokenStream> {
    let mut fields =
        product.records.iter().flat_map(|record| record.fields.iter().map(move |field| (field, record.direction)));
    let value_set = (!product.value_sets.is_empty()).then(|| quote! { value_set, });
    let wire =
        fields.any(|(field, direction)| field::deserializer(field, direction).is_some()).then(|| quote! { wire, });
    let is_empty = value_set.is_none() && wire.is_none();
    (!is_empty).then(|| quote! { use tencentcloud_core::{#value_set #wire}; })
}

/// The import of the dates and times that the fields have.
fn times<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Option<TokenStream> {
    let times: BTreeSet<&str> = fields.into_iter().filter_map(|field| time_type(field.ty.innermost())).collect();
    let names = times.iter().map(|name| format_ident!("{name}"));
    (!times.is_empty()).then(|| quote! { use tencentcloud_core::time::{#(#names),*}; })
}

fn time_type(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Date => Some("Date"),
        Type::DateTime => Some("DateTime"),
        Type::OffsetDateTime => Some("OffsetDateTime"),
        _ => None,
    }
}

/// The type of the product that a field has.
fn own_type(field: &Field) -> Option<&Ident> {
    match field.ty.innermost() {
        Type::ValueSet(name) | Type::Record(name) => Some(&name.ident),
        _ => None,
    }
}
