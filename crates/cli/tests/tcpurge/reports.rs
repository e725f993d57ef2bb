//! Tests plans, reports and tables.

use std::time::Duration;

use serde_json::json;
use tencentcloud_emulator::{Emulator, Zone};

use crate::harness::Setup;

#[test]
fn a_dry_run_shows_the_plan_with_the_quota_and_sends_nothing() {
    let setup = Setup::new();
    let ran = setup.run(&["dirs", "https://www.example.org/a/", "--hard", "--dry-run", "--product", "cdn"]).expect(0);
    let expected = "\
purge 1 directory on CDN, hard, in 1 request
dry run: nothing was sent

product  kind        where     left today  per day  per request
cdn      purge dirs  mainland         100      100          500
cdn      purge dirs  overseas         100      100          500
";
    assert_eq!(ran.out, expected);
    assert_eq!(setup.actions(), ["DescribePurgeQuota", "DescribePushQuota"]);
    assert!(setup.purged().is_empty());
}

#[test]
fn a_dry_run_says_when_the_quota_is_not_enough() {
    let setup = Setup::new();
    let list: String = (0..101).map(|number| format!("https://a.com/{number}/\n")).collect();
    let ran = setup.run_with_input(&["dirs", "--dry-run", "--product", "cdn"], list.as_bytes()).expect(0);
    assert!(
        ran.out.starts_with(
            "purge 101 directories on CDN, soft, in 1 request; the quota that is left today is enough for 100\n"
        ),
        "{}",
        ran.out
    );
}

#[test]
fn the_product_is_found_by_the_zones_and_the_hosts() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", "https://www.example.com/a", "https://cdn.test/b", "--json"]).expect(0);
    let jobs = &ran.json()["jobs"];
    assert_eq!(jobs[0]["product"], "teo");
    assert_eq!(jobs[0]["zone"]["name"], "example.com");
    assert_eq!(jobs[1], json!({"product": "cdn", "action": "PurgeUrlsCache", "targets": 1}));
    assert_eq!(setup.actions(), ["DescribeZones", "CreatePurgeTask", "PurgeUrlsCache"]);
}

#[test]
fn a_zone_is_named_by_its_id_or_its_name() {
    let setup = Setup::new();
    let id = setup.emulator.zones()[0].id().to_owned();
    for zone in ["example.com", &id] {
        setup.run(&["urls", "https://www.example.com/a", "--zone", zone]).expect(0);
    }
    assert_eq!(setup.actions(), ["DescribeZones", "CreatePurgeTask", "CreatePurgeTask"]);
    let ran = setup.run(&["tags", "a", "--zone", "example.net"]).expect(2);
    assert!(
        ran.err.starts_with("error: the account has several zones `example.net`\n help: name one of them by its id: "),
        "{}",
        ran.err
    );
    let ran = setup.run(&["tags", "a", "--zone", "missing.com"]).expect(2);
    assert!(
        ran.err.starts_with("error: the account has no zone `missing.com`\n help: name one of its zones: "),
        "{}",
        ran.err
    );
    let ran = setup.run(&["tags", "a", "--zone", "example.org"]).expect(2);
    assert!(ran.err.contains("has no plan yet, and cannot be purged"), "{}", ran.err);
}

#[test]
fn hosts_tags_and_everything_of_a_zone_are_purged() {
    let setup = Setup::with(Emulator::builder().zones([Zone::new("zone-2noz3g48ev6k", "example.com")]));
    setup.run(&["hosts", "www.example.com"]).expect(0);
    setup.run(&["tags", "a", "b"]).expect(0);
    let ran = setup.run(&["all", "--zone", "example.com", "--yes", "--hard", "--wait"]).expect(0);
    assert!(ran.out.starts_with("1 accepted\ndone"), "{}", ran.out);
    let tasks = setup.emulator.tasks();
    let kinds: Vec<_> = tasks.iter().rev().map(|task| (task.kind.as_str(), task.method.as_str())).collect();
    assert_eq!(kinds, [("purge_host", "invalidate"), ("purge_cache_tag", "invalidate"), ("purge_all", "delete")]);
}

#[test]
fn a_purge_is_followed_by_its_prefetch() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", "https://cdn.test/a", "--product", "cdn", "--then-prefetch"]).expect(0);
    assert!(ran.out.starts_with("1 accepted\n1 of 1 accepted for prefetching\ndone"), "{}", ran.out);
    let actions = setup.actions();
    let position = |name: &str| actions.iter().position(|action| action == name).unwrap();
    assert!(position("PurgeUrlsCache") < position("DescribePurgeTasks"));
    assert!(position("DescribePurgeTasks") < position("PushUrlsCache"));
    assert!(position("PushUrlsCache") < position("DescribePushTasks"));
}

#[test]
fn the_commands_that_wait_and_list_take_the_tasks_that_were_printed() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", "https://www.example.com/a"]).expect(0);
    let command = ran.out.lines().find_map(|line| line.strip_prefix("  tcpurge ")).unwrap().to_owned();
    let arguments: Vec<&str> = command.split(' ').collect();
    let ran = setup.run(&arguments).expect(0);
    assert!(ran.out.starts_with("done"), "{}", ran.out);
    let (zone, task) = (arguments[2], arguments[3]);
    let ran = setup.run(&["tasks", task, "--zone", zone]).expect(0);
    assert!(ran.out.contains("https://www.example.com/a"), "{}", ran.out);
    let ran = setup.run(&["tasks", task, "--zone", zone, "--since", "200h"]).expect(0);
    assert!(ran.out.contains("https://www.example.com/a"), "{}", ran.out);
    let ran = setup.run(&["tasks", "--zone", zone, "--since", "200h"]).expect(2);
    assert!(ran.err.contains("at most 7 days"), "{}", ran.err);
    let ran = setup.run(&["tasks", task, "--zone", zone, "--state", "failed"]).expect(0);
    assert_eq!(ran.out, "there is no task in this period\n");
}

#[test]
fn recent_tasks_are_listed_by_their_state() {
    let setup = Setup::with(Emulator::builder().purge_duration(Duration::from_secs(600)));
    setup.run(&["urls", "https://cdn.test/a", "--product", "cdn"]).expect(0);
    let ran = setup.run(&["tasks", "--state", "processing"]).expect(0);
    assert!(ran.out.contains("process  "), "{}", ran.out);
    let ran = setup.run(&["tasks", "--prefetch"]).expect(0);
    assert_eq!(ran.out, "there is no task in this period\n");
}

#[test]
fn the_quota_of_a_zone_is_a_table() {
    let setup = Setup::new();
    let ran = setup.run(&["quota", "--zone", "example.com"]).expect(0);
    assert!(
        ran.out.starts_with("product  kind           where        left today  per day  per request\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("teo      purge tags     example.com"), "{}", ran.out);
}

#[test]
fn json_is_one_object_and_nothing_else_on_the_standard_output() {
    let setup = Setup::new();
    setup.write("list.txt", "https://a.com/1\nhttps://a.com/1\nb\n");
    let ran = setup.run(&["urls", "--file", "list.txt", "--product", "cdn", "--json"]).expect(1);
    let mut report = ran.json();
    let task = report["tasks"][0]["id"].take();
    assert!(task.is_string(), "{report}");
    let expected = json!({
        "command": "urls",
        "dry_run": false,
        "exit_code": 1,
        "status": "some_failed",
        "targets": {
            "total": 2, "duplicates": 1, "accepted": 1, "refused": 1, "unknown": 0, "not_tried": 0, "failed": 0
        },
        "jobs": [{"product": "cdn", "action": "PurgeUrlsCache", "targets": 1}],
        "tasks": [{"id": null, "product": "cdn", "kind": "purge", "targets": 1}],
        "failures": [{
            "target": "b",
            "file": "list.txt",
            "line": 3,
            "outcome": "refused",
            "message": "is a host name where a URL belongs",
            "help": "write `https://b/`, or the same with `http://`"
        }]
    });
    assert_eq!(report, expected);
    let ran = setup.run(&["urls", "--json"]).expect(2);
    assert_eq!(ran.json()["error"]["message"], "there is no target");
}

#[test]
fn calls_are_logged_without_the_key() {
    let setup = Setup::new();
    let ran = setup.run(&["zones", "-vv"]).expect(0);
    assert!(ran.err.contains("call succeeded") && ran.err.contains("attempt"), "{}", ran.err);
    assert!(!ran.err.contains(setup.emulator.secret_key()), "{}", ran.err);
}

#[test]
fn a_reader_that_has_seen_enough_is_not_an_error() {
    let setup = Setup::new();
    let mut command = setup.command(&["zones"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
