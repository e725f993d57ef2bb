//! Compares two versions of the specifications: what has changed, and what that means for programs
//! and for the service.
//!
//! A change has two verdicts. That for the source says whether programs compile with the new crate,
//! and that for the wire whether released crates and the service still understand each other.
//! Both follow from what the generator writes, so the tests compile programs and decode responses
//! to check them.

mod abilities;
mod actions;
mod change;
mod codes;
mod comparison;
mod constructors;
mod fields;
mod formats;
mod holds;
mod kept_fields;
mod pairs;
mod products;
mod report;
mod rule;
mod types;
mod version;
mod wire;

use std::fmt;

use crate::model::Code;
use crate::problem::{Place, Problems};
use codes::Codes;

pub use change::{Change, Hold, Level, Wire};
pub(crate) use comparison::Specified;
pub use formats::{Format, rules};
pub use report::Report;
pub use rule::{RULES, Rule};
pub use version::Version;

/// The changes from an old version of the specifications to a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changes, those of a crate together.
    pub changes: Vec<Change>,
    /// Number of changes that the new version holds back, also since earlier versions.
    pub held: usize,
}

impl Diff {
    /// The highest level of version that a change needs.
    #[must_use]
    pub fn level(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or_default()
    }
}

/// Why two versions of the specifications cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotCompared {
    /// The released version cannot be read.
    Released(Problems),
    /// The new version is refused.
    New(Problems),
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(problems) => write!(f, "{problems}"),
            Self::Released(problems) => write!(
                f,
                "{problems}, in the released version\n  help: if the format has changed since, copy that version to a \
                 folder, convert it, and compare with the folder"
            ),
        }
    }
}

impl std::error::Error for NotCompared {}

/// One version of the specifications.
pub(crate) struct Specifications {
    pub(crate) common: Vec<Code>,
    /// Sorted by folder.
    pub(crate) products: Vec<Specified>,
}

/// Compares two versions of the specifications.
pub(crate) fn between(old: &Specifications, new: &Specifications) -> Diff {
    let mut changes = common(old, new);
    let find = |list: &'_ [Specified], folder: &str| list.iter().position(|side| side.product.folder == folder);
    for side in &new.products {
        match find(&old.products, &side.product.folder).and_then(|place| old.products.get(place)) {
            Some(before) => changes.extend(products::kept(before, side, [&old.common, &new.common])),
            None => changes.push(products::added(&side.product)),
        }
    }
    let removed = old.products.iter().filter(|side| find(&new.products, &side.product.folder).is_none());
    changes.extend(removed.map(|side| products::removed(&side.product)));
    // The gravest first; those of a crate stay together.
    changes.sort_by(|one, other| one.package.cmp(&other.package).then(other.level.cmp(&one.level)));
    Diff { changes, held: new.products.iter().map(holds::count).sum() }
}

/// Compares the codes that every product can return.
fn common(old: &Specifications, new: &Specifications) -> Vec<Change> {
    let codes = Codes {
        package: "tencentcloud-core",
        place: Place::file("common/errors.json").member("codes"),
        old: &old.common,
        new: &new.common,
        old_common: &[],
        new_common: &[],
        old_segments: &old.common,
    };
    let mut changes = Vec::new();
    codes.compare(&mut changes);
    changes
}
