//! An action, resolved.

use quote::format_ident;
use serde_json::Value;

use super::scope::Scope;
use super::{fields, meant, name, types, value};
use crate::model::{Action, Batch, Code, Constructor, Example, Field, Literal, Name, Pagination, Type};
use crate::parse::File;
use crate::problem::{Place, Problems};
use crate::{spec, suggest};

/// Resolves an action against the types and the codes of its product.
pub(super) fn action(file: &File<spec::Action>, scope: &Scope<'_>, codes: &[&Code], problems: &mut Problems) -> Action {
    let place = file.place();
    let written = &file.says;
    let name = name::ty(&written.action, written.rust.as_deref(), &place, problems);
    let request = fields(&written.request, scope, &place.member("request"), problems);
    let response = fields(&written.response, scope, &place.member("response"), problems);
    let constructors = constructors(written, &request, scope, &place.member("constructors"), problems);
    let mut action = Action {
        response_ident: format_ident!("{}Response", name.ident),
        function: name::function(&name.ident, &place, problems),
        name,
        title: written.title.clone(),
        doc: written.doc.paragraphs().to_vec(),
        page: written.source.page.clone(),
        updated: written.source.updated.clone(),
        requests_per_second: written.requests_per_second,
        repeatable: written.repeatable,
        deprecated: written.deprecated.clone(),
        batch: batch(written, &request, &place.member("batch"), problems),
        pagination: pagination(written, &request, &response, &place.member("pagination"), problems),
        errors: errors(&written.errors, codes, &place.member("errors"), problems),
        request,
        constructors,
        response,
        examples: Vec::new(),
    };
    action.examples = examples(written, &action, scope, &place.member("examples"), problems);
    action
}

fn constructors(
    written: &spec::Action,
    request: &[Field],
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Vec<Constructor> {
    if written.constructors.is_empty() {
        let doc = match request.iter().any(|field| field.required) {
            true => "Creates a request from its required parameters.",
            false => "Creates a request without parameters.",
        };
        return vec![Constructor::new(doc, request)];
    }
    let resolved = written.constructors.iter().map(|constructor| {
        let place = place.member(&constructor.name);
        Constructor {
            ident: name::own_function(&constructor.name, &place.member("name"), problems),
            doc: constructor.doc.paragraphs().to_vec(),
            arguments: arguments(&constructor.takes, request, &place.member("takes"), problems),
            fixed: fixed(&constructor.fixes, request, scope, &place.member("fixes"), problems),
        }
    });
    resolved.collect()
}

fn arguments(takes: &[String], request: &[Field], place: &Place, problems: &mut Problems) -> Vec<Field> {
    let resolved = takes.iter().filter_map(|wire| meant(wire, request, "parameter", &place.member(wire), problems));
    resolved.cloned().collect()
}

fn fixed<'a>(
    fixes: impl IntoIterator<Item = (&'a String, &'a Value)>,
    request: &[Field],
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Vec<(Field, Literal)> {
    let resolved = fixes.into_iter().filter_map(|(wire, value)| {
        let at = place.member(wire);
        let field = meant(wire, request, "parameter", &at, problems)?;
        let literal = value::literal(value, &field.ty, scope, &at, problems)?;
        Some((field.clone(), literal))
    });
    resolved.collect()
}

/// What a role of a field asks of its type.
struct Role {
    what: &'static str,
    wants: &'static str,
    fits: fn(&Type) -> bool,
}

const COUNTED: Role =
    Role { what: "parameter", wants: "a whole number", fits: |ty| matches!(ty, Type::Integer | Type::Unsigned) };
const TOTAL: Role = Role { what: "output", ..COUNTED };
const SPLIT: Role = Role { what: "parameter", wants: "a list", fits: |ty| matches!(ty, Type::List(_)) };
const PAGED: Role = Role { what: "output", ..SPLIT };

fn in_role(wire: &str, fields: &[Field], role: &Role, place: &Place, problems: &mut Problems) -> Option<Name> {
    let field = meant(wire, fields, role.what, place, problems)?;
    if !(role.fits)(&field.ty) {
        let says = format!("the {} `{wire}` is {}, not {}", role.what, types::described(&field.ty), role.wants);
        problems.add(place, says, format!("name another {}, or correct its type", role.what));
    }
    Some(field.name.clone())
}

fn batch(written: &spec::Action, request: &[Field], place: &Place, problems: &mut Problems) -> Option<Batch> {
    let spec::Batch { over, at_most, per_day } = written.batch.as_ref()?;
    let over = in_role(over, request, &SPLIT, &place.member("over"), problems)?;
    Some(Batch { over, at_most: *at_most, per_day: *per_day })
}

fn pagination(
    written: &spec::Action,
    request: &[Field],
    response: &[Field],
    place: &Place,
    problems: &mut Problems,
) -> Option<Pagination> {
    let spec::Pagination { offset, limit, items, total } = written.pagination.as_ref()?;
    let offset = in_role(offset, request, &COUNTED, &place.member("offset"), problems);
    let limit = in_role(limit, request, &COUNTED, &place.member("limit"), problems);
    let items = in_role(items, response, &PAGED, &place.member("items"), problems);
    let total = in_role(total, response, &TOTAL, &place.member("total"), problems);
    Some(Pagination { offset: offset?, limit: limit?, items: items?, total: total? })
}

fn errors(written: &[String], codes: &[&Code], place: &Place, problems: &mut Problems) -> Vec<Name> {
    let named = |wire: &str| codes.iter().find(|code| code.name.wire == wire).map(|code| code.name.clone());
    let resolved = written.iter().filter_map(|wire| {
        if let Some(name) = named(wire) {
            return Some(name);
        }
        let near = suggest::near(wire, codes.iter().map(|code| code.name.wire.as_str()));
        let write = near.map(|near| format!("write `{near}`, or ")).unwrap_or_default();
        let help = format!("{write}define it in errors.json, with its kind and meaning");
        problems.add(&place.member(wire), format!("the code `{wire}` is defined nowhere"), help);
        near.and_then(named)
    });
    resolved.collect()
}

/// Holds the examples against all that the action consists of.
fn examples(
    written: &spec::Action,
    action: &Action,
    scope: &Scope<'_>,
    place: &Place,
    problems: &mut Problems,
) -> Vec<Example> {
    let request_id = Field {
        name: Name { wire: "RequestId".to_owned(), ident: format_ident!("request_id") },
        ty: Type::String,
        doc: Vec::new(),
        required: false,
        default: None,
        nullable: false,
    };
    let outputs: Vec<Field> = action.response.iter().cloned().chain([request_id]).collect();
    let Action { name, request, constructors, .. } = action;
    let resolved = written.examples.iter().enumerate().filter_map(|(n, example)| {
        let place = place.member(n);
        let at = place.member("request");
        let built = value::request(&example.request, request, &name.ident, constructors, scope, &at, problems);
        value::answer("output", &example.response, &outputs, scope, &place.member("response"), problems);
        let response = Value::Object(example.response.clone()).to_string();
        Some(Example { title: example.title.clone(), request: built?, response })
    });
    resolved.collect()
}
