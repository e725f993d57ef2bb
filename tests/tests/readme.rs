//! Checks that the table of crates in the README lists the products and actions under `spec/`, and
//! that the access policy of `tcpurge` allows them.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use tencentcloud_tests::{Outcome, workspace};

/// Files of a product's folder that are not actions.
const NOT_ACTIONS: [&str; 3] = ["product.json", "types.json", "errors.json"];

#[derive(Deserialize)]
struct Product {
    version: String,
    deprecated: Option<String>,
}

#[test]
fn the_table_of_the_readme_lists_every_action_under_spec() -> Outcome<()> {
    let readme = fs::read_to_string(workspace::root().join("README.md"))?;
    for (folder, actions) in actions()? {
        let product = fs::read_to_string(workspace::root().join(format!("spec/{folder}/product.json")))?;
        let product: Product = serde_json::from_str(&product)?;
        let crate_cell = format!("| [`tencentcloud-{folder}`](crates/{folder}) |");
        let row = readme
            .lines()
            .find(|line| line.starts_with(&crate_cell))
            .ok_or_else(|| format!("README.md has no row that begins with {crate_cell}"))?;
        assert!(row.contains(&format!("API {}", product.version)), "the version {} is missing: {row}", product.version);
        assert_eq!(
            row.contains("retired"),
            product.deprecated.is_some(),
            "`retired` is for deprecated products: {row}"
        );
        assert!(row.ends_with(&format!(" | {} |", actions.join(", "))), "the actions are {actions:?}: {row}");
    }
    Ok(())
}

#[test]
fn the_table_of_the_readme_lists_nothing_but_crates_of_the_workspace() -> Outcome<()> {
    let readme = fs::read_to_string(workspace::root().join("README.md"))?;
    let rows = readme.lines().filter(|line| line.starts_with("| [`"));
    let mut listed: Vec<&str> =
        rows.filter_map(|row| Some(row.split_once("](crates/")?.1.split_once(')')?.0)).collect();
    listed.sort_unstable();
    let mut crates = Vec::new();
    for entry in fs::read_dir(workspace::root().join("crates"))? {
        crates.push(entry?.file_name().to_string_lossy().into_owned());
    }
    crates.sort_unstable();
    assert_eq!(listed, crates);
    Ok(())
}

#[test]
fn the_readme_shows_the_session_that_the_test_of_tcpurge_runs() -> Outcome<()> {
    let session = |path: &str| -> Outcome<String> {
        let text = fs::read_to_string(workspace::root().join(path))?;
        let session = text.split("```console\n").nth(1).and_then(|rest| rest.split("```").next());
        Ok(session.ok_or_else(|| format!("{path} has no block of a terminal"))?.to_owned())
    };
    assert_eq!(session("README.md")?, session("crates/cli/README.md")?);
    Ok(())
}

/// An access policy.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    version: String,
    statement: Vec<Statement>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    effect: String,
    action: Vec<String>,
    resource: Vec<String>,
}

#[test]
fn the_policy_of_tcpurge_allows_every_action_of_its_products_and_nothing_else() -> Outcome<()> {
    let policy: Policy = serde_json::from_str(&fs::read_to_string(workspace::root().join("crates/cli/policy.json"))?)?;
    let actions = actions()?;
    let mut expected = Vec::new();
    for product in ["cdn", "teo"] {
        let of_product = actions.get(product).ok_or("no such product")?;
        expected.extend(of_product.iter().map(|action| format!("{product}:{}", action.trim_matches('`'))));
    }
    let statement = Statement { effect: "allow".to_owned(), action: expected, resource: vec!["*".to_owned()] };
    assert_eq!(policy, Policy { version: "2.0".to_owned(), statement: vec![statement] });
    Ok(())
}

/// The actions of each product, in backticks, by the product's folder.
fn actions() -> Outcome<BTreeMap<String, Vec<String>>> {
    let mut actions = BTreeMap::<String, Vec<String>>::new();
    for path in workspace::files(&workspace::root().join("spec"))?.into_keys() {
        let Some((folder, file)) = path.split_once('/') else { continue };
        if let Some(action) = file.strip_suffix(".json").filter(|_| !NOT_ACTIONS.contains(&file)) {
            actions.entry(folder.to_owned()).or_default().push(format!("`{action}`"));
        }
    }
    Ok(actions)
}
