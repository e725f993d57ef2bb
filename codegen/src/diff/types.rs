//! Compares records and value sets.

use std::fmt;

use serde_json::{Value, json};

use super::change::{Level, Wire};
use super::comparison::{Comparison, element};
use super::fields::{Both, Fields};
use super::holds::how_to_hold;
use super::pairs::{self, Pairs};
use super::rule;
use crate::model::{Constructor, Direction, Field, KnownValue, Product, Record, Type, ValueSet};
use crate::problem::Place;

impl Comparison<'_> {
    pub(super) fn types(&mut self) {
        let (old, new) = (&self.old.product, &self.new.product);
        let sets = pairs::by_name(&old.value_sets, &new.value_sets, |set| &set.name);
        let list = self.file("types").member("value_sets");
        for (old, new) in sets.kept {
            self.value_set(old, new, &list.member(&new.name.wire));
        }
        for set in sets.removed {
            self.removed_type(&set.name.wire, &set.name.ident, &list);
        }
        for set in sets.added {
            self.added_type(&set.name.ident, &list.member(&set.name.wire));
        }
        let records = pairs::by_name(&old.records, &new.records, |record| &record.name);
        let list = self.file("types").member("records");
        for (old, new) in records.kept {
            self.record(old, new, &list.member(&new.name.wire));
        }
        for record in records.removed {
            self.removed_type(&record.name.wire, &record.name.ident, &list);
        }
        for record in records.added {
            self.added_type(&record.name.ident, &list.member(&record.name.wire));
        }
    }

    fn removed_type(&mut self, wire: &str, item: &dyn fmt::Display, list: &Place) {
        let change = self.change(rule::TYPE_REMOVED, list, item).source(Level::Major).before(wire);
        let change = change.says(format!("`{item}` is removed."));
        self.add(change.hold_by(how_to_hold(list, &json!([]), &json!([wire]))));
    }

    fn added_type(&mut self, item: &dyn fmt::Display, place: &Place) {
        let change = self.change(rule::TYPE_ADDED, place, item).source(Level::Minor);
        self.add(change.says(format!("`{item}` is new.")));
    }

    fn value_set(&mut self, old: &ValueSet, new: &ValueSet, place: &Place) {
        let owner = &new.name.ident;
        self.renamed(&old.name.ident, owner, place);
        let place = place.member("values");
        let item = |value: &KnownValue| format!("{owner}::{}", value.name.ident);
        // A crate keeps a value that it does not know. The service refuses one.
        let wire = match is_sent(&self.old.product, old) && is_sent(&self.new.product, new) {
            true => Wire::REFUSED,
            false => Wire::WORKS,
        };
        let Pairs { kept, removed, added, is_reordered } =
            pairs::by_name(&old.values, &new.values, |value| &value.name);
        for (before, after) in &kept {
            self.renamed(&format!("{owner}::{}", before.name.ident), &item(after), &place.member(&after.name.wire));
            let (was, is) = (&before.name.wire, &after.name.wire);
            if was != is {
                let sentence = format!("`{}` is written as `{is}` in requests and responses.", item(after));
                let change = self.change(rule::WIRE_NAME_CHANGED, &place.member(is), item(after)).level(Level::Major);
                self.add(change.wire(wire).before(was).after(is).says(sentence));
            }
        }
        for value in removed {
            let sentence = format!("`{}` is removed: the service no longer has the value.", item(value));
            let change = self.change(rule::ENUM_VALUE_REMOVED, &place, item(value)).source(Level::Major).wire(wire);
            let hold = how_to_hold(&place, &json!([]), &json!([value.name.wire]));
            self.add(change.before(&value.name.wire).says(sentence).hold_by(hold));
        }
        for value in added {
            let change = self.change(rule::ENUM_VALUE_ADDED, &place.member(&value.name.wire), item(value));
            let change = change.source(Level::Minor).after(&value.name.wire);
            self.add(change.says(format!("`{}` is new.", item(value))));
        }
        self.reordered(is_reordered, &place, owner);
        let of_values = kept.iter().filter(|(before, after)| before.doc != after.doc);
        let mut texts: Vec<String> = of_values.map(|(_, after)| after.name.wire.clone()).collect();
        texts.extend((old.doc != new.doc).then(|| "doc".to_owned()));
        self.texts(&texts, &place, owner);
    }

    fn record(&mut self, old: &Record, new: &Record, place: &Place) {
        let owner = &new.name.ident;
        self.renamed(&old.name.ident, owner, place);
        self.usage(old.direction, new.direction, place, owner);
        let constructors = [old, new].map(|record| [record.constructor()]);
        let [of_old, of_new] = [self.old, self.new].map(|side| &side.files.types.json);
        let both = Both {
            place: place.member("fields"),
            owner,
            old: fields(old, of_old, &constructors[0]),
            new: fields(new, of_new, &constructors[1]),
        };
        let mut texts = self.fields(&both);
        if old.direction.sent && new.direction.sent {
            self.constructors(&both, place);
        }
        texts.extend((old.doc != new.doc).then(|| "doc".to_owned()));
        self.texts(&texts, place, owner);
    }

    /// Compares where a record is used. In requests, it has constructors and setters; every record
    /// has the traits of serde.
    fn usage(&mut self, old: Direction, new: Direction, place: &Place, item: &dyn fmt::Display) {
        let uses = [(old.sent, new.sent, "requests"), (old.received, new.received, "responses")];
        let narrowed: Vec<_> = uses.iter().filter(|(old, new, _)| *old && !*new).map(|(.., name)| *name).collect();
        let widened: Vec<_> = uses.iter().filter(|(old, new, _)| !*old && *new).map(|(.., name)| *name).collect();
        let if_sent = |uses: &[&str], level: Level| if uses.contains(&"requests") { level } else { Level::Patch };
        let (rule, level, sentence) = match (narrowed.as_slice(), widened.as_slice()) {
            ([], []) => return,
            ([], widened) => {
                let sentence = format!("`{item}` is also used in {}.", widened.join(" and "));
                (rule::USAGE_WIDENED, if_sent(widened, Level::Minor), sentence)
            }
            (narrowed, _) => {
                let sentence = format!("`{item}` is no longer used in {}.", narrowed.join(" and "));
                (rule::USAGE_NARROWED, if_sent(narrowed, Level::Major), sentence)
            }
        };
        let change = self.change(rule, place, item).source(level).says(sentence);
        self.add(change.before(where_used(old)).after(where_used(new)));
    }
}

fn fields<'a>(record: &'a Record, types: &'a Value, constructors: &'a [Constructor]) -> Fields<'a> {
    let Record { name, fields, retired, direction, .. } = record;
    let json = types.get("records").map_or(&Value::Null, |records| element(records, &name.wire));
    let json = json.get("fields").unwrap_or(&Value::Null);
    Fields { list: fields, json, retired, direction: *direction, constructors }
}

fn where_used(direction: Direction) -> &'static str {
    match (direction.sent, direction.received) {
        (true, true) => "requests and responses",
        (true, false) => "requests",
        (false, true) => "responses",
        (false, false) => "nothing",
    }
}

/// Whether requests contain values of the set.
fn is_sent(product: &Product, set: &ValueSet) -> bool {
    let is_of_set = |field: &Field| matches!(field.ty.innermost(), Type::ValueSet(name) if name.wire == set.name.wire);
    let records = product.records.iter().filter(|record| record.direction.sent);
    product.actions.iter().any(|action| action.request.iter().any(is_of_set))
        || records.flat_map(|record| &record.fields).any(is_of_set)
}
