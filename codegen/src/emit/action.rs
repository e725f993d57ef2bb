//! Emits the module of an action: its request, its response, and the facts that the core needs.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::Builder;
use super::doc::{self, Doc};
use super::{batches, error_code, example, imports, number, pages, quota, structs, targets, tasks, zones};
use crate::model::{Action, Code, Direction, Field, Product, Type};

/// Emits the module, its items in the order in which a reader wants them.
pub(super) fn module(action: &Action, product: &Product) -> TokenStream {
    let title = Doc::default().paragraph(&doc::sentence(&format!("`{}`: {}", action.name.wire, action.title))).inner();
    let imports = imports::of_action(action, product);
    let request = request(action, product);
    let builder = builder(action).methods();
    let structs_of_arguments = structs::structs_of_arguments(&action.name.ident, &action.constructors);
    let impl_of_action = impl_of_action(action, product);
    let paged = pages::impl_of_paged(action, product);
    let (submission, task_list) = (tasks::submission(action), tasks::task_list(action));
    let (uses_quota, quotas, zones) =
        (quota::impl_of_uses_quota(action), quota::impl_of_quota_list(action), zones::impl_of_zone_list(action));
    let batched = batches::impl_of_batched(action);
    let response = response(action);
    quote! {
        #title

        #imports

        #request
        #builder
        #structs_of_arguments
        #impl_of_action
        #paged
        #task_list
        #quotas
        #zones
        #response
        #submission
        #uses_quota
        #batched
    }
}

fn builder(action: &Action) -> Builder<'_> {
    let Action { name, request, constructors, .. } = action;
    Builder { ty: &name.ident, fields: request, constructors, direction: Direction::SENT, must_use: None }
}

fn request(action: &Action, product: &Product) -> TokenStream {
    let heading = if action.examples.len() == 1 { "Example" } else { "Examples" };
    let doc = Doc::of(paragraphs(action, product))
        .paragraphs(pages::doc(action))
        .paragraphs(without_setter(action))
        .heading(heading)
        .code("", example::of_action(action, product))
        .heading("Limits")
        .list(&limits(action));
    let doc = errors(doc, &action.errors).paragraph(&source(action)).outer();
    let derives = structs::derives(Direction::SENT, &action.constructors);
    let head = quote! {
        #doc
        #[must_use = "a request does nothing until a client sends it"]
        #derives
    };
    structs::structure(&action.name.ident, &head, &action.request, Direction::SENT, None)
}

/// The paragraphs about an action. Other actions of the product that they name in backticks become
/// links.
pub(super) fn paragraphs(action: &Action, product: &Product) -> Vec<String> {
    let with_link = |text: String, Action { name, .. }: &Action| {
        let code = format!("`{}`", name.wire);
        let is_linked = text.contains(&format!("[{code}]"));
        if is_linked { text } else { text.replace(&code, &format!("[{code}](crate::{})", name.ident)) }
    };
    let others = product.actions.iter().filter(|other| other.name.wire != action.name.wire);
    action.doc.iter().map(|text| others.clone().fold(text.clone(), with_link)).collect()
}

fn limits(action: &Action) -> Vec<String> {
    let rate = number::text(action.requests_per_second);
    let mut limits = vec![format!(
        "{rate} requests per second and account. A call waits for a permit, at most for its `permit_timeout`."
    )];
    if let Some(batch) = &action.batch {
        limits.push(batches::limit(batch, &link(&batch.over.ident)));
    }
    if let Some(at_most) = action.pagination.as_ref().and_then(|pages| pages.at_most) {
        limits.push(format!("{} entries per page.", number::text(at_most)));
    }
    limits
}

/// The codes that the documentation lists, grouped by their kind.
fn errors(doc: Doc, codes: &[Code]) -> Doc {
    let doc = doc.heading("Errors");
    if codes.is_empty() {
        return doc.paragraph("The service documents no codes for the action.");
    }
    let mut codes: Vec<&Code> = codes.iter().collect();
    codes.sort_by_key(|code| (code.kind, &code.name.wire));
    let mut last_kind = None;
    let rows = codes.into_iter().map(|code| {
        let kind = error_code::kind(code.kind);
        let is_first = last_kind.replace(code.kind) != Some(code.kind);
        let kind = if is_first { format!("[`{kind}`](crate::ErrorKind::{kind})") } else { String::new() };
        let (wire, variant) = (&code.name.wire, &code.name.ident);
        let meaning = code.doc.first().map(|doc| doc::first_sentence(doc)).unwrap_or_default();
        [kind, format!("[`{wire}`](crate::ErrorCode::{variant})"), meaning]
    });
    doc.paragraph(
        "[`Error::code_as`](crate::Error::code_as) returns the code of an error as an \
         [`ErrorCode`](crate::ErrorCode), and [`Error::kind`](crate::Error::kind) its kind. The service documents \
         these codes for the action, and can return others:",
    )
    .table(["kind", "code", "meaning"], rows)
}

/// Lists the optional fields that only constructors set, and warns about assigning them.
fn without_setter(action: &Action) -> Option<String> {
    let fields = action.request.iter().filter(|field| !field.required && !field.has_setter(&action.constructors));
    let links: Vec<String> = fields.map(|field| link(&field.name.ident)).collect();
    let (last, others) = links.split_last()?;
    let rule = match others {
        [] => format!("{last} has no setter: the constructors that need it set it."),
        _ => format!("{} and {last} have no setters: the constructors that need them set them.", others.join(", ")),
    };
    Some(format!("{rule} A field that is assigned directly is sent as is, without a check against the others."))
}

/// A link to a field of the request. A setter can have the same name.
fn link(field: &Ident) -> String {
    format!("[`{field}`](field@Self::{field})")
}

fn source(action: &Action) -> String {
    format!("Source: [{}]({}), as of {}.", action.name.wire, action.page, action.updated)
}

/// The facts that the core needs.
fn impl_of_action(action: &Action, product: &Product) -> TokenStream {
    let Action { name, response_ident, repeatable, .. } = action;
    let (request, wire, product) = (&name.ident, &name.wire, &product.ident);
    let rate = number::literal(action.requests_per_second);
    let empty_list = empty_list(action);
    let (targets, failures) = (targets::method(action), targets::failures_method(action));
    let batch = batches::method(action);
    quote! {
        impl Action for #request {
            type Product = #product;
            type Response = #response_ident;

            const NAME: &'static str = #wire;
            const RATE_LIMIT: RateLimit = RateLimit::per_second(#rate);
            const REPEATABLE: bool = #repeatable;

            #empty_list
            #targets
            #batch
            #failures
        }
    }
}

/// Emits the method that finds an empty list, if a list must not be empty: a required one always,
/// and an optional one that a constructor takes, if it is set.
fn empty_list(action: &Action) -> Option<TokenStream> {
    let is_taken = |field: &Field| action.constructors.iter().any(|constructor| constructor.takes(field));
    let lists = action.request.iter().filter(|field| matches!(field.ty, Type::List(_)));
    let empty = lists.filter(|field| field.required || is_taken(field)).map(|field| {
        let (ident, wire) = (&field.name.ident, &field.name.wire);
        let is_empty = if field.required {
            quote! { self.#ident.is_empty() }
        } else {
            quote! { self.#ident.as_ref().is_some_and(Vec::is_empty) }
        };
        quote! { #is_empty.then_some(#wire) }
    });
    let empty = empty.reduce(|first, next| quote! { #first.or(#next) })?;
    Some(quote! {
        fn empty_list(&self) -> Option<&'static str> {
            #empty
        }
    })
}

fn response(action: &Action) -> TokenStream {
    let request = &action.name.ident;
    let doc = Doc::default().paragraph(&format!("Response to [`{request}`].")).outer();
    let must_use = targets::must_use(action);
    let derives = structs::derives(Direction::RECEIVED, &[]);
    let head = quote! { #doc #must_use #derives };
    let request_id = quote! {
        /// Id of the request, for the service's support; empty if the response has none.
        #[serde(default, deserialize_with = "wire::nullable")]
        pub request_id: String,
    };
    let (ident, outputs) = (&action.response_ident, &action.response);
    let structure = structs::structure(ident, &head, outputs, Direction::RECEIVED, Some(&request_id));
    let into_result = targets::into_result_method(action);
    quote! {
        #structure
        #into_result
    }
}
