//! Checks that the generator, the clients and the emulator treat the same characters as invisible.
//! Each has a table of its own: the generator depends on no other crate, and the emulator checks
//! the clients.

use std::collections::BTreeSet;

use tencentcloud_codegen::Source;
use tencentcloud_core::Error;
use tencentcloud_core::action::TargetFormat;
use tencentcloud_core::request::check_target;
use tencentcloud_emulator::Emulator;
use tencentcloud_teo::{Client, CreatePurgeTask};
use tencentcloud_tests::{Outcome, config};

/// All characters outside ASCII.
fn characters() -> impl Iterator<Item = char> {
    (char::MIN..=char::MAX).filter(|c| !c.is_ascii())
}

#[test]
fn the_generator_and_the_clients_escape_the_same_characters() -> Outcome<()> {
    let all: Vec<char> = characters().collect();
    let printed_by_client = |part: &[char]| Error::credentials(part.iter().collect::<String>()).to_string();
    // An error prints 4,096 characters, and an escape has up to ten.
    let printed: BTreeSet<char> =
        all.chunks(400).flat_map(|part| printed_by_client(part).chars().collect::<Vec<_>>()).collect();
    let by_client: BTreeSet<char> = all.iter().copied().filter(|c| !printed.contains(c)).collect();

    // The path is not that of a specification, so it is printed.
    let source = Source { path: all.iter().collect(), text: String::new() };
    let problems = tencentcloud_codegen::check(&[source]).err().ok_or("the path is accepted")?.to_string();
    let printed: BTreeSet<char> = problems.chars().collect();
    let by_generator: BTreeSet<char> = all.iter().copied().filter(|c| !printed.contains(c)).collect();

    let differences: Vec<char> = by_client.symmetric_difference(&by_generator).copied().collect();
    assert!(
        differences.is_empty(),
        "escaped by one of them only: {}",
        differences.iter().collect::<String>().escape_unicode()
    );
    assert!(by_client.contains(&'\u{202e}') && !by_client.contains(&'é'));
    Ok(())
}

#[tokio::test]
async fn the_emulator_refuses_the_characters_that_the_clients_refuse_in_a_target() -> Outcome<()> {
    let targets = characters().map(|c| format!("https://example.com/a{c}b"));
    let refused: Vec<String> = targets.filter(|url| check_target(TargetFormat::Url, url).is_err()).collect();
    assert!(refused.len() > 50, "{refused:?}");

    let emulator = Emulator::start().await?;
    let request = CreatePurgeTask::urls("zone-1", refused.clone());
    let error = Client::new(&config(&emulator)?).create_purge_task(request).unchecked_targets().await;
    let error = error.err().ok_or("a target was accepted")?.to_string();
    assert!(error.contains("no task was created, because every target failed"), "{error}");
    Ok(())
}
