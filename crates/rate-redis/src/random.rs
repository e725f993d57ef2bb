//! Draws random numbers, for pauses that differ between processes.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// A random number in `[0, 1)`.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit into a float")]
pub(crate) fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
