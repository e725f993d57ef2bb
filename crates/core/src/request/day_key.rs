//! Caches the signing key of the day, so that it is derived once a day and not once a request.

use std::sync::{Arc, Mutex, PoisonError};

use crate::credentials::Credentials;
use crate::signing::{Scope, SigningKey};
use crate::time::civil::SECONDS_PER_DAY;

/// A signing key, with the credentials, the day and the service that it was derived for.
pub(crate) struct DayKey {
    credentials: Credentials,
    day: u64,
    pub(crate) scope: Scope,
    pub(crate) key: SigningKey,
}

impl DayKey {
    fn derive(credentials: &Credentials, service: &str, timestamp: u64) -> Self {
        let scope = Scope::new(timestamp, service);
        let key = SigningKey::derive(credentials.secret_key(), &scope);
        Self { credentials: credentials.clone(), day: day(timestamp), scope, key }
    }

    fn fits(&self, credentials: &Credentials, service: &str, timestamp: u64) -> bool {
        self.day == day(timestamp) && self.scope.service() == service && self.credentials.has_same_key(credentials)
    }
}

fn day(timestamp: u64) -> u64 {
    timestamp / SECONDS_PER_DAY.cast_unsigned()
}

/// The latest key of a client.
///
/// One is enough: a client has one service, and the day and the credentials change rarely. When
/// credentials are rotated, the first request that is signed with the new ones wipes the old key.
#[derive(Default)]
pub(crate) struct LatestDayKey(Mutex<Option<Arc<DayKey>>>);

impl LatestDayKey {
    /// Returns the key for a request at `timestamp`. Derives it only if the cached key does not
    /// fit.
    pub(crate) fn get(&self, credentials: &Credentials, service: &str, timestamp: u64) -> Arc<DayKey> {
        // A key is replaced in one step, so the value is consistent even after a panic.
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            Some(key) if key.fits(credentials, service, timestamp) => Arc::clone(key),
            _ => Arc::clone(latest.insert(Arc::new(DayKey::derive(credentials, service, timestamp)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::{HexDigest, StringToSign};

    const NOON: u64 = 1_704_024_000;

    fn credentials(key: &str) -> Credentials {
        Credentials::new("AKIDexample", key).unwrap()
    }

    fn signature(key: &DayKey) -> HexDigest {
        key.key.sign(&StringToSign { timestamp: NOON, scope: &key.scope, request: &HexDigest::sha256(b"") })
    }

    #[test]
    fn a_key_is_derived_once_a_day() {
        let latest = LatestDayKey::default();
        let first = latest.get(&credentials("key"), "cdn", NOON);
        assert!(Arc::ptr_eq(&first, &latest.get(&credentials("key"), "cdn", NOON + 43_199)));
        let next_day = latest.get(&credentials("key"), "cdn", NOON + 43_200);
        assert!(!Arc::ptr_eq(&first, &next_day));
        assert_eq!(next_day.scope.as_str(), "2024-01-01/cdn/tc3_request");
    }

    #[test]
    fn rotated_credentials_do_not_sign_with_the_old_key() {
        let latest = LatestDayKey::default();
        let old = latest.get(&credentials("old"), "cdn", NOON);
        let new = latest.get(&credentials("new"), "cdn", NOON);
        assert_ne!(signature(&old), signature(&new));
        assert_eq!(signature(&new), signature(&LatestDayKey::default().get(&credentials("new"), "cdn", NOON)));
        assert_eq!(Arc::strong_count(&old), 1, "the old key is wiped with the last request that uses it");
    }

    #[test]
    fn each_service_has_its_own_key() {
        let latest = LatestDayKey::default();
        let cdn = latest.get(&credentials("key"), "cdn", NOON);
        let teo = latest.get(&credentials("key"), "teo", NOON);
        assert_ne!(signature(&cdn), signature(&teo));
    }
}
