//! The table of what was called, and how it ended.

use std::process::ExitCode;

use super::browser::Seen;
use super::case::{Case, Outcome};
use super::client::Client;
use super::emulator::Emulator;

/// How wide the names of the cases are at least.
const WIDTH: usize = 48;

/// How much is shown of what is wrong with one call, in characters: the log has it whole.
const LENGTH: usize = 240;

/// What was found so far.
#[derive(Default)]
pub(crate) struct Report {
    calls: usize,
    objections: Vec<String>,
    /// What the emulators printed last where something was wrong.
    lines: String,
}

impl Report {
    /// Judges and shows what a client did.
    pub(crate) fn client(&mut self, client: &Client, cases: &[Case], outcomes: &[Outcome], emulator: &Emulator) {
        let before = self.objections.len();
        println!("\n{}: {}", client.title, client.versions());
        println!("  {:WIDTH$}  {}", "", client.actions.join("  "));
        for case in cases {
            let mut row = format!("  {:WIDTH$}", case.name);
            for action in client.actions {
                let outcome = outcomes.iter().find(|outcome| outcome.case == case.name && outcome.action == *action);
                let objection = match outcome {
                    Some(outcome) => case.objection(client, outcome),
                    None => Some(format!("{action}: not called")),
                };
                let cell = match (&objection, case.code) {
                    (Some(_), _) => "WRONG",
                    (None, Some(_)) => "refused",
                    (None, None) => "ok",
                };
                row += &format!("  {cell:width$}", width = action.len());
                self.calls += 1;
                self.objections.extend(objection.map(|why| format!("{}: {}: {why}", client.title, case.name)));
            }
            match case.code {
                Some(code) => println!("{row}  {code}"),
                None => println!("{}", row.trim_end()),
            }
        }
        println!("  refusals are reported as {}", client.error);
        self.look_back(before, emulator);
    }

    /// Shows what was seen of something else.
    pub(crate) fn claims(&mut self, title: &str, seen: Vec<Seen>, emulator: &Emulator) {
        let before = self.objections.len();
        println!("\n{title}");
        for (claim, objection) in seen {
            println!("  {:WIDTH$}  {}", claim, if objection.is_some() { "WRONG" } else { "ok" });
            self.calls += 1;
            self.objections.extend(objection.map(|why| format!("{title}: {claim}: {why}")));
        }
        self.look_back(before, emulator);
    }

    /// Keeps what the emulator printed last, if there are more objections than before.
    fn look_back(&mut self, before: usize, emulator: &Emulator) {
        if self.objections.len() > before {
            self.lines = emulator.last_lines();
        }
    }

    /// Says what is wrong, and decides how the program ends.
    pub(crate) fn end(self) -> ExitCode {
        let Self { calls, objections, lines } = self;
        if objections.is_empty() {
            println!("\n{calls} of {calls} as they have to be");
            return ExitCode::SUCCESS;
        }
        println!("\n{} of {calls} are wrong:", objections.len());
        for objection in objections {
            println!("- {}", objection.chars().take(LENGTH).collect::<String>());
        }
        println!("\nthe last lines of the emulator:\n{lines}");
        ExitCode::FAILURE
    }
}
