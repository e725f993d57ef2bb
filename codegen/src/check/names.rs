//! Rules about names of Rust: none stands for two things, and none for what a generated crate uses itself.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::model::{Action, CORE_NAMES, Code, Constructor, Field, Product, Record};
use crate::parse::{File, Folder};
use crate::problem::{Place, Problems};
use crate::spec;

/// Types that a generated crate defines or imports, or that its examples do, besides what it re-exports of the core.
const TAKEN_TYPES: [&str; 26] = [
    "Box",
    "Client",
    "Clone",
    "CodeFacts",
    "CoreClient",
    "DateTime",
    "OffsetDateTime",
    "Debug",
    "Deserialize",
    "Err",
    "ErrorCode",
    "Into",
    "IntoIterator",
    "None",
    "Ok",
    "Option",
    "ParseDateTimeError",
    "PartialEq",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "ToOwned",
    "UtcOffset",
    "Vec",
];
/// Modules that a generated crate has or imports, and the function that its client has.
const TAKEN_MODULES: [&str; 6] = ["client", "error_code", "new", "product", "types", "wire"];

/// What the Rust name of a field, or of what has a type or a variant, looks like.
const FIELD: &str = "other_name";
const TYPE: &str = "OtherName";

/// Rules about the names that a crate shares.
pub(super) fn check(folder: &Folder, product: &Product, common: &[Code], problems: &mut Problems) {
    let mut types = Names::taken(&[TAKEN_TYPES.as_slice(), &CORE_NAMES].concat(), TYPE);
    if types.note(&product.ident, &format!("the product `{}`", product.folder)).is_some() {
        let says = format!("`{}` becomes `{}`, which every generated crate uses itself", product.folder, product.ident);
        problems.add(&Place::file(&folder.name), says, "rename the folder");
    }
    named_types(folder, product, &mut types, problems);
    let mut modules = Names::taken(&TAKEN_MODULES, TYPE);
    for (file, action) in folder.actions.iter().zip(&product.actions) {
        let place = file.place().member("action");
        let what = format!("the action `{}`", action.name.wire);
        if types.claim(&action.name.ident, &what, &place, problems) {
            types.claim(&action.response_ident, &format!("the response of {what}"), &place, problems);
            modules.claim(&action.function, &what, &place, problems);
        }
    }
    let mut codes = Names::taken(&["Other"], TYPE);
    for code in common {
        codes.note(&code.name.ident, &of_code(code));
    }
    for code in &product.codes {
        let place = folder.errors.place().member("codes").member(&code.name.wire);
        codes.claim(&code.name.ident, &of_code(code), &place, problems);
    }
}

fn named_types(folder: &Folder, product: &Product, types: &mut Names, problems: &mut Problems) {
    let place = folder.types.place();
    for set in &product.value_sets {
        let place = place.member("value_sets").member(&set.name.wire);
        types.claim(&set.name.ident, &format!("the value set `{}`", set.name.wire), &place, problems);
        let mut variants = Names::taken(&["Other"], TYPE);
        for listed in &set.values {
            let place = place.member("values").member(&listed.name.wire);
            variants.claim(&listed.name.ident, &format!("the value `{}`", listed.name.wire), &place, problems);
        }
    }
    let is_set = |record: &&Record| product.value_sets.iter().any(|set| set.name.wire == record.name.wire);
    for record in product.records.iter().filter(|record| !is_set(record)) {
        let place = place.member("records").member(&record.name.wire);
        types.claim(&record.name.ident, &format!("the record `{}`", record.name.wire), &place, problems);
        let mut methods = Names::taken(&["new"], FIELD);
        let place = place.member("fields");
        let built_by = [record.constructor()];
        fields("field", &record.fields, &built_by, Names::taken(&[], FIELD), &mut methods, &place, problems);
    }
}

/// Rules about the names of the codes that every product can answer with.
pub(super) fn common(file: &File<spec::Errors>, common: &[Code], problems: &mut Problems) {
    let mut codes = Names::taken(&["Other"], TYPE);
    for code in common {
        let place = file.place().member("codes").member(&code.name.wire);
        codes.claim(&code.name.ident, &of_code(code), &place, problems);
    }
}

fn of_code(code: &Code) -> String {
    format!("the code `{}`", code.name.wire)
}

/// Rules about the names inside an action.
pub(super) fn action(file: &File<spec::Action>, action: &Action, problems: &mut Problems) {
    let place = file.place();
    let mut methods = Names::taken(&["bare"], FIELD);
    for constructor in &action.constructors {
        let place = place.member("constructors").member(&constructor.ident);
        methods.claim(&constructor.ident, &format!("the constructor `{}`", constructor.ident), &place, problems);
    }
    let (request, built_by) = (&action.request, &action.constructors);
    let members = Names::taken(&[], FIELD);
    fields("parameter", request, built_by, members, &mut methods, &place.member("request"), problems);
    let mut outputs = Names::taken(&[], FIELD);
    outputs.note(&quote::format_ident!("request_id"), "the output `RequestId`");
    let mut no_methods = Names::taken(&[], FIELD);
    fields("output", &action.response, &[], outputs, &mut no_methods, &place.member("response"), problems);
}

fn fields(
    what: &str,
    fields: &[Field],
    constructors: &[Constructor],
    mut members: Names,
    methods: &mut Names,
    place: &Place,
    problems: &mut Problems,
) {
    for field in fields {
        let wire = &field.name.wire;
        let place = place.member(wire);
        let is_free = members.claim(&field.name.ident, &format!("the {what} `{wire}`"), &place, problems);
        if is_free && field.has_setter(constructors) {
            methods.claim(&field.name.ident, &format!("the setter of `{wire}`"), &place, problems);
        }
    }
}

/// The names of one namespace.
struct Names {
    /// Each with what it stands for; with nothing, if it is what every crate has.
    names: BTreeMap<String, Option<String>>,
    /// A name that could be chosen instead.
    other: &'static str,
}

impl Names {
    fn taken(names: &[&str], other: &'static str) -> Self {
        Self { names: names.iter().map(|name| ((*name).to_owned(), None)).collect(), other }
    }

    /// Takes a name, unless it is taken. That the same thing stands twice is told elsewhere.
    fn claim(&mut self, ident: &Ident, what: &str, place: &Place, problems: &mut Problems) -> bool {
        let other = self.other;
        match self.note(ident, what) {
            None => return true,
            Some(Some(earlier)) if earlier == what => {}
            Some(Some(earlier)) => {
                let says = format!("{earlier} and {what} both become `{ident}`");
                problems.add(place, says, format!("give one of them another name: add `\"rust\": \"{other}\"`"));
            }
            Some(None) => {
                let says = format!("{what} becomes `{ident}`, which every generated crate uses itself");
                problems.add(place, says, format!("give it another name: add `\"rust\": \"{other}\"`"));
            }
        }
        false
    }

    /// Takes a name, and says what it stood for before.
    fn note(&mut self, ident: &Ident, what: &str) -> Option<Option<String>> {
        self.names.insert(ident.to_string(), Some(what.to_owned()))
    }
}
