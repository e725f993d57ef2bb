//! Tests runs that are killed, and others that go on with them.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tencentcloud_emulator::{Emulator, Fault, Limit};

use crate::harness::{Ran, Setup, program};

fn list(targets: usize) -> String {
    (0..targets).map(|number| format!("https://www.example.org/{number}\n")).collect()
}

/// How often the emulator has accepted each target.
fn times(setup: &Setup) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for target in setup.purged() {
        *times.entry(target).or_default() += 1;
    }
    times
}

#[test]
fn a_run_that_is_killed_twenty_times_sends_every_target_once() {
    let setup = Setup::with(Emulator::builder().per_day(Limit::Unlimited));
    // In 60 requests.
    setup.write("list.txt", (0..30_000).map(|n| format!("https://a.com/{n}/\n")).collect::<String>());
    setup.emulator.faults().add(Fault::delay(Duration::from_millis(40)).on("PurgePathCache").always());
    let start = ["dirs", "--file", "list.txt", "--product", "cdn", "--journal", "j", "--history-delay", "1s"];
    let resume = ["resume", "j", "--history-delay", "1s"];
    for kill in 0..20 {
        let arguments: &[&str] = if kill == 0 { &start } else { &resume };
        let before = setup.emulator.received().len();
        let mut child = setup.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Killed while requests are in flight: after one, two or three more have arrived.
        while setup.emulator.received().len() <= before + kill % 3 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = setup.run(&resume).expect(0);
    assert!(ran.out.starts_with("30,000 accepted\n"), "{}", ran.out);
    let times = times(&setup);
    assert_eq!(times.len(), 30_000);
    assert!(times.values().all(|times| *times == 1));
}

#[test]
fn a_journal_goes_on_after_the_day_s_quota() {
    let setup = Setup::with(Emulator::builder().per_day(Limit::At(2)));
    setup.run(&["urls", "https://a.com/1", "--product", "cdn"]).expect(0);
    setup.write("list.txt", format!("not a URL\n{}", list(2)));
    let arguments = ["urls", "--file", "list.txt", "--product", "cdn", "--journal", "my journal", "--json"];
    let first = setup.run(&arguments).expect(6).json();
    assert_eq!(first["resume"], "tcpurge resume 'my journal'");
    assert_eq!(setup.purged().len(), 1);
    setup.emulator.advance(Duration::from_secs(86_400));
    // The list is that of the journal, whatever the file contains now.
    setup.write("list.txt", "https://www.example.org/other\n");
    let second = setup.run(&["resume", "my journal", "--json"]).expect(1).json();
    assert_eq!(second["targets"]["accepted"], 2);
    assert_eq!((&second["failures"][0]["file"], &second["failures"][0]["line"]), (&json!("list.txt"), &json!(1)));
    assert_eq!(setup.purged().len(), 3);
}

#[test]
fn a_journal_of_a_complete_run_sends_nothing_and_can_be_used_again() {
    let setup = Setup::new();
    setup.write("list.txt", "www.example.org\nhttps://cdn.test/1\nhttps://www.example.com/2\n");
    let arguments = ["urls", "--file", "list.txt", "--journal", "j", "--then-prefetch", "--json"];
    let mut first = setup.run(&arguments).expect(1).json();
    assert_eq!(first["resume"], json!(null));
    assert_eq!(first["prefetch"]["accepted"], 2);
    let sent = setup.purged();
    let mut second = setup.run(&["resume", "j", "--json"]).expect(1).json();
    // How long the waits took.
    for report in [&mut first, &mut second] {
        report["done"].take();
    }
    assert_eq!(second, first);
    assert_eq!(setup.purged(), sent);
    setup.run(&["urls", "https://cdn.test/3", "--journal", "j"]).expect(0);
    assert_eq!(setup.purged().len(), sent.len() + 1);
}

#[test]
fn a_wait_that_ran_out_is_resumed() {
    let setup = Setup::with(Emulator::builder().purge_duration(Duration::from_secs(600)));
    let ran = setup.run(&["urls", "https://example.com/a", "--journal", "j", "--wait=1s"]).expect(5);
    assert!(ran.out.ends_with("\ngo on with:\n  tcpurge resume j\n"), "{}", ran.out);
    let ran = setup.run(&["urls", "https://example.com/b", "--journal", "j"]).expect(2);
    let expected = "\
error: `j` is the journal of a run that is not complete
 help: go on with `tcpurge resume j`, or delete the file, or name another one
";
    assert_eq!(ran.err, expected);
    setup.emulator.advance(Duration::from_secs(601));
    let ran = setup.run(&["resume", "j"]).expect(0);
    assert!(ran.out.starts_with("1 accepted\ndone"), "{}", ran.out);
    assert_eq!(setup.purged(), ["https://example.com/a"]);
}

#[test]
fn two_runs_cannot_use_the_same_journal() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::delay(Duration::from_secs(30)).on("PurgeUrlsCache"));
    let arguments = ["urls", "https://cdn.test/1", "--product", "cdn", "--journal", "j"];
    let mut first = setup.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    setup.wait_for_requests(1, &mut first);
    for arguments in [&arguments as &[&str], &["resume", "j"]] {
        let ran = setup.run(arguments).expect(2);
        let expected = "\
error: cannot use the journal `j`: the journal is in use by another run
 help: wait for that run, or stop it
";
        assert_eq!(ran.err, expected);
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(setup.emulator.received().len(), 1);
}

#[test]
fn a_file_that_is_not_the_journal_of_a_run_is_left_as_it_is() {
    let setup = Setup::new();
    let library = r#"{"journal":{"version":1,"service":"cdn"}}"#;
    let newer = r#"{"journal":{"tcpurge":2,"more":1}}"#;
    let parts = r#"[{"place":"cdn","targets":{"some":[7]}}]"#;
    let plan = format!(r#"{{"kind":"urls","hard":false,"then_prefetch":false,"parts":{parts},"unplaced":[]}}"#);
    let counts = r#""targets":1,"refused":0,"duplicates":0,"sources":[]"#;
    let header = format!(r#"{{"journal":{{"tcpurge":1,{counts},"plan":{plan}}}}}"#);
    let target = r#"{"targets":[[{"source":0,"line":1},"https://a.com/"]]}"#;
    for (text, message) in [
        ("https://a.com/\n".to_owned(), "cannot use the journal `j`: this is not a journal"),
        (format!("{library}\n"), "`j` is the journal of another program, and not of tcpurge"),
        (format!("{newer}\n"), "the journal `j` has the version 2, and this program writes 1"),
        (
            format!("{header}\n"),
            "line 1 of the journal `j` is damaged: the file has not as many targets as the header says",
        ),
        (
            format!("{header}\n{target}\n"),
            "line 1 of the journal `j` is damaged: it names a target that is not in the file",
        ),
        (format!("{header}\nx\n{target}\n"), "line 2 of the journal `j` is damaged: expected value at line 1 column 1"),
        (format!("{header}\n{header}\n"), "line 2 of the journal `j` is damaged: it is a second header"),
    ] {
        setup.write("j", &text);
        for arguments in [&["resume", "j"] as &[&str], &["urls", "https://a.com/", "--journal", "j"]] {
            let ran = setup.run(arguments).expect(2);
            assert_eq!(ran.err.lines().next().unwrap(), format!("error: {message}"));
            assert!(ran.err.contains("\n help: "), "{}", ran.err);
            assert_eq!(setup.read("j"), text);
        }
    }
    setup.write("j", "");
    let ran = setup.run(&["resume", "j"]).expect(2);
    assert!(ran.err.starts_with("error: the journal `j` is empty: "), "{}", ran.err);
    let ran = setup.run(&["resume", "missing"]).expect(2);
    assert!(ran.err.starts_with("error: cannot read `missing`: "), "{}", ran.err);
    assert!(!setup.folder.join("missing").exists());
    assert!(setup.emulator.received().is_empty());
}

#[test]
#[cfg(unix)]
fn a_full_disk_stops_the_run_before_a_request_that_is_not_recorded() {
    let setup = Setup::new();
    setup.write("list.txt", list(5_000));
    // The shell limits the size of files to 512 kB, in blocks of 512 bytes, and ignores the signal
    // that a larger one causes. The targets fit into that, and 40 requests do not.
    let limit = |blocks: usize| format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let run = |blocks: usize| {
        let environment = setup.command(&[]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &limit(blocks)]).arg(program()).current_dir(&setup.folder).env_clear().stdin(Stdio::null());
        shell.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.args(["urls", "--file", "list.txt", "--product", "cdn", "--journal", "j"]);
        Ran::of(shell.output().unwrap())
    };
    let ran = run(1).expect(2);
    assert!(ran.err.contains("error: cannot use the journal `j`: "), "{}", ran.err);
    assert!(setup.emulator.received().is_empty());
    let size = |text: &str| text.len().div_ceil(512);
    // The journal without its requests, to which two lines are added.
    setup.run(&["urls", "--file", "list.txt", "--product", "cdn", "--journal", "whole"]).expect(0);
    let whole = setup.read("whole");
    let targets: String = whole.lines().take_while(|line| !line.starts_with("{\"job\"")).collect::<Vec<_>>().join("\n");
    let before = setup.purged().len();
    let ran = run(size(&targets) + 1).expect(1);
    assert!(ran.err.contains("the journal cannot be written: "), "{}", ran.err);
    let accepted = setup.purged().len() - before;
    assert!(accepted > 0 && accepted < 5_000, "{accepted}");
    // With space on the disk, the rest is sent, and nothing twice.
    let ran = setup.run(&["resume", "j", "--history-delay", "1s"]).expect(0);
    assert!(ran.out.starts_with("5,000 accepted\n"), "{}", ran.out);
    assert_eq!(setup.purged().len(), before + 5_000);
}
