//! Rules about texts: there is one, and it fits where it will stand.

use crate::parse::File;
use crate::problem::{Place, Problems};
use crate::spec::{Action, Errors, Field, Product, Text, Types};

pub(super) fn product(file: &File<Product>, problems: &mut Problems) {
    let place = file.place();
    let Product { title, page, readme, deprecated, .. } = &file.says;
    if present(title, &place.member("title"), problems) && title.ends_with('.') {
        problems.add(&place.member("title"), format!("`{title}` ends with a full stop"), "remove it: it is a name");
    }
    address(page, &place.member("page"), problems);
    doc(&Text::Paragraphs(readme.clone()), &place.member("readme"), problems);
    if let Some(deprecated) = deprecated {
        sentence(deprecated, &place.member("deprecated"), problems);
    }
}

pub(super) fn types(file: &File<Types>, problems: &mut Problems) {
    let place = file.place();
    for set in &file.says.value_sets {
        let place = place.member("value_sets").member(&set.name);
        doc(&set.doc, &place.member("doc"), problems);
        for listed in &set.values {
            doc(&listed.doc, &place.member("values").member(&listed.value).member("doc"), problems);
        }
    }
    for record in &file.says.records {
        let place = place.member("records").member(&record.name);
        doc(&record.doc, &place.member("doc"), problems);
        fields(&record.fields, &place.member("fields"), problems);
    }
}

pub(super) fn errors(file: &File<Errors>, problems: &mut Problems) {
    for code in &file.says.codes {
        let place = file.place().member("codes").member(&code.code);
        doc(&code.doc, &place.member("doc"), problems);
        if let Some(hint) = &code.hint {
            command(hint, &place.member("hint"), problems);
        }
    }
}

pub(super) fn action(file: &File<Action>, problems: &mut Problems) {
    let place = file.place();
    let written = &file.says;
    command(&written.title, &place.member("title"), problems);
    doc(&written.doc, &place.member("doc"), problems);
    address(&written.source.page, &place.member("source.page"), problems);
    if let Some(deprecated) = &written.deprecated {
        sentence(deprecated, &place.member("deprecated"), problems);
    }
    fields(&written.request, &place.member("request"), problems);
    fields(&written.response, &place.member("response"), problems);
    for constructor in &written.constructors {
        let place = place.member("constructors").member(&constructor.name).member("doc");
        doc(&constructor.doc, &place, problems);
        if constructor.doc.paragraphs().first().is_some_and(|first| !first.is_empty() && !first.starts_with("Creates "))
        {
            problems.add(&place, "the text does not say what is created", "begin it with `Creates`");
        }
    }
    for (n, example) in written.examples.iter().enumerate() {
        command(&example.title, &place.member("examples").member(n).member("title"), problems);
    }
}

fn fields(fields: &[Field], place: &Place, problems: &mut Problems) {
    for field in fields {
        doc(&field.doc, &place.member(&field.name).member("doc"), problems);
    }
}

/// Paragraphs that end as sentences do.
fn doc(text: &Text, place: &Place, problems: &mut Problems) {
    match text {
        Text::Paragraph(paragraph) => sentence(paragraph, place, problems),
        Text::Paragraphs(paragraphs) => {
            if paragraphs.is_empty() {
                is_empty(place, problems);
            }
            for (n, paragraph) in paragraphs.iter().enumerate() {
                sentence(paragraph, &place.member(n), problems);
            }
        }
    }
}

fn sentence(text: &str, place: &Place, problems: &mut Problems) {
    if present(text, place, problems) && !text.ends_with('.') {
        problems.add(place, "the text does not end with a full stop", "end it with one");
    }
}

/// A command as it stands in a list or behind a colon: lower case, no full stop.
fn command(text: &str, place: &Place, problems: &mut Problems) {
    if !present(text, place, problems) {
        return;
    }
    let mut characters = text.chars();
    let is_upper = |character: Option<char>| character.is_some_and(char::is_uppercase);
    // Two capitals begin an acronym, which keeps them.
    if is_upper(characters.next()) && !is_upper(characters.next()) {
        problems.add(
            place,
            format!("`{text}` begins with a capital letter"),
            "begin it in lower case: it stands behind a colon",
        );
    }
    if text.ends_with('.') {
        problems.add(place, format!("`{text}` ends with a full stop"), "remove it: it stands in a line of its own");
    }
}

fn address(text: &str, place: &Place, problems: &mut Problems) {
    // What ends an address in Markdown is left out.
    let is_part = |character: char| character.is_ascii_graphic() && !"()<>[]\"`\\".contains(character);
    let rest = text.strip_prefix("https://").unwrap_or_default();
    if !rest.contains('/') || rest.starts_with('/') || !rest.chars().all(is_part) {
        problems.add(place, format!("`{text}` is not the address of a page"), "write it as `https://host/path`");
    }
}

fn present(text: &str, place: &Place, problems: &mut Problems) -> bool {
    if text.trim().is_empty() {
        is_empty(place, problems);
        return false;
    }
    if text.contains(char::is_control) {
        let help = "write a paragraph on one line, and several as a list of strings";
        problems.add(place, "the text holds a line break or another control character", help);
    }
    true
}

fn is_empty(place: &Place, problems: &mut Problems) {
    problems.add(place, "the text is empty", "say what this is, in words of your own");
}
