//! Tests what a step of GitHub Actions gets.

#[cfg(unix)]
use crate::harness::program;
use crate::harness::{Ran, Setup, package};

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

/// Runs the script of the action, with these inputs.
#[cfg(unix)]
fn act(setup: &Setup, inputs: &[(&str, &str)]) -> Ran {
    let environment = setup.command(&[]);
    let mut script = std::process::Command::new("/bin/sh");
    script.arg(package().join("ci/action.sh")).current_dir(&setup.folder).env_clear();
    script.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let folder = program().parent().unwrap().to_str().unwrap();
    script.env("PATH", format!("{folder}:/usr/bin:/bin")).envs(inputs.iter().copied());
    Ran::of(script.env("GITHUB_OUTPUT", setup.folder.join("output")).output().unwrap())
}

#[test]
#[cfg(unix)]
fn the_script_of_the_action_passes_its_inputs_on_and_runs_none_of_them() {
    let setup = Setup::new();
    let targets = "\n# comment\nhttps://a.com/$(touch%20x)\nhttps://a.com/'\n";
    let options = "\n  --product=cdn\r\n--wait\n";
    act(&setup, &[("INPUT_COMMAND", "urls"), ("INPUT_TARGETS", targets), ("INPUT_OPTIONS", options)]).expect(0);
    assert_eq!(setup.purged(), ["https://a.com/$(touch%20x)", "https://a.com/'"]);
    assert!(setup.read("output").starts_with("exit-code=0\nstatus=done\ntotal=2\n"));
    let ran = act(&setup, &[("INPUT_COMMAND", "urls"), ("INPUT_OPTIONS", "--product cdn; touch x")]).expect(2);
    assert!(ran.err.contains("unexpected argument '--product cdn; touch x'"), "{}", ran.err);
    assert!(!setup.folder.join("x").exists());
    // Without targets, nothing is waited for.
    act(&setup, &[("INPUT_COMMAND", "zones")]).expect(0);
    // An empty input must not hide the credentials of a file.
    let none = [("INPUT_COMMAND", "zones"), ("TENCENTCLOUD_SECRET_ID", ""), ("TENCENTCLOUD_SECRET_KEY", "")];
    let ran = act(&setup, &none).expect(3);
    assert!(ran.err.contains("no credentials: "), "{}", ran.err);
}

#[test]
fn the_action_has_every_input_of_its_script_and_every_output() {
    // The package does not contain it, the repository does.
    let Ok(action) = std::fs::read_to_string(package().join("../../action.yml")) else { return };
    let setup = Setup::new();
    let mut command = setup.command(&["urls", "https://a.com/1", "--product", "cdn"]);
    Ran::of(command.env("GITHUB_OUTPUT", setup.folder.join("output")).output().unwrap()).expect(0);
    let written: Vec<String> =
        setup.read("output").lines().map(|line| line.split('=').next().unwrap().to_owned()).collect();
    let named: Vec<String> = action
        .lines()
        .filter_map(|line| line.trim().strip_prefix("value: ${{ steps.run.outputs."))
        .map(|rest| rest.trim_end_matches(" }}").to_owned())
        .collect();
    assert_eq!(named, written);
    let script = std::fs::read_to_string(package().join("ci/action.sh")).unwrap();
    for variable in ["INPUT_COMMAND", "INPUT_TARGETS", "INPUT_OPTIONS", "TENCENTCLOUD_SECRET_ID"] {
        assert!(script.contains(variable) && action.contains(&format!("        {variable}: ${{{{ ")), "{variable}");
    }
}
