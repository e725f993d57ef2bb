//! Rules about texts: they are not empty, and have the form that their place in the output needs.

use super::linter::Linter;
use super::markdown;
use crate::problem::{Place, is_invisible};
use crate::spec::{Action, Errors, Field, KnownValue, Paragraph, Product, Text, Types};

impl Linter<'_, Product> {
    pub(super) fn check_texts(&mut self) {
        let place = self.place();
        let Product { title, page, readme, deprecated, .. } = &self.file.parsed;
        if self.check_text(title, &place.member("title")) && title.ends_with('.') {
            let message = format!("`{title}` ends with a full stop");
            self.problems.add(&place.member("title"), message, "remove the full stop: the title is a name");
        }
        self.address(page, &place.member("page"));
        let readme = readme.iter().cloned().map(Paragraph::Sentences).collect();
        self.doc(&Text::Paragraphs(readme), &place.member("readme"));
        if let Some(deprecated) = deprecated {
            self.sentence(deprecated, &place.member("deprecated"));
        }
    }
}

impl Linter<'_, Types> {
    pub(super) fn check_texts(&mut self) {
        let place = self.place();
        for set in &self.file.parsed.value_sets {
            let place = place.member("value_sets").member(&set.name);
            self.doc(&set.doc, &place.member("doc"));
            for KnownValue { value, doc, .. } in &set.values {
                let place = place.member("values").member(value);
                self.value(value, &place);
                self.doc(doc, &place.member("doc"));
            }
        }
        for record in &self.file.parsed.records {
            let place = place.member("records").member(&record.name);
            self.doc(&record.doc, &place.member("doc"));
            self.check_field_texts(&record.fields, &place.member("fields"));
        }
    }
}

impl Linter<'_, Errors> {
    pub(super) fn check_texts(&mut self) {
        for code in &self.file.parsed.codes {
            let place = self.place().member("codes").member(&code.code);
            self.doc(&code.doc, &place.member("doc"));
            if let Some(hint) = &code.hint {
                self.command(hint, &place.member("hint"));
            }
        }
    }
}

impl Linter<'_, Action> {
    pub(super) fn check_texts(&mut self) {
        let (place, spec) = (self.place(), &self.file.parsed);
        self.command(&spec.title, &place.member("title"));
        self.doc(&spec.doc, &place.member("doc"));
        if let Some(deprecated) = &spec.deprecated {
            self.sentence(deprecated, &place.member("deprecated"));
        }
        self.check_field_texts(&spec.request, &place.member("request"));
        self.check_field_texts(&spec.response, &place.member("response"));
        self.check_constructor_texts();
        for (n, example) in spec.examples.iter().enumerate() {
            self.command(&example.title, &place.member("examples").member(n).member("title"));
        }
    }

    fn check_constructor_texts(&mut self) {
        for constructor in &self.file.parsed.constructors {
            let place = self.place().member("constructors").member(&constructor.name).member("doc");
            self.doc(&constructor.doc, &place);
            let paragraphs = constructor.doc.paragraphs();
            if paragraphs.first().is_some_and(|first| !first.is_empty() && !first.starts_with("Creates ")) {
                let help = "start it with `Creates`";
                self.problems.add(&place, "the text does not say what the constructor creates", help);
            }
        }
    }
}

impl<T> Linter<'_, T> {
    fn check_field_texts(&mut self, fields: &[Field], place: &Place) {
        for field in fields {
            let place = place.member(&field.name);
            self.doc(&field.doc, &place.member("doc"));
            if let Some(default) = &field.default {
                let text = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
                self.value(&text, &place.member("default"));
            }
        }
    }

    /// Checks the paragraph before a list.
    fn introduction(&mut self, text: &str, place: &Place) {
        if self.check_text(text, place) && !text.ends_with([':', '.']) {
            let message = "the text before the list ends neither with a colon nor with a full stop";
            self.problems.add(place, message, "add a colon");
        }
    }

    fn points(&mut self, points: &[String], is_first: bool, place: &Place) {
        if points.is_empty() {
            self.report_empty(place);
        }
        if is_first {
            let help = "write a paragraph before it: overviews show the first sentence";
            self.problems.add(place, "the text starts with a list", help);
        }
        for (n, point) in points.iter().enumerate() {
            self.sentence(point, &place.member(n));
        }
    }

    /// Checks paragraphs of sentences.
    fn doc(&mut self, text: &Text, place: &Place) {
        match text {
            Text::Paragraph(paragraph) => self.sentence(paragraph, place),
            Text::Paragraphs(paragraphs) => {
                if paragraphs.is_empty() {
                    self.report_empty(place);
                }
                for (n, paragraph) in paragraphs.iter().enumerate() {
                    let place = place.member(n);
                    match paragraph {
                        Paragraph::Sentences(text) if !is_points(paragraphs.get(n + 1)) => self.sentence(text, &place),
                        Paragraph::Sentences(text) => self.introduction(text, &place),
                        Paragraph::Points(points) => self.points(points, n == 0, &place),
                    }
                }
            }
        }
    }

    fn sentence(&mut self, text: &str, place: &Place) {
        if self.check_text(text, place) && !text.ends_with('.') {
            self.problems.add(place, "the text does not end with a full stop", "add a full stop");
        }
    }

    /// Checks a command that is printed in a list or after a colon.
    fn command(&mut self, text: &str, place: &Place) {
        if !self.check_text(text, place) {
            return;
        }
        let mut characters = text.chars();
        let is_upper = |character: Option<char>| character.is_some_and(char::is_uppercase);
        // Two capital letters start an acronym.
        if is_upper(characters.next()) && !is_upper(characters.next()) {
            let message = format!("`{text}` starts with a capital letter");
            self.problems.add(place, message, "start it in lower case: it is printed after a colon");
        }
        if text.ends_with('.') {
            let message = format!("`{text}` ends with a full stop");
            self.problems.add(place, message, "remove the full stop: the text is printed on its own line");
        }
    }

    pub(super) fn address(&mut self, text: &str, place: &Place) {
        // Excludes the characters that end an address in Markdown.
        let is_valid = |character: char| character.is_ascii_graphic() && !"()<>[]\"`\\".contains(character);
        let rest = text.strip_prefix("https://").unwrap_or_default();
        if !rest.contains('/') || rest.starts_with('/') || !rest.chars().all(is_valid) {
            let message = format!("`{text}` is not the address of a page");
            self.problems.add(place, message, "write it as `https://host/path`");
        }
    }

    /// Reports an empty text and control characters. Returns whether there is a text.
    fn check_text(&mut self, text: &str, place: &Place) -> bool {
        if text.trim().is_empty() {
            self.report_empty(place);
            return false;
        }
        if text.contains(char::is_control) {
            let help = "write each paragraph on one line; several paragraphs are a list of strings";
            self.problems.add(place, "the text contains a line break or another control character", help);
        }
        if let Some(invisible) = text.chars().find(|character| is_invisible(*character)) {
            let message = format!("the text contains U+{:04X}, which is invisible", u32::from(invisible));
            self.problems.add(place, message, "remove it");
        }
        if text.trim() != text {
            let message = "the text starts or ends with a space";
            self.problems.add(place, message, "remove the space: Markdown takes indented lines for code");
        }
        if let Some((message, help)) = markdown::problem(text) {
            self.problems.add(place, message, help);
        }
        true
    }

    /// Checks a value that the documentation shows in backticks.
    fn value(&mut self, text: &str, place: &Place) {
        let is_unsuitable = |character: char| character == '`' || character.is_control() || is_invisible(character);
        if let Some(character) = text.chars().find(|character| is_unsuitable(*character)) {
            let message =
                format!("the value contains U+{:04X}, which cannot be shown in backticks", u32::from(character));
            self.problems.add(place, message, "correct the value, or describe it in `doc`");
        } else if text.trim() != text {
            self.problems.add(place, "the value starts or ends with a space", "remove the space");
        }
    }

    fn report_empty(&mut self, place: &Place) {
        self.problems.add(place, "the text is empty", "describe this in your own words");
    }
}

fn is_points(paragraph: Option<&Paragraph>) -> bool {
    matches!(paragraph, Some(Paragraph::Points(_)))
}
