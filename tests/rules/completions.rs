//! Completions: the shells that they are for can read them, and bash, asked for real, offers what the help shows and nothing else.
//! Doesn't try zsh and fish beyond reading: their scripts come from the same commands.

use std::collections::BTreeSet;

use harness::Program;

use crate::pages::{MADE, PROGRAMS, commands, files_in, rows};

/// Calls the function of a completion as bash does when TAB is pressed after the last of these words, and prints what is offered.
const PRESS_TAB: &str = r#"
source "$1" || exit 1
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

#[test]
fn the_shells_can_read_what_is_made_for_them() {
    for (shell, check, name) in [("bash", "-n", "postern"), ("zsh", "-n", "_postern"), ("fish", "--no-execute", "postern")] {
        let scripts = files_in(&MADE.join("completions").join(shell));
        assert_eq!(scripts.len(), PROGRAMS.len(), "{shell}");
        for (path, script) in scripts {
            assert!(path.display().to_string().starts_with(name) && !script.is_empty(), "{shell} wouldn't find {}", path.display());
            let whole = MADE.join("completions").join(shell).join(&path);
            let read = Program::named(shell).arg(check).arg(&whole).finish();
            assert!(read.success() && read.stderr.is_empty(), "{shell} can't read {}: {}", path.display(), read.stderr);
        }
    }
}

#[test]
fn bash_goes_on_with_commands_options_and_values() {
    assert_eq!(offered(&["postern", "sh"]), ["share"]);
    assert_eq!(offered(&["postern", "share", "cr"]), ["create"]);
    assert_eq!(offered(&["postern", "share", "create", "--exp"]), ["--expires"]);
    assert_eq!(offered(&["posternctl", "share", "list", "--state", "lo"]), ["locked"]);
    assert_eq!(offered(&["posternd", "ch"]), ["check-config"]);
}

#[test]
fn for_every_command_bash_offers_the_options_of_its_help_and_nothing_hidden() {
    for (program, _) in PROGRAMS {
        for (words, help) in commands(program) {
            let shown: BTreeSet<&str> = help.lines().filter_map(option).collect();
            let mut asked: Vec<&str> = words.iter().map(String::as_str).collect();
            asked.push("--");
            let offered = offered(&asked);
            assert_eq!(offered.iter().map(String::as_str).collect::<BTreeSet<_>>(), shown, "{words:?}");
            asked.pop();
            asked.push("");
            let below: BTreeSet<&str> = rows(&help, "Commands:").collect();
            let offered = self::offered(&asked);
            let named = offered.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
            assert_eq!(named.collect::<BTreeSet<_>>(), below, "{words:?}");
        }
    }
}

#[test]
fn no_shell_learns_of_the_link_that_is_taken_only_to_be_refused() {
    for (path, script) in files_in(&MADE.join("completions")) {
        for line in script.lines() {
            assert!(!line.contains(":refused"), "{} tells of it: {line}", path.display());
        }
    }
    let page = files_in(&MADE.join("man/man1")).remove(std::path::Path::new("postern-open.1")).unwrap();
    assert!(!page.contains("LINK"), "postern-open(1) tells of it");
}

/// The long option that a line of a help is about.
fn option(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let long =
        line.strip_prefix("-").filter(|rest| !rest.starts_with('-')).and_then(|rest| rest.split_once(", ")).map_or(line, |(_, long)| long);
    long.starts_with("--").then(|| long.split_whitespace().next()).flatten()
}

fn offered(words: &[&str]) -> Vec<String> {
    let script = MADE.join("completions/bash").join(words[0]);
    let pressed = Program::named("bash").args(["--norc", "-c", PRESS_TAB, "bash"]).arg(script).args(words).finish();
    assert!(pressed.success(), "{words:?}: {}", pressed.stderr);
    pressed.stdout.split_whitespace().map(str::to_owned).collect()
}
