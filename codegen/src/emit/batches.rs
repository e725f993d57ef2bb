//! Emits over which list a large job is split.

use proc_macro2::TokenStream;
use quote::quote;

use super::number;
use crate::model::{Action, AtMostBy, Batch};

/// Emits the method that says over which list of a request a large job is split, if there is one.
pub(super) fn method(action: &Action) -> Option<TokenStream> {
    let Batch { over, at_most, at_most_by, .. } = action.batch.as_ref()?;
    let (over, at_most) = (&over.wire, number::literal(*at_most));
    let by = at_most_by.as_ref().map(|AtMostBy { selector, sizes }| {
        let selector = &selector.name.ident;
        let values = sizes.iter().map(|(value, _)| value);
        let sizes = sizes.iter().map(|(_, size)| number::literal(*size));
        quote! { .at_most_by(self.#selector.as_str(), &[#((#values, #sizes)),*]) }
    });
    Some(quote! {
        fn batch(&self) -> Option<Batch> {
            Some(Batch::over(#over, #at_most) #by)
        }
    })
}

/// Whether the list of an action can be sent in batches: its task is known, too.
pub(super) fn is_batched(action: &Action) -> bool {
    action.batch.is_some() && action.submission.is_some()
}

/// Emits the trait of an action whose list can be sent in batches.
pub(super) fn impl_of_batched(action: &Action) -> Option<TokenStream> {
    let request = &action.name.ident;
    let partial = action.failures.as_ref().map(|_| quote! { const PARTIAL: bool = true; });
    is_batched(action).then(|| quote! { impl Batched for #request { #partial } })
}

/// The documented sizes, as a sentence.
pub(super) fn limit(batch: &Batch, over: &str) -> String {
    let at_most = number::text(batch.at_most);
    let by = batch.at_most_by.as_ref().map(by_value).unwrap_or_default();
    let per_day = batch.per_day.map(|per_day| format!(", and {} per day and region", number::text(per_day)));
    let per_day = per_day.unwrap_or_default();
    format!("{at_most} {over} per request{by}{per_day}, unless the account has other limits.")
}

/// The sizes that differ, by the value of a parameter.
fn by_value(by: &AtMostBy) -> String {
    let sizes = by.sizes.iter().map(|(value, size)| format!("{} for `{value}`", number::text(*size)));
    format!(" ({})", sizes.collect::<Vec<_>>().join(", "))
}
