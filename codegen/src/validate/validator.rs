//! Defines the context of the rules about one product.

use crate::model::{Code, Product};
use crate::parse::ParsedProduct;
use crate::problem::Problems;

/// Checks one product. Each module of this folder adds the rules of one subject.
pub(super) struct Validator<'a> {
    pub(super) files: &'a ParsedProduct,
    /// What the files resolve to.
    pub(super) product: &'a Product,
    /// The codes that every product can return.
    pub(super) common_codes: &'a [Code],
    pub(super) problems: &'a mut Problems,
}
