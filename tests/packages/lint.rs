//! What the packages' own judges say: lintian and rpmlint, with the few exceptions that stand beside the packages, each with its reason.
//! Doesn't install anything.

use std::fs;
use std::process::Command;

use harness::tree::top;

use crate::opened::{SHIPPED, deb, rpm, said};

/// Where exceptions stand, and what begins a line that is one.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("packaging/deb/postern.lintian-overrides", "postern:"),
    ("packaging/deb/postern-cli.lintian-overrides", "postern-cli:"),
    ("packaging/rpm/rpmlint.toml", "\""),
];

#[test]
fn lintian_finds_nothing_in_the_packages_for_debian() {
    for name in SHIPPED {
        said(Command::new("lintian").args(["--allow-root", "--info", "--fail-on", "error,warning"]).arg(deb(name)));
    }
}

#[test]
fn rpmlint_finds_nothing_in_the_packages_for_fedora_and_rhel() {
    for name in SHIPPED {
        let told = said(Command::new("rpmlint").arg("--config").arg(top().join("packaging/rpm/rpmlint.toml")).arg(rpm(name)));
        assert!(told.contains(" 0 errors, 0 warnings"), "{told}");
    }
}

#[test]
fn every_exception_stands_below_its_reason() {
    for (file, begins) in EXCEPTIONS {
        let words = fs::read_to_string(top().join(file)).unwrap();
        let lines: Vec<&str> = words.lines().map(str::trim).collect();
        let exceptions = lines.iter().enumerate().filter(|(_, line)| line.starts_with(begins)).map(|(at, _)| at).collect::<Vec<_>>();
        assert!(!exceptions.is_empty(), "{file} holds no exception");
        for at in exceptions {
            assert!(at > 0 && lines[at - 1].starts_with("# "), "{file} doesn't say why: {}", lines[at]);
        }
    }
}
