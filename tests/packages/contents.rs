//! What is in the packages: the same in both families, root's, with the rights that were meant, and nothing of the machine that built them.
//! What happens when they are installed, `booted.rs` tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use harness::tree::{target, top};

use crate::opened::{Entry, PROGRAMS, SHIPPED, deb, deb_entries, rpm, rpm_entries, said, unpacked};

/// What an upgrade keeps when somebody has changed it.
const CONFIGURATION: [&str; 2] = ["/etc/postern/postern.toml", "/etc/ufw/applications.d/postern"];

/// Where the families' customs differ, by how a path begins: in .deb, and in .rpm.
const CUSTOMS: [(&str, &str); 3] = [
    ("usr/share/zsh/vendor-completions/", "usr/share/zsh/site-functions/"),
    ("usr/share/doc/postern/copyright", "usr/share/licenses/postern/LICENSE"),
    ("usr/share/doc/postern-cli/copyright", "usr/share/licenses/postern-cli/LICENSE"),
];

#[test]
fn both_families_hold_the_same_files_with_the_same_rights() {
    for name in SHIPPED {
        let deb: BTreeMap<String, Entry> =
            deb_entries(name).into_iter().filter_map(|(path, entry)| Some((as_rpm(&path)?, entry))).collect();
        let rpm: BTreeMap<String, Entry> = rpm_entries(name).into_iter().filter(|(path, _)| !path.ends_with('/')).collect();
        assert!(rpm.len() > 10, "{name} holds only {rpm:?}");
        assert_eq!(deb, rpm, "{name}");
    }
}

#[test]
fn everything_belongs_to_root_nobody_else_writes_and_root_alone_reads_credentials() {
    for (entries, family) in [(deb_entries("postern"), "deb"), (rpm_entries("postern"), "rpm")] {
        assert_eq!(entries["etc/postern/credentials/"].mode, "drwx------", "{family}");
        assert_eq!(entries["etc/postern/conf.d/"].mode, "drwxr-xr-x", "{family}");
        assert_eq!(entries["etc/postern/postern.toml"].mode, "-rw-r--r--", "{family}");
        for (path, entry) in entries {
            assert_eq!(entry.owner, "root/root", "{family}: {path}");
            let others: Vec<char> = entry.mode.chars().collect();
            assert!(others[5] == '-' && others[8] == '-' && !entry.mode.contains(['s', 't']), "{family}: {path} is {}", entry.mode);
            assert!(!path.starts_with("var/") && !path.starts_with("run/"), "{family}: {path} is made by systemd");
        }
    }
}

#[test]
fn an_upgrade_keeps_configuration_that_was_changed() {
    let conffiles = said(Command::new("dpkg-deb").arg("--info").arg(deb("postern")).arg("conffiles"));
    let of_rpm = said(Command::new("rpm").args(["--query", "--configfiles", "--package"]).arg(rpm("postern")));
    // c is %config, n is noreplace.
    let flags = said(
        Command::new("rpm").args(["--query", "--queryformat", "[%{FILEFLAGS:fflags} %{FILENAMES}\n]", "--package"]).arg(rpm("postern")),
    );
    for told in [&conffiles, &of_rpm] {
        assert_eq!(told.lines().collect::<BTreeSet<_>>(), BTreeSet::from(CONFIGURATION));
    }
    for file in CONFIGURATION {
        assert!(flags.lines().any(|line| line == format!("cn {file}")), "{file} would be replaced: {flags}");
    }
}

#[test]
fn neither_package_wants_the_other_and_both_say_the_version_of_their_programs() {
    for name in SHIPPED {
        let field = |field: &str| said(Command::new("dpkg-deb").arg("--field").arg(deb(name)).arg(field)).trim().to_owned();
        assert!(!field("Depends").contains("postern") && !field("Recommends").contains("postern"));
        assert!(field("Depends").contains("libssl3"), "what the programs are linked with was not looked at: {}", field("Depends"));
        let requires = said(Command::new("rpm").args(["--query", "--requires", "--package"]).arg(rpm(name)));
        assert!(!requires.lines().any(|line| line.starts_with("postern")), "{requires}");
        let version = said(Command::new("rpm").args(["--query", "--queryformat", "%{VERSION}-%{RELEASE}", "--package"]).arg(rpm(name)));
        assert_eq!(version, field("Version"));
        for (_, program) in PROGRAMS.into_iter().filter(|(package, _)| *package == name) {
            let told = said(Command::new(unpacked(name).join(program)).arg("--version"));
            let told = told.split_whitespace().last().unwrap();
            assert_eq!(version.split_once('-').unwrap().0.replace('~', "-"), told);
        }
    }
}

#[test]
fn no_program_tells_of_the_machine_that_it_was_built_on() {
    let home = std::env::var("HOME").unwrap();
    let cargo = std::env::var("CARGO_HOME").unwrap_or_else(|_| format!("{home}/.cargo"));
    let paths = [top().display().to_string(), target().display().to_string(), cargo, format!("{home}/.rustup")];
    for (package, program) in PROGRAMS {
        let bytes = fs::read(unpacked(package).join(program)).unwrap();
        assert!(holds(&bytes, "/usr/src/crates/"), "{program}: paths are not where they are looked for");
        for path in &paths {
            assert!(!holds(&bytes, path), "{program} holds {path}");
        }
    }
}

#[test]
fn programs_are_stripped_and_their_line_numbers_lie_in_packages_of_their_own() {
    for (package, program) in PROGRAMS {
        let sections = said(Command::new("objdump").arg("--section-headers").arg(unpacked(package).join(program)));
        assert!(sections.contains(".text"), "{program} was not read: {sections}");
        assert!(!sections.contains(".debug_line") && !sections.contains(".debug_info"), "{program} is not stripped: {sections}");
    }
    for symbols in [crate::packages::package("postern-dbgsym_", ".deb"), crate::packages::package("postern-debuginfo-", ".rpm")] {
        let bytes = fs::metadata(&symbols).unwrap().len();
        assert!(bytes > 1_000_000, "{} holds no symbols: {bytes} bytes", symbols.display());
    }
}

#[test]
fn the_packages_hold_what_an_appliance_needs() {
    let daemon = deb_entries("postern");
    for path in [
        "usr/lib/systemd/system/posternd.service",
        "usr/lib/systemd/system/posternd.socket",
        "usr/lib/systemd/system/posternd-admin.socket",
        "usr/lib/systemd/catalog/postern.catalog",
        "usr/lib/sysusers.d/postern.conf",
        "usr/lib/tmpfiles.d/postern.conf",
        "usr/share/man/man8/posternd.8.gz",
        "usr/share/man/man5/postern.toml.5.gz",
        "usr/share/bash-completion/completions/posternctl",
        "usr/share/doc/postern/install.md",
    ] {
        assert!(daemon.contains_key(path), "postern lacks {path}");
    }
    let owner = deb_entries("postern-cli");
    assert!(owner.contains_key("usr/share/man/man1/postern.1.gz") && !owner.keys().any(|path| path.contains("systemd")));
    let both: Vec<_> = owner.keys().filter(|path| !path.ends_with('/') && daemon.contains_key(*path)).collect();
    assert!(both.is_empty(), "both packages hold {both:?}, so they can't be installed together");
}

/// Where a file of a .deb lies in the .rpm; nothing for folders and for what only Debian has.
fn as_rpm(path: &str) -> Option<String> {
    if path.ends_with('/') || path.starts_with("usr/share/lintian/") || path.ends_with("/changelog.Debian.gz") {
        return None;
    }
    let custom = CUSTOMS.iter().find(|(deb, _)| path.starts_with(deb));
    Some(custom.map_or_else(|| path.to_owned(), |(deb, rpm)| path.replacen(deb, rpm, 1)))
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
