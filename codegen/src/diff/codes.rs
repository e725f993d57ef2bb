//! Compares error codes: those of a product, and those that every product can return.

use serde_json::json;

use super::change::{Change, Level};
use super::holds::how_to_hold;
use super::pairs::{self, Pairs};
use super::rule::{self, Rule};
use crate::model::{Code, Kind};
use crate::problem::Place;

/// The codes of one crate. A code can move between the product's own codes and the common ones.
pub(super) struct Codes<'a> {
    pub(super) package: &'a str,
    /// The list in the new specification.
    pub(super) place: Place,
    pub(super) old: &'a [Code],
    pub(super) new: &'a [Code],
    /// The common codes, whose changes are reported once for all crates. Empty for the common codes
    /// themselves.
    pub(super) old_common: &'a [Code],
    pub(super) new_common: &'a [Code],
    /// The codes whose names are first segments: a code that is not listed has the kind of its
    /// first segment.
    pub(super) old_segments: &'a [Code],
}

impl Codes<'_> {
    pub(super) fn compare(&self, changes: &mut Vec<Change>) {
        let old = [self.old, self.old_common].concat();
        let new = [self.new, self.new_common].concat();
        let has = |list: &[Code], code: &Code| list.iter().any(|other| other.name.wire == code.name.wire);
        let Pairs { kept, removed, added, .. } = pairs::by_name(&old, &new, |code| &code.name);
        for code in added.into_iter().filter(|code| has(self.new, code)) {
            self.added(code, changes);
        }
        for code in removed.into_iter().filter(|code| has(self.old, code)) {
            self.removed(code, changes);
        }
        let mut texts = Vec::new();
        for (old, new) in kept.into_iter().filter(|(old, new)| has(self.old, old) || has(self.new, new)) {
            self.kept(old, new, changes);
            texts.extend((old.doc != new.doc).then(|| new.name.wire.clone()));
        }
        if !texts.is_empty() {
            let change = Change::new(rule::DOC_CHANGED, self.package, &self.place, "ErrorCode");
            let change = change.after(texts.join(", "));
            changes.push(change.says("The documentation of `ErrorCode` has changed.".to_owned()));
        }
    }

    fn change(&self, rule: Rule, code: &Code) -> Change {
        Change::new(rule, self.package, &self.place.member(&code.name.wire), item(code))
    }

    fn added(&self, code: &Code, changes: &mut Vec<Change>) {
        let item = item(code);
        let change = self.change(rule::ERROR_CODE_ADDED, code).source(Level::Minor).after(&code.name.wire);
        changes.push(change.says(format!("`{item}` is new.")));
        let until_now = self.kind_until_now(&code.name.wire);
        if until_now != code.kind {
            let [before, after] = [until_now, code.kind].map(|kind| format!("{kind:?}"));
            let sentence = format!("The kind of `{item}` is `{after}`, and was `{before}` until now.");
            let change = self.change(rule::RETRY_CHANGED, code).level(Level::Minor);
            changes.push(change.before(before).after(after).says(sentence));
        }
    }

    fn removed(&self, code: &Code, changes: &mut Vec<Change>) {
        let change = Change::new(rule::ERROR_CODE_REMOVED, self.package, &self.place, item(code));
        let change = change.source(Level::Major).before(&code.name.wire);
        let hold = how_to_hold(&self.place, &json!([]), &json!([code.name.wire]));
        changes.push(change.says(format!("`{}` is removed.", item(code))).hold_by(hold));
    }

    fn kept(&self, old: &Code, new: &Code, changes: &mut Vec<Change>) {
        let item = item(new);
        if old.name.ident != new.name.ident {
            let change = self.change(rule::RUST_NAME_CHANGED, new).level(Level::Major).source(Level::Major);
            let [before, after] = [old, new].map(|code| code.name.ident.to_string());
            let sentence = format!("`ErrorCode::{before}` is now `{item}`.");
            changes.push(change.before(before).after(after).says(sentence));
        }
        let mut add = |rule: Rule, level: Level, before: String, after: String, sentence: String| {
            changes.push(self.change(rule, new).level(level).before(before).after(after).says(sentence));
        };
        if old.name.wire != new.name.wire {
            let sentence = format!("`{item}` is the code `{}`.", new.name.wire);
            add(rule::WIRE_NAME_CHANGED, Level::Major, old.name.wire.clone(), new.name.wire.clone(), sentence);
        }
        let [before, after] = [old, new].map(facts);
        if before != after {
            let sentence = format!("`{item}` has the kind {after}, instead of {before}.");
            add(rule::ERROR_KIND_CHANGED, Level::Minor, before, after, sentence);
        }
        if old.hint != new.hint {
            let [before, after] = [old, new].map(|code| code.hint.clone().unwrap_or_default());
            add(rule::HINT_CHANGED, Level::Minor, before, after, format!("The hint of `{item}` has changed."));
        }
    }

    /// The kind that clients have given a code until now.
    fn kind_until_now(&self, wire: &str) -> Kind {
        let first = wire.split('.').next().unwrap_or(wire);
        let segment = self.old_segments.iter().find(|code| code.name.wire == first);
        segment.map_or(Kind::Rejected, |code| code.kind)
    }
}

fn item(code: &Code) -> String {
    format!("ErrorCode::{}", code.name.ident)
}

/// What a client does about a code: its kind, as Rust names it, and what the kind does not say.
fn facts(code: &Code) -> String {
    let about = code.about.map(|about| format!(", about the {}", format!("{about:?}").to_lowercase()));
    let carried_out = if code.may_have_been_carried_out { ", possibly carried out" } else { "" };
    format!("`{:?}`{}{carried_out}", code.kind, about.unwrap_or_default())
}
