//! Tests what a step of GitHub Actions gets.

use crate::harness::{Ran, Setup};

#[test]
fn a_step_gets_outputs_a_summary_and_annotations() {
    let setup = Setup::new();
    setup.write("list.txt", "https://a.com/1\nb\n");
    let mut command = setup.command(&["urls", "--file", "list.txt", "--product", "cdn", "--json"]);
    command.env("GITHUB_OUTPUT", setup.folder.join("output")).env("GITHUB_STEP_SUMMARY", setup.folder.join("summary"));
    let ran = Ran::of(command.output().unwrap()).expect(1);
    let task = ran.json()["tasks"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        setup.read("output"),
        format!(
            "exit-code=1\nstatus=some_failed\ntotal=2\naccepted=1\nrefused=1\nunknown=0\nnot-tried=0\nfailed=0\n\
             tasks={task}\n"
        )
    );
    let summary = "\
### tcpurge urls: some failed

| targets | accepted | refused | unknown | not tried | failed |
|---:|---:|---:|---:|---:|---:|
| 2 | 1 | 1 | 0 | 0 | 0 |

| target | outcome | reason |
|---|---|---|
| b | refused | is a host name where a URL belongs |
";
    assert_eq!(setup.read("summary"), summary);
    assert!(
        ran.err.contains("\n::error file=list.txt,line=2::b: refused: is a host name where a URL belongs\n"),
        "{}",
        ran.err
    );
}

#[test]
fn outputs_that_cannot_be_written_are_an_error() {
    let setup = Setup::new();
    let mut command = setup.command(&["urls", "https://a.com/1", "--product", "cdn"]);
    let ran = Ran::of(command.env("GITHUB_OUTPUT", "missing/output").output().unwrap()).expect(2);
    assert!(ran.err.contains("error: cannot write `missing/output`: "), "{}", ran.err);
}
