//! Tests which lines fit together, and what they mean.

use std::time::Duration;

use super::*;
use crate::action::ActionFacts;
use crate::error::ActionName;

fn header() -> Header {
    let name = ActionName { service: "cdn".into(), version: "1".into(), action: "Purge".into() };
    let facts = ActionFacts { name, requests_per_second: 20, repeatable: false, codes: &[], region: None };
    Header::new(&facts, None, 100, ["list", "parameters"].map(str::to_owned))
}

fn runs(targets: std::ops::Range<u32>) -> Runs {
    targets.collect()
}

fn intend(request: u64, targets: std::ops::Range<u32>) -> Line {
    Line::Intend(Intend::new(request, at(request), runs(targets)))
}

fn at(seconds: u64) -> SentAt {
    let service = UNIX_EPOCH + Duration::from_secs(seconds);
    SentAt { service, local: service + Duration::from_secs(600) }
}

fn settle(request: u64, outcomes: Vec<(std::ops::Range<u32>, StoredOutcome)>) -> Line {
    let settled = |(targets, outcome)| Settled { targets: runs(targets), outcome };
    Line::Settle(Settle { request, outcomes: outcomes.into_iter().map(settled).collect() })
}

fn accepted(task: &str) -> StoredOutcome {
    StoredOutcome::Accepted { task: task.to_owned() }
}

fn cut() -> StoredError {
    StoredError::from(&Error::new(ErrorKind::Interrupted, "cut"))
}

fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| line.encode().unwrap() + "\n").collect()
}

fn lines() -> Vec<Line> {
    let refused = StoredOutcome::Refused { error: cut() };
    vec![
        Line::Journal(header()),
        intend(0, 0..10),
        intend(1, 10..20),
        settle(1, vec![(10..19, accepted("t-1")), (19..20, refused)]),
        intend(2, 20..30),
        settle(2, vec![(20..30, StoredOutcome::Unknown { error: cut() })]),
        intend(3, 30..40),
        settle(3, vec![]),
        intend(4, 40..50),
        settle(4, vec![(40..50, StoredOutcome::NotTried)]),
    ]
}

#[test]
fn a_request_without_an_outcome_is_in_doubt_and_one_that_was_rejected_is_not() {
    let replay = replay(&text(&lines()), &header()).unwrap();
    let done: Vec<_> = replay.done.iter().map(|settled| settled.targets.clone()).collect();
    assert_eq!(done, [runs(10..19), runs(19..20)]);
    let doubts: Vec<_> = replay.doubts.iter().map(|(number, doubt)| (*number, doubt.targets.clone())).collect();
    assert_eq!(doubts, [(0, runs(0..10)), (2, runs(20..30))]);
    assert_eq!((replay.next_request, replay.lines), (5, 10));
    assert_eq!(replay.doubts[&2].sent_at, at(2));
}

#[test]
fn fewer_lines_have_the_same_meaning() {
    let before = replay(&text(&lines()), &header()).unwrap();
    let compacted = before.compacted(&header());
    let after = replay(&text(&compacted), &header()).unwrap();
    assert!(after.lines < before.lines);
    assert_eq!(after.done, before.done);
    assert!(after.doubts.values().eq(before.doubts.values()));
    assert_eq!(after.compacted(&header()), compacted, "fewer are not possible");
}

#[test]
fn a_damaged_line_is_an_error_that_names_it() {
    let damaged = |index: usize, line: &str| {
        let text = text(&lines());
        let mut all: Vec<&str> = text.lines().collect();
        all[index] = line;
        replay(&all.join("\n"), &header()).unwrap_err().message().to_owned()
    };
    for index in 0..lines().len() {
        let message = damaged(index, "{\"intend\"");
        assert!(message.starts_with(&format!("line {} of the journal is damaged: ", index + 1)), "{message}");
    }
    assert_eq!(
        damaged(0, &intend(0, 0..1).encode().unwrap()),
        "line 1 of the journal is damaged: it is not the header of a journal"
    );
    let not_open = "line 4 of the journal is damaged: it settles a request that is not open";
    assert_eq!(damaged(3, &settle(9, vec![]).encode().unwrap()), not_open);
    let no_target = "line 2 of the journal is damaged: there is no such target in the list";
    assert_eq!(damaged(1, &intend(0, 0..101).encode().unwrap()), no_target);
    let twice = "line 3 of the journal is damaged: a target is in another request";
    assert_eq!(damaged(2, &intend(1, 9..20).encode().unwrap()), twice);
    let another = "line 4 of the journal is damaged: its targets are not those of the request";
    for targets in [[10..15, 15..19], [10..15, 15..21], [10..20, 19..20], [10..15, 14..20]] {
        let outcomes = targets.into_iter().map(|targets| (targets, accepted("t-1"))).collect();
        assert_eq!(damaged(3, &settle(1, outcomes).encode().unwrap()), another);
    }
}

#[test]
fn a_target_that_was_not_tried_can_be_in_a_later_request() {
    let mut lines = lines();
    lines.extend([intend(5, 30..35), intend(6, 45..50)]);
    let replay = replay(&text(&lines), &header()).unwrap();
    assert_eq!(replay.doubts.keys().copied().collect::<Vec<_>>(), [0, 2, 5, 6]);
}

#[test]
fn a_journal_of_another_job_is_refused() {
    type Change = fn(&mut Header);
    let others: [(Change, &str); 5] = [
        (|header| header.action = "Prefetch".to_owned(), "belongs to cdn.Purge of 1, not to cdn.Prefetch of 1"),
        (|header| header.account = Some("b".to_owned()), "belongs to the account `no name`, not to `b`"),
        (|header| header.targets = 7, "belongs to another list, of 100 targets; this one has 7"),
        (
            |header| header.list = "x".to_owned(),
            "belongs to another list, or to this one with another check of its targets",
        ),
        (|header| header.parameters = "x".to_owned(), "belongs to a request with other parameters"),
    ];
    for (change, expected) in others {
        let mut other = header();
        change(&mut other);
        let error = replay(&text(&lines()), &other).unwrap_err();
        assert_eq!(error.message(), format!("the journal {expected}"));
    }
}
