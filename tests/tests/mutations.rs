//! Checks that no specification makes the generator panic: each value of an accepted specification
//! is replaced or removed.
//!
//! `compiled.rs` compiles a sample of those that are accepted, and
//! `cargo run --package tencentcloud-tests --example mutations` all of them.

use tencentcloud_tests::Outcome;
use tencentcloud_tests::mutations::{self, Mutation};

/// Of the accepted specifications, one in this number is generated from, because formatting is
/// slow.
const GENERATE_EVERY: usize = 60;

#[test]
fn no_change_of_an_action_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["demo/Ping.json"])
}

#[test]
fn no_change_of_a_query_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["demo/ListProbes.json"])
}

#[test]
fn no_change_of_a_list_of_tasks_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["queue/ListTasks.json", "queue/Submit.json"])
}

#[test]
fn no_change_of_a_list_of_quotas_or_of_sites_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["queue/DescribeQuota.json", "queue/ListSpaces.json"])
}

#[test]
fn no_change_of_another_file_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["common/errors.json", "demo/errors.json", "demo/product.json", "demo/types.json"])
}

/// Checks the base with each change of each of these files.
fn mutate(paths: &[&str]) -> Outcome<()> {
    let accepted: Vec<Mutation> = mutations::of(paths)?.filter(is_accepted).collect();
    assert!(!accepted.is_empty(), "no change is accepted");
    for mutation in accepted.iter().step_by(GENERATE_EVERY) {
        tencentcloud_codegen::generate(&mutation.sources)?;
    }
    Ok(())
}

/// Whether a specification is accepted. If it is not, each problem must have a place, a message and
/// help.
fn is_accepted(mutation: &Mutation) -> bool {
    let Err(problems) = tencentcloud_codegen::check(&mutation.sources) else { return true };
    for problem in problems.iter() {
        let is_complete = problem.file.starts_with("spec/") && !problem.message.is_empty() && !problem.help.is_empty();
        assert!(is_complete, "with {}: {problem}", mutation.change);
    }
    false
}
