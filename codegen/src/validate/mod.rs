//! Checks the resolved specifications by the rules that need Rust names, types or more than one
//! file.

mod codes;
mod constructors;
mod names;
mod namespace;
mod types;
mod validator;

use crate::model::Api;
use crate::parse::ParsedSpecs;
use crate::problem::Problems;
use validator::Validator;

/// Checks all specifications and what they resolve to.
pub(crate) fn api(specs: &ParsedSpecs, api: &Api, problems: &mut Problems) {
    names::common_codes(&specs.common, &api.common, problems);
    for (files, product) in specs.products.iter().zip(&api.products) {
        let mut validator = Validator { files, product, common: &api.common, problems };
        validator.types();
        validator.codes();
        validator.names();
        for (file, action) in files.actions.iter().zip(&product.actions) {
            validator.constructors(file, action);
            validator.action_names(file, action);
        }
    }
}
