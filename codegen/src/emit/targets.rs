//! Emits what the core checks targets against, and how it finds those that failed.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::doc::Doc;
use crate::model::{Action, Failures, Format, FormatRule, Targets, Type};

/// Emits the method that returns the targets of a request, if their format is documented.
pub(super) fn method(action: &Action) -> Option<TokenStream> {
    let targets = action.targets.iter().map(parameter);
    (!action.targets.is_empty()).then(|| {
        quote! {
            fn targets(&self) -> impl IntoIterator<Item = Targets<'_>> {
                [#(#targets),*]
            }
        }
    })
}

fn parameter(targets: &Targets) -> TokenStream {
    let Targets { field, format, encoded_by } = targets;
    let (wire, ident) = (&field.name.wire, &field.name.ident);
    let list = match (&field.ty, field.required) {
        (Type::List(_), true) => quote! { Targets::list(#wire, &self.#ident) },
        (Type::List(_), false) => quote! { Targets::list(#wire, self.#ident.as_deref().unwrap_or_default()) },
        (_, true) => quote! { Targets::single(#wire, &self.#ident) },
        (_, false) => quote! { Targets::single(#wire, self.#ident.as_ref()) },
    };
    let format = match format {
        FormatRule::Always(format) => {
            let variant = variant(*format);
            quote! { .format(TargetFormat::#variant) }
        }
        FormatRule::By { selector, formats } => {
            let selector = &selector.name.ident;
            let values = formats.iter().map(|(value, _)| value);
            let variants = formats.iter().map(|(_, format)| variant(*format));
            quote! { .format_by(self.#selector.as_str(), &[#((#values, TargetFormat::#variants)),*]) }
        }
    };
    let encoded = encoded_by.as_ref().map(|field| {
        let ident = &field.name.ident;
        let is_set = if field.required {
            quote! { true }
        } else {
            quote! { self.#ident.is_some() }
        };
        quote! { .encoding_is_set(#is_set) }
    });
    quote! { #list #format #encoded }
}

/// The variant of the core's `TargetFormat`.
pub(super) fn variant(format: Format) -> Ident {
    format_ident!(
        "{}",
        match format {
            Format::Url => "Url",
            Format::Directory => "Directory",
            Format::Host => "Host",
            Format::Tag => "Tag",
            Format::ZoneId => "ZoneId",
        }
    )
}

/// Emits the method that returns the targets that failed, if a response can report them.
pub(super) fn failures_method(action: &Action) -> Option<TokenStream> {
    let Failures { list, targets, reason, task } = action.failures.as_ref()?;
    let response = &action.response_ident;
    let (list, targets, reason, task) = (&list.ident, &targets.ident, &reason.ident, &task.ident);
    Some(quote! {
        fn failures(response: &#response) -> Failures<'_> {
            let reasons = response.#list.iter().map(|failed| (failed.#reason.as_str(), failed.#targets.as_slice()));
            Failures::new(&response.#task, &response.request_id, reasons)
        }
    })
}

/// The attribute of a response that can report failed targets.
pub(super) fn must_use(action: &Action) -> Option<TokenStream> {
    action.failures.as_ref().map(|_| quote! { #[must_use = "targets may have failed: call `into_result`"] })
}

/// Emits the method that turns a response into a result, if the response can report failed targets.
pub(super) fn into_result_method(action: &Action) -> Option<TokenStream> {
    let Failures { list, task, .. } = action.failures.as_ref()?;
    let task = &task.ident;
    let (request, response) = (&action.name.ident, &action.response_ident);
    let doc = Doc::of([format!(
        "Returns [`{task}`](Self::{task}) if no target failed, and otherwise an error that names those in \
         [`{list}`](Self::{list}).",
        list = list.ident
    )])
    .heading("Errors")
    .paragraph("[`PartialFailure`](crate::ErrorKind::PartialFailure) if a target failed.")
    .outer();
    Some(quote! {
        impl #response {
            #doc
            pub fn into_result(self) -> Result<String, Error> {
                into_result::<#request>(self).map(|response| response.#task)
            }
        }
    })
}
