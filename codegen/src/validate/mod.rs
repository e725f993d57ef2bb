//! Checks whether the resolved specifications become valid Rust: names that collide, and types.
//!
//! A rule that needs no resolved names belongs to [`lint`](crate::lint), and whether what is named
//! exists and fits is checked when it is [resolved](crate::resolve).

mod codes;
mod constructors;
mod names;
mod namespace;
mod taken_names;
mod types;
mod validator;

use crate::model::{Code, Product};
use crate::parse::{File, ParsedProduct};
use crate::problem::Problems;
use crate::spec;
use validator::Validator;

/// Checks the common codes and what they resolve to.
pub(crate) fn common_codes(file: &File<spec::Errors>, codes: &[Code], problems: &mut Problems) {
    names::common_codes(file, codes, problems);
}

/// Checks the specifications of a product and what they resolve to.
pub(crate) fn product(files: &ParsedProduct, product: &Product, common_codes: &[Code], problems: &mut Problems) {
    let mut validator = Validator { files, product, common_codes, problems };
    validator.types();
    validator.codes();
    validator.names();
    for (file, action) in files.actions.iter().zip(&product.actions) {
        validator.constructors(file, action);
        validator.action_names(file, action);
    }
}
