//! Tests ctrl-c, once and twice.

use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tencentcloud_emulator::{Emulator, Fault, Limit};

use crate::harness::{Ran, Setup};

const LIST: usize = 3_000;

fn start(setup: &Setup) -> Child {
    setup.write("list.txt", (0..LIST).map(|number| format!("https://a.com/{number}/\n")).collect::<String>());
    let arguments = ["dirs", "--file", "list.txt", "--product", "cdn", "--journal", "j"];
    let mut command = setup.command(&arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    setup.wait_for_requests(4, &mut child);
    child
}

fn interrupt(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn after_an_interrupt_nothing_more_is_sent_and_the_responses_are_waited_for() {
    for signal in [Signal::INT, Signal::TERM] {
        let setup = Setup::with(Emulator::builder().per_day(Limit::Unlimited));
        setup.emulator.faults().add(Fault::delay(Duration::from_millis(300)).on("PurgePathCache").always());
        let child = start(&setup);
        interrupt(&child, signal);
        let ran = Ran::of(child.wait_with_output().unwrap()).expect(130);
        assert!(ran.err.contains("interrupted: nothing more is sent; waiting for the response to "), "{}", ran.err);
        assert!(ran.out.ends_with("\ngo on with:\n  tcpurge resume j\n"), "{}", ran.out);
        assert!(!ran.out.contains("unknown"), "{}", ran.out);
        // Four requests of 500 directories.
        assert_eq!(setup.purged().len(), 2_000);
        assert!(ran.out.starts_with("2,000 of 3,000 accepted, 1,000 not tried\n"), "{}", ran.out);
        setup.emulator.faults().clear();
        setup.run(&["resume", "j"]).expect(0);
        assert_eq!(setup.purged().len(), LIST);
    }
}

#[test]
fn after_the_second_interrupt_what_is_in_flight_is_unknown_in_the_journal() {
    let setup = Setup::with(Emulator::builder().per_day(Limit::Unlimited));
    setup.emulator.faults().add(Fault::delay(Duration::from_secs(50)).on("PurgePathCache").times(4));
    let mut child = start(&setup);
    interrupt(&child, Signal::INT);
    // The second one is another one only if the first one was noticed.
    let mut reader = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("interrupted: ") {
        line.clear();
        assert_ne!(std::io::BufRead::read_line(&mut reader, &mut line).unwrap(), 0, "ended too early");
    }
    interrupt(&child, Signal::INT);
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(130);
    assert!(ran.out.starts_with("0 of 3,000 accepted, 2,000 unknown, 1,000 not tried\n"), "{}", ran.out);
    assert!(ran.out.ends_with("\ngo on with:\n  tcpurge resume j\n"), "{}", ran.out);
    // They were accepted: the next run finds that out, and sends only the others.
    let accepted = setup.purged().len();
    let ran = setup.run(&["resume", "j", "--history-delay", "1s"]).expect(0);
    assert!(ran.out.starts_with("3,000 accepted\n"), "{}", ran.out);
    assert_eq!(setup.purged().len(), LIST, "{accepted} at the second interrupt");
}

#[test]
fn an_interrupt_without_a_journal_prints_the_command_that_waits() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::delay(Duration::from_millis(300)).on("PurgeUrlsCache").always());
    let mut command = setup.command(&["urls", "https://a.com/1", "--product", "cdn", "--wait"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    setup.wait_for_requests(1, &mut child);
    interrupt(&child, Signal::INT);
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(130);
    assert!(ran.out.starts_with("1 accepted\n"), "{}", ran.out);
    assert!(ran.out.contains("wait with:\n  tcpurge wait "), "{}", ran.out);
}

#[test]
fn without_a_journal_the_report_says_that_all_targets_are_sent_again() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::delay(Duration::from_millis(300)).on("PurgeUrlsCache").always());
    setup.write("list.txt", (0..10_000).map(|number| format!("https://a.com/{number}\n")).collect::<String>());
    let mut command = setup.command(&["urls", "--file", "list.txt", "--product", "cdn"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    setup.wait_for_requests(1, &mut child);
    interrupt(&child, Signal::INT);
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(130);
    assert!(ran.out.contains("\nnothing records what was sent: go on by running the command again"), "{}", ran.out);
}
