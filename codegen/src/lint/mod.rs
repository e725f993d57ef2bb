//! Checks the rules that need no resolved names: each file on its own, and that no two folders
//! describe the same product.
//!
//! They are checked for every file that can be parsed, even if another one cannot.

mod actions;
mod codes;
mod deviations;
mod duplicates;
mod fields;
mod linter;
mod markdown;
mod products;
mod schemas;
mod targets;
mod texts;
mod types;

use crate::parse::{Files, PartialProduct};
use crate::problem::Problems;
use linter::Linter;

/// Checks all files that could be parsed.
pub(crate) fn files(files: &Files, problems: &mut Problems) {
    if let Some(file) = &files.common {
        let mut linter = Linter::new(file, problems);
        linter.common_codes();
        linter.errors();
    }
    for product in &files.products {
        self::product(product, problems);
    }
    products::report_duplicates(&files.products, problems);
}

fn product(files: &PartialProduct, problems: &mut Problems) {
    let PartialProduct { product, types, errors, actions, .. } = files;
    if let Some(file) = product {
        Linter::new(file, problems).product();
    }
    if let Some(file) = types {
        Linter::new(file, problems).types();
    }
    if let Some(file) = errors {
        Linter::new(file, problems).errors();
    }
    for file in actions.iter().flatten() {
        Linter::new(file, problems).action();
    }
}
