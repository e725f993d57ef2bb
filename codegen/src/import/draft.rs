//! Writes drafts of specifications from the metadata.

use serde_json::{Value, json};

use super::examples::Example;
use super::metadata::{Action, Field, Upstream};
use super::names::Names;
use super::tree::Tree;
use crate::direction::Direction;
use crate::spec::ACTION_PLACEHOLDER;

/// The rate that applies to most actions, in requests per second.
const RATE: u32 = 20;
/// The verbs that most services have for queries.
const QUERIES: [&str; 2] = ["Describe", "List"];

/// The draft of `product.json`.
pub(super) fn product(upstream: &Upstream, names: &Names) -> Tree {
    let Upstream { service, version, .. } = upstream;
    let defaults = Tree::object([
        ("requests_per_second", Some(json!(RATE).into())),
        ("queries", Some(json!(QUERIES).into())),
        ("source", Some(source(upstream, ACTION_PLACEHOLDER))),
    ]);
    let host = |domain: &str| Some(format!("{service}.{domain}").as_str().into());
    let hosts = [("mainland", host("tencentcloudapi.com")), ("international", host("intl.tencentcloudapi.com"))];
    Tree::object([
        schema("product"),
        draft(),
        ("service", Some(service.as_str().into())),
        ("version", Some(version.as_str().into())),
        ("rust", names.product.as_deref().map(Into::into)),
        ("names", (!names.fields.is_empty()).then(|| json!(names.fields).into())),
        ("defaults", Some(defaults)),
        ("hosts", Some(Tree::object(hosts))),
    ])
}

/// The page of the API Explorer that shows an action. The metadata has no date for it but that of
/// the API's version.
fn source(Upstream { service, version, .. }: &Upstream, action: &str) -> Tree {
    let explorer = "https://console.tencentcloud.com/api/explorer";
    let page = format!("{explorer}?Product={service}&Version={version}&Action={action}");
    Tree::object([("page", Some(page.as_str().into())), ("updated", Some(version.as_str().into()))])
}

/// The facts about an action that the `defaults` of its product do not state.
pub(super) fn facts(name: &str, defaults: Option<&Value>, upstream: &Upstream) -> [(&'static str, Option<Tree>); 3] {
    let is_stated = |key: &str| defaults.is_some_and(|defaults| defaults.get(key).is_some());
    let is_query = QUERIES.iter().any(|verb| name.starts_with(verb));
    [
        ("source", (!is_stated("source")).then(|| source(upstream, name))),
        ("requests_per_second", (!is_stated("requests_per_second")).then(|| json!(RATE).into())),
        ("repeatable", (!is_stated("queries")).then(|| json!(is_query).into())),
    ]
}

/// The draft of `types.json`.
pub(super) fn types(upstream: &Upstream, file: &str, names: &Names) -> Tree {
    let records = upstream.records.iter();
    let records = records.filter_map(|(name, record)| self::record(name, upstream, record.direction, file, names));
    Tree::object([schema("types"), ("records", Some(Tree::List(records.collect())))])
}

/// The draft of a record that is used in a direction, if there is one with this name.
pub(super) fn record(name: &str, upstream: &Upstream, direction: Direction, file: &str, names: &Names) -> Option<Tree> {
    let record = upstream.records.get(name)?;
    let at = format!("records.{name}");
    let fields = record
        .fields
        .iter()
        .map(|field| self::field(field, direction, names.of(file, &format!("{at}.fields.{}", field.name)), false));
    Some(Tree::object([
        ("name", Some(name.into())),
        draft(),
        ("rust", names.of(file, &at).map(Into::into)),
        ("fields", Some(Tree::List(fields.collect()))),
    ]))
}

/// The draft of `errors.json` with these codes.
pub(super) fn errors<'a>(
    codes: impl Iterator<Item = &'a String>,
    has_kind: impl Fn(&str) -> bool,
    file: &str,
    names: &Names,
) -> Tree {
    let codes = codes.map(|code| self::code(code, &has_kind, file, names));
    Tree::object([schema("errors"), ("codes", Some(Tree::List(codes.collect())))])
}

/// The draft of a code. Its kind is `rejected` if its first segment `has_kind` not.
pub(super) fn code(code: &str, has_kind: impl Fn(&str) -> bool, file: &str, names: &Names) -> Tree {
    let is_known = has_kind(code.split('.').next().unwrap_or(code));
    Tree::object([
        ("code", Some(code.into())),
        draft(),
        ("kind", (!is_known).then(|| "rejected".into())),
        ("rust", names.of(file, &format!("codes.{code}")).map(Into::into)),
    ])
}

/// The draft of an action.
pub(super) fn action(
    name: &str,
    action: &Action,
    facts: [(&'static str, Option<Tree>); 3],
    examples: &[&Example],
    file: &str,
    names: &Names,
) -> Tree {
    let fields = |key: &str, fields: &[Field], direction: Direction| {
        let fields = fields
            .iter()
            .map(|field| self::field(field, direction, names.of(file, &format!("{key}.{}", field.name)), false));
        Some(Tree::List(fields.collect()))
    };
    let deprecated = "Use another action: the service's metadata marks this one as deprecated.";
    let examples = examples.iter().map(|example| {
        Tree::object([
            ("title", Some(format!("call `{name}`").as_str().into())),
            ("request", Some(example.request.clone().into())),
            ("response", Some(example.response.clone().into())),
        ])
    });
    let [source, rate, repeatable] = facts;
    Tree::object([
        schema("action"),
        draft(),
        ("action", Some(name.into())),
        ("rust", names.of(file, "action").map(Into::into)),
        source,
        rate,
        repeatable,
        ("deprecated", action.is_deprecated.then(|| deprecated.into())),
        ("request", fields("request", &action.request, Direction::SENT)),
        ("response", fields("response", &action.response, Direction::RECEIVED)),
        ("errors", Some(Tree::List(Vec::new()))),
        ("examples", Some(Tree::List(examples.collect()))),
    ])
}

/// The draft of a field. It says that it is one only if `is_alone`, among fields that are not.
pub(super) fn field(field: &Field, direction: Direction, rust: Option<&str>, is_alone: bool) -> Tree {
    let flag = |is_set: bool| is_set.then(|| Value::Bool(true).into());
    Tree::object([
        ("name", Some(field.name.as_str().into())),
        ("draft", flag(is_alone)),
        ("type", Some(field.ty.as_str().into())),
        ("required", flag(direction.sent && field.required)),
        ("optional", flag(direction.received && field.optional && !(direction.sent && field.retired))),
        ("retired", flag(direction.sent && field.retired)),
        ("rust", rust.map(Into::into)),
    ])
}

fn schema(kind: &'static str) -> (&'static str, Option<Tree>) {
    ("$schema", Some(format!("../../codegen/generated/{kind}.schema.json").as_str().into()))
}

fn draft() -> (&'static str, Option<Tree>) {
    ("draft", Some(Value::Bool(true).into()))
}
