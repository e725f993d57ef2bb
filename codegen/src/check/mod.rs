//! The third stage: the rules that make a specification worth generating from.

mod actions;
mod codes;
mod constructors;
mod deviations;
mod fields;
mod names;
mod once;
mod products;
mod schemas;
mod texts;
mod types;

use crate::model::Api;
use crate::parse::{File, Files, Readable, Written};
use crate::problem::Problems;
use crate::spec;

/// Holds each file against the rules that need no other file, so that one that cannot be read hides nothing in the others.
pub(crate) fn files(files: &Files, problems: &mut Problems) {
    if let Some(file) = &files.common {
        codes::common(file, problems);
        errors(file, problems);
    }
    for Readable { product, types, errors: codes, actions, .. } in &files.products {
        if let Some(file) = product {
            products::check(file, problems);
            schemas::check(file, problems);
            texts::product(file, problems);
            deviations::check(file, &file.says.deviations, problems);
        }
        if let Some(file) = types {
            types::file(file, problems);
            schemas::check(file, problems);
            texts::types(file, problems);
            deviations::check(file, &file.says.deviations, problems);
        }
        if let Some(file) = codes {
            errors(file, problems);
        }
        for file in actions.iter().flatten() {
            action(file, problems);
        }
    }
    products::unique(&files.products, problems);
}

fn errors(file: &File<spec::Errors>, problems: &mut Problems) {
    codes::file(file, problems);
    schemas::check(file, problems);
    texts::errors(file, problems);
    deviations::check(file, &file.says.deviations, problems);
}

fn action(file: &File<spec::Action>, problems: &mut Problems) {
    actions::check(file, problems);
    schemas::check(file, problems);
    texts::action(file, problems);
    deviations::check(file, &file.says.deviations, problems);
}

/// Holds what was written, and what it means, against the rules that need all of it.
pub(crate) fn api(written: &Written, api: &Api, problems: &mut Problems) {
    names::common(&written.common, &api.common, problems);
    for (folder, product) in written.products.iter().zip(&api.products) {
        types::check(folder, product, problems);
        codes::check(folder, product, &written.common.says, problems);
        names::check(folder, product, &api.common, problems);
        for (file, action) in folder.actions.iter().zip(&product.actions) {
            constructors::check(file, action, problems);
            names::action(file, action, problems);
        }
    }
}
