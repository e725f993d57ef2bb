//! Rules about Rust names: no two things have the same name, or a name that every generated crate
//! uses.

use super::namespace::Namespace;
use super::taken_names::{RESERVED_METHODS, RESERVED_MODULES, TAKEN_MODULES, TAKEN_TYPES};
use super::validator::Validator;
use crate::model::{Action, Code, Constructor, Field, Record};
use crate::parse::File;
use crate::problem::{Place, Problems, Remedy};
use crate::spec;

/// What [`RESERVED_METHODS`] are, in a message.
const METHOD: &str = "a method of a trait in the standard library";

/// Rules about the names of the codes that every product can return.
pub(super) fn common_codes(file: &File<spec::Errors>, codes: &[Code], problems: &mut Problems) {
    let mut variants = Namespace::of_variants();
    for code in codes {
        let place = file.place().member("codes").member(&code.name.wire);
        variants.claim(&code.name.ident, &code_name(code), &place, problems);
    }
}

impl Validator<'_> {
    /// Rules about the names that the modules of a crate share.
    pub(super) fn names(&mut self) {
        let mut types = Namespace::of_types(TAKEN_TYPES);
        self.product_name(&mut types);
        self.value_set_names(&mut types);
        self.record_names(&mut types);
        self.module_names(&mut types);
        self.code_names();
    }

    fn product_name(&mut self, types: &mut Namespace) {
        let (folder, ident) = (&self.product.folder, &self.product.ident);
        if !types.insert(ident, &format!("the product `{folder}`")) {
            let message = format!("`{folder}` becomes `{ident}`, a name that every generated crate uses");
            let help = "give it another name: add `\"rust\": \"OtherName\"` to product.json, or rename the folder";
            self.problems.add_with_remedy(&Place::file(folder), message, help, Remedy::AnotherName);
        }
    }

    fn value_set_names(&mut self, types: &mut Namespace) {
        for set in &self.product.value_sets {
            let place = self.files.types.place().member("value_sets").member(&set.name.wire);
            types.claim(&set.name.ident, &format!("the value set `{}`", set.name.wire), &place, self.problems);
            let mut variants = Namespace::of_variants();
            for value in &set.values {
                let place = place.member("values").member(&value.name.wire);
                let what = format!("the value `{}`", value.name.wire);
                variants.claim(&value.name.ident, &what, &place, self.problems);
            }
        }
    }

    fn record_names(&mut self, types: &mut Namespace) {
        let value_sets = &self.product.value_sets;
        let is_set = |record: &&Record| value_sets.iter().any(|set| set.name.wire == record.name.wire);
        for record in self.product.records.iter().filter(|record| !is_set(record)) {
            let place = self.files.types.place().member("records").member(&record.name.wire);
            types.claim(&record.name.ident, &format!("the record `{}`", record.name.wire), &place, self.problems);
            if record.direction.sent {
                self.struct_of_arguments(
                    &record.constructor(),
                    &format!("the record `{}`", record.name.wire),
                    &place,
                    types,
                );
            }
            let place = place.member("fields");
            let fields = self.fields("field", &record.fields, Namespace::of_fields(&[]), &place);
            if record.direction.sent {
                let mut methods = Namespace::of_fields(&["new"]).reserving(RESERVED_METHODS, METHOD);
                self.setters(&fields, &[record.constructor()], &mut methods, &place);
            }
        }
    }

    /// Rules about the types and the module of each action.
    fn module_names(&mut self, types: &mut Namespace) {
        // The help names a type, because the name of the module follows from that of the action.
        let mut modules = Namespace::of_types(TAKEN_MODULES)
            .reserving(RESERVED_MODULES, "a name that cargo, another crate or Windows uses");
        for (file, action) in self.files.actions.iter().zip(&self.product.actions) {
            let place = file.place().member("action");
            let what = format!("the action `{}`", action.name.wire);
            if types.claim(&action.name.ident, &what, &place, self.problems) {
                types.claim(&action.response_ident, &format!("the response of {what}"), &place, self.problems);
                for constructor in &action.constructors {
                    self.struct_of_arguments(constructor, &what, &place, types);
                }
                modules.claim(&action.function, &what, &place, self.problems);
            }
        }
    }

    /// Claims the name of the struct with a constructor's required fields, if it has one.
    fn struct_of_arguments(&mut self, constructor: &Constructor, of: &str, place: &Place, types: &mut Namespace) {
        if let Some(ident) = &constructor.struct_of_arguments {
            types.claim(ident, &format!("the struct for the required fields of {of}"), place, self.problems);
        }
    }

    fn code_names(&mut self) {
        let mut codes = Namespace::of_variants();
        for code in self.common_codes {
            codes.insert(&code.name.ident, &code_name(code));
        }
        for code in &self.product.codes {
            let place = self.files.errors.place().member("codes").member(&code.name.wire);
            codes.claim(&code.name.ident, &code_name(code), &place, self.problems);
        }
    }

    /// Rules about the names of an action's parameters, constructors and outputs.
    pub(super) fn action_names(&mut self, file: &File<spec::Action>, action: &Action) {
        let place = file.place();
        // `emit/builder.rs` emits this function if there are several constructors.
        let mut methods = Namespace::of_fields(&["with_required"]).reserving(RESERVED_METHODS, METHOD);
        if action.task_list.is_some() {
            // `emit/tasks.rs` emits this function.
            methods.insert(&quote::format_ident!("task"), "the function that names a task");
        }
        for constructor in &action.constructors {
            let place = place.member("constructors").member(&constructor.ident);
            let what = format!("the constructor `{}`", constructor.ident);
            methods.claim(&constructor.ident, &what, &place, self.problems);
        }
        let request_place = place.member("request");
        let parameters = self.fields("parameter", &action.request, Namespace::of_fields(&[]), &request_place);
        self.setters(&parameters, &action.constructors, &mut methods, &request_place);
        let mut outputs = Namespace::of_fields(&[]);
        outputs.insert(&quote::format_ident!("request_id"), "the output `RequestId`");
        self.fields("output", &action.response, outputs, &place.member("response"));
    }

    /// Rules about the names of fields. Returns the fields whose name was free.
    fn fields<'f>(&mut self, what: &str, fields: &'f [Field], mut names: Namespace, place: &Place) -> Vec<&'f Field> {
        let is_free = |field: &&Field| {
            let wire = &field.name.wire;
            names.claim(&field.name.ident, &format!("the {what} `{wire}`"), &place.member(wire), self.problems)
        };
        fields.iter().filter(is_free).collect()
    }

    fn setters(&mut self, fields: &[&Field], constructors: &[Constructor], methods: &mut Namespace, place: &Place) {
        for field in fields.iter().filter(|field| field.has_setter(constructors)) {
            let wire = &field.name.wire;
            methods.claim(&field.name.ident, &format!("the setter of `{wire}`"), &place.member(wire), self.problems);
        }
    }
}

fn code_name(code: &Code) -> String {
    format!("the code `{}`", code.name.wire)
}
