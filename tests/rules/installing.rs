//! docs/install.md and the stories that try it belong together: each of its commands is run by a story, or says why none can.
//! Nothing is installed here: `make test-appliance` does that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use harness::Program;
use harness::document::{Block, blocks};
use harness::tree::{files, text, top};

#[test]
fn every_command_of_the_installation_is_run_by_a_story_or_says_why_not() {
    for block in installation() {
        let told = block.tested().or(block.by_hand());
        assert!(told.is_some_and(|told| !told.is_empty()), "nothing is said about how this is tested:\n{}", block.commands);
    }
    let documented: Vec<String> = installation().iter().filter_map(|block| block.tested().map(str::to_owned)).collect();
    let named: BTreeSet<String> = documented.iter().cloned().collect();
    assert_eq!(documented.len(), named.len(), "two blocks have one name: {documented:?}");
    assert_eq!(named, run_by_stories(), "the document's commands, and those that stories run");
}

#[test]
fn stories_are_scripts_that_shellcheck_has_nothing_to_say_about() {
    for story in stories() {
        let checked = Program::named("shellcheck").arg("--external-sources").arg(top().join(&story)).finish();
        assert!(checked.success(), "{}", checked.stdout);
    }
}

#[test]
fn no_story_takes_a_failure_behind_an_exclamation_mark_for_a_proof() {
    for story in stories() {
        let script = text(&story).unwrap();
        // `set -e` doesn't look at what is negated; `fails` does.
        let negated = script.lines().find(|line| line.trim_start().starts_with("! "));
        assert_eq!(negated, None, "{}", story.display());
    }
}

fn installation() -> Vec<Block> {
    let blocks = blocks(&text(Path::new("docs/install.md")).unwrap());
    assert!(blocks.len() > 15, "only {} blocks were found", blocks.len());
    blocks
}

fn stories() -> Vec<PathBuf> {
    let stories: Vec<_> = files().into_iter().filter(|file| file.starts_with("tests/packages/stories")).collect();
    assert!(stories.len() > 10, "only {stories:?} were found");
    stories
}

/// The names that follow `document` in stories, where it stands as a command.
fn run_by_stories() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for story in stories().iter().filter(|story| !story.ends_with("steps.sh")) {
        let script = text(story).unwrap();
        let code = script.lines().filter(|line| !line.trim_start().starts_with('#') && !line.starts_with("step "));
        for line in code {
            let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || "()".contains(c)).filter(|word| !word.is_empty()).collect();
            names.extend(words.windows(2).filter(|pair| pair[0] == "document").map(|pair| pair[1].to_owned()));
        }
    }
    names
}
