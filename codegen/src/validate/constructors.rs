//! Rules about constructors: each sets all required parameters, and no parameter twice.

use super::validator::Validator;
use crate::model::{Action, Constructor, Literal};
use crate::parse::File;
use crate::problem::Place;
use crate::spec;

impl Validator<'_> {
    pub(super) fn constructors(&mut self, file: &File<spec::Action>, action: &Action) {
        let place = file.place().member("constructors");
        for (spec, constructor) in file.parsed.constructors.iter().zip(&action.constructors) {
            let place = place.member(&spec.name);
            self.sets_all_required(spec, constructor, action, &place);
            self.sets_none_twice(spec, &place);
            self.takes_few(constructor, &place.member("takes"));
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

    fn takes_few(&mut self, constructor: &Constructor, place: &Place) {
        let (count, max) = (constructor.arguments.len(), Constructor::MAX_ARGUMENTS);
        if count > max {
            let message = format!("the constructor takes {count} parameters, at most {max}");
            let help = "take fewer optional parameters, or remove `constructors`: `new` then takes any number of \
                        required parameters, as a struct";
            self.problems.add(place, message, help);
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
            built.arguments.iter().chain(&built.setters).any(|(_, literal)| contains_time(literal))
        }
        Literal::List(elements) => elements.iter().any(contains_time),
        Literal::String(_)
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::KnownValue { .. }
        | Literal::NoStrings => false,
    }
}
