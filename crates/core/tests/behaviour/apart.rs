//! Tests about what a process has only one of, each in a process of its own.

use std::process::Command;

/// What the other process is told, so that it does the work.
const APART: &str = "TENCENTCLOUD_CORE_TEST_APART";

/// Does the work of the test of this name in a process of its own, in which these variables are set.
///
/// That process runs the same test, which comes here again and then does it.
pub(crate) fn apart(test: &str, variables: &[(&str, &str)], work: impl Future<Output = ()>) {
    if std::env::var_os(APART).is_some() {
        return tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .envs(variables.iter().copied())
        .env(APART, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}
