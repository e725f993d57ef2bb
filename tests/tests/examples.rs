//! Runs every example of the product crates against the emulator, and checks what it does.

#![expect(clippy::disallowed_methods, reason = "starts itself again, with other environment variables")]

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_emulator::{Builder, Emulator, FailedStatus, Fault, Limit, Zone};
use tencentcloud_tests::Outcome;

/// The examples, which the build script has found.
#[allow(unreachable_pub, clippy::all, reason = "they are written as programs")]
mod examples {
    use tencentcloud_tests::Outcome;

    include!(concat!(env!("OUT_DIR"), "/examples.rs"));
}

/// The variable that names the example to run.
const EXAMPLE: &str = "EXAMPLE";

/// The examples that a test here runs.
const TESTED: [&str; 11] = [
    "cdn/blocking",
    "cdn/own_transport",
    "cdn/prefetch_after_purge",
    "cdn/purge_and_wait",
    "cdn/purge_list",
    "cdn/quota_first",
    "cdn/resume",
    "cdn/test_with_emulator",
    "cdn/test_with_script",
    "teo/failed_tasks",
    "teo/purge_hosts",
];

#[test]
fn every_example_has_a_test_here() {
    let found: BTreeSet<&str> = examples::PROGRAMS.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, BTreeSet::from(TESTED));
}

/// Runs the example that the environment names. Without a name, there is nothing to run.
#[test]
fn an_example_runs_in_a_process_of_its_own() -> Outcome<()> {
    let Ok(name) = env::var(EXAMPLE) else { return Ok(()) };
    let (_, main) = examples::PROGRAMS.iter().find(|(known, _)| *known == name).ok_or("no such example")?;
    main()
}

/// An example that calls an emulator, in a folder of its own.
fn command(name: &str, emulator: &Emulator) -> Outcome<Command> {
    let mut command = Command::new(env::current_exe()?);
    for (variable, _) in env::vars_os() {
        if variable.to_string_lossy().starts_with("TENCENTCLOUD_") {
            command.env_remove(variable);
        }
    }
    command
        .args(["--exact", "an_example_runs_in_a_process_of_its_own", "--nocapture"])
        .env(EXAMPLE, name)
        .env("TENCENTCLOUD_SECRET_ID", emulator.secret_id())
        .env("TENCENTCLOUD_SECRET_KEY", emulator.secret_key())
        .env("TENCENTCLOUD_ENDPOINT", emulator.endpoint())
        .stderr(Stdio::null());
    Ok(command)
}

/// What an example prints.
fn run(name: &str, emulator: &Emulator) -> Outcome<String> {
    printed(command(name, emulator)?)
}

fn printed(mut command: Command) -> Outcome<String> {
    let output = command.output()?;
    let printed = String::from_utf8(output.stdout)?;
    assert!(output.status.success(), "{command:?}: {printed}");
    Ok(printed)
}

/// Checks that an example prints these lines.
fn assert_prints(printed: &str, lines: &[&str]) {
    for line in lines {
        assert!(printed.lines().any(|printed| printed == *line), "`{line}` is missing in:\n{printed}");
    }
}

/// An emulator whose tasks are done at once.
fn builder() -> Builder {
    Emulator::builder().purge_duration(Duration::ZERO).seed(1)
}

/// Number of targets of all tasks, each of which must be there once.
fn purged(emulator: &Emulator) -> usize {
    let tasks = emulator.tasks();
    let targets: Vec<&str> = tasks.iter().flat_map(|task| &task.targets).map(|target| &*target.address).collect();
    assert_eq!(targets.iter().collect::<BTreeSet<_>>().len(), targets.len(), "a target was purged twice");
    targets.len()
}

#[tokio::test]
async fn a_list_is_purged_and_each_url_accounted_for() -> Outcome<()> {
    let emulator = builder().start().await?;
    let printed = run("cdn/purge_list", &emulator)?;
    assert_prints(&printed, &["cdn.PurgeUrlsCache: 2501 targets: 2500 accepted, 1 refused, 0 unknown, 0 not tried"]);
    assert!(printed.contains("\ncorrect www.example.com/without-scheme.jpg: "), "{printed}");
    assert_eq!((emulator.tasks().len(), purged(&emulator)), (3, 2_500));
    Ok(())
}

#[tokio::test]
async fn a_purge_is_waited_for_with_its_progress() -> Outcome<()> {
    let emulator = builder().purge_duration(Duration::from_secs(1)).start().await?;
    emulator.faults().add(Fault::fail().matching("/1234.jpg").on("PurgeUrlsCache").always());
    let printed = run("cdn/purge_and_wait", &emulator)?;
    let failed = "failed: https://www.example.com/1234.jpg: without a reason";
    assert_prints(&printed, &["2 of 2 tasks left", failed]);
    // An entry for each region.
    assert!(printed.contains(": 2998 succeeded, 2 failed\n"), "{printed}");
    Ok(())
}

#[tokio::test]
async fn a_list_is_sent_only_if_it_fits_into_the_quota() -> Outcome<()> {
    let emulator = builder().per_day(Limit::At(1_000)).start().await?;
    let printed = run("cdn/quota_first", &emulator)?;
    let fits = "1500 targets: 1000 fit today, 2 requests (overseas: 1000 of 1000 left)";
    assert_prints(&printed, &["Url, mainland: 1000 of 1000 left today", fits, "nothing was sent"]);
    assert_eq!(purged(&emulator), 0);

    let emulator = builder().start().await?;
    let printed = run("cdn/quota_first", &emulator)?;
    assert_prints(&printed, &["1500 targets: 1500 fit today, 2 requests (overseas: 10000 of 10000 left)"]);
    assert_eq!(purged(&emulator), 1_500);
    Ok(())
}

#[tokio::test]
async fn a_run_that_was_killed_is_gone_on_with() -> Outcome<()> {
    let emulator = builder().start().await?;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("resume");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    let resume = || -> Outcome<Command> {
        let mut command = command("cdn/resume", &emulator)?;
        command.current_dir(&folder);
        Ok(command)
    };

    // The first request of eight has a response. The next ones are carried out without.
    emulator.faults().add(Fault::delay(Duration::from_secs(60)).on("PurgeUrlsCache").after(1).always());
    let mut killed = resume()?.stdout(Stdio::null()).spawn()?;
    while emulator.tasks().len() < 5 {
        tokio::task::yield_now().await;
        assert!(killed.try_wait()?.is_none(), "it has ended");
    }
    killed.kill()?;
    killed.wait()?;
    emulator.faults().clear();
    assert_eq!(emulator.tasks().len(), 5, "four are in flight at most");

    let printed = printed(resume()?)?;
    let report = "cdn.PurgeUrlsCache: 8000 targets: 8000 accepted, 0 refused, 0 unknown, 0 not tried";
    assert_prints(&printed, &[report, "done: delete purge.journal"]);
    assert_eq!((emulator.tasks().len(), purged(&emulator)), (8, 8_000));
    Ok(())
}

#[tokio::test]
async fn a_prefetch_follows_its_purge() -> Outcome<()> {
    let emulator = builder().start().await?;
    emulator.faults().add(Fault::fail().matching("/7.jpg").on("PurgeUrlsCache"));
    emulator.faults().add(Fault::fail().matching("/8.jpg").ending(FailedStatus::Invalid).on("PushUrlsCache"));
    let printed = run("cdn/prefetch_after_purge", &emulator)?;
    assert_prints(
        &printed,
        &[
            "cdn.PurgeUrlsCache: 100 targets: 100 accepted, 0 refused, 0 unknown, 0 not tried",
            "cdn.PushUrlsCache: 99 targets: 99 accepted, 0 refused, 0 unknown, 0 not tried",
            "https://www.example.com/7.jpg: its purge failed",
        ],
    );
    let prefetch = emulator.received().into_iter().find(|request| request.action == "PushUrlsCache");
    let parameters = prefetch.ok_or("nothing was prefetched")?.parameters;
    assert!(parameters.contains(r#""Area":"global""#) && !parameters.contains("/7.jpg"), "{parameters}");
    Ok(())
}

#[tokio::test]
async fn a_transport_prints_the_request_and_the_response() -> Outcome<()> {
    let emulator = builder().start().await?;
    let printed = run("cdn/own_transport", &emulator)?;
    assert_prints(&printed, &[&format!("> POST {}/ with 45 bytes", emulator.endpoint())]);
    assert!(printed.contains("\n< 200 with "), "{printed}");
    assert_eq!(purged(&emulator), 1);
    Ok(())
}

#[tokio::test]
async fn a_program_that_is_not_asynchronous_purges() -> Outcome<()> {
    let emulator = builder().start().await?;
    let printed = run("cdn/blocking", &emulator)?;
    let tasks = emulator.tasks();
    let first = tasks.iter().find(|task| task.targets.len() == 1).ok_or("the call has no task")?;
    // An entry for each region of the URL.
    assert_prints(&printed, &[&first.id, "0 targets failed", "2 entries"]);
    assert_eq!((tasks.len(), purged(&emulator)), (2, 3));
    Ok(())
}

#[tokio::test]
async fn the_examples_of_tests_pass() -> Outcome<()> {
    // They start what they need.
    let unused = builder().start().await?;
    assert_prints(&run("cdn/test_with_emulator", &unused)?, &["tested with 2 requests"]);
    assert!(run("cdn/test_with_script", &unused)?.contains("of virtual time\n"));
    assert!(unused.received().is_empty());
    Ok(())
}

#[tokio::test]
async fn host_names_of_a_zone_are_purged() -> Outcome<()> {
    let zones = [Zone::new("zone-1", "example.org"), Zone::new("zone-2", "example.com")];
    let emulator = builder().zones(zones).start().await?;
    emulator.faults().add(Fault::fail().matching("img.").saying("no such host").on("CreatePurgeTask"));
    let printed = run("teo/purge_hosts", &emulator)?;
    assert_prints(&printed, &["zone example.com (zone-2)"]);
    assert!(printed.contains("\nrefused: img.example.com: "), "{printed}");
    assert!(printed.contains(": 1 succeeded, 0 failed\n"), "{printed}");
    assert_eq!(purged(&emulator), 1);
    Ok(())
}

#[tokio::test]
async fn what_failed_in_a_period_is_listed() -> Outcome<()> {
    // 2024-05-02.
    let clock = || UNIX_EPOCH + Duration::from_secs(1_714_608_000);
    let zone = Zone::new("zone-2", "example.com");
    let emulator = builder().zones([zone]).clock(clock).start().await?;
    emulator.faults().add(Fault::fail().matching("img.").ending(FailedStatus::Timeout).on("CreatePurgeTask"));
    run("teo/purge_hosts", &emulator)?;
    let printed = run("teo/failed_tasks", &emulator)?;
    assert_prints(&printed, &["2024-05-02T00:00:00Z img.example.com: timeout", "1 entries"]);
    Ok(())
}
