//! The second stage: from what was written to what it means.
//!
//! Where something means nothing, a problem says so and something harmless stands in for it, so that the rest is still
//! judged; a run with a problem writes nothing.

mod action;
mod name;
mod scope;
mod types;
mod value;

use heck::ToUpperCamelCase;

use crate::model::{Api, Code, Direction, Field, Listed, Product, Record, Type, ValueSet};
use crate::parse::{Folder, Written};
use crate::problem::{Place, Problems};
use crate::{spec, suggest};
use scope::Scope;

/// Resolves everything that was written.
pub(crate) fn api(written: &Written, problems: &mut Problems) -> Api {
    let common = codes(&written.common.says, &written.common.place(), problems);
    let products = written.products.iter().map(|folder| product(folder, &common, problems)).collect();
    Api { common, products }
}

fn product(folder: &Folder, common: &[Code], problems: &mut Problems) -> Product {
    let Folder { name, product, types, errors, actions } = folder;
    let ident = name::ty(&name.to_upper_camel_case(), None, &Place::file(name), problems).ident;
    let package = format!("tencentcloud-{name}");
    let library = name::known(&package.replace('-', "_"));

    let place = types.place().member("value_sets");
    let value_sets: Vec<_> = types.says.value_sets.iter().map(|set| value_set(set, &place, problems)).collect();
    let mut records = records(&types.says.records, &value_sets, &types.place().member("records"), problems);
    let codes = codes(&errors.says, &errors.place(), problems);

    let record_names: Vec<_> = records.iter().map(|record| record.name.clone()).collect();
    let scope = Scope { value_sets: &value_sets, record_names: &record_names, records: &records };
    let defined: Vec<&Code> = common.iter().chain(&codes).collect();
    let actions: Vec<_> = actions.iter().map(|file| action::action(file, &scope, &defined, problems)).collect();
    for action in &actions {
        mark(&action.request, Direction { sent: true, received: false }, &mut records);
        mark(&action.response, Direction { sent: false, received: true }, &mut records);
    }

    let spec::Product { service, version, title, hosts, page, readme, deprecated, .. } = product.says.clone();
    Product {
        folder: name.clone(),
        package,
        library,
        ident,
        service,
        version,
        title,
        hosts,
        page,
        readme,
        deprecated,
        value_sets,
        records,
        codes,
        actions,
    }
}

fn value_set(set: &spec::ValueSet, place: &Place, problems: &mut Problems) -> ValueSet {
    let place = place.member(&set.name);
    let values = set.values.iter().map(|listed| {
        let at = place.member("values").member(&listed.value);
        let name = name::variant(&listed.value, listed.rust.as_deref(), &at, problems);
        Listed { name, doc: listed.doc.paragraphs().to_vec() }
    });
    let values = values.collect();
    ValueSet {
        name: name::ty(&set.name, set.rust.as_deref(), &place, problems),
        doc: set.doc.paragraphs().to_vec(),
        values,
    }
}

fn records(written: &[spec::Record], value_sets: &[ValueSet], place: &Place, problems: &mut Problems) -> Vec<Record> {
    let mut names = Vec::new();
    for record in written {
        names.push(name::ty(&record.name, record.rust.as_deref(), &place.member(&record.name), problems));
    }
    let scope = Scope { value_sets, record_names: &names, records: &[] };
    let resolved = written.iter().zip(&names).map(|(record, name)| Record {
        name: name.clone(),
        doc: record.doc.paragraphs().to_vec(),
        fields: fields(&record.fields, &scope, &place.member(&record.name).member("fields"), problems),
        direction: Direction::default(),
    });
    resolved.collect()
}

/// Resolves the fields of a request, a response or a record.
fn fields(written: &[spec::Field], scope: &Scope<'_>, place: &Place, problems: &mut Problems) -> Vec<Field> {
    let mut resolved = Vec::new();
    for field in written {
        let at = place.member(&field.name);
        let ty = types::resolve(&field.ty, scope, &at.member("type"), problems);
        if let Some(default) = &field.default {
            value::literal(default, &ty, scope, &at.member("default"), problems);
        }
        resolved.push(Field {
            name: name::field(&field.name, field.rust.as_deref(), &at, problems),
            ty,
            doc: field.doc.paragraphs().to_vec(),
            required: field.required.unwrap_or_default(),
            default: field.default.as_ref().map(|default| default.as_str().map_or(default.to_string(), str::to_owned)),
            nullable: field.nullable.unwrap_or_default(),
        });
    }
    resolved
}

/// The field of that name; if there is none, the one that was meant. `what` says what the fields are.
fn meant<'a>(wire: &str, fields: &'a [Field], what: &str, place: &Place, problems: &mut Problems) -> Option<&'a Field> {
    let named = |wire: &str| fields.iter().find(|field| field.name.wire == wire);
    let names = || fields.iter().map(|field| field.name.wire.as_str());
    named(wire).or_else(|| {
        problems.add(place, format!("there is no {what} `{wire}`"), suggest::instead(wire, names()));
        suggest::near(wire, names()).and_then(named)
    })
}

fn codes(errors: &spec::Errors, place: &Place, problems: &mut Problems) -> Vec<Code> {
    let place = place.member("codes");
    let resolved = errors.codes.iter().map(|code| Code {
        name: name::code(&code.code, code.rust.as_deref(), &place.member(&code.code), problems),
        kind: code.kind,
        doc: code.doc.paragraphs().to_vec(),
        hint: code.hint.clone(),
    });
    let mut codes: Vec<_> = resolved.collect();
    codes.sort_by(|one, other| one.name.wire.cmp(&other.name.wire));
    codes
}

/// Notes in which direction the records go that these fields hold, and those that they hold in turn.
fn mark(fields: &[Field], direction: Direction, records: &mut [Record]) {
    for field in fields {
        let mut ty = &field.ty;
        while let Type::List(element) = ty {
            ty = element;
        }
        let Type::Record(name) = ty else { continue };
        let Some(record) = records.iter_mut().find(|record| record.name.wire == name.wire) else { continue };
        let before = record.direction;
        record.direction.sent |= direction.sent;
        record.direction.received |= direction.received;
        if (before.sent, before.received) != (record.direction.sent, record.direction.received) {
            let members = record.fields.clone();
            mark(&members, direction, records);
        }
    }
}
