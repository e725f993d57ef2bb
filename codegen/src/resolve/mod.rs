//! Resolves parsed specifications into the model: every name is looked up, and has its Rust name.
//!
//! What cannot be resolved is reported and replaced by a placeholder, so that the rest is still
//! checked. A run with a problem generates nothing.

mod action;
mod definitions;
mod describe;
mod direction;
mod example;
mod fields;
mod name;
mod pages;
mod quota;
mod recursion;
mod resolver;
mod role;
mod scope;
mod submission;
mod targets;
mod tasks;
mod types;
mod value;
mod zones;

use crate::model::{Action, Code, Name, Product};
use crate::parse::{File, ParsedProduct};
use crate::problem::{Place, Problems};
use crate::spec;
use crate::suggest;
use resolver::Resolver;
use scope::Scope;

/// Resolves the common codes.
pub(crate) fn common_codes(file: &File<spec::Errors>, problems: &mut Problems) -> Vec<Code> {
    let kind_of = |wire: &str| file.parsed.codes.iter().find(|code| code.code == wire)?.kind;
    Resolver::new(problems).codes(&file.parsed, kind_of, &file.place())
}

/// Resolves a product, which can use the common codes.
pub(crate) fn product(files: &ParsedProduct, common_codes: &[Code], problems: &mut Problems) -> Product {
    let ParsedProduct { name, product, types, errors, .. } = files;
    let field_names = field_names(files, problems);
    let scope = Scope { field_names: &field_names, defaults: product.parsed.defaults.as_ref(), ..Scope::default() };
    let mut resolver = Resolver { scope, problems };
    let ident = resolver.product_name(name, product.parsed.rust.as_deref(), &product.place());
    let package = format!("tencentcloud-{name}");
    let library = name::ident(&package.replace('-', "_"));

    let place = types.place();
    let value_sets = resolver.value_sets(&types.parsed.value_sets, &place.member("value_sets"));
    let mut records = resolver.records(&types.parsed.records, &value_sets, &place.member("records"));
    let kind_of = |wire: &str| common_codes.iter().find(|code| code.name.wire == wire).map(|code| code.kind);
    let codes = resolver.codes(&errors.parsed, kind_of, &errors.place());

    let record_names: Vec<_> = records.iter().map(|record| record.name.clone()).collect();
    let all_codes: Vec<&Code> = common_codes.iter().chain(&codes).collect();
    resolver.scope = Scope { value_sets: &value_sets, record_names: &record_names, records: &records, ..scope };
    let actions = actions(&mut resolver, &files.actions, &all_codes);
    direction::propagate(&actions, &mut records);
    recursion::mark(&mut records);
    let main_action = main_action(&product.parsed, &actions, &product.place(), problems);

    let spec::Product { service, version, title, keywords, hosts, page, readme, deprecated, .. } =
        product.parsed.clone();
    Product {
        folder: name.clone(),
        package,
        library,
        ident,
        service,
        version,
        title,
        keywords,
        hosts,
        page,
        readme,
        deprecated,
        value_sets,
        records,
        codes,
        actions,
        main_action,
    }
}

/// Resolves the actions: first each of them, and then the tasks that they submit, because a task
/// names other actions.
fn actions(resolver: &mut Resolver<'_>, files: &[File<spec::Action>], codes: &[&Code]) -> Vec<Action> {
    let mut actions: Vec<Action> = files.iter().map(|file| resolver.action(file, codes)).collect();
    let submissions = files.iter().zip(&actions);
    let submissions: Vec<_> =
        submissions.map(|(file, action)| resolver.submission(file, action, files, &actions)).collect();
    for (action, submission) in actions.iter_mut().zip(submissions) {
        action.submission = submission;
    }
    actions
}

/// The Rust names that product.json gives to fields. Each key must be the API's name of a field.
fn field_names(files: &ParsedProduct, problems: &mut Problems) -> Vec<Name> {
    let place = files.product.place().member("names");
    let of_actions = files.actions.iter().flat_map(|file| file.parsed.request.iter().chain(&file.parsed.response));
    let of_records = files.types.parsed.records.iter().flat_map(|record| &record.fields);
    let fields: Vec<&str> = of_actions.chain(of_records).map(|field| field.name.as_str()).collect();
    let names = files.product.parsed.names.iter().map(|(wire, rust)| {
        let place = place.member(wire);
        if !fields.contains(&wire.as_str()) {
            let help = suggest::did_you_mean(wire, fields.iter().copied());
            problems.add(&place, format!("no field has the name `{wire}`"), help);
        }
        Name { wire: wire.clone(), ident: Resolver::new(problems).explicit_snake_name(rust, &place) }
    });
    names.collect()
}

/// The index of the action that the README shows.
fn main_action(product: &spec::Product, actions: &[Action], place: &Place, problems: &mut Problems) -> usize {
    let Some(wire) = &product.main_action else { return 0 };
    actions.iter().position(|action| action.name.wire == *wire).unwrap_or_else(|| {
        let names = actions.iter().map(|action| action.name.wire.as_str());
        let help = suggest::did_you_mean(wire, names);
        problems.add(&place.member("main_action"), format!("unknown action `{wire}`"), help);
        0
    })
}
