//! Resolves values: defaults, what constructors fix, and examples.

use proc_macro2::Ident;
use serde_json::{Map, Value};

use super::describe::type_in_words;
use super::resolver::Resolver;
use crate::dates;
use crate::model::{BuilderCalls, Constructor, Field, Literal, Name, Type};
use crate::problem::{Place, described};
use crate::suggest;

/// Fields with their values.
pub(super) type Values<'a> = [(&'a Field, Literal)];

impl Resolver<'_> {
    /// The value of the JSON, if it is valid for the type.
    pub(super) fn literal(&mut self, json: &Value, ty: &Type, place: &Place) -> Option<Literal> {
        match (ty, json) {
            (Type::ValueSet(name), Value::String(text)) => self.known_value(name, text, place),
            (Type::Record(name), Value::Object(members)) => self.record(name, members, place),
            (Type::List(element), Value::Array(elements)) => self.list(element, elements, place),
            _ => {
                let literal = scalar(json, ty);
                // The record `Undefined` replaces a type that is reported already.
                if literal.is_none() && !self.is_undefined(ty) {
                    let message = format!("{} is not {}", described(json), type_in_words(ty));
                    self.problems.add(place, message, "write such a value, or give the field another type");
                }
                literal
            }
        }
    }

    fn is_undefined(&self, ty: &Type) -> bool {
        matches!(ty, Type::Record(name) if self.scope.record(name).is_none())
    }

    /// The value of a field, whose list may have a maximum size.
    fn sized(&mut self, json: &Value, field: &Field, place: &Place) -> Option<Literal> {
        let count = json.as_array().map_or(0, Vec::len);
        if let Some(at_most) = field.at_most.filter(|at_most| count > *at_most as usize) {
            let message = format!("the list has {count} elements, at most {at_most}");
            self.problems.add(place, message, "remove elements, or correct `at_most`");
        }
        self.literal(json, &field.ty, place)
    }

    /// The known value of a value set, ignoring case as the clients do.
    fn known_value(&mut self, name: &Name, text: &str, place: &Place) -> Option<Literal> {
        let set = self.scope.value_set(name)?;
        let value = set.values.iter().find(|value| value.name.wire.eq_ignore_ascii_case(text));
        if value.is_none() {
            let message = format!("`{text}` is not a value of `{}`", set.name.wire);
            self.problems.add(place, message, suggest::did_you_mean(text, set.wires()));
        }
        value.map(|value| Literal::KnownValue { ty: set.name.ident.clone(), variant: value.name.ident.clone() })
    }

    fn record(&mut self, name: &Name, members: &Map<String, Value>, place: &Place) -> Option<Literal> {
        let record = self.scope.record(name)?;
        let values = self.values("field", members, &record.fields, &record.retired, place)?;
        Some(Literal::Record(builder_calls(&record.constructor(), &record.name.ident, &record.fields, &values)))
    }

    fn list(&mut self, element: &Type, elements: &[Value], place: &Place) -> Option<Literal> {
        if elements.is_empty() && matches!(element, Type::String) {
            return Some(Literal::NoStrings);
        }
        let elements = elements.iter().enumerate();
        // Collected first, so that every element is checked.
        let literals: Vec<_> = elements.map(|(n, json)| self.literal(json, element, &place.member(n))).collect();
        literals.into_iter().collect::<Option<_>>().map(Literal::List)
    }

    /// The values of the fields in an object, if all are valid; `what` says what the fields are.
    /// Those of retired fields are checked, and left out.
    pub(super) fn values<'f>(
        &mut self,
        what: &str,
        members: &Map<String, Value>,
        fields: &'f [Field],
        retired: &[Field],
        place: &Place,
    ) -> Option<Vec<(&'f Field, Literal)>> {
        let (mut given, mut values) = (Vec::new(), Vec::new());
        for (wire, json) in members {
            let place = place.member(wire);
            if let Some(field) = retired.iter().find(|field| field.name.wire == *wire) {
                self.literal(json, &field.ty, &place);
                continue;
            }
            let field = self.lookup_or_suggest(wire, fields, what, &place);
            given.extend(field.map(|field| &field.name.wire));
            values.push(field.and_then(|field| Some((field, self.sized(json, field, &place)?))));
        }
        let missing = fields.iter().filter(|field| field.required && !given.contains(&&field.name.wire));
        for wire in missing.map(|field| &field.name.wire) {
            self.problems.add(place, format!("the required {what} `{wire}` is missing"), format!("add `{wire}`"));
            values.push(None);
        }
        values.into_iter().collect()
    }
}

/// The value of a type that needs no definition.
fn scalar(json: &Value, ty: &Type) -> Option<Literal> {
    match (ty, json) {
        (Type::String, Value::String(text)) => Some(Literal::String(text.clone())),
        (Type::Boolean, Value::Bool(value)) => Some(Literal::Boolean(*value)),
        (Type::Integer, number) => number.as_i64().map(Literal::Integer),
        (Type::Unsigned, number) => number.as_u64().map(Literal::Unsigned),
        (Type::Float, number) => number.as_f64().map(Literal::Float),
        (Type::Date, Value::String(text)) if dates::is_date(text) => Some(Literal::DateTime(text.clone())),
        (Type::DateTime, Value::String(text)) if dates::is_date_time(text) => Some(Literal::DateTime(text.clone())),
        (Type::OffsetDateTime, Value::String(text)) if dates::is_offset_date_time(text) => {
            Some(Literal::DateTime(text.clone()))
        }
        _ => None,
    }
}

/// Describes how a value is built: the constructor, its arguments, and setters for the other
/// fields.
pub(super) fn builder_calls(
    constructor: &Constructor,
    ty: &Ident,
    fields: &[Field],
    values: &Values<'_>,
) -> BuilderCalls {
    let value = |wanted: &Field| values.iter().find(|(field, _)| field.name.wire == wanted.name.wire);
    let named = |(field, literal): &(&Field, Literal)| (field.name.ident.clone(), literal.clone());
    let rest = fields.iter().filter(|field| !constructor.sets(field)).filter_map(value);
    BuilderCalls {
        ty: ty.clone(),
        constructor: constructor.ident.clone(),
        arguments: constructor.arguments.iter().filter_map(value).map(named).collect(),
        struct_of_arguments: constructor.struct_of_arguments.clone(),
        setters: rest.map(named).collect(),
    }
}
