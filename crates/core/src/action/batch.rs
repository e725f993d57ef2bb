//! Describes the list of a request over which a large job is split.

use super::Submits;

/// The list over which a large job is split, and its documented size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    pub(crate) parameter: &'static str,
    pub(crate) at_most: u32,
}

impl Batch {
    /// A list of at most this number of elements per request.
    #[must_use]
    pub const fn over(parameter: &'static str, at_most: u32) -> Self {
        Self { parameter, at_most }
    }

    /// Sets the size that another parameter selects with its value.
    #[must_use]
    pub fn at_most_by(self, value: &str, sizes: &[(&str, u32)]) -> Self {
        let selected = sizes.iter().find(|(listed, _)| *listed == value);
        Self { at_most: selected.map_or(self.at_most, |&(_, size)| size), ..self }
    }
}

/// An action that submits a list of targets, which can be split over several requests.
///
/// Its [`batch`](super::Action::batch) says how. Its calls have the method
/// [`in_batches`](crate::call::Call::in_batches).
pub trait Batched: Submits {
    /// Whether the service may accept some targets of a request and reject others.
    const PARTIAL: bool = false;
}
