//! Assigns what a response says to the targets of its request.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::block::Block;
use super::outcome::SharedOutcome;
use super::runs::Runs;
use crate::action::{ActionFacts, Batched, Failures};
use crate::error::{Error, ErrorKind, Truncated};
use crate::response::RawResponse;

/// What a response to a request with a list of targets says.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// The id of the task; empty if there is none.
    task: String,
    /// The reasons, each with the targets that failed for it, in the words of the service.
    failed: Vec<(String, Vec<String>)>,
    request_id: String,
}

/// A target that failed according to a response, although the request did not contain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmatched {
    pub(crate) target: String,
    pub(crate) reason: String,
    pub(crate) task: String,
}

/// The outcomes of the targets of a request.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    pub(super) outcomes: Vec<(Runs, SharedOutcome)>,
    pub(super) unmatched: Vec<Unmatched>,
}

/// Reads a response. A response in which every target failed is not an error here.
pub(super) fn read<A: Batched>(response: RawResponse) -> Result<Received, Error> {
    let response = response.decode::<A::Response>()?;
    Ok(Received::new(A::task_id(&response), &A::failures(&response)))
}

impl Received {
    fn new(task: &str, failures: &Failures<'_>) -> Self {
        let failed = failures.reasons().iter().map(|(reason, targets)| ((*reason).to_owned(), targets.to_vec()));
        Self { task: task.to_owned(), failed: failed.collect(), request_id: failures.request_id().to_owned() }
    }

    /// The outcome of each target of the request.
    ///
    /// The service names the targets that failed by their text, so each is looked up in the
    /// request. If one is not found there, it is not known which of the others failed.
    pub(super) fn outcomes(self, block: &Block, targets: Runs, action: &ActionFacts) -> Outcomes {
        if self.failed.is_empty() {
            let outcome = if self.task.is_empty() {
                let message = "the response names neither a task nor targets that failed";
                SharedOutcome::Unknown(Arc::new(self.error(ErrorKind::Decode, message.to_owned(), action)))
            } else {
                SharedOutcome::Accepted(self.task.into())
            };
            return Outcomes { outcomes: vec![(targets, outcome)], unmatched: Vec::new() };
        }
        let (refused, unmatched) = self.matched(block, &targets);
        let rest: Runs = targets.iter().filter(|index| !refused.contains_key(index)).collect();
        let rest_outcome = self.outcome_of_rest(&unmatched, action);
        let mut by_reason: BTreeMap<usize, Runs> = BTreeMap::new();
        for (index, reason) in refused {
            by_reason.entry(reason).or_default().push(index);
        }
        let mut outcomes = Vec::with_capacity(by_reason.len() + 1);
        if !rest.is_empty() {
            outcomes.push((rest, rest_outcome));
        }
        for (reason, runs) in by_reason {
            let text = self.failed.get(reason).map_or("", |(reason, _)| reason);
            let error = self.error(ErrorKind::Rejected, format!("the target failed: {}", Truncated(text)), action);
            outcomes.push((runs, SharedOutcome::refused(error)));
        }
        Outcomes { outcomes, unmatched }
    }

    /// The targets that failed, with the index of the reason, and those that the request does not
    /// contain.
    fn matched(&self, block: &Block, targets: &Runs) -> (BTreeMap<u32, usize>, Vec<Unmatched>) {
        let mut by_text = HashMap::with_capacity(2 * targets.len());
        for index in targets.iter() {
            by_text.insert(block.text(index), index);
            by_text.insert(block.sent_text(index), index);
        }
        let (mut refused, mut unmatched) = (BTreeMap::new(), Vec::new());
        for (number, (reason, failed)) in self.failed.iter().enumerate() {
            for target in failed {
                match by_text.get(target.as_str()) {
                    Some(index) => drop(refused.insert(*index, number)),
                    None => unmatched.push(Unmatched {
                        target: target.clone(),
                        reason: reason.clone(),
                        task: self.task.clone(),
                    }),
                }
            }
        }
        (refused, unmatched)
    }

    /// The outcome of the targets that the response does not name.
    fn outcome_of_rest(&self, unmatched: &[Unmatched], action: &ActionFacts) -> SharedOutcome {
        let first = unmatched.first();
        let odd = first.map(|Unmatched { target, reason, .. }| {
            let others = unmatched.len() - 1;
            let others = if others == 0 { String::new() } else { format!(" and {others} more") };
            format!("`{}` ({}){others}, which the request does not contain", Truncated(target), Truncated(reason))
        });
        match odd {
            None if self.task.is_empty() => {
                let message = "no task was created, and the response does not say why this target failed";
                SharedOutcome::refused(self.error(ErrorKind::Rejected, message.to_owned(), action))
            }
            Some(odd) if self.task.is_empty() => {
                let message = format!("no task was created; the response lists as failed {odd}");
                SharedOutcome::refused(self.error(ErrorKind::Rejected, message, action))
            }
            None => SharedOutcome::Accepted(self.task.as_str().into()),
            Some(odd) => {
                let message = format!("the response lists as failed {odd}");
                SharedOutcome::Unknown(Arc::new(self.error(ErrorKind::Decode, message, action)))
            }
        }
    }

    fn error(&self, kind: ErrorKind, message: String, action: &ActionFacts) -> Error {
        let request_id = (!self.request_id.is_empty()).then(|| self.request_id.clone());
        Error::new(kind, message).with_request_id(request_id).in_response_of(&action.name)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::error::ActionName;
    use crate::jobs::batches::template::Template;

    const ACTION: ActionFacts = ActionFacts {
        name: ActionName {
            service: std::borrow::Cow::Borrowed("teo"),
            version: std::borrow::Cow::Borrowed("2022-09-01"),
            action: std::borrow::Cow::Borrowed("CreatePurgeTask"),
        },
        requests_per_second: 20,
        repeatable: false,
        codes: &[],
        region: None,
    };

    /// The outcome of each of the targets `a` to `e`, of which `b` to `e` were sent, and `e` as
    /// `%65`; and the number of names that were not found.
    fn outcomes(task: &str, failed: &[(&str, &[&str])]) -> (Vec<String>, usize) {
        let body = Bytes::from_static(br#"{"Urls":["a","b","c","d","e"]}"#);
        let (_, places) = Template::split(&body, "Urls").unwrap();
        let mut block = Block { json: body, places, ..Block::default() };
        block.encoded.insert(4, r#""%65""#.to_owned());
        let owned = |(reason, targets): &(&str, &[&str])| {
            ((*reason).to_owned(), targets.iter().map(|target| (*target).to_owned()).collect())
        };
        let received =
            Received { task: task.to_owned(), failed: failed.iter().map(owned).collect(), request_id: String::new() };
        let Outcomes { outcomes, unmatched } = received.outcomes(&block, (1..5).collect(), &ACTION);
        let mut by_target = vec![String::new(); 5];
        for (runs, outcome) in outcomes {
            for index in runs.iter() {
                let shown = outcome.as_outcome().to_string();
                by_target[index as usize] = shown.replace("teo.CreatePurgeTask: ", "");
            }
        }
        (by_target.split_off(1), unmatched.len())
    }

    #[test]
    fn a_response_without_failures_accepts_every_target() {
        assert_eq!(outcomes("job", &[]), (vec!["accepted: task job".to_owned(); 4], 0));
    }

    #[test]
    fn a_response_without_a_task_and_without_failures_says_nothing() {
        let unknown = "unknown: the response names neither a task nor targets that failed";
        assert_eq!(outcomes("", &[]), (vec![unknown.to_owned(); 4], 0));
    }

    #[test]
    fn each_failed_target_is_refused_with_its_reason() {
        let expected = [
            "refused: the target failed: not yours",
            "accepted: task job",
            "refused: the target failed: blocked",
            "refused: the target failed: not yours",
        ];
        let (found, unmatched) = outcomes("job", &[("not yours", &["b", "e"]), ("blocked", &["d"])]);
        assert_eq!((found, unmatched), (expected.map(str::to_owned).to_vec(), 0));
        // The service names a target as it was sent.
        assert_eq!(outcomes("job", &[("not yours", &["b", "%65"]), ("blocked", &["d"])]).0, expected);
    }

    #[test]
    fn without_a_task_no_target_is_accepted() {
        let (found, unmatched) = outcomes("", &[("no", &["b", "c", "d", "e"])]);
        assert_eq!((found, unmatched), (vec!["refused: the target failed: no".to_owned(); 4], 0));
        let (found, _) = outcomes("", &[("no", &["b"])]);
        let rest = "refused: no task was created, and the response does not say why this target failed";
        assert_eq!(found, ["refused: the target failed: no", rest, rest, rest]);
    }

    #[test]
    fn a_failed_target_that_was_not_sent_makes_the_others_unknown() {
        let (found, unmatched) = outcomes("job", &[("no", &["b", "B", "a"])]);
        let rest = "unknown: the response lists as failed `B` (no) and 1 more, which the request does not contain";
        assert_eq!(
            (found, unmatched),
            (["refused: the target failed: no", rest, rest, rest].map(str::to_owned).to_vec(), 2)
        );
    }
}
