//! Resolves how a long list is read page by page.

use super::resolver::{Resolver, Role};
use crate::model::{Field, Name, Pagination, Position, Type};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    pub(super) fn pagination(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Pagination> {
        let pages = spec.pagination.as_ref()?;
        let position = self.position(pages, request, response, place);
        let limit = pages.limit.as_ref().map(|wire| self.field_in_role(wire, request, &NUMBER, &place.member("limit")));
        let items = self.field_in_role(&pages.items, response, &ITEMS, &place.member("items"));
        let total = pages.total.as_ref().map(|wire| self.field_in_role(wire, response, &TOTAL, &place.member("total")));
        let Type::List(item) = &items?.ty else { return None };
        let identity = self.identity(&pages.identity, item, &place.member("identity"));
        let page_size = pages.at_most.or_else(|| documented_default(spec, pages.limit.as_deref()?));
        Some(Pagination {
            position: position?,
            limit: optional(limit)?.map(|field| field.name.clone()),
            at_most: pages.at_most,
            page_size,
            items: items?.name.clone(),
            item: (**item).clone(),
            total: optional(total)?.cloned(),
            identity,
        })
    }

    /// The parameter for the position of a page. `lint` reports if there is not exactly one.
    fn position(
        &mut self,
        pages: &spec::Pagination,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Position> {
        let mut number = |wire: &Option<String>, key: &str| {
            let field = self.field_in_role(wire.as_ref()?, request, &NUMBER, &place.member(key))?;
            Some(field.name.clone())
        };
        let position = number(&pages.offset, "offset").map(Position::Offset);
        if let Some(position) = position.or_else(|| number(&pages.page, "page").map(Position::Page)) {
            return Some(position);
        }
        let token = self.field_in_role(pages.token.as_ref()?, request, &TOKEN, &place.member("token"));
        let next = self.field_in_role(pages.next.as_ref()?, response, &NEXT, &place.member("next"));
        Some(Position::Token(token?.name.clone(), next?.clone()))
    }

    fn identity(&mut self, identity: &[String], item: &Type, place: &Place) -> Vec<Name> {
        let Type::Record(record) = item else { return Vec::new() };
        let Some(record) = self.scope.record(record) else { return Vec::new() };
        if identity.is_empty() {
            let help = "list the fields that identify an item, and that do not change";
            self.problems.add(place, "the items are records, and nothing identifies one", help);
        }
        let names = identity.iter().filter_map(|wire| {
            let field = self.field_in_role(wire, &record.fields, &IDENTITY, &place.member(wire))?;
            Some(field.name.clone())
        });
        names.collect()
    }
}

/// Turns a field that is not resolved into `None`, and one that is not written into `Some(None)`.
fn optional<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        Some(resolved) => resolved.map(Some),
        None => Some(None),
    }
}

/// The documented default of the number of items per page.
fn documented_default(spec: &spec::Action, limit: &str) -> Option<u32> {
    let field = spec.request.iter().find(|field| field.name == limit)?;
    field.default.as_ref()?.as_u64()?.try_into().ok()
}

const NUMBER: Role =
    Role { what: "parameter", expected: "an integer", fits: |ty| matches!(ty, Type::Integer | Type::Unsigned) };
const TOTAL: Role = Role { what: "output", ..NUMBER };
const TOKEN: Role = Role { what: "parameter", expected: "a string", fits: |ty| matches!(ty, Type::String) };
const NEXT: Role = Role { what: "output", ..TOKEN };
const ITEMS: Role = Role { what: "output", expected: "a list", fits: |ty| matches!(ty, Type::List(_)) };
const IDENTITY: Role = Role {
    what: "field",
    expected: "a value that can be compared",
    fits: |ty| !matches!(ty, Type::Float | Type::Record(_) | Type::List(_)),
};
