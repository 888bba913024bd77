//! The one list of what ships (`packaging/files`): both families take it, so they can't drift; and what a terminal says after installation is what the
//! documents say. The packages themselves are looked into by `tests/packages`.

use std::collections::BTreeSet;
use std::path::Path;

use harness::tree::{files, text};

/// What a family may have for itself: completions of zsh and the licence lie elsewhere.
const OWN: [&str; 4] = ["/usr/share/zsh/vendor-completions/", "/usr/share/zsh/site-functions/", "/usr/share/doc/", "/usr/share/licenses/"];

struct Line {
    family: String,
    package: String,
    from: String,
    to: String,
}

#[test]
fn both_families_ship_the_same_but_where_their_customs_differ() {
    let lines = lines();
    for line in lines.iter().filter(|line| line.family != "both") {
        assert!(OWN.iter().any(|own| line.to.starts_with(own)), "{} is only in {}", line.to, line.family);
    }
    let own = |family: &str| lines.iter().filter(|line| line.family == family).map(|line| line.package.clone()).collect::<Vec<_>>();
    assert_eq!(own("deb"), own("rpm"), "each family has its own place for the same things");
}

#[test]
fn everything_that_ships_and_is_not_built_lies_in_the_tree() {
    let there: BTreeSet<String> = files().iter().map(|file| file.display().to_string()).collect();
    for line in lines().iter().filter(|line| line.from != "-") {
        let built = ["programs/", "pages/", "bill/"].iter().any(|folder| line.from.starts_with(folder));
        let (begins, ends) = line.from.split_once('*').unwrap_or((&line.from, ""));
        assert!(built || there.iter().any(|file| file.starts_with(begins) && file.ends_with(ends)), "{} is not there", line.from);
    }
}

#[test]
fn neither_family_lists_files_for_itself() {
    for file in ["packaging/deb/rules", "packaging/rpm/postern.spec"] {
        let words = text(Path::new(file)).unwrap();
        for name in ["posternctl", "postern.toml", "/usr/bin", "/etc/postern/"] {
            // Comments, descriptions and what scriptlets say are words.
            let told = words.lines().filter(|line| line.contains(name) && !line.contains("echo"));
            let told = told.filter(|line| !line.starts_with(|first: char| first == '#' || first.is_alphabetic()));
            assert_eq!(told.collect::<Vec<_>>(), Vec::<&str>::new(), "{file} names {name}: that belongs into packaging/files");
        }
    }
}

#[test]
fn what_a_terminal_says_after_installation_is_what_the_document_says() {
    let told = text(Path::new("packaging/next-steps")).unwrap();
    let document = text(Path::new("docs/install.md")).unwrap();
    let steps = told.lines().filter(|line| line.starts_with("     ") || line.starts_with("  2.") || line.starts_with("  3."));
    let steps: Vec<&str> = steps.map(|line| line.trim_start_matches([' ', '2', '3', '.'])).collect();
    assert!(steps.len() >= 8, "only {steps:?} were found");
    for step in steps {
        assert!(document.contains(step), "docs/install.md doesn't say: {step}");
    }
}

fn lines() -> Vec<Line> {
    let list = text(Path::new("packaging/files")).unwrap();
    let lines: Vec<Line> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect();
    assert!(lines.len() > 30, "only {} lines were read", lines.len());
    lines
}

fn line(line: &str) -> Line {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [family, package, mode, from, to] = words[..] else { panic!("packaging/files: {line}") };
    assert!(["both", "deb", "rpm"].contains(&family) && mode.len() == 4 && to.starts_with('/'), "packaging/files: {line}");
    Line { family: family.to_owned(), package: package.to_owned(), from: from.to_owned(), to: to.to_owned() }
}
