//! Runs `cargo xtask spec diff` in checkouts of their own, and checks what it prints and its exit
//! codes.

#![expect(clippy::disallowed_methods, reason = "writes checkouts and runs commands")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NOT_COMPARED: i32 = 101;
const FOUND: i32 = 100;

/// A checkout with one release, `v0.1.0`, which is removed with this value.
struct Checkout(PathBuf);

impl Checkout {
    fn new(name: &str) -> Outcome<Self> {
        let checkout = Self::without_release(name)?;
        checkout.git(&["tag", "v0.1.0"])?;
        Ok(checkout)
    }

    fn without_release(name: &str) -> Outcome<Self> {
        let root = env::temp_dir().join(format!("spec-diff-{}-{name}", process::id()));
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/refusals/base");
        for folder in ["common", "demo"] {
            fs::create_dir_all(root.join("spec").join(folder))?;
            for entry in fs::read_dir(base.join(folder))? {
                let entry = entry?;
                fs::copy(entry.path(), root.join("spec").join(folder).join(entry.file_name()))?;
            }
        }
        fs::create_dir_all(root.join("xtask"))?;
        let checkout = Self(root);
        checkout.write("xtask/Cargo.toml", "")?;
        checkout.write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n")?;
        checkout.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n")?;
        checkout.git(&["init", "--quiet"])?;
        checkout.git(&["add", "."])?;
        checkout.git(&["commit", "--quiet", "--message", "first"])?;
        Ok(checkout)
    }

    fn write(&self, path: &str, text: &str) -> Outcome<()> {
        Ok(fs::write(self.0.join(path), text)?)
    }

    /// Replaces text in a file.
    fn change(&self, path: &str, before: &str, after: &str) -> Outcome<()> {
        let text = fs::read_to_string(self.0.join(path))?;
        assert!(text.contains(before), "{path} lacks {before}");
        self.write(path, &text.replace(before, after))
    }

    fn git(&self, arguments: &[&str]) -> Outcome<()> {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").current_dir(&self.0).args(identity).args(arguments).output()?;
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Runs the command. Returns its exit code, and what it prints.
    fn spec_diff(&self, arguments: &[&str]) -> Outcome<(i32, String)> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(&self.0).env("CARGO_MANIFEST_DIR", self.0.join("xtask"));
        let output = command.args(["spec", "diff"]).args(arguments).output()?;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok((output.status.code().ok_or("a signal")?, text.concat()))
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const RATE: [&str; 3] = ["spec/demo/Ping.json", "\"requests_per_second\": 20", "\"requests_per_second\": 10"];

#[test]
fn specifications_that_have_not_changed_need_no_version() -> Outcome<()> {
    let (code, text) = Checkout::new("same")?.spec_diff(&[])?;
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("verdict: none; smallest next version: 0.1.0; Cargo.toml has 0.1.0\n"), "{text}");
    Ok(())
}

#[test]
fn a_change_needs_a_version_and_an_entry_of_the_changelog() -> Outcome<()> {
    let checkout = Checkout::new("lacks")?;
    let [path, before, after] = RATE;
    checkout.change(path, before, after)?;
    let (code, text) = checkout.spec_diff(&[])?;
    assert_eq!(code, FOUND, "{text}");
    assert!(text.contains("smallest next version: 0.1.1; Cargo.toml has 0.1.0; help: raise `version`"), "{text}");
    assert!(text.contains("\n  - `tencentcloud-demo`: `Ping` is limited to 10 requests per second.\n"), "{text}");

    checkout.change("Cargo.toml", "0.1.0", "0.1.1")?;
    assert_eq!(checkout.spec_diff(&[])?.0, FOUND);
    checkout.change(
        "CHANGELOG.md",
        "Unreleased\n",
        "Unreleased\n\n- `tencentcloud-demo`: `Ping` has a lower rate.\n",
    )?;
    let (code, text) = checkout.spec_diff(&[])?;
    assert_eq!(code, 0, "{text}");
    Ok(())
}

#[test]
fn a_change_that_reaches_the_given_level_fails() -> Outcome<()> {
    let checkout = Checkout::new("levels")?;
    let [path, before, after] = RATE;
    checkout.change(path, before, after)?;
    for (level, expected) in [("major", 0), ("minor", FOUND), ("any", FOUND)] {
        let (code, text) = checkout.spec_diff(&["--fail-on", level])?;
        assert_eq!(code, expected, "{level}: {text}");
    }
    checkout.git(&["checkout", "--quiet", "."])?;
    assert_eq!(checkout.spec_diff(&["--fail-on", "any"])?.0, 0);
    Ok(())
}

#[test]
fn a_revision_a_checkout_and_a_folder_of_specifications_are_compared_alike() -> Outcome<()> {
    let (checkout, old) = (Checkout::new("new")?, Checkout::new("old")?);
    let [path, before, after] = RATE;
    checkout.change(path, before, after)?;
    let (root, spec) = (old.0.display().to_string(), old.0.join("spec").display().to_string());
    for from in ["HEAD", "v0.1.0", &root, &spec] {
        let (code, text) = checkout.spec_diff(&["--from", from, "--fail-on", "minor"])?;
        assert_eq!(code, FOUND, "{text}");
        assert!(text.contains("minor, urgent: rate-lowered\n"), "{text}");
    }
    let (_, text) = checkout.spec_diff(&["--from", &spec])?;
    assert!(text.contains(&format!("verdict: minor; the version of {spec} is unknown")), "{text}");
    Ok(())
}

#[test]
fn what_cannot_be_compared_is_never_reported_as_unchanged() -> Outcome<()> {
    let checkout = Checkout::new("fails")?;
    fs::create_dir_all(checkout.0.join("empty"))?;
    let cases: [(&[&str], &str); 7] = [
        (&["--from", "v9.9.9"], "`v9.9.9` is neither a folder nor a revision"),
        (&["--from", "--all"], "`--all` is neither a folder nor a revision"),
        (&["--from", "empty"], "empty has no specifications"),
        (&["--from"], "`--from` needs a value"),
        (&["--format", "yaml"], "`yaml` is not a format"),
        (&["--fail-on", "patch"], "`patch` is not a level"),
        (&["--all"], "unknown argument `--all`"),
    ];
    for (arguments, message) in cases {
        let (code, text) = checkout.spec_diff(arguments)?;
        assert_eq!(code, NOT_COMPARED, "{arguments:?}: {text}");
        assert!(text.starts_with("error: the specifications were not compared: "), "{text}");
        assert!(text.contains(message) && text.contains("; help: "), "{text}");
    }
    Ok(())
}

#[test]
fn specifications_that_cannot_be_read_are_not_compared() -> Outcome<()> {
    let checkout = Checkout::new("broken")?;
    checkout.write("spec/demo/Ping.json", "{")?;
    let (code, text) = checkout.spec_diff(&[])?;
    assert_eq!(code, NOT_COMPARED, "{text}");
    assert!(!text.contains("in the released version"), "{text}");

    checkout.git(&["commit", "--quiet", "--all", "--message", "broken"])?;
    checkout.git(&["checkout", "--quiet", "v0.1.0", "--", "spec"])?;
    let (code, text) = checkout.spec_diff(&["--from", "HEAD"])?;
    assert_eq!(code, NOT_COMPARED, "{text}");
    assert!(text.contains("in the released version\n  help: "), "{text}");
    Ok(())
}

#[test]
fn without_a_release_nothing_is_compared() -> Outcome<()> {
    let checkout = Checkout::without_release("unreleased")?;
    let (code, text) = checkout.spec_diff(&[])?;
    assert_eq!(code, NOT_COMPARED, "{text}");
    assert!(text.contains("no release was found: "), "{text}");
    Ok(())
}

#[test]
fn the_rules_are_listed_without_a_release() -> Outcome<()> {
    let (code, text) = Checkout::without_release("rules")?.spec_diff(&["--rules"])?;
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("\nrequest-became-required    major  hold  an optional parameter is now required\n"),
        "{text}"
    );
    Ok(())
}

#[test]
fn every_format_has_the_change() -> Outcome<()> {
    let checkout = Checkout::new("formats")?;
    let [path, before, after] = RATE;
    checkout.change(path, before, after)?;
    let cases = [
        ("text", "  minor, urgent: rate-lowered\n    spec     spec/demo/Ping.json: requests_per_second\n"),
        ("json", "\"rule\": \"rate-lowered\""),
        ("markdown", "| minor, **urgent** | rate-lowered | `tencentcloud_demo::Ping`<br>spec/demo/Ping.json"),
        ("github", "::warning file=spec/demo/Ping.json,title=minor%2C urgent%3A rate-lowered::Ping at requests_per"),
    ];
    for (format, expected) in cases {
        let (code, text) = checkout.spec_diff(&["--format", format])?;
        assert_eq!(code, FOUND, "{text}");
        assert!(text.contains(expected), "{format}: {text}");
    }
    Ok(())
}
