//! Rules about the codes of a product: none is a common code.

use super::validator::Validator;

impl Validator<'_> {
    pub(super) fn codes(&mut self) {
        let place = self.files.errors.place().member("codes");
        for code in &self.files.errors.parsed.codes {
            let code = code.code.as_str();
            if self.common_codes.iter().any(|common| common.name.wire == code) {
                let message = format!("spec/common/errors.json defines `{code}` already");
                let help = "remove it here: every product has the common codes";
                self.problems.add(&place.member(code), message, help);
            }
        }
    }
}
