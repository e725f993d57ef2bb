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

use crate::parse::{File, PartialProduct};
use crate::problem::Problems;
use crate::spec;
use linter::Linter;

pub(crate) use products::{Identity, report_duplicates};

/// Checks the file of the common codes.
pub(crate) fn common_codes(file: &File<spec::Errors>, problems: &mut Problems) {
    let mut linter = Linter::new(file, problems);
    linter.check_is_not_empty();
    linter.errors();
}

/// Checks all files of a product that could be parsed.
pub(crate) fn product(files: &PartialProduct, problems: &mut Problems) {
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
