//! Runs the commands in the README, and compares what they print.

use std::fs;
use std::process::Command;

use crate::harness::{Setup, package, program};

/// The blocks of the README that show a terminal, as commands with what they print.
fn sessions(readme: &str) -> Vec<Vec<(String, String)>> {
    let blocks = readme.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let session = |block: &str| {
        let mut commands: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => panic!("a block begins with a command"),
            }
        }
        commands
    };
    blocks.map(session).collect()
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = fs::read_to_string(package().join("README.md")).unwrap();
    let sessions = sessions(&readme);
    assert!(!sessions.is_empty());
    for session in sessions {
        let setup = Setup::new();
        let mut code = 0;
        for (command, expected) in session {
            if let Some(file) = command.strip_prefix("cat ") {
                setup.write(file, &expected);
                continue;
            }
            if command == "echo $?" {
                assert_eq!(format!("{code}\n"), expected, "the exit code");
                continue;
            }
            // A shell, so that both outputs appear in the order in which they are written.
            let environment = setup.command(&[]);
            let mut shell = Command::new("sh");
            let line = command.replacen("tcpurge", &program().display().to_string(), 1);
            shell.args(["-c", &format!("{line} 2>&1")]).current_dir(&setup.folder).env_clear();
            shell.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let output = shell.output().unwrap();
            code = output.status.code().unwrap();
            assert_eq!(without_times(&String::from_utf8(output.stdout).unwrap()), expected, "{command}");
        }
    }
}

/// What was printed, without how long a wait took and what it showed meanwhile: that depends on the
/// machine.
fn without_times(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("waiting for "))
        .map(|line| if line.starts_with("done after ") { "done\n".to_owned() } else { format!("{line}\n") })
        .collect()
}

#[test]
fn the_readme_lists_every_command_and_every_exit_code() {
    let readme = fs::read_to_string(package().join("README.md")).unwrap();
    let help = String::from_utf8(Command::new(program()).arg("--help").output().unwrap().stdout).unwrap();
    let section = |from: &str, to: &str| help.split(from).nth(1).unwrap().split(to).next().unwrap().to_owned();
    for line in section("Commands:\n", "\n\n").lines() {
        let command = line.trim().split(' ').next().unwrap();
        assert!(readme.contains(&format!("| `tcpurge {command}` |")), "{command}");
    }
    for line in section("Exit codes:\n", "\n\n").lines() {
        let (code, meaning) = line.trim().split_once(' ').unwrap();
        let is_row =
            |row: &str| row.starts_with(&format!("| {code} | `")) && row.ends_with(&format!("| {} |", meaning.trim()));
        assert!(readme.lines().any(is_row), "{line}");
    }
}
