//! Keeps the faults that are still to happen.

use std::sync::{Arc, Mutex};

use super::{Effect, Fault};
use crate::sync::lock;

/// Maximum number of pending faults that the control API accepts. 10,000: more than a test injects,
/// and few enough that a request finds its own at once.
const MAX_FAULTS: usize = 10_000;

/// Maximum size of the texts of these faults, in bytes. 16 MiB: sixteen of the largest requests.
const MAX_FAULT_BYTES: usize = 16 << 20;

/// The faults that are still to happen. A clone is the same list.
///
/// Every request uses one count of the first fault that applies to the action it names. The other
/// faults wait. A fault without counts leaves the list.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Appends a fault to the list. The control API accepts at most 10,000 pending faults and 16
    /// MiB of them; this method has no limit.
    pub fn add(&self, fault: Fault) {
        lock(&self.0).push(fault);
    }

    /// Appends these faults to the list, or none of them if there would be too many.
    pub(crate) fn try_add(&self, new: Vec<Fault>) -> Result<(), String> {
        let mut faults = lock(&self.0);
        let bytes: usize = faults.iter().chain(&new).map(Fault::size).sum();
        if faults.len() + new.len() > MAX_FAULTS || bytes > MAX_FAULT_BYTES {
            return Err(format!(
                "too many faults: at most {MAX_FAULTS} may be pending, with at most {MAX_FAULT_BYTES} bytes; \
                 help: clear the list, or use `times`"
            ));
        }
        faults.extend(new);
        Ok(())
    }

    /// Removes all faults.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    /// The faults that are still to happen, with their remaining counts.
    #[must_use]
    pub fn pending(&self) -> Vec<Fault> {
        lock(&self.0).clone()
    }

    /// Takes the fault of a request to this action.
    pub(crate) fn take(&self, action: &str) -> Option<Effect> {
        let mut faults = lock(&self.0);
        let applies = |fault: &Fault| fault.action.as_deref().is_none_or(|name| name == action);
        faults.retain(|fault| fault.times != Some(0));
        let index = faults.iter().position(applies)?;
        let fault = faults.get_mut(index)?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        let effect = fault.effect.clone();
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        if fault.times == Some(0) {
            drop(faults.remove(index));
        }
        Some(effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes of the refusals of requests to these actions; `-` for a request without a fault.
    fn codes(faults: &Faults, actions: &[&str]) -> Vec<String> {
        let code = |effect| match effect {
            Some(Effect::Refuse { code, .. }) => code,
            _ => "-".to_owned(),
        };
        actions.iter().map(|action| code(faults.take(action))).collect()
    }

    #[test]
    fn a_fault_happens_once_by_default() {
        let faults = Faults::default();
        faults.add(Fault::refuse("once"));
        assert_eq!(codes(&faults, &["A", "A"]), ["once", "-"]);
        faults.add(Fault::refuse("twice").times(2));
        assert_eq!(codes(&faults, &["A", "B", "A"]), ["twice", "twice", "-"]);
        faults.add(Fault::refuse("always").always());
        assert_eq!(codes(&faults, &["A"; 5]), ["always"; 5]);
        faults.clear();
        assert_eq!(codes(&faults, &["A"]), ["-"]);
    }

    #[test]
    fn faults_happen_one_after_the_other() {
        let faults = Faults::default();
        faults.add(Fault::refuse("first").after(1));
        faults.add(Fault::refuse("second"));
        assert_eq!(codes(&faults, &["A", "A", "A", "A"]), ["-", "first", "second", "-"]);
        assert_eq!(faults.pending(), []);
    }

    #[test]
    fn a_fault_applies_to_its_action_only() {
        let faults = Faults::default();
        faults.add(Fault::refuse("for A").on("A"));
        faults.add(Fault::refuse("for all"));
        assert_eq!(codes(&faults, &["B", "B", "A"]), ["for all", "-", "for A"]);
    }

    #[test]
    fn a_fault_that_never_happens_is_removed() {
        let faults = Faults::default();
        faults.add(Fault::refuse("never").times(0));
        faults.add(Fault::refuse("then"));
        assert_eq!(codes(&faults, &["A"]), ["then"]);
    }
}
