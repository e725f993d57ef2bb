//! Creates ids of the forms that the API pages show.

use std::iter;
use std::time::{SystemTime, UNIX_EPOCH};

use fastrand::Rng;

/// A source of ids.
#[derive(Debug)]
pub(crate) struct Ids(Rng);

impl Ids {
    /// With a seed, the ids are the same in every run; without one, they are random.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map_or_else(Rng::new, Rng::with_seed))
    }

    /// The id of a request: a random UUID (version 4).
    pub(crate) fn request(&mut self) -> String {
        // RFC 9562, section 5.4: four bits of version, two of variant, the rest random.
        let bits = self.0.u128(..) & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
        let group = |shift: u32, digits: usize| format!("{:0digits$x}", bits >> shift & ((1 << (4 * digits)) - 1));
        [group(96, 8), group(80, 4), group(64, 4), group(48, 4), group(0, 12)].join("-")
    }

    /// The id of a `cdn` task: `1533045796-i60rfmzm`.
    pub(crate) fn task(&mut self, now: SystemTime) -> String {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        format!("{seconds}-{}", self.letters_and_digits(8))
    }

    /// The id of a `teo` job: `20ga521cpwch`.
    pub(crate) fn job(&mut self) -> String {
        self.letters_and_digits(12)
    }

    fn letters_and_digits(&mut self, length: usize) -> String {
        iter::repeat_with(|| self.0.digit(36)).take(length).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_have_the_forms_of_the_api_pages() {
        let mut ids = Ids::new(Some(7));
        let form = |id: String| -> String {
            id.chars().map(|c| if c.is_ascii_digit() || c.is_ascii_lowercase() { 'x' } else { c }).collect()
        };
        let task = ids.task(UNIX_EPOCH + Duration::from_secs(1_533_045_796));
        assert_eq!(task.split_once('-').map(|(seconds, _)| seconds), Some("1533045796"));
        assert_eq!(form(task), "xxxxxxxxxx-xxxxxxxx");
        assert_eq!(form(ids.job()), "xxxxxxxxxxxx");
        for _ in 0..100 {
            let request = ids.request();
            assert_eq!(&request[14..15], "4", "{request}");
            assert!("89ab".contains(&request[19..20]), "{request}");
            assert_eq!(form(request), "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        }
    }

    #[test]
    fn the_seed_determines_the_ids() {
        let (mut first, mut same, mut other) = (Ids::new(Some(1)), Ids::new(Some(1)), Ids::new(Some(2)));
        let id = first.request();
        assert_eq!(same.request(), id);
        assert_ne!(other.request(), id);
    }
}
