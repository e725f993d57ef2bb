//! Tests with which journals a job goes on.

use std::future::poll_fn;
use std::pin::pin;

use futures_core::Stream as _;
use tencentcloud_core::jobs::{Event, Events, FileJournal, Journal as _};

use super::account;
use super::journal::MemoryJournal;
use super::service::Service;

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

async fn next(events: &mut Events<'_>) -> Option<Event> {
    let mut events = pin!(events);
    poll_fn(|context| events.as_mut().poll_next(context)).await
}

#[test]
fn a_run_that_checks_targets_in_another_way_does_not_go_on() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    // If they are checked, these are the same target, which is sent once.
    let targets = ["https://www.example.com/é", "https://www.example.com/%C3%A9"];
    let first = service.clock.run(service.purge(targets).in_batches().resume(&mut journal));
    assert_eq!((first.counts().accepted, service.requests()), (2, vec![vec![targets[1].to_owned()]]));
    let unchecked = service.purge(targets).unchecked_targets().in_batches();
    let second = service.clock.run(unchecked.resume(&mut journal));
    assert_eq!((second.counts().not_tried, service.sizes().len()), (2, 1));
    let expected = "the journal belongs to another list, or to this one with another check of its targets";
    assert_eq!(second.stopped_by().unwrap().message(), expected);
    let third = service.clock.run(service.purge(targets).in_batches().resume(&mut journal));
    assert_eq!((third.counts(), service.sizes().len()), (first.counts(), 1));
}

#[test]
fn a_target_that_an_earlier_run_sent_unchecked_has_one_event() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let targets = ["https://www.example.com/a b", "https://www.example.com/1"];
    let first = service.purge(targets).unchecked_targets().in_batches().resume(&mut journal);
    assert_eq!(service.clock.run(first).counts().accepted, 2);
    let mut events = service.purge(targets).in_batches().resume(&mut journal).events();
    let mut outcomes = Vec::new();
    while let Some(event) = service.clock.run(next(&mut events)) {
        outcomes.push((event.position(), event.outcome().as_str()));
    }
    assert_eq!(outcomes, [(0, "refused"), (1, "not_tried")]);
}

#[test]
fn a_journal_with_an_outcome_of_targets_that_no_request_had_is_damaged() {
    let (service, mut journal, targets) = (Service::new().quota(10), MemoryJournal::default(), urls(20));
    drop(service.clock.run(service.purge(&targets).in_batches().size(10).in_flight(1).resume(&mut journal)));
    for without_checksum in [false, true] {
        let mut damaged = MemoryJournal::default();
        for line in journal.lines() {
            let line = if without_checksum { line.split(",\"sum\"").next().unwrap().to_owned() + "}" } else { line };
            let line = if line.contains("accepted") { line.replace("[[0,10]]", "[[0,20]]") } else { line };
            damaged.settle(&line).unwrap();
        }
        let report = service.clock.run(service.purge(&targets).in_batches().size(10).resume(&mut damaged));
        let what = match without_checksum {
            false => "its checksum is not that of its contents",
            true => "its targets are not those of the request",
        };
        let expected = format!("line 3 of the journal is damaged: {what}");
        assert_eq!((report.stopped_by().unwrap().message(), report.counts().not_tried), (expected.as_str(), 20));
    }
}

#[test]
fn a_loss_of_power_that_damages_lines_which_were_not_synced_is_survived() {
    let path = std::env::temp_dir().join(format!("tencentcloud-lost-power-{}", std::process::id()));
    let (service, targets) = (Service::new(), urls(20));
    let run = || {
        let mut journal = FileJournal::open(&path).unwrap();
        service.clock.run(service.purge(&targets).in_batches().size(10).resume(&mut journal))
    };
    drop(run());
    // Both requests are settled, and neither line was synced. The page of the first one is lost,
    // and that of the second one is not.
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let lost = lines.len() - 2;
    assert!(lines[lost..].iter().all(|line| line.starts_with("{\"settle\":")), "{text}");
    lines[lost] = "\0".repeat(lines[lost].len());
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let reports = [run(), run()];
    std::fs::remove_file(&path).unwrap();
    for report in &reports {
        assert_eq!(report.counts().accepted, 20, "{report}");
        account::check(&service, &targets, report);
    }
}
