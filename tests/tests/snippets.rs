//! Runs every Rust snippet of the READMEs and of the guide against the emulator.
//!
//! In documentation tests they are only compiled (`no_run`), because such a test has no emulator.

#![expect(clippy::disallowed_methods, reason = "starts itself again, with other environment variables")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

use tencentcloud_cdn::{Client, Config, Credentials, PurgeUrlsCache};
use tencentcloud_emulator::{Emulator, Fault, Limit};
use tencentcloud_tests::{Outcome, config};

/// The snippets, which the build script has found.
#[allow(
    unreachable_pub,
    clippy::all,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "they are written for readers"
)]
mod snippets {
    use tencentcloud_tests::Outcome;

    include!(concat!(env!("OUT_DIR"), "/snippets.rs"));
}

/// The variable that names the program to run.
const PROGRAM: &str = "SNIPPET";

/// Programs that call an action of a product that the emulator does not have.
const REFUSED: [(&str, &str); 1] = [("crates/core/README.md", "vod.DescribeMediaInfos: NoSuchProduct")];

/// The snippets that are not programs. Each has a test here that calls it.
const CALLED: [&str; 8] = [
    "README.md: purge_all",
    "README.md: domain_names",
    "README.md: Metrics",
    "README.md: purge",
    "docs/guide/errors.md: advice",
    "docs/guide/getting-started.md: client",
    "docs/guide/large-jobs.md: send_again",
    "docs/guide/large-jobs.md: purge_large",
];

#[tokio::test]
async fn every_program_of_the_readmes_succeeds() -> Outcome<()> {
    let builder = Emulator::builder().requests_per_second(Limit::Unlimited);
    let emulator = builder.purge_duration(Duration::ZERO).start().await?;
    assert!(snippets::PROGRAMS.len() > 10, "the build script has found few programs");
    for (name, _) in snippets::PROGRAMS {
        let mut command = Command::new(env::current_exe()?);
        for (variable, _) in env::vars_os() {
            if variable.to_string_lossy().starts_with("TENCENTCLOUD_") {
                command.env_remove(variable);
            }
        }
        let output = command
            .args(["--exact", "a_program_runs_in_a_process_of_its_own"])
            .env(PROGRAM, name)
            .env("TENCENTCLOUD_SECRET_ID", emulator.secret_id())
            .env("TENCENTCLOUD_SECRET_KEY", emulator.secret_key())
            .env("TENCENTCLOUD_ENDPOINT", emulator.endpoint())
            .output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        match REFUSED.iter().find(|(page, _)| name.starts_with(page)) {
            Some((_, says)) => assert!(printed.contains(says), "{name}: {printed}"),
            None => assert!(output.status.success() && printed.contains("1 passed"), "{name}: {printed}"),
        }
    }
    let called: BTreeSet<String> = emulator.received().into_iter().map(|request| request.action).collect();
    assert!(called.len() > 3, "the programs have called the emulator: {called:?}");
    Ok(())
}

/// Runs the program that the environment names. Without a name, there is nothing to run.
#[test]
fn a_program_runs_in_a_process_of_its_own() -> Outcome<()> {
    let Ok(name) = env::var(PROGRAM) else { return Ok(()) };
    let (_, main) = snippets::PROGRAMS.iter().find(|(known, _)| *known == name).ok_or("no such program")?;
    main()
}

#[test]
fn every_other_snippet_is_called_by_a_test_here() {
    let called = BTreeSet::from(CALLED);
    let found: BTreeSet<&str> = snippets::OTHERS.iter().copied().collect();
    assert_eq!(found, called, "add a test that calls a new snippet, or make it a program with a `main`");
}

#[tokio::test]
async fn the_snippet_with_a_long_list_purges_and_waits() -> Outcome<()> {
    let emulator = Emulator::builder().purge_duration(Duration::ZERO).start().await?;
    let client = Client::new(&config(&emulator)?);
    let urls: Vec<String> = (0..2_500).map(|number| format!("https://example.com/{number}")).collect();
    snippets::purge_all::purge_all(&client, &urls).await?;
    assert_eq!(emulator.tasks().len(), 3);
    let polls = emulator.received().into_iter().filter(|request| request.action == "DescribePurgeTasks");
    assert!(polls.count() >= 3, "the tasks were waited for");
    Ok(())
}

#[tokio::test]
async fn the_snippet_with_a_large_job_settles_resumes_and_asks_for_the_quota_first() -> Outcome<()> {
    let emulator = Emulator::builder().purge_duration(Duration::ZERO).start().await?;
    let client = Client::new(&config(&emulator)?);
    let urls: Vec<String> = (0..2_500).map(|number| format!("https://example.com/{number}")).collect();
    let journal = env::temp_dir().join(format!("snippets-{}.journal", std::process::id()));
    // The second request is carried out, and has no response.
    emulator.faults().add(Fault::reset_after().on("PurgeUrlsCache").after(1));
    for _ in 0..2 {
        snippets::purge_large::purge_large(&client, &urls, &journal).await?;
        assert_eq!(emulator.tasks().iter().map(|task| task.targets.len()).sum::<usize>(), urls.len());
    }
    fs::remove_file(&journal)?;
    snippets::purge_large::purge_large(&client, &urls, &journal).await?;
    fs::remove_file(&journal)?;
    assert_eq!(emulator.tasks().len(), 6);
    let too_many: Vec<String> = (0..10_000).map(|number| format!("https://example.com/{number}")).collect();
    let error = snippets::purge_large::purge_large(&client, &too_many, &journal).await.err().ok_or("it was sent")?;
    assert!(error.to_string().starts_with("10000 targets: 5000 fit today, 10 requests ("), "{error}");
    assert!(!journal.exists());
    Ok(())
}

#[tokio::test]
async fn the_snippet_of_a_call_by_name_is_sent() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    // The emulator does not have the action.
    let error = snippets::domain_names::domain_names(&config(&emulator)?).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAction"), "{error}");
    assert_eq!(emulator.received()[0].parameters, r#"{"Limit":100}"#);
    Ok(())
}

#[tokio::test]
async fn the_snippet_with_metrics_is_notified_of_calls() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
    let builder = Config::builder().credentials(credentials).endpoint(emulator.endpoint());
    let client = Client::new(&builder.interceptor(snippets::metrics::Metrics).build()?);
    client.purge_urls_cache(PurgeUrlsCache::new(["https://example.com/a"])).await?;
    Ok(())
}

#[tokio::test]
async fn the_snippet_with_errors_purges_or_reports() -> Outcome<()> {
    let emulator = Emulator::builder().per_day(Limit::At(1)).start().await?;
    let client = Client::new(&config(&emulator)?);
    snippets::purge::purge(&client, "https://example.com/a").await;
    snippets::purge::purge(&client, "https://example.com/a").await;
    assert_eq!(emulator.tasks().len(), 1);
    assert_eq!(emulator.received()[1].code.as_deref(), Some("LimitExceeded.CdnPurgeUrlExceedDayLimit"));
    Ok(())
}

#[tokio::test]
async fn the_snippet_with_kinds_of_errors_says_what_to_do_after_each() -> Outcome<()> {
    let emulator = Emulator::builder().per_day(Limit::At(1)).start().await?;
    let client = Client::new(&config(&emulator)?);
    let purge = |url: &str| client.purge_urls_cache(PurgeUrlsCache::new([url])).into_future();
    emulator.faults().add(Fault::refuse("RequestLimitExceeded").on("PurgeUrlsCache").times(1_000));
    let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://example.com/a"]));
    let throttled = call.timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(snippets::advice::advice(&throttled), "put it back into the queue", "{throttled}");
    emulator.faults().clear();
    purge("https://example.com/a").await?;
    assert_eq!(snippets::advice::advice(&purge("https://example.com/b").await.unwrap_err()), "go on tomorrow");
    assert_eq!(snippets::advice::advice(&purge("no URL").await.unwrap_err()), "report it, and go on with the next");
    let stranger = Credentials::new("AKIDstranger", "key")?;
    let config = Config::builder().credentials(stranger).endpoint(emulator.endpoint()).build()?;
    let error =
        Client::new(&config).purge_urls_cache(PurgeUrlsCache::new(["https://example.com/a"])).await.unwrap_err();
    assert_eq!(snippets::advice::advice(&error), "page the operator", "{error}");
    Ok(())
}

#[test]
fn the_snippet_with_a_chain_makes_a_client() -> Outcome<()> {
    snippets::client::client()?;
    Ok(())
}

#[tokio::test]
async fn the_snippet_with_outcomes_returns_what_is_left_over() -> Outcome<()> {
    let emulator = Emulator::builder().per_day(Limit::At(1_000)).start().await?;
    let client = Client::new(&config(&emulator)?);
    let urls: Vec<String> = (0..2_000).map(|number| format!("https://example.com/{number}")).collect();
    let left = snippets::send_again::send_again(&client, &urls).await;
    assert_eq!(left.len(), 1_000);
    assert!(left.contains_key("https://example.com/1000"), "the first request was accepted");
    Ok(())
}
