//! Resolves an action: its constructors, batch and codes.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Action, AtMostBy, Batch, Code, Constructor, Field, Literal};
use crate::parse::File;
use crate::problem::Place;
use crate::spec;
use crate::suggest;

impl Resolver<'_> {
    /// Resolves an action with the types in scope and the codes of its product.
    pub(super) fn action(&mut self, file: &File<spec::Action>, codes: &[&Code]) -> Action {
        let place = file.place();
        let spec = &file.parsed;
        let name = self.type_name(&spec.action, spec.rust.as_deref(), &place);
        let (request, retired) = self.fields(&spec.request, &place.member("request"));
        let (response, _) = self.fields(&spec.response, &place.member("response"));
        let constructors = self.constructors(spec, &name.ident, &request, &place.member("constructors"));
        let (requests_per_second, repeatable, source) = self.facts(spec, &place);
        let mut action = Action {
            response_ident: format_ident!("{}Response", name.ident),
            function: self.function_name(&name.ident, &place),
            name,
            title: spec.title.clone(),
            doc: spec.doc.paragraphs(),
            page: source.page.replace(spec::ACTION_PLACEHOLDER, &spec.action),
            updated: source.updated,
            requests_per_second,
            repeatable,
            deprecated: spec.deprecated.clone(),
            targets: self.targets(&spec.request, &request, &place.member("request")),
            failures: self.failures(spec, &response, &place.member("failures")),
            batch: self.batch(spec, &request, &place.member("batch")),
            pagination: self.pagination(spec, &request, &response, &place.member("pagination")),
            // It names other actions, so it is resolved after them.
            submission: None,
            task_list: self.task_list(spec, &request, &response, &place.member("task_list")),
            quota: self.quota(spec, &request, &response, &place.member("quota")),
            zones: self.zones(spec, &request, &response, &place.member("zones")),
            errors: self.errors(&spec.errors, codes, &place.member("errors")),
            request,
            retired,
            constructors,
            response,
            examples: Vec::new(),
        };
        action.examples = self.examples(spec, &action, &place.member("examples"));
        action
    }

    /// The rate, whether the action is repeatable, and its page: those of the action, or else those
    /// of the product.
    fn facts(&mut self, spec: &spec::Action, place: &Place) -> (u32, bool, spec::SourcePage) {
        let defaults = self.scope.defaults;
        let rate = spec.requests_per_second.or_else(|| defaults?.requests_per_second);
        let is_query = |queries: &Vec<String>| queries.iter().any(|verb| spec.action.starts_with(verb));
        let repeatable = spec.repeatable.or_else(|| defaults?.queries.as_ref().map(is_query));
        let source = spec.source.clone().or_else(|| defaults?.source.clone());
        let facts = [
            ("requests_per_second", rate.is_some(), "the maximum number of requests per second and account"),
            ("repeatable", repeatable.is_some(), "whether the call may be sent again although it may have run"),
            ("source", source.is_some(), "the page that the file was made from"),
        ];
        for (key, _, meaning) in facts.iter().filter(|(_, is_known, _)| !is_known) {
            let help = format!("add it, or its default to `defaults` of product.json: {meaning}");
            self.problems.add(place, format!("the key `{key}` is missing"), help);
        }
        let unknown = || spec::SourcePage { page: String::new(), updated: String::new() };
        (rate.unwrap_or_default(), repeatable.unwrap_or_default(), source.unwrap_or_else(unknown))
    }

    fn constructors(&mut self, spec: &spec::Action, ty: &Ident, request: &[Field], place: &Place) -> Vec<Constructor> {
        if spec.constructors.is_empty() {
            let doc = match request.iter().any(|field| field.required) {
                true => "Creates a request from its required parameters.",
                false => "Creates a request without parameters.",
            };
            return vec![Constructor::new(ty, doc, request)];
        }
        let resolved = spec.constructors.iter().map(|constructor| {
            let place = place.member(&constructor.name);
            Constructor {
                ident: self.explicit_snake_name(&constructor.name, &place.member("name")),
                doc: constructor.doc.paragraphs(),
                struct_of_arguments: None,
                arguments: self.arguments(&constructor.takes, request, &place.member("takes")),
                fixed: self.fixed(&constructor.fixes, request, &place.member("fixes")),
            }
        });
        resolved.collect()
    }

    fn arguments(&mut self, takes: &[String], request: &[Field], place: &Place) -> Vec<Field> {
        let fields = takes.iter().filter_map(|wire| {
            let place = place.member(wire);
            self.lookup_or_suggest(wire, request, "parameter", &place)
        });
        fields.cloned().collect()
    }

    fn fixed(&mut self, fixes: &BTreeMap<String, Value>, request: &[Field], place: &Place) -> Vec<(Field, Literal)> {
        let resolved = fixes.iter().filter_map(|(wire, value)| {
            let place = place.member(wire);
            let field = self.lookup_or_suggest(wire, request, "parameter", &place)?;
            let literal = self.literal(value, &field.ty, &place)?;
            if field.required && literal.is_empty_list() {
                self.report_empty_list(&place);
            }
            Some((field.clone(), literal))
        });
        resolved.collect()
    }

    fn batch(&mut self, spec: &spec::Action, request: &[Field], place: &Place) -> Option<Batch> {
        let spec::Batch { over, at_most, at_most_by, per_day } = spec.batch.as_ref()?;
        let over = self.field_in_role(over, request, Role::strings("parameter"), &place.member("over"))?;
        let at_most_by = at_most_by.as_ref().and_then(|by| self.at_most_by(by, request, &place.member("at_most_by")));
        Some(Batch { over: over.name.clone(), at_most: *at_most, at_most_by, per_day: *per_day })
    }

    fn at_most_by(&mut self, by: &spec::AtMostBy, request: &[Field], place: &Place) -> Option<AtMostBy> {
        let spec::AtMostBy { parameter, sizes } = by;
        let selector = self.selector(parameter, request, "size", &place.member("parameter"))?;
        self.must_be_known(selector, sizes.keys(), &place.member("sizes"));
        let sizes = sizes.iter().map(|(value, size)| (value.clone(), *size)).collect();
        Some(AtMostBy { selector: selector.clone(), sizes })
    }

    fn errors(&mut self, listed: &[String], codes: &[&Code], place: &Place) -> Vec<Code> {
        let code = |wire: &str| codes.iter().find(|code| code.name.wire == wire).map(|code| (*code).clone());
        let resolved = listed.iter().filter_map(|wire| {
            code(wire).or_else(|| {
                let closest = suggest::closest(wire, codes.iter().map(|code| code.name.wire.as_str()));
                let write = closest.map(|closest| format!("write `{closest}`, or ")).unwrap_or_default();
                let help = format!("{write}define the code in errors.json, with its kind and meaning");
                self.problems.add(&place.member(wire), format!("the code `{wire}` is not defined"), help);
                closest.and_then(code)
            })
        });
        resolved.collect()
    }
}
