//! Resolves the fields of a list of zones.

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Field, Zones};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    /// The fields of a zone in a list of zones.
    pub(super) fn zones(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Zones> {
        let spec::Zones { id, name, alias, state, unusable } = spec.zones.as_ref()?;
        for field in request.iter().filter(|field| field.required) {
            let message = format!("`{}` is required", field.name.wire);
            self.problems.add(place, message, "zones are listed without a parameter");
        }
        let items = self.items(spec, response)?;
        let fields = &self.scope.record_of(items)?.fields;
        let mut field = |wire: &str, role: Role, key: &str| {
            self.field_that_is_not_null(wire, fields, role, &place.member(key)).cloned()
        };
        let id = field(id, Role::string("field"), "id");
        let name = field(name, Role::string("field"), "name");
        let alias = field(alias, Role::string("field"), "alias");
        let state = field(state, Role::value_set("field"), "state");
        self.must_be_known(state.as_ref()?, unusable.iter(), &place.member("unusable"));
        Some(Zones {
            id: id?.name,
            name: name?.name,
            alias: alias?.name,
            state: state?.name,
            unusable: unusable.clone(),
        })
    }
}
