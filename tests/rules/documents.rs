//! What the documents name exists: files, `make` targets, commands. A reader who follows them never ends at nothing.
//! Doesn't judge whether what they say is true; the tests of flows do that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use harness::program;
use harness::tree::{files, text};

/// The documents that there must be.
const DUE: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs/protocol.md"];

/// Folders that come to be by building and running, so no checkout has them.
const MADE: &[&str] = &["target", "demo"];

/// The programs whose commands the documents name.
const PROGRAMS: &[&str] = &["postern", "posternctl", "posternd"];

#[test]
fn the_documents_that_people_look_for_are_there() {
    let there = files();
    for due in DUE {
        assert!(there.iter().any(|file| file == Path::new(due)), "{due} is missing");
    }
}

#[test]
fn every_path_in_the_documents_exists() {
    let there = files();
    for (document, words) in documents() {
        for path in spans(&words).into_iter().filter(|span| is_path(span)) {
            assert!(exists(&there, &path), "{} names {path}, which doesn't exist", document.display());
        }
        for target in linked(&words) {
            let beside = document.parent().unwrap_or(Path::new("")).join(&target);
            let beside = beside.display().to_string().replace("docs/../", "");
            assert!(exists(&there, &beside), "{} links to {target}, which doesn't exist", document.display());
        }
    }
}

#[test]
fn every_make_target_in_the_documents_can_be_made() {
    let makefile = text(Path::new("Makefile")).expect("the Makefile is text");
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', '#', '.']))
        .filter_map(|line| line.split_once(':'))
        .map(|(target, _)| target)
        .collect();
    assert!(targets.contains("test"), "the Makefile's targets read as {targets:?}");
    for (document, words) in documents() {
        for command in commands(&words, "make") {
            let target = command.split_whitespace().find(|word| !word.contains('=')).unwrap_or("help").to_owned();
            assert!(targets.contains(target.as_str()), "{} names `make {target}`, which the Makefile doesn't have", document.display());
        }
    }
}

#[test]
fn every_command_in_the_documents_is_one_that_the_programs_have() {
    for (document, words) in documents() {
        for name in PROGRAMS {
            for command in commands(&words, name) {
                let path: Vec<&str> = command.split_whitespace().take_while(|word| is_subcommand(word)).collect();
                let asked = program(name).args(&path).arg("--help").finish();
                assert!(asked.success(), "{} names `{name} {}`:\n{}", document.display(), path.join(" "), asked.stderr);
            }
        }
    }
}

/// Every document with its text.
fn documents() -> Vec<(PathBuf, String)> {
    let documents = files().into_iter().filter(|file| {
        let top = file.components().count() == 1 || file.starts_with("docs");
        top && file.extension().is_some_and(|ending| ending == "md") && file != Path::new("CHANGELOG.md")
    });
    let documents: Vec<_> = documents.filter_map(|file| text(&file).map(|words| (file, words))).collect();
    assert!(!documents.is_empty(), "there are no documents");
    documents
}

/// What stands in single backticks outside fenced blocks.
fn spans(words: &str) -> Vec<String> {
    let prose: Vec<&str> = words.split("```").step_by(2).collect();
    prose.iter().flat_map(|part| part.split('`').skip(1).step_by(2)).map(|span| span.replace('\n', " ")).collect()
}

/// The arguments of every call of a program: in backticks, or at the beginning of a line of a fenced block, after `$`, `sudo` and the like.
fn commands(words: &str, program: &str) -> Vec<String> {
    let fenced = words.split("```").skip(1).step_by(2).flat_map(str::lines).map(str::to_owned);
    let lines = spans(words).into_iter().chain(fenced);
    let called = lines.filter_map(|line| {
        let line = line.trim().trim_start_matches("$ ").trim_start_matches("sudo ");
        let rest = line.strip_prefix(program)?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| rest.split(" #").next().unwrap_or(rest).trim().to_owned())
    });
    called.collect()
}

/// The targets of Markdown links that lead into the project.
fn linked(words: &str) -> Vec<String> {
    let targets = words.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let inner = targets.filter(|target| !target.contains("://") && !target.starts_with(['#', '/']));
    inner.map(|target| target.split('#').next().unwrap_or(target).to_owned()).collect()
}

/// Whether a span reads as a path of the project: a folder of its top level with something below it, or a file by its ending. Paths of an installed
/// appliance and of the API begin with a slash; what is put in place of something else has brackets, dollars or capitals.
fn is_path(span: &str) -> bool {
    let plain = span.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    let made = MADE.iter().any(|folder| span.split('/').next() == Some(folder));
    plain && !made && !span.starts_with('/') && (begins_in_the_tree(span) || has_known_ending(span))
}

fn begins_in_the_tree(span: &str) -> bool {
    let Some((first, _)) = span.split_once('/') else { return false };
    files().iter().any(|file| file.components().count() > 1 && file.starts_with(first))
}

fn has_known_ending(span: &str) -> bool {
    let ending = Path::new(span).extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("rs" | "toml" | "md" | "sql" | "ts" | "sh")) && !span.starts_with('.')
}

/// Whether there is such a file or folder; the end of a path is enough (`clock.rs`, `migrations/sqlite`).
fn exists(there: &[PathBuf], path: &str) -> bool {
    let wanted = path.trim_end_matches('/').trim_start_matches("./");
    there.iter().any(|file| file.starts_with(wanted) || file.ends_with(wanted)) || path.is_empty()
}

fn is_subcommand(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase()) && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_prose_and_in_blocks() {
        let words = "Run `make demo` or\n```\n$ sudo posternctl user invite ada # once\npostern open\n```\nnot `posternd`.";
        assert_eq!(commands(words, "make"), ["demo"]);
        assert_eq!(commands(words, "posternctl"), ["user invite ada"]);
        assert_eq!(commands(words, "postern"), ["open"]);
        assert_eq!(commands(words, "posternd"), [""]);
    }

    #[test]
    fn paths_of_the_project_are_told_from_others() {
        assert!(is_path("tests/rules/nosuch.rs") && is_path("crates/nosuch") && is_path("nosuch.toml"));
        assert!(
            !is_path("/etc/postern/postern.toml")
                && !is_path("postern/1/knock")
                && !is_path("target/packages/")
                && !is_path("crates/<room>")
        );
        assert!(!exists(&files(), "tests/rules/nosuch.rs") && exists(&files(), "tests/rules/") && exists(&files(), "documents.rs"));
    }
}
