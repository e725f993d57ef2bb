//! Prints a table of all calls and checks, and then the failures.

use std::process::ExitCode;

use crate::case::{Case, Outcome};
use crate::check::CheckResult;
use crate::client::Client;
use crate::emulator::Emulator;

/// Minimum width of the column of names.
const NAME_COLUMNS: usize = 48;

/// Maximum length of a printed failure, in characters. The emulator's log has the whole text.
const MAX_FAILURE_CHARS: usize = 240;

/// The results so far.
#[derive(Default)]
pub(crate) struct Report {
    checked: usize,
    failures: Vec<String>,
    /// The last lines of the emulator that saw the last failure.
    log: String,
}

impl Report {
    /// Judges and prints the outcomes of a client.
    pub(crate) fn client(&mut self, client: &Client, cases: &[Case], outcomes: &[Outcome], emulator: &Emulator) {
        let before = self.failures.len();
        println!("\n{}: {}", client.title, client.versions().unwrap_or_default());
        println!("  each case calls {}", client.actions.join(", "));
        for case in cases {
            let mut wrong = Vec::new();
            for action in client.actions {
                let outcome = outcomes.iter().find(|outcome| outcome.case == case.name && outcome.action == *action);
                let failure = match outcome {
                    Some(outcome) => case.failure(client.error_type, outcome),
                    None => Some(format!("{action}: not called")),
                };
                self.checked += 1;
                if let Some(why) = failure {
                    wrong.push(*action);
                    self.failures.push(format!("{}: {}: {why}", client.title, case.name));
                }
            }
            let result = match (wrong.as_slice(), case.code) {
                ([], Some(code)) => format!("{} refused  {code}", client.actions.len()),
                ([], None) => format!("{} ok", client.actions.len()),
                (wrong, _) => format!("WRONG: {}", wrong.join(", ")),
            };
            println!("  {:NAME_COLUMNS$}  {result}", case.name);
        }
        println!("  refusals are reported as {}", client.error_type);
        self.keep_log(before, emulator);
    }

    /// Prints the results of other checks.
    pub(crate) fn checks(&mut self, title: &str, results: Vec<CheckResult>, emulator: &Emulator) {
        let before = self.failures.len();
        println!("\n{title}");
        for CheckResult { claim, failure } in results {
            println!("  {:NAME_COLUMNS$}  {}", claim, if failure.is_some() { "WRONG" } else { "ok" });
            self.checked += 1;
            self.failures.extend(failure.map(|why| format!("{title}: {claim}: {why}")));
        }
        self.keep_log(before, emulator);
    }

    /// Keeps the last lines of the emulator if there are more failures than before.
    fn keep_log(&mut self, before: usize, emulator: &Emulator) {
        if self.failures.len() > before {
            self.log = emulator.last_lines();
        }
    }

    /// Prints the failures, and returns the program's exit code.
    pub(crate) fn finish(self) -> ExitCode {
        let Self { checked, failures, log } = self;
        println!("\n{} passed, {} failed", checked - failures.len(), failures.len());
        if failures.is_empty() {
            return ExitCode::SUCCESS;
        }
        for failure in failures {
            println!("- {}", failure.chars().take(MAX_FAILURE_CHARS).collect::<String>());
        }
        println!("\nlast lines of the emulator:\n{log}");
        ExitCode::FAILURE
    }
}
