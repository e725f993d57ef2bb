//! Emits the README of a crate, which is also the first page of its documentation.

use super::doc::Doc;
use super::features::{FEATURES, Feature};
use super::program::{self, Program};
use super::{batches, number, policy};
use crate::model::{Action, Product};
use crate::spec::Purpose;

/// The address of the repository. It is a placeholder until there is one.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
/// The oldest supported Rust.
const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

pub(super) fn readme(product: &Product) -> String {
    let sections =
        [summary, installation, actions, jobs, errors, retries, limits, testing, permissions, features, versions];
    let doc = sections.iter().fold(Doc::default(), |doc, section| section(doc, product));
    doc.link_definitions(links(product).map(|link| (link.label, link.address))).file()
}

/// A link to an item of the crate.
pub(super) struct Link {
    pub(super) label: String,
    /// The item's path in the crate, for the crate's documentation.
    pub(super) path: String,
    /// The address of the item's documentation, for other places that show the README.
    pub(super) address: String,
}

/// The items that the README links to.
pub(super) fn links(product: &Product) -> impl Iterator<Item = Link> {
    let item = |path: &str, page: &str| Link {
        label: format!("`{path}`"),
        path: path.to_owned(),
        address: format!("https://docs.rs/{}/latest/{}/{page}", product.package, product.library),
    };
    let methods = job_methods(product)
        .map(move |method| item(&format!("Client::{method}"), &format!("struct.Client.html#method.{method}")));
    let actions = product.actions.iter().flat_map(move |action| {
        let (request, method) = (&action.name.ident, &action.function);
        [
            item(&request.to_string(), &format!("struct.{request}.html")),
            item(&format!("Client::{method}"), &format!("struct.Client.html#method.{method}")),
        ]
    });
    actions.chain(methods).chain([
        item("Config", "struct.Config.html"),
        item("Error", "struct.Error.html"),
        item("ErrorCode", "enum.ErrorCode.html"),
        item("ErrorKind", "enum.ErrorKind.html"),
        item("runtime", "runtime/index.html"),
        item("runtime::jobs", "runtime/jobs/index.html"),
    ])
}

/// The methods of the client that make several calls, or find something.
fn job_methods(product: &Product) -> impl Iterator<Item = &'static str> {
    let methods = [
        ("wait", product.actions.iter().any(|action| action.task_list.is_some())),
        ("purge_quota", product.quota_list(Purpose::Purge).is_some()),
        ("prefetch_quota", product.quota_list(Purpose::Prefetch).is_some()),
        ("find_zone", product.actions.iter().any(|action| action.zones.is_some())),
    ];
    methods.into_iter().filter(|(_, exists)| *exists).map(|(method, _)| method)
}

fn summary(doc: Doc, product: &Product) -> Doc {
    let Product { package, title, version, readme, .. } = product;
    let retired = product.deprecated.as_ref().map(|note| format!("**Retired.** {note}"));
    let doc = doc.heading(package).paragraph(&format!("Asynchronous client of {title}, API version {version}."));
    let doc = with_program(doc.paragraphs(&retired), "rust,no_run", program::live(product));
    doc.paragraph(
        "The environment variables `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` contain the API key. \
         [`Config`] has all settings. Build one per account: it owns the connections and the rate limits.",
    )
    .paragraphs(readme)
}

fn actions(doc: Doc, product: &Product) -> Doc {
    let rows = product.actions.iter().map(|action| {
        let Action { function, title, .. } = action;
        [link(action), format!("[`Client::{function}`]"), title.clone()]
    });
    doc.subheading("Actions").table(["request", "method", "what it is for"], rows).paragraph(
        "Each request documents its parameters, response, limits and errors. Actions that no crate has can be called \
         by name, in JSON: see `GenericClient` in [`runtime`].",
    )
}

fn jobs(doc: Doc, product: &Product) -> Doc {
    let which = |is_one: fn(&Action) -> bool| {
        listed(&product.actions.iter().filter(|action| is_one(action)).collect::<Vec<_>>())
    };
    let batched = which(batches::is_batched).map(|actions| {
        format!(
            "`in_batches()`, on the calls of {actions}, sends a list of any length in as many requests as it needs, \
             and reports the outcome of every target. With `resume`, a job that was stopped goes on."
        )
    });
    let paged = which(|action| action.pagination.is_some());
    let paged = paged.map(|actions| format!("`items()` and `pages()`, on the calls of {actions}, read whole lists."));
    let methods = job_methods(product).map(|method| {
        let purpose = match method {
            "wait" => "waits until tasks are done",
            "find_zone" => "finds the zone to which a domain name belongs",
            "purge_quota" => "returns what may still be purged today",
            _ => "returns what may still be prefetched today",
        };
        format!("[`Client::{method}`] {purpose}.")
    });
    let points: Vec<String> = batched.into_iter().chain(paged).chain(methods).collect();
    if points.is_empty() {
        return doc;
    }
    doc.subheading("Large lists and waiting").list(&points).paragraph("The types of these are in [`runtime::jobs`].")
}

fn installation(doc: Doc, product: &Product) -> Doc {
    let dependencies = [
        "[dependencies]".to_owned(),
        format!("{} = {{ git = \"{REPOSITORY}\" }}", product.package),
        "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }".to_owned(),
    ];
    doc.subheading("Installation")
        .paragraph("The crates are not published yet. Until then, depend on the repository:")
        .code("toml", dependencies)
}

fn errors(doc: Doc, _: &Product) -> Doc {
    doc.subheading("Errors")
        .paragraph(
            "All calls return the same [`Error`]. When it is printed, one line contains the action, the code, the \
             message, the request id, the number of attempts, and what to do.",
        )
        .paragraph(
            "In code, `kind()` says what can be done ([`ErrorKind`]), `code_as()` returns the documented code as an \
             enum ([`ErrorCode`]), and `request_id()` returns what the service's support asks for.",
        )
}

fn retries(doc: Doc, product: &Product) -> Doc {
    let (repeatable, others): (Vec<&Action>, Vec<&Action>) =
        product.actions.iter().partition(|action| action.repeatable);
    let repeatable = listed(&repeatable).map(|actions| {
        format!("{actions} can be repeated safely, so the client also retries after a request that may have run.")
    });
    let others = listed(&others).map(|actions| {
        format!(
            "A request that may have run is not sent again, because a second run could use quota twice. That applies \
             to {actions}; a call's `repeatable(true)` overrides it."
        )
    });
    doc.subheading("Retries")
        .paragraph(
            "A request that never arrived, or that the service throttled, is sent again until the call's timeout of \
             60 s (not for a permanent cause, such as an unknown host or an invalid certificate). Failures of the \
             service and broken connections are retried up to three attempts in all, where that is safe; a request \
             that the service rejected is not. Each attempt has a new signature.",
        )
        .paragraphs(others)
        .paragraphs(repeatable)
}

fn limits(doc: Doc, product: &Product) -> Doc {
    let doc = doc.subheading("Limits").paragraph(
        "The client keeps to the documented rate, across all clients of a [`Config`]: requests are \
         spaced evenly, and a call waits up to 5 minutes (`permit_timeout`) until it may be sent.",
    );
    if product.actions.iter().all(|action| action.batch.is_none()) {
        return doc.table(["request", "per second"], product.actions.iter().map(|action| [link(action), rate(action)]));
    }
    let rows = product.actions.iter().map(|action| {
        let batch = action.batch.as_ref();
        let size = batch.map(|batch| format!("{} `{}`", number::text(batch.at_most), batch.over.ident));
        let per_day = batch.and_then(|batch| batch.per_day).map(number::text);
        [link(action), rate(action), size.unwrap_or_default(), per_day.unwrap_or_default()]
    });
    doc.table(["request", "per second", "at most per request", "per day and region"], rows)
        .paragraph("The sizes are defaults, which the service enforces. An account can have others.")
}

fn link(action: &Action) -> String {
    format!("[`{}`]", action.name.ident)
}

fn rate(action: &Action) -> String {
    number::text(action.requests_per_second)
}

fn testing(doc: Doc, product: &Product) -> Doc {
    let doc = doc.subheading("Testing").paragraph(
        "There are two ways, both without an account. `tencentcloud-emulator`, as a development dependency, is the \
         service on loopback, and checks signatures and parameters as the service does:",
    );
    let doc = with_program(doc, "rust", program::emulated(product)).paragraph(
        "The feature `testing` adds a scripted transport and a virtual clock. With them, a test plays any response or \
         failure, without a network and without waiting:",
    );
    with_program(doc, "rust", program::scripted(product))
}

fn permissions(doc: Doc, product: &Product) -> Doc {
    doc.subheading("Permissions")
        .paragraph("The owner of the API key needs this policy of Cloud Access Management (CAM):")
        .code("json", policy::lines(product))
        .paragraph("`resource` can be limited to single domain names or zones, as the documentation of CAM describes.")
}

fn features(doc: Doc, _: &Product) -> Doc {
    let rows = FEATURES.map(|Feature { name, is_default, adds }| {
        [format!("`{name}`{}", if is_default { " (default)" } else { "" }), adds.to_owned()]
    });
    doc.subheading("Features").table(["feature", "what it adds"], rows).paragraph(
        "With `default-features = false` and no feature that begins with `rustls`, there is no default transport, \
             and no HTTP client in the dependency tree: `Config::builder` then needs a `transport` of your own.",
    )
}

fn versions(doc: Doc, product: &Product) -> Doc {
    let Product { version, page, .. } = product;
    doc.subheading("Versions")
        .paragraph(&format!(
            "This crate calls version {version} of the API, and is generated from a specification of its \
             [documentation]({page}). Another version of the API would be another crate."
        ))
        .paragraph(&format!(
            "Types are `#[non_exhaustive]`, so a minor version can add fields, values, codes and actions. The oldest \
             supported Rust is {RUST_VERSION}; only a minor version raises it."
        ))
}

fn with_program(doc: Doc, language: &str, program: Option<Program>) -> Doc {
    match program {
        Some(program) => doc.code(language, program.lines()),
        None => doc,
    }
}

/// The requests as links, or nothing if there are none.
fn listed(actions: &[&Action]) -> Option<String> {
    let links: Vec<String> = actions.iter().map(|action| link(action)).collect();
    let (last, others) = links.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}
