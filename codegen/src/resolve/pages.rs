//! Resolves how a long list is read page by page.

use super::resolver::Resolver;
use super::role::Role;
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
        let limit = pages
            .limit
            .as_ref()
            .map(|wire| self.field_in_role(wire, request, Role::integer("parameter"), &place.member("limit")));
        let items = self.field_at_path(&pages.items, response, Role::list("output"), &place.member("items"));
        let total = pages
            .total
            .as_ref()
            .map(|path| self.field_at_path(path, response, Role::integer("output"), &place.member("total")));
        let items = items?;
        let Type::List(item) = &items.last()?.ty else { return None };
        let identity = self.identity(&pages.identity, item, &place.member("identity"));
        let page_size = pages.at_most.or_else(|| documented_default(spec, pages.limit.as_deref()?));
        Some(Pagination {
            position: position?,
            limit: optional(limit)?.map(|field| field.name.clone()),
            at_most: pages.at_most,
            page_size,
            item: (**item).clone(),
            items,
            total: optional(total)?,
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
            let field = self.field_in_role(wire.as_ref()?, request, Role::integer("parameter"), &place.member(key))?;
            Some(field.name.clone())
        };
        let position = number(&pages.offset, "offset").map(Position::Offset);
        if let Some(position) = position.or_else(|| number(&pages.page, "page").map(Position::Page)) {
            return Some(position);
        }
        let token =
            self.field_in_role(pages.token.as_ref()?, request, Role::string("parameter"), &place.member("token"));
        let next = self.field_at_path(pages.next.as_ref()?, response, Role::string("output"), &place.member("next"));
        Some(Position::Token(token?.name.clone(), next?))
    }

    /// The output with the items of a page. What is wrong with its path is reported elsewhere.
    pub(super) fn items<'f>(&self, spec: &spec::Action, response: &'f [Field]) -> Option<&'f Field>
    where
        Self: 'f,
    {
        let mut names = spec.pagination.as_ref()?.items.split('.');
        let first = names.next()?;
        let first = response.iter().find(|field| field.name.wire == first);
        names.try_fold(first?, |owner, wire| {
            let Type::Record(record) = &owner.ty else { return None };
            self.scope.record(record)?.fields.iter().find(|field| field.name.wire == wire)
        })
    }

    /// The outputs on a path such as `Result.Items`. The last one must have the type of its role.
    fn field_at_path(&mut self, path: &str, response: &[Field], role: Role, place: &Place) -> Option<Vec<Field>> {
        let (owners, last) = path.rsplit_once('.').map_or((None, path), |(owners, last)| (Some(owners), last));
        let mut fields = response;
        let mut found = Vec::new();
        for wire in owners.iter().flat_map(|owners| owners.split('.')) {
            let owner = self.field_in_role(wire, fields, Role::record("output"), place)?;
            let Type::Record(record) = &owner.ty else { return None };
            found.push(owner.clone());
            fields = &self.scope.record(record)?.fields;
        }
        found.push(self.field_in_role(last, fields, role, place)?.clone());
        Some(found)
    }

    fn identity(&mut self, identity: &[String], item: &Type, place: &Place) -> Vec<Name> {
        let Type::Record(record) = item else { return Vec::new() };
        let Some(record) = self.scope.record(record) else { return Vec::new() };
        if identity.is_empty() {
            let help = "list the fields that identify an item, and that do not change";
            self.problems.add(place, "the items are records, and nothing identifies one", help);
        }
        let names = identity.iter().filter_map(|wire| {
            let field = self.field_in_role(wire, &record.fields, Role::comparable("field"), &place.member(wire))?;
            Some(field.name.clone())
        });
        names.collect()
    }
}

/// `None` if a field is written and could not be resolved, and `Some(None)` if it is not written.
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
