//! Compares products.

use super::change::{Change, Level, Wire};
use super::codes::Codes;
use super::comparison::{Comparison, Specified, changed_keys};
use super::rule::{self, Rule};
use crate::model::{Code, Product};
use crate::problem::Place;

/// The keys of `product.json` that are nothing but documentation.
const TEXTS: [&str; 5] = ["title", "page", "readme", "keywords", "main_action"];

/// Compares a product that both versions have; `common` are the common codes before and after.
pub(super) fn kept(old: &Specified, new: &Specified, [old_common, new_common]: [&[Code]; 2]) -> Vec<Change> {
    let mut comparison = Comparison { old, new, changes: Vec::new() };
    comparison.product();
    comparison.actions();
    comparison.types();
    let codes = Codes {
        package: &new.product.package,
        place: comparison.file("errors").member("codes"),
        old: &old.product.codes,
        new: &new.product.codes,
        old_common,
        new_common,
        old_segments: old_common,
    };
    codes.compare(&mut comparison.changes);
    comparison.new_holds();
    comparison.changes
}

pub(super) fn added(product: &Product) -> Change {
    let change = Change::new(rule::PRODUCT_ADDED, &product.package, &Place::file(&product.folder), &product.package);
    let sentence = format!("The crate `{}` is new: {}.", product.package, product.title);
    change.source(Level::Minor).says(sentence)
}

pub(super) fn removed(product: &Product) -> Change {
    let change = Change::new(rule::PRODUCT_REMOVED, &product.package, &Place::file(&product.folder), &product.package);
    change.source(Level::Major).says(format!("The crate `{}` is no longer released.", product.package))
}

impl Comparison<'_> {
    fn product(&mut self) {
        let (old, new) = (&self.old.product, &self.new.product);
        let (place, item) = (self.file("product"), &new.ident);
        self.renamed(&old.ident, item, &place.member("rust"));
        let facts: [(Rule, &str, Level, Wire, [&String; 2]); 4] = [
            // The service refuses a signature for another service, but still has the old version.
            (rule::SERVICE_CHANGED, "service", Level::Major, Wire::REFUSED, [&old.service, &new.service]),
            (rule::API_VERSION_CHANGED, "version", Level::Major, Wire::WORKS, [&old.version, &new.version]),
            (
                rule::HOST_CHANGED,
                "hosts.mainland",
                Level::Minor,
                Wire::WORKS,
                [&old.hosts.mainland, &new.hosts.mainland],
            ),
            (
                rule::HOST_CHANGED,
                "hosts.international",
                Level::Minor,
                Wire::WORKS,
                [&old.hosts.international, &new.hosts.international],
            ),
        ];
        for (rule, key, level, wire, [before, after]) in facts {
            if before != after {
                let sentence = format!("`{item}`: {}, `{after}`.", rule.what);
                let change = self.change(rule, &place.member(key), item).level(level).wire(wire);
                self.add(change.before(before).after(after).says(sentence));
            }
        }
        self.deprecation_of_product(&place.member("deprecated"));
        let [before, after] = [self.old, self.new].map(|side| &side.files.product.json);
        self.texts(&changed_keys(&TEXTS, before, after), &place, item);
    }

    /// Compares whether a product is retired.
    fn deprecation_of_product(&mut self, place: &Place) {
        let Product { ident, package, .. } = &self.new.product;
        let change = match (&self.old.product.deprecated, &self.new.product.deprecated) {
            (None, Some(note)) => {
                let change = self.change(rule::PRODUCT_DEPRECATED, place, ident).source(Level::Minor).after(note);
                change.says(format!("`{package}` is retired, and its methods are deprecated. {note}"))
            }
            (Some(note), None) => {
                let change = self.change(rule::DEPRECATION_REMOVED, place, ident).before(note);
                change.says(format!("`{package}` is no longer deprecated."))
            }
            (Some(before), Some(after)) if before != after => {
                self.texts(&["deprecated".to_owned()], place, ident);
                return;
            }
            _ => return,
        };
        self.add(change);
    }
}
