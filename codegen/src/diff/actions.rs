//! Compares actions, and the facts about them.

use serde_json::Value;

use super::change::{Level, Wire};
use super::comparison::{Comparison, changed_keys};
use super::fields::{Both, Fields};
use super::holds::how_to_hold;
use super::{pairs, rule};
use crate::model::{Action, Direction};
use crate::problem::Place;

/// The keys of an action that are nothing but documentation.
const TEXTS: [&str; 4] = ["title", "doc", "source", "errors"];

impl<'a> Comparison<'a> {
    pub(super) fn actions(&mut self) {
        let (old, new) = (&self.old.product, &self.new.product);
        let actions = pairs::by_name(&old.actions, &new.actions, |action| &action.name);
        for action in actions.added {
            let change = self.change(rule::ACTION_ADDED, &self.file(&action.name.wire), &action.name.ident);
            let sentence = format!("`{}` is new: {}.", action.name.ident, action.title);
            self.add(change.source(Level::Minor).after(&action.name.wire).says(sentence));
        }
        for action in actions.removed {
            let place = self.file(&action.name.wire);
            let wire = action.name.wire.as_str();
            let sentence = format!("`{}` is removed: the service no longer has the action.", action.name.ident);
            let change = self.change(rule::ACTION_REMOVED, &place, &action.name.ident).source(Level::Major);
            let hold = how_to_hold(&place.member("action"), &Value::Null, &wire.into());
            self.add(change.wire(Wire::REFUSED).before(wire).says(sentence).hold_by(hold));
        }
        for (old, new) in actions.kept {
            self.action(old, new);
        }
    }

    fn action(&mut self, old: &'a Action, new: &'a Action) {
        let place = self.file(&new.name.wire);
        let item = &new.name.ident;
        self.renamed(&old.name.ident, item, &place);
        if old.name.wire != new.name.wire {
            let sentence = format!("`{item}` calls the action `{}`.", new.name.wire);
            let change = self.change(rule::WIRE_NAME_CHANGED, &place, item).level(Level::Major).wire(Wire::REFUSED);
            self.add(change.before(&old.name.wire).after(&new.name.wire).says(sentence));
        }
        self.deprecation(old, new, &place);
        self.rate(old, new, &place);
        self.repeatable(old, new, &place);

        let json = [self.old.action(&old.name.wire), self.new.action(&new.name.wire)];
        let request = |action: &'a Action, json: &'a Value| Fields {
            list: &action.request,
            json: list(json, "request"),
            retired: &action.retired,
            direction: Direction::SENT,
            constructors: &action.constructors,
        };
        let both = Both {
            place: place.member("request"),
            owner: item,
            old: request(old, json[0]),
            new: request(new, json[1]),
        };
        let mut texts = self.fields(&both);
        texts.extend(self.constructors(&both, &place.member("constructors")));
        let response = |action: &'a Action, json: &'a Value| Fields {
            list: &action.response,
            json: list(json, "response"),
            retired: &[],
            direction: Direction::RECEIVED,
            constructors: &[],
        };
        let both = Both {
            place: place.member("response"),
            owner: &new.response_ident,
            old: response(old, json[0]),
            new: response(new, json[1]),
        };
        texts.extend(self.fields(&both));
        self.abilities(old, new, json, &place);
        texts.extend(changed_keys(&TEXTS, json[0], json[1]));
        self.texts(&texts, &place, item);
        if json[0].get("examples") != json[1].get("examples") {
            let change = self.change(rule::EXAMPLE_CHANGED, &place.member("examples"), item);
            self.add(change.says(format!("The examples of `{item}` have changed.")));
        }
    }

    /// Compares whether an action is retired. A product that is retired says so itself.
    fn deprecation(&mut self, old: &Action, new: &Action, place: &Place) {
        let (place, item) = (place.member("deprecated"), format!("Client::{}", new.function));
        let change = match (&old.deprecated, &new.deprecated) {
            (None, Some(note)) => {
                let change = self.change(rule::ACTION_DEPRECATED, &place, &item).source(Level::Minor);
                change.after(note).says(format!("`{item}` is deprecated. {note}"))
            }
            (Some(note), None) => {
                let change = self.change(rule::DEPRECATION_REMOVED, &place, &item);
                change.before(note).says(format!("`{item}` is no longer deprecated."))
            }
            (Some(before), Some(after)) if before != after => {
                self.texts(&["deprecated".to_owned()], &place, &item);
                return;
            }
            _ => return,
        };
        self.add(change);
    }

    fn rate(&mut self, old: &Action, new: &Action, place: &Place) {
        let (item, before, after) = (&new.name.ident, old.requests_per_second, new.requests_per_second);
        if before != after {
            // Released versions send too many requests, which are throttled.
            let is_lower = after < before;
            let rule = if is_lower { rule::RATE_LOWERED } else { rule::RATE_RAISED };
            let sentence = format!("`{item}` is limited to {after} requests per second.");
            let change = self.change(rule, &place.member("requests_per_second"), item).level(Level::Minor);
            self.add(change.urgent_if(is_lower).before(before).after(after).says(sentence));
        }
    }

    fn repeatable(&mut self, old: &Action, new: &Action, place: &Place) {
        let (item, before, after) = (&new.name.ident, old.repeatable, new.repeatable);
        if before != after {
            let sentence = match after {
                true => format!("`{item}` is sent again although it may have run."),
                false => format!("`{item}` is no longer sent again if it may have run."),
            };
            let change = self.change(rule::REPEATABLE_CHANGED, &place.member("repeatable"), item).level(Level::Minor);
            // Released versions carry the action out twice.
            self.add(change.urgent_if(before).before(before).after(after).says(sentence));
        }
    }
}

fn list<'a>(action: &'a Value, key: &str) -> &'a Value {
    action.get(key).unwrap_or(&Value::Null)
}
