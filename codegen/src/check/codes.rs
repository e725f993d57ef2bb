//! Rules about error codes: defined once, in order, and listed.

use super::once;
use crate::model::Product;
use crate::parse::{File, Folder};
use crate::problem::Problems;
use crate::spec;

/// Rules about the codes of one file.
pub(super) fn file(file: &File<spec::Errors>, problems: &mut Problems) {
    let place = file.place().member("codes");
    let codes: Vec<&str> = file.says.codes.iter().map(|code| code.code.as_str()).collect();
    once::check("code", codes.iter().copied(), &place, problems);
    if let Some((earlier, code)) = codes.iter().zip(codes.iter().skip(1)).find(|(earlier, code)| earlier > code) {
        problems.add(&place.member(code), format!("`{code}` stands behind `{earlier}`"), "sort the codes");
    }
}

/// Rules about the codes that every product can answer with.
pub(super) fn common(file: &File<spec::Errors>, problems: &mut Problems) {
    if file.says.codes.is_empty() {
        let help = "define the codes that every product can answer with";
        problems.add(&file.place().member("codes"), "no code is defined", help);
    }
}

/// Rules about a product's codes.
pub(super) fn check(folder: &Folder, product: &Product, common: &spec::Errors, problems: &mut Problems) {
    let place = folder.errors.place().member("codes");
    let mut listed = product.actions.iter().flat_map(|action| &action.errors).map(|name| name.wire.as_str());
    let listed: Vec<&str> = listed.by_ref().collect();
    for spec::Code { code, .. } in &folder.errors.says.codes {
        if common.codes.iter().any(|other| other.code == *code) {
            let says = format!("`{code}` is defined in spec/common/errors.json already");
            problems.add(&place.member(code), says, "remove it here: every product has the common codes");
        } else if !listed.contains(&code.as_str()) {
            let says = format!("no action lists `{code}`");
            problems.add(&place.member(code), says, "add it to the `errors` of an action, or remove it here");
        }
    }
}
