//! Values that stand in a specification: defaults, what constructors set, and examples.

use proc_macro2::Ident;
use serde_json::{Map, Value};

use super::scope::Scope;
use super::{meant, types};
use crate::calendar;
use crate::model::{Built, Constructor, Field, Literal, Type};
use crate::problem::{Place, Problems, found};
use crate::suggest;

/// The value that stands in the JSON, if it fits the type.
pub(super) fn literal(
    json: &Value,
    ty: &Type,
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Option<Literal> {
    let literal = match (ty, json) {
        (Type::String, Value::String(text)) => Some(Literal::String(text.clone())),
        (Type::Boolean, Value::Bool(value)) => Some(Literal::Boolean(*value)),
        (Type::Integer, number) => number.as_i64().map(Literal::Integer),
        (Type::Unsigned, number) => number.as_u64().map(Literal::Unsigned),
        (Type::Float, number) => number.as_f64().map(Literal::Float),
        (Type::DateTime, Value::String(text)) if calendar::is_date_time(text) => Some(Literal::DateTime(text.clone())),
        (Type::DateTimeIso, Value::String(text)) if calendar::is_date_time_iso(text) => {
            Some(Literal::DateTime(text.clone()))
        }
        (Type::ValueSet(name), Value::String(text)) => return scope.listed(name, text, place, problems),
        (Type::Record(name), json) => {
            let record = scope.record(name)?;
            match json {
                Value::Object(members) => {
                    let values = values("field", members, &record.fields, scope, place, problems)?;
                    return Some(Literal::Record(built(
                        &record.constructor(),
                        &record.name.ident,
                        &record.fields,
                        &values,
                    )));
                }
                _ => None,
            }
        }
        (Type::List(element), Value::Array(elements)) => {
            let elements = elements.iter().enumerate();
            // Collected first, so that each element is judged.
            let literals: Vec<_> =
                elements.map(|(n, json)| literal(json, element, scope, &place.member(n), problems)).collect();
            return literals.into_iter().collect::<Option<_>>().map(Literal::List);
        }
        _ => None,
    };
    if literal.is_none() {
        problems.add(
            place,
            format!("{} is not {}", found(json), types::described(ty)),
            "write one, or give the field another type",
        );
    }
    literal
}

/// The values of the fields that an object spells out, if they fit; `what` says what the fields are.
fn values<'a>(
    what: &str,
    members: &Map<String, Value>,
    fields: &'a [Field],
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Option<Vec<(&'a Field, Literal)>> {
    let (mut given, mut values) = (Vec::new(), Vec::new());
    for (wire, json) in members {
        let at = place.member(wire);
        let field = meant(wire, fields, what, &at, problems);
        given.extend(field.map(|field| &field.name.wire));
        values.push(field.and_then(|field| Some((field, literal(json, &field.ty, scope, &at, problems)?))));
    }
    let missing = fields.iter().filter(|field| field.required && !given.contains(&&field.name.wire));
    for wire in missing.map(|field| &field.name.wire) {
        problems.add(place, format!("the required {what} `{wire}` is missing"), format!("add `{wire}`"));
        values.push(None);
    }
    values.into_iter().collect()
}

/// The request that an example spells out, if its parameters fit and a constructor builds it.
pub(super) fn request(
    members: &Map<String, Value>,
    fields: &[Field],
    ty: &Ident,
    constructors: &[Constructor],
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Option<Built> {
    let values = values("parameter", members, fields, scope, place, problems)?;
    let fits = |constructor: &&Constructor| {
        let is_given = |wanted: &Field| values.iter().any(|(field, _)| field.name.wire == wanted.name.wire);
        let is_set = |(wanted, literal): &(Field, Literal)| {
            values.iter().any(|(field, value)| field.name.wire == wanted.name.wire && value == literal)
        };
        // What nothing else sets must not be left over; a constructor that leaves out what is required is told elsewhere.
        let can_be_set = |field: &Field| constructor.sets(field) || field.required || field.has_setter(constructors);
        constructor.arguments.iter().all(is_given)
            && constructor.fixed.iter().all(is_set)
            && values.iter().all(|(field, _)| can_be_set(field))
    };
    // Of those that fit, the one that says most.
    let fitting = constructors.iter().filter(fits);
    let Some(constructor) = fitting.max_by_key(|fitting| fitting.arguments.len() + fitting.fixed.len()) else {
        let names: Vec<String> = constructors.iter().map(|constructor| constructor.ident.to_string()).collect();
        let names = suggest::one_of(names.iter().map(String::as_str));
        let help = format!(
            "give all that {names} fixes and takes, and nothing that only another takes, or write a constructor for it"
        );
        problems.add(place, "no constructor builds this request", help);
        return None;
    };
    Some(built(constructor, ty, fields, &values))
}

/// What a constructor, and setters for the rest, make of the values.
fn built(constructor: &Constructor, ty: &Ident, fields: &[Field], values: &[(&Field, Literal)]) -> Built {
    let value = |wanted: &Field| values.iter().find(|(field, _)| field.name.wire == wanted.name.wire);
    let rest = fields.iter().filter(|field| !constructor.sets(field)).filter_map(value);
    Built {
        ty: ty.clone(),
        constructor: constructor.ident.clone(),
        arguments: constructor.arguments.iter().filter_map(value).map(|(_, literal)| literal.clone()).collect(),
        setters: rest.map(|(field, literal)| (field.name.ident.clone(), literal.clone())).collect(),
    }
}

/// Checks that an answer has its members, and that they fit; `what` says what they are.
pub(super) fn answer(
    what: &str,
    members: &Map<String, Value>,
    fields: &[Field],
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) {
    let mut given = Vec::new();
    for (wire, json) in members {
        let at = place.member(wire);
        if let Some(field) = meant(wire, fields, what, &at, problems) {
            given.push(&field.name.wire);
            if !(json.is_null() && field.nullable) {
                answered(json, &field.ty, scope, &at, problems);
            }
        }
    }
    for field in fields.iter().filter(|field| !given.contains(&&field.name.wire)) {
        let wire = &field.name.wire;
        problems.add(place, format!("the {what} `{wire}` is missing"), format!("add `{wire}`: an example is complete"));
    }
}

fn answered(json: &Value, ty: &Type, scope: &Scope<'_>, place: &Place, problems: &mut Problems) {
    match (ty, json) {
        (Type::Record(name), Value::Object(members)) => {
            if let Some(record) = scope.record(name) {
                answer("field", members, &record.fields, scope, place, problems);
            }
        }
        (Type::List(element), Value::Array(elements)) => {
            for (n, json) in elements.iter().enumerate() {
                answered(json, element, scope, &place.member(n), problems);
            }
        }
        _ => {
            literal(json, ty, scope, place, problems);
        }
    }
}
