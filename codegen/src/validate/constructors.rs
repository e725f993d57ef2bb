//! Rules about constructors: each sets all required parameters, and no parameter twice.

use super::validator::Validator;
use crate::model::{Action, Constructor, Literal};
use crate::parse::File;
use crate::problem::Place;
use crate::spec;

/// Maximum number of arguments of a constructor. 7: clippy warns about more.
const MAX_ARGUMENTS: usize = 7;

impl Validator<'_> {
    pub(super) fn record_constructors(&mut self) {
        let place = self.files.types.place().member("records");
        for record in self.product.records.iter().filter(|record| record.direction.sent) {
            self.arguments(&record.constructor(), "field", &place.member(&record.name.wire).member("fields"));
        }
    }

    fn arguments(&mut self, constructor: &Constructor, what: &str, place: &Place) {
        let count = constructor.arguments.len();
        if count > MAX_ARGUMENTS {
            let message = format!("`{}` takes {count} arguments, at most {MAX_ARGUMENTS}", constructor.ident);
            let help = format!(
                "write `\"required\": false` for the {what}s that most callers can do without, so that they get \
                 setters; say so in `deviations`"
            );
            self.problems.add(place, message, help);
        }
    }

    pub(super) fn constructors(&mut self, file: &File<spec::Action>, action: &Action) {
        if file.parsed.constructors.is_empty() {
            for constructor in &action.constructors {
                self.arguments(constructor, "parameter", &file.place().member("request"));
            }
        }
        let place = file.place().member("constructors");
        for (spec, constructor) in file.parsed.constructors.iter().zip(&action.constructors) {
            let place = place.member(&spec.name);
            self.sets_all_required(spec, constructor, action, &place);
            self.sets_none_twice(spec, &place);
            self.arguments(constructor, "parameter", &place.member("takes"));
            self.fixes_no_time(constructor, &place.member("fixes"));
        }
    }

    fn sets_all_required(
        &mut self,
        spec: &spec::Constructor,
        constructor: &Constructor,
        action: &Action,
        place: &Place,
    ) {
        for field in action.request.iter().filter(|field| field.required) {
            let wire = &field.name.wire;
            if !constructor.takes(field) && !spec.fixes.contains_key(wire) {
                let message = format!("the constructor does not set `{wire}`, which is required");
                self.problems.add(place, message, "add it to `takes` or to `fixes`");
            }
        }
    }

    fn sets_none_twice(&mut self, spec: &spec::Constructor, place: &Place) {
        let set: Vec<&String> = spec.takes.iter().chain(spec.fixes.keys()).collect();
        for (n, wire) in set.iter().enumerate() {
            if set.iter().take(n).any(|earlier| earlier == wire) {
                let message = format!("the constructor sets `{wire}` twice");
                self.problems.add(place, message, "list it once, in `takes` or in `fixes`");
            }
        }
    }

    fn fixes_no_time(&mut self, constructor: &Constructor, place: &Place) {
        for (field, literal) in &constructor.fixed {
            if contains_time(literal) {
                let wire = &field.name.wire;
                let message = "a constructor cannot set a time: times are parsed when the program runs, which can fail";
                self.problems.add(&place.member(wire), message, format!("list `{wire}` in `takes`"));
            }
        }
    }
}

fn contains_time(literal: &Literal) -> bool {
    match literal {
        Literal::DateTime(_) => true,
        Literal::Record(built) => {
            built.arguments.iter().chain(built.setters.iter().map(|(_, literal)| literal)).any(contains_time)
        }
        Literal::List(elements) => elements.iter().any(contains_time),
        Literal::String(_)
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::Listed { .. }
        | Literal::NoStrings => false,
    }
}
