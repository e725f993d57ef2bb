//! Rules about constructors: each sets everything that is required, once, and to what can be written down.

use crate::model::{Action, Constructor, Literal};
use crate::parse::File;
use crate::problem::{Place, Problems};
use crate::spec;

pub(super) fn check(file: &File<spec::Action>, action: &Action, problems: &mut Problems) {
    let place = file.place().member("constructors");
    for (written, constructor) in file.says.constructors.iter().zip(&action.constructors) {
        let place = place.member(&written.name);
        complete(written, constructor, action, &place, problems);
        once(written, &place, problems);
        for (field, literal) in &constructor.fixed {
            if holds_time(literal) {
                let wire = &field.name.wire;
                let says =
                    "a constructor cannot set a time: one is read from text when the program runs, and may be refused";
                problems.add(&place.member("fixes").member(wire), says, format!("name `{wire}` in `takes`"));
            }
        }
    }
}

fn complete(
    written: &spec::Constructor,
    constructor: &Constructor,
    action: &Action,
    place: &Place,
    problems: &mut Problems,
) {
    for field in action.request.iter().filter(|field| field.required) {
        let wire = &field.name.wire;
        let is_taken = constructor.arguments.iter().any(|argument| argument.name.wire == *wire);
        if !is_taken && !written.fixes.contains_key(wire) {
            let says = format!("the constructor leaves out `{wire}`, which is required");
            problems.add(place, says, "add it to `takes` or to `fixes`");
        }
    }
}

fn once(written: &spec::Constructor, place: &Place, problems: &mut Problems) {
    let set: Vec<&String> = written.takes.iter().chain(written.fixes.keys()).collect();
    for (n, wire) in set.iter().enumerate() {
        if set.iter().take(n).any(|earlier| earlier == wire) {
            let says = format!("the constructor sets `{wire}` twice");
            problems.add(place, says, "name it once, in `takes` or in `fixes`");
        }
    }
}

fn holds_time(literal: &Literal) -> bool {
    match literal {
        Literal::DateTime(_) => true,
        Literal::Record(built) => {
            built.arguments.iter().chain(built.setters.iter().map(|(_, literal)| literal)).any(holds_time)
        }
        Literal::List(elements) => elements.iter().any(holds_time),
        Literal::String(_)
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::Listed { .. } => false,
    }
}
