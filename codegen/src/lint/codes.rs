//! Rules about the error codes of a file: each is defined once, and they are sorted.

use super::linter::Linter;
use crate::spec;

impl Linter<'_, spec::Errors> {
    pub(super) fn errors(&mut self) {
        self.check_characters();
        self.check_order();
        self.check_schema();
        self.check_texts();
        self.check_deviations(&self.file.parsed.deviations);
    }

    /// Reports a file without any code.
    pub(super) fn check_is_not_empty(&mut self) {
        if self.file.parsed.codes.is_empty() {
            let help = "define the codes that every product can return";
            self.problems.add(&self.place().member("codes"), "the file defines no code", help);
        }
    }

    fn check_characters(&mut self) {
        let place = self.place().member("codes");
        let is_valid = |character: char| character.is_ascii_alphanumeric() || character == '.' || character == '_';
        for code in self.file.parsed.codes.iter().map(|code| &code.code) {
            if !code.chars().all(is_valid) {
                let message = format!("`{code}` is not an error code: codes contain letters, digits, `.` and `_`");
                self.problems.add(&place.member(code), message, "write the code as on the API's page");
            }
        }
    }

    fn check_order(&mut self) {
        let place = self.place().member("codes");
        let codes: Vec<&str> = self.file.parsed.codes.iter().map(|code| code.code.as_str()).collect();
        self.check_duplicates("code", codes.iter().copied(), &place);
        if let Some((previous, code)) = codes.iter().zip(codes.iter().skip(1)).find(|(previous, code)| previous > code)
        {
            let message = format!("`{code}` is out of order: it sorts before `{previous}`");
            self.problems.add(&place.member(code), message, "sort the codes");
        }
    }
}
