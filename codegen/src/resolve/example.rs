//! Resolves examples: a request must be one that a constructor can build, and a response must be
//! complete.

use quote::format_ident;
use serde_json::{Map, Value};

use super::resolver::Resolver;
use super::value::{Values, builder_calls};
use crate::model::{Action, BuilderCalls, Constructor, Example, Field, Name, Type};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    pub(super) fn examples(&mut self, spec: &spec::Action, action: &Action, place: &Place) -> Vec<Example> {
        let outputs: Vec<Field> = action.response.iter().cloned().chain([request_id()]).collect();
        let resolved = spec.examples.iter().enumerate().filter_map(|(n, example)| {
            let place = place.member(n);
            let request = self.request(&example.request, action, &place.member("request"));
            self.response("output", &example.response, &outputs, &place.member("response"));
            let response = Value::Object(example.response.clone()).to_string();
            Some(Example { title: example.title.clone(), request: request?, response })
        });
        resolved.collect()
    }

    /// The request of an example, if its parameters are valid and a constructor can build it.
    fn request(&mut self, members: &Map<String, Value>, action: &Action, place: &Place) -> Option<BuilderCalls> {
        let Action { name, request, retired, constructors, .. } = action;
        let values = self.values("parameter", members, request, retired, place)?;
        for (field, literal) in &values {
            let is_taken = constructors.iter().any(|constructor| constructor.takes(field));
            if (field.required || is_taken) && literal.is_empty_list() {
                self.report_empty_list(&place.member(&field.name.wire));
            }
        }
        let candidates = constructors.iter().filter(|constructor| builds(constructor, constructors, &values));
        // The most specific one.
        let constructor = candidates.max_by_key(|candidate| candidate.arguments.len() + candidate.fixed.len());
        if constructor.is_none() {
            let names: Vec<String> = constructors.iter().map(|constructor| constructor.ident.to_string()).collect();
            let help = format!(
                "use the parameters of exactly one constructor ({}), or add a constructor for this combination",
                names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            );
            self.problems.add(place, "no constructor builds this request", help);
        }
        Some(builder_calls(constructor?, &name.ident, request, &values))
    }

    /// Reports a list without which the client does not send a request.
    pub(super) fn report_empty_list(&mut self, place: &Place) {
        let help = "add an element: the client does not send a request in which this list is empty";
        self.problems.add(place, "the list is empty", help);
    }

    /// Checks that a response has the outputs that every response has, and that all are valid;
    /// `what` says what they are.
    fn response(&mut self, what: &str, members: &Map<String, Value>, fields: &[Field], place: &Place) {
        let mut given = Vec::new();
        for (wire, json) in members {
            let place = place.member(wire);
            if let Some(field) = self.lookup_or_suggest(wire, fields, what, &place) {
                given.push(&field.name.wire);
                if !(json.is_null() && field.optional_in_response) {
                    self.output(json, &field.ty, &place);
                }
            }
        }
        let always = fields.iter().filter(|field| !field.optional_in_response);
        for field in always.filter(|field| !given.contains(&&field.name.wire)) {
            let wire = &field.name.wire;
            let help = format!("add `{wire}`: only outputs that are `optional` may be missing");
            self.problems.add(place, format!("the {what} `{wire}` is missing"), help);
        }
    }

    fn output(&mut self, json: &Value, ty: &Type, place: &Place) {
        match (ty, json) {
            (Type::Record(name), Value::Object(members)) => {
                if let Some(record) = self.scope.record(name) {
                    let retired = |wire: &String| record.retired.iter().any(|field| field.name.wire == *wire);
                    let mut members = members.clone();
                    members.retain(|wire, _| !retired(wire));
                    self.response("field", &members, &record.fields, place);
                }
            }
            (Type::List(element), Value::Array(elements)) => {
                for (n, json) in elements.iter().enumerate() {
                    self.output(json, element, &place.member(n));
                }
            }
            _ => {
                self.literal(json, ty, place);
            }
        }
    }
}

/// Whether a constructor and setters can set exactly these values.
fn builds(constructor: &Constructor, constructors: &[Constructor], values: &Values<'_>) -> bool {
    let value = |wanted: &Field| values.iter().find(|(field, _)| field.name.wire == wanted.name.wire);
    // A constructor that does not set a required field is reported by
    // `validate/constructors.rs`.
    let can_be_set = |field: &Field| constructor.sets(field) || field.required || field.has_setter(constructors);
    constructor.arguments.iter().all(|field| value(field).is_some())
        && constructor.fixed.iter().all(|(field, literal)| value(field).is_some_and(|(_, value)| value == literal))
        && values.iter().all(|(field, _)| can_be_set(field))
}

/// The field that every response has and no specification lists.
fn request_id() -> Field {
    Field {
        name: Name { wire: "RequestId".to_owned(), ident: format_ident!("request_id") },
        ty: Type::String,
        doc: Vec::new(),
        required: false,
        default: None,
        optional_in_response: false,
        at_most: None,
        boxed: false,
    }
}
