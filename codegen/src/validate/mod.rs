//! Checks the resolved specifications by the rules that need Rust names, types or more than one
//! file.

mod codes;
mod constructors;
mod names;
mod namespace;
mod types;
mod validator;

use crate::model::{Code, Product};
use crate::parse::{File, ParsedProduct};
use crate::problem::Problems;
use crate::spec;
use validator::Validator;

/// Checks the common codes and what they resolve to.
pub(crate) fn common(file: &File<spec::Errors>, common: &[Code], problems: &mut Problems) {
    names::common_codes(file, common, problems);
}

/// Checks the specifications of a product and what they resolve to.
pub(crate) fn product(files: &ParsedProduct, product: &Product, common: &[Code], problems: &mut Problems) {
    let mut validator = Validator { files, product, common, problems };
    validator.types();
    validator.codes();
    validator.names();
    for (file, action) in files.actions.iter().zip(&product.actions) {
        validator.constructors(file, action);
        validator.action_names(file, action);
    }
}
