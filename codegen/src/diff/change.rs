//! Describes one change: where it is, and what it means for programs and for the service.

use std::fmt;

use super::rule::Rule;
use crate::problem::Place;

/// How much a change matters, in the words of semantic versioning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// There is no change.
    #[default]
    None,
    /// Nothing changes for programs, except texts.
    Patch,
    /// Programs compile. Something is new, or the client or the service behaves differently.
    Minor,
    /// A program that compiles with the old version may not compile with the new one, or does
    /// something else than it says.
    Major,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Whether crates and the service still understand each other after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Whether the service accepts what released versions can send.
    pub accepts_requests: bool,
    /// Whether released versions decode what the service returns.
    pub decodes_responses: bool,
    /// Whether the new version decodes what the service returned before.
    pub decodes_old_responses: bool,
}

impl Wire {
    pub(super) const WORKS: Self =
        Self { accepts_requests: true, decodes_responses: true, decodes_old_responses: true };
    pub(super) const REFUSED: Self = Self { accepts_requests: false, ..Self::WORKS };

    /// Both changes together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            accepts_requests: self.accepts_requests && other.accepts_requests,
            decodes_responses: self.decodes_responses && other.decodes_responses,
            decodes_old_responses: self.decodes_old_responses && other.decodes_old_responses,
        }
    }
}

/// Whether a change is held back: until the next major version, Rust keeps what the service no
/// longer says, and a deviation of the specification says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It cannot be held back, or need not be.
    No,
    /// It is not held back. The text says how to do that.
    Possible(String),
    /// It is held back.
    Held,
}

/// One change of the specifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of change it is.
    pub rule: Rule,
    /// The crate, such as `tencentcloud-cdn`. A change of the common codes affects all crates, and
    /// is one of `tencentcloud-core`.
    pub package: String,
    /// The file, such as `spec/cdn/PurgeUrlsCache.json`.
    pub file: String,
    /// The place in the file, such as `request.Area`; empty for the file as a whole.
    pub at: String,
    /// The Rust item in the crate: `PurgeUrlsCache::area`.
    pub item: String,
    /// What was there before, if anything: the type or the name in Rust if that changes, and
    /// otherwise the value in the specification.
    pub before: Option<String>,
    /// What is there now, if anything.
    pub after: Option<String>,
    /// Whether programs compile: `Major` if not, `Minor` if the crate has something new.
    pub source: Level,
    /// Whether released versions still work.
    pub wire: Wire,
    /// The smallest version that the change needs. It is higher than `source` if programs compile,
    /// but behave differently.
    pub level: Level,
    /// Whether a release should follow soon, because released versions fail or do harm.
    pub is_urgent: bool,
    /// Whether the change is held back.
    pub hold: Hold,
    /// A sentence for the changelog.
    pub sentence: String,
}

impl Change {
    /// A change for which nothing is known but where it is. The methods set the rest.
    pub(super) fn new(rule: Rule, package: &str, place: &Place, item: impl fmt::Display) -> Self {
        Self {
            rule,
            package: package.to_owned(),
            file: place.file_name().to_owned(),
            at: place.path().to_owned(),
            item: item.to_string(),
            before: None,
            after: None,
            source: Level::Patch,
            wire: Wire::WORKS,
            level: Level::Patch,
            is_urgent: false,
            hold: Hold::No,
            sentence: String::new(),
        }
    }

    pub(super) fn source(self, level: Level) -> Self {
        Self { source: level, ..self }.level(level)
    }

    /// Raises the version that the change needs above the one that its source needs.
    pub(super) fn level(self, level: Level) -> Self {
        Self { level: self.level.max(level), ..self }
    }

    /// Sets what happens to released versions. It is urgent if they cannot decode responses.
    pub(super) fn wire(self, wire: Wire) -> Self {
        Self { wire, ..self }.urgent_if(!wire.decodes_responses)
    }

    pub(super) fn urgent_if(self, is_urgent: bool) -> Self {
        Self { is_urgent: self.is_urgent || is_urgent, ..self }
    }

    pub(super) fn values(self, before: Option<String>, after: Option<String>) -> Self {
        Self { before, after, ..self }
    }

    pub(super) fn before(self, before: impl fmt::Display) -> Self {
        Self { before: Some(before.to_string()), ..self }
    }

    pub(super) fn after(self, after: impl fmt::Display) -> Self {
        Self { after: Some(after.to_string()), ..self }
    }

    /// Says how to hold the change back, if programs need that.
    pub(super) fn hold_by(self, how: String) -> Self {
        match self.source {
            Level::Major => Self { hold: Hold::Possible(how), ..self },
            Level::None | Level::Patch | Level::Minor => self,
        }
    }

    pub(super) fn says(self, sentence: String) -> Self {
        Self { sentence, ..self }
    }

    /// Whether it is to be mentioned in the changelog: what a new version number is for, and what
    /// is held back.
    pub(super) fn is_notable(&self) -> bool {
        self.level >= Level::Minor || self.hold == Hold::Held
    }

    /// The file and the place in it.
    pub(super) fn place(&self) -> String {
        let colon = if self.at.is_empty() { "" } else { ": " };
        format!("{}{colon}{}", self.file, self.at)
    }
}
