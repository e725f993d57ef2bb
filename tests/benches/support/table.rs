//! The table that tells what was measured.

/// Prints what is measured, and what the columns are.
pub(crate) fn title(what: &str, columns: [&str; 3]) {
    let [floor, ours, compared] = columns;
    println!("\n{}", row(what, [floor, ours, compared, "target"]));
}

/// Prints one line, which says so if the target is missed.
pub(crate) fn line(what: &str, cells: [&str; 4], is_met: bool) {
    println!("{}{}", row(what, cells), if is_met { "" } else { "  missed" });
}

fn row(what: &str, [floor, ours, compared, target]: [&str; 4]) -> String {
    format!("{what:<40} {floor:>14} {ours:>14} {compared:>12} {target:>12}")
}
