//! Resolves the definitions of a product: value sets, records and codes.

use super::resolver::Resolver;
use super::scope::Scope;
use crate::model::{Code, Direction, KnownValue, Record, ValueSet};
use crate::problem::Place;
use crate::spec::{self, Kind};

impl Resolver<'_> {
    pub(super) fn value_sets(&mut self, specs: &[spec::ValueSet], place: &Place) -> Vec<ValueSet> {
        specs.iter().map(|spec| self.value_set(spec, &place.member(&spec.name))).collect()
    }

    fn value_set(&mut self, spec: &spec::ValueSet, place: &Place) -> ValueSet {
        let values = spec.values.iter().map(|known| {
            let place = place.member("values").member(&known.value);
            let name = self.variant_name(&known.value, known.rust.as_deref(), &place);
            KnownValue { name, doc: known.doc.paragraphs() }
        });
        let values = values.collect();
        let name = self.type_name(&spec.name, spec.rust.as_deref(), place);
        ValueSet { name, doc: spec.doc.paragraphs(), values }
    }

    /// Resolves the records. Their names first, because a field can have the type of any record.
    pub(super) fn records(&mut self, specs: &[spec::Record], value_sets: &[ValueSet], place: &Place) -> Vec<Record> {
        let names =
            specs.iter().map(|spec| self.type_name(&spec.name, spec.rust.as_deref(), &place.member(&spec.name)));
        let names: Vec<_> = names.collect();
        let scope = Scope { value_sets, record_names: &names, ..self.scope };
        let mut resolver = self.with(scope);
        let records = specs.iter().zip(&names).map(|(spec, name)| {
            let (fields, retired) = resolver.fields(&spec.fields, &place.member(&spec.name).member("fields"));
            let (name, doc) = (name.clone(), spec.doc.paragraphs());
            Record { name, doc, fields, retired, direction: Direction::default() }
        });
        records.collect()
    }

    /// Resolves the codes of a file, sorted. A code without a kind has that of its first segment,
    /// which `kind_of` returns.
    pub(super) fn codes(
        &mut self,
        spec: &spec::Errors,
        kind_of: impl Fn(&str) -> Option<Kind>,
        place: &Place,
    ) -> Vec<Code> {
        let place = place.member("codes");
        let codes = spec.codes.iter().map(|code| {
            let place = place.member(&code.code);
            let kind = code.kind.or_else(|| kind_of(code.code.split('.').next()?)).unwrap_or_else(|| {
                let message = "the kind of the code is unknown: its first segment is not a common code";
                let help = "add `kind`: what kind of failure it is, which decides whether the call may be sent again";
                self.problems.add(&place, message, help);
                Kind::Rejected
            });
            self.check_facts_of_kind(code, kind, &place);
            Code {
                name: self.code_name(&code.code, code.rust.as_deref(), &place),
                kind,
                about: code.about,
                may_have_been_carried_out: code.may_have_been_carried_out,
                doc: code.doc.paragraphs(),
                hint: code.hint.clone(),
            }
        });
        let mut codes: Vec<_> = codes.collect();
        codes.sort_by(|one, other| one.name.wire.cmp(&other.name.wire));
        codes
    }

    /// Reports members that say what the kind of the code says already.
    fn check_facts_of_kind(&mut self, code: &spec::Code, kind: Kind, place: &Place) {
        if matches!(kind, Kind::Permission | Kind::NotFound | Kind::Rejected) {
            return;
        }
        let members = [("about", code.about.is_some()), ("may_have_been_carried_out", code.may_have_been_carried_out)];
        for (member, _) in members.into_iter().filter(|(_, is_there)| *is_there) {
            let message = format!("`{member}` has no effect, because the kind of the code says it already");
            let help = "remove it: it is for codes of the kinds `permission`, `not_found` and `rejected`";
            self.problems.add(&place.member(member), message, help);
        }
    }
}
