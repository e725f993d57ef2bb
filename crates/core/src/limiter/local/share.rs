//! Reduces a rate to the part that a limiter uses.

/// The part of each rate that a limiter uses: the whole rate, or `part` of `of` equal parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    part: u32,
    of: u32,
}

impl Default for Share {
    fn default() -> Self {
        Self { part: 1, of: 1 }
    }
}

impl Share {
    pub(super) fn new(part: u32, of: u32) -> Self {
        let of = of.max(1);
        Self { part: part.min(of), of }
    }

    /// Returns the part of a rate, in requests per second: rounded down, and at least 1.
    pub(super) fn limit(self, requests_per_second: u32) -> u32 {
        let part = u64::from(requests_per_second) * u64::from(self.part) / u64::from(self.of);
        // No larger than the rate, which is a `u32`.
        u32::try_from(part).unwrap_or(requests_per_second).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_rounded_down_and_at_least_one() {
        let parts = |part, of| [1, 20, 100, u32::MAX].map(|rate| Share::new(part, of).limit(rate));
        assert_eq!(parts(1, 1), [1, 20, 100, u32::MAX]);
        assert_eq!(parts(1, 8), [1, 2, 12, 536_870_911]);
        assert_eq!(parts(3, 8), [1, 7, 37, 1_610_612_735]);
        assert_eq!(parts(1, 1_000), [1, 1, 1, 4_294_967]);
    }

    #[test]
    fn a_part_is_at_most_the_whole() {
        assert_eq!(Share::new(9, 8).limit(20), 20);
        assert_eq!(Share::new(1, 0).limit(20), 20);
        assert_eq!(Share::new(0, 8).limit(20), 1);
    }
}
