//! Prints tables of measurements.

/// Prints the title and the names of the columns.
pub(crate) fn title(what: &str, columns: [&str; 3]) {
    let [floor, ours, comparison] = columns;
    println!("\n{}", row(what, [floor, ours, comparison, "target"]));
}

/// Prints one line. It ends in `missed` if the target is missed.
pub(crate) fn line(what: &str, cells: [&str; 4], is_met: bool) {
    println!("{}{}", row(what, cells), if is_met { "" } else { "  missed" });
}

fn row(what: &str, [floor, ours, comparison, target]: [&str; 4]) -> String {
    format!("{what:<40} {floor:>14} {ours:>14} {comparison:>12} {target:>12}")
}
