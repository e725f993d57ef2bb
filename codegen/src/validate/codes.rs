//! Rules about the codes of a product: none is a common code, and an action lists each of them.

use super::validator::Validator;

impl Validator<'_> {
    pub(super) fn codes(&mut self) {
        let place = self.files.errors.place().member("codes");
        let listed = self.product.actions.iter().flat_map(|action| &action.errors);
        let listed: Vec<&str> = listed.map(|code| code.name.wire.as_str()).collect();
        for code in &self.files.errors.parsed.codes {
            let code = code.code.as_str();
            if self.common.iter().any(|common| common.name.wire == code) {
                let message = format!("spec/common/errors.json defines `{code}` already");
                let help = "remove it here: every product has the common codes";
                self.problems.add(&place.member(code), message, help);
            } else if !listed.contains(&code) {
                let help = "add it to the `errors` of an action, or remove it here";
                self.problems.add(&place.member(code), format!("no action lists `{code}`"), help);
            }
        }
    }
}
