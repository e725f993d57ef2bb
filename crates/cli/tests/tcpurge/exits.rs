//! Tests that each exit code is what the help says.

use std::time::Duration;

use tencentcloud_emulator::{Emulator, Fault, Limit};

use crate::harness::Setup;

const URL: &str = "https://www.example.org/a";

#[test]
fn everything_done_is_0() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", URL, "--product", "cdn"]).expect(0);
    assert!(ran.out.starts_with("1 accepted\n"), "{}", ran.out);
    assert_eq!(setup.purged(), [URL]);
}

#[test]
fn some_refused_is_1_and_the_others_are_sent() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", URL, "www.example.org", "--product", "cdn"]).expect(1);
    assert!(ran.out.starts_with("1 of 2 accepted, 1 refused\n"), "{}", ran.out);
    assert!(ran.out.contains("refused  is a host name where a URL belongs\n"), "{}", ran.out);
    assert_eq!(setup.purged(), [URL]);
}

#[test]
fn some_failed_after_the_wait_is_1() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::fail().matching("/b").on("PurgeUrlsCache"));
    let urls = [URL, "https://www.example.org/b"];
    let ran = setup.run(&["urls", urls[0], urls[1], "--product", "cdn", "--wait"]).expect(1);
    assert!(ran.out.contains("failed later"), "{}", ran.out);
    assert!(ran.out.contains("argument  https://www.example.org/b  failed"), "{}", ran.out);
}

#[test]
fn a_target_that_a_zone_refuses_is_1() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::fail().matching("/b").saying("not cached").on("CreatePurgeTask"));
    let ran = setup.run(&["urls", "https://example.com/a", "https://example.com/b"]).expect(1);
    assert!(ran.out.contains("not cached"), "{}", ran.out);
    assert_eq!(setup.purged(), ["https://example.com/a"]);
}

#[test]
fn the_version_is_the_same_in_each_form() {
    let setup = Setup::new();
    let version = concat!("tcpurge ", env!("CARGO_PKG_VERSION"), "\n");
    for arguments in [&["--version"] as &[&str], &["-V"], &["--json", "--version"]] {
        assert_eq!(setup.run(arguments).expect(0).out, version, "{arguments:?}");
    }
}

#[test]
fn a_wrong_command_line_is_2_and_nothing_is_sent() {
    let setup = Setup::new();
    for arguments in [
        &["urls"] as &[&str],
        &[],
        &["purge"],
        &["urls", URL, "--wait=5"],
        &["urls", "--file", "missing.txt"],
        &["urls", "--file", "."],
        &["urls", URL, "--endpoint", "http://api.example.com"],
    ] {
        let ran = setup.run(arguments).expect(2);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
    assert!(setup.emulator.received().is_empty());
}

#[test]
fn a_list_without_a_target_is_2() {
    let setup = Setup::new();
    for input in ["", "\n\n", "# a comment\n", "\u{feff}\r\n"] {
        let ran = setup.run_with_input(&["urls"], input.as_bytes()).expect(2);
        assert!(ran.err.starts_with("error: there is no target\n help: "), "{}", ran.err);
    }
}

#[test]
fn nothing_accepted_is_3() {
    let setup = Setup::new();
    setup.run(&["urls", "www.example.org", "--product", "cdn"]).expect(3);
    assert!(setup.emulator.received().is_empty());
}

#[test]
fn a_wrong_key_is_3_with_the_hint_and_the_error_is_shown_once() {
    let setup = Setup::new();
    let mut command = setup.command(&["urls", URL, "https://www.example.org/b", "--product", "cdn"]);
    let ran = crate::harness::Ran::of(command.env("TENCENTCLOUD_SECRET_KEY", "wrong").output().unwrap()).expect(3);
    assert_eq!(ran.out, "0 of 2 accepted, 2 not tried\n");
    assert_eq!(ran.err.matches("AuthFailure.SignatureFailure").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("\n help: check the secret key"), "{}", ran.err);
    assert!(!ran.err.contains("wrong"), "{}", ran.err);
}

#[test]
fn no_key_is_3_with_every_place_that_was_searched() {
    let setup = Setup::new();
    let mut command = setup.command(&["urls", URL, "--product", "cdn", "--profile", "shop"]);
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    let ran = crate::harness::Ran::of(command.output().unwrap()).expect(3);
    assert!(ran.err.contains("no credentials: credentials file: no `"), "{}", ran.err);
    assert!(ran.err.ends_with("or run `tccli configure --profile shop`\n"), "{}", ran.err);
    assert!(setup.emulator.received().is_empty());
}

#[test]
fn a_profile_of_a_file_is_used() {
    let setup = Setup::new();
    std::fs::create_dir(setup.folder.join(".tencentcloud")).unwrap();
    let (id, key) = (setup.emulator.secret_id(), setup.emulator.secret_key());
    setup.write(".tencentcloud/credentials", format!("[shop]\nsecret_id = {id}\nsecret_key = {key}\n"));
    let mut command = setup.command(&["urls", URL, "--product", "cdn", "--profile", "shop"]);
    command.env_remove("TENCENTCLOUD_SECRET_ID").env_remove("TENCENTCLOUD_SECRET_KEY");
    crate::harness::Ran::of(command.output().unwrap()).expect(0);
}

#[test]
fn an_unplugged_server_is_3() {
    let setup = Setup::new();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let mut command = setup.command(&["zones", "--endpoint", &endpoint, "--call-timeout", "1s"]);
    let ran = crate::harness::Ran::of(command.env_remove("TENCENTCLOUD_ENDPOINT").output().unwrap()).expect(3);
    assert!(ran.err.contains("no connection"), "{}", ran.err);
}

#[test]
fn a_broken_connection_is_4_because_the_purge_may_have_been_carried_out() {
    let setup = Setup::new();
    setup.emulator.faults().add(Fault::reset_after().on("PurgeUrlsCache").always());
    // Nothing tells what became of it.
    setup
        .emulator
        .faults()
        .add(Fault::refuse("UnauthorizedOperation.CdnCamUnauthorized").on("DescribePurgeTasks").always());
    let ran = setup.run(&["urls", URL, "--product", "cdn"]).expect(4);
    assert!(ran.out.starts_with("0 of 1 accepted, 1 unknown\n"), "{}", ran.out);
}

#[test]
fn a_wait_that_runs_out_is_5_with_the_command_that_waits_again() {
    let setup = Setup::with(Emulator::builder().purge_duration(Duration::from_secs(600)));
    let ran = setup.run(&["urls", "https://example.com/a", "--wait=1s"]).expect(5);
    assert!(ran.out.contains("not done within the limit; wait with:\n  tcpurge wait --zone zone-"), "{}", ran.out);
}

#[test]
fn a_list_of_which_every_line_is_refused_is_not_called_a_purge() {
    let setup = Setup::new();
    let ran = setup.run_with_input(&["urls", "--product", "cdn"], b"https://a.com/\0\n").expect(3);
    assert_eq!(ran.err, "");
    assert!(ran.out.contains("refused  contains the control character U+0000\n"), "{}", ran.out);
}

#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_written_is_2() {
    let setup = Setup::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = setup.command(&["urls", URL, "--product", "cdn", "--json"]);
    let ran = crate::harness::Ran::of(command.stdout(full).output().unwrap()).expect(2);
    assert!(ran.err.contains("error: cannot write `the standard output`: "), "{}", ran.err);
    assert!(ran.err.contains("\n help: free some space"), "{}", ran.err);
}

#[test]
fn a_quota_that_is_used_up_is_6() {
    let setup = Setup::with(Emulator::builder().per_day(Limit::At(2)));
    let urls: Vec<String> = (0..3).map(|number| format!("https://www.example.org/{number}")).collect();
    let mut arguments = vec!["urls", "--product", "cdn"];
    arguments.extend(urls.iter().map(String::as_str));
    let ran = setup.run(&arguments).expect(6);
    assert!(ran.err.contains("LimitExceeded.CdnPurgeUrlExceedDayLimit"), "{}", ran.err);
}
