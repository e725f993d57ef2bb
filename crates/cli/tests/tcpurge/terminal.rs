//! Tests what a terminal shows: the program runs in a pseudo-terminal.

use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::time::Duration;

use pty_process::Size;
use tencentcloud_emulator::{Emulator, Fault};

use crate::harness::{Ran, Setup};

const ROWS: u16 = 30;

/// What a terminal has shown.
struct Shown {
    /// The screen after each change.
    screens: Vec<String>,
    last: String,
    bytes: Vec<u8>,
    code: Option<i32>,
}

/// Runs the program in a terminal of this width, in which the user types `input`.
fn show(setup: &Setup, arguments: &[&str], columns: u16, variables: &[(&str, &str)], input: &[u8]) -> Shown {
    let (mut terminal, side_of_program) = pty_process::blocking::open().unwrap();
    terminal.resize(Size::new(ROWS, columns)).unwrap();
    terminal.write_all(input).unwrap();
    let mut command = setup.command(arguments);
    command.env("TERM", "xterm-256color").envs(variables.iter().copied());
    let mut child = pty_process::blocking::Command::from(command).spawn(side_of_program).unwrap();
    let mut parser = vt100::Parser::new(NonZero::new(ROWS).unwrap(), NonZero::new(columns).unwrap(), 0);
    let mut shown = Shown { screens: Vec::new(), last: String::new(), bytes: Vec::new(), code: None };
    let mut buffer = [0; 4096];
    // When the program has ended, reading is an error on Linux.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        shown.bytes.extend_from_slice(&buffer[..length]);
        parser.process(&buffer[..length]);
        shown.last = parser.screen().contents();
        shown.screens.push(shown.last.clone());
    }
    shown.code = child.wait().unwrap().code();
    shown
}

impl Shown {
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.last);
        self
    }

    /// Whether this was to be seen at some time.
    #[track_caller]
    fn assert_shown(&self, text: &str) {
        assert!(self.screens.iter().any(|screen| screen.contains(text)), "{text:?} not in {:#?}", self.screens);
    }
}

/// A setup in which there is time to see the bars, and a list with a target that fails.
fn slow() -> Setup {
    let setup = Setup::with(Emulator::builder().purge_duration(Duration::from_secs(1)));
    setup.emulator.faults().add(Fault::delay(Duration::from_millis(400)).on("PurgeUrlsCache").always());
    setup.write(
        "list.txt",
        "https://a.com/1\nhttps://a.com/2\nno-url/with/a/path/that/is/much/too/long/for/the/table\n",
    );
    setup
}

const URLS: [&str; 6] = ["urls", "--file", "list.txt", "--product", "cdn", "--wait"];

#[test]
fn a_terminal_shows_bars_and_then_the_table_in_their_place() {
    let setup = slow();
    let shown = show(&setup, &URLS, 80, &[], b"").expect(1);
    shown.assert_shown("     sent \u{2501}");
    shown.assert_shown("2/2");
    shown.assert_shown(" accepted \u{2500}");
    shown.assert_shown("response to 2 awaited");
    shown.assert_shown("     done ");
    shown.assert_shown("waiting for 1 task, ");
    let lines: Vec<&str> = shown.last.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "purge 2 URLs on CDN");
    assert_eq!(lines[1], "2 of 3 accepted, 1 refused");
    assert!(lines[2].starts_with("done after "), "{}", shown.last);
    let header: Vec<&str> = lines[4].split_whitespace().collect();
    assert_eq!(header, ["where", "target", "outcome", "reason"]);
    assert!(lines[5].starts_with("list.txt:3  no-url/with/a/path/"), "{}", shown.last);
    assert!(lines[5].contains("\u{2026}  refused  "), "{}", shown.last);
    assert!(!shown.last.contains("sent"), "the bars are gone: {}", shown.last);
    assert!(shown.bytes.windows(3).any(|bytes| bytes == b"[31"), "red");
}

#[test]
fn a_narrow_terminal_wraps_no_line_of_the_bars() {
    let setup = slow();
    for columns in [40, 1] {
        let shown = show(&setup, &URLS[..5], columns, &[], b"").expect(1);
        if columns == 40 {
            shown.assert_shown("     sent ");
            let is_wrapped = |screen: &String| screen.lines().filter(|line| line.contains("sent ")).count() > 1;
            assert!(!shown.screens.iter().any(is_wrapped), "{:#?}", shown.screens);
        }
    }
}

#[test]
fn without_colors_and_unicode_everything_is_plain() {
    let setup = slow();
    let shown = show(&setup, &URLS, 80, &[("NO_COLOR", "1"), ("LANG", "C")], b"").expect(1);
    shown.assert_shown("     sent ====");
    assert!(shown.bytes.is_ascii());
    let is_color = |bytes: &[u8]| matches!(bytes, [0x1b, b'[', b'0'..=b'9', b'm'] | [0x1b, b'[', _, b'0'..=b'9', b'm']);
    assert!(!shown.bytes.windows(5).any(|bytes| is_color(bytes) || is_color(&bytes[..4])), "{}", shown.last);
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let setup = slow();
    let shown = show(&setup, &URLS, 80, &[("TERM", "dumb")], b"").expect(1);
    assert!(shown.last.contains("purging: 2 of 2 sent, 2 accepted, 0 not accepted\n"), "{}", shown.last);
    assert!(!shown.bytes.contains(&0x1b), "{}", shown.last);
}

#[test]
fn everything_is_purged_if_the_user_agrees() {
    let setup = Setup::new();
    let shown = show(&setup, &["all", "--zone", "example.com"], 80, &[], b"n\n").expect(2);
    shown.assert_shown("Purge everything of example.com (zone-2noz3g48ev6k)? [y/N] ");
    assert!(shown.last.contains("error: not confirmed: nothing was purged"), "{}", shown.last);
    assert!(setup.purged().is_empty());
    show(&setup, &["all", "--zone", "example.com"], 80, &[], b"y\n").expect(0);
    assert_eq!(setup.emulator.tasks().len(), 1);
}

#[test]
fn a_terminal_as_the_only_input_is_not_waited_for() {
    let setup = Setup::new();
    let shown = show(&setup, &["urls"], 80, &[], b"").expect(2);
    assert!(shown.last.starts_with("error: there is no target\n"), "{}", shown.last);
}

#[test]
fn ctrl_c_in_a_terminal_ends_the_run_in_order() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::delay(Duration::from_millis(1_500)).on("PurgeUrlsCache").always());
    let (mut terminal, side_of_program) = pty_process::blocking::open().unwrap();
    let command = setup.command(&["urls", "https://a.com/1", "--product", "cdn"]);
    let mut child = pty_process::blocking::Command::from(command).spawn(side_of_program).unwrap();
    setup.wait_for_requests(1, &mut child);
    terminal.write_all(b"\x03").unwrap();
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        text.extend_from_slice(&buffer[..length]);
    }
    let output = std::process::Output { status: child.wait().unwrap(), stdout: text, stderr: Vec::new() };
    let ran = Ran::of(output).expect(130);
    assert!(ran.out.contains("interrupted: nothing more is sent; waiting for the response to 1 target"), "{}", ran.out);
    assert!(ran.out.contains("1 accepted"), "{}", ran.out);
}
