//! Runs tests of process-wide state in child processes.

use std::process::Command;

/// Set in the child process, which then does the work of the test.
const SUBPROCESS: &str = "TENCENTCLOUD_CORE_TEST_APART";

/// Runs `work` of the named test in a child process with these environment variables.
///
/// The child process runs the same test, which calls this function again and then does the work.
pub(crate) fn in_subprocess(test: &str, variables: &[(&str, &str)], work: impl Future<Output = ()>) {
    if std::env::var_os(SUBPROCESS).is_some() {
        return tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .envs(variables.iter().copied())
        .env(SUBPROCESS, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}
