//! Checks what the combinations of features in `docs/platforms.md` add to the dependency tree.

use std::collections::BTreeSet;
use std::process::Command;
use std::{env, fs};

use tencentcloud_tests::{Outcome, workspace};

const PAGE: &str = "docs/platforms.md";
/// The first line of the table.
const TABLE: &str = "| features | crates | for |";
/// Maximum number of crates of the default features. With a program and the macros of tokio, it is
/// two more: by hand, with reqwest, a program has 100.
const MAX_BY_DEFAULT: usize = 100;
/// Maximum number of crates without TLS. A program has two more.
const MAX_WITHOUT_TLS: usize = 58;
/// Crates that belong to the default transport.
const OF_TRANSPORT: [&str; 5] = ["hyper", "mio", "reqwest", "rustls", "tokio-rustls"];

#[test]
#[expect(clippy::disallowed_methods, reason = "reads and writes a page of the workspace")]
fn the_page_states_the_number_of_crates_of_each_combination() -> Outcome<()> {
    let path = workspace::root().join(PAGE);
    let text = fs::read_to_string(&path)?;
    let start = text.find(TABLE).ok_or("the page has no table of combinations")?;
    let rows: Vec<&str> = text[start..].lines().take_while(|line| !line.is_empty()).skip(2).collect();
    assert!(rows.len() > 5, "only {} combinations were found", rows.len());
    let (mut counted, mut wrong) = (text.clone(), Vec::new());
    for row in rows {
        let [features, _, purpose] = cells(row)?;
        let crates = tree(&names(features))?.len();
        let right = format!("| {features} | {crates} | {purpose} |");
        if right != row {
            wrong.push(format!("{features}: {crates} crates"));
            counted = counted.replace(row, &right);
        }
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, counted)?;
    } else {
        let command = "UPDATE_GOLDEN=1 cargo test --package tencentcloud-tests --test features";
        assert!(wrong.is_empty(), "{PAGE} has other numbers; help: `{command}` writes these:\n{}", wrong.join("\n"));
    }
    Ok(())
}

#[test]
fn the_default_has_few_crates_and_no_c_library() -> Outcome<()> {
    let crates = tree(&["platform", "rustls-ring"])?;
    assert!(crates.len() <= MAX_BY_DEFAULT, "{} crates", crates.len());
    assert!(crates.contains("ring") && !crates.contains("aws-lc-sys"), "{crates:?}");
    Ok(())
}

#[test]
fn without_features_there_is_no_http_client() -> Outcome<()> {
    for features in [&[][..], &["idna"], &["legacy-signing", "socks", "testing"]] {
        let crates = tree(features)?;
        let found = OF_TRANSPORT.iter().find(|name| crates.contains(**name));
        assert!(found.is_none(), "{features:?}: {found:?}");
    }
    let crates = tree(&[])?;
    assert!(crates.len() <= MAX_WITHOUT_TLS, "{} crates", crates.len());
    assert!(!crates.contains("url"), "the tables for host names");
    Ok(())
}

/// The cells of a row.
fn cells(row: &str) -> Outcome<[&str; 3]> {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    cells.try_into().map_err(|_| format!("not a row of three cells: {row}").into())
}

/// The features in a cell: each in backticks, or `none`.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The crates that `tencentcloud-cdn` depends on with these features alone, and itself.
fn tree(features: &[&str]) -> Outcome<BTreeSet<String>> {
    let features = features.join(",");
    let package = ["--package", "tencentcloud-cdn", "--no-default-features", "--features", &features];
    // One target, so that the number is the same on every machine.
    let shape = ["--locked", "--edges", "normal", "--prefix", "none", "--target", "x86_64-unknown-linux-gnu"];
    let output =
        Command::new(env!("CARGO")).arg("tree").args(shape).args(package).current_dir(workspace::root()).output()?;
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}
