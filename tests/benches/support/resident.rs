//! Measures the memory of this process, as the operating system reports it. Linux only.

use std::fs;

use tencentcloud_tests::Outcome;

/// Resets the peak, and returns the present memory in MiB; see proc(5).
///
/// # Errors
///
/// If the files of the operating system cannot be read or written.
pub(crate) fn reset_peak() -> Outcome<f64> {
    fs::write("/proc/self/clear_refs", "5")?;
    mebibytes("VmRSS:")
}

/// The value of a line of `/proc/self/status`, in MiB.
///
/// # Errors
///
/// If there is no such line.
pub(crate) fn mebibytes(name: &str) -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or(name)?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1_024.0)
}
