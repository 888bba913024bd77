//! Packages as they would have been some time ago, to upgrade from: of a lower version, and with other configuration files.
//! They are made of the packages that are tried, so programs, scriptlets and rights are those; nothing is built.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::opened::said;

/// Their version: lower than any that was released.
const OLDER: &str = "0.0.9-1";

/// What each of their configuration files ends with, so that an upgrade finds all of them changed by the package.
const LAST_LINE: &str = "# The last line of an older version.\n";

/// Puts an older .deb of this one into a folder.
pub fn put_deb(package: &Path, into: &Path) {
    let work = tempfile::tempdir().unwrap();
    let tree = work.path().join("tree");
    said(Command::new("dpkg-deb").arg("--raw-extract").arg(package).arg(&tree));
    let control = tree.join("DEBIAN/control");
    let newer = fs::read_to_string(&control).unwrap();
    let older: String =
        newer.lines().map(|line| if line.starts_with("Version: ") { format!("Version: {OLDER}\n") } else { format!("{line}\n") }).collect();
    fs::write(&control, older).unwrap();
    for file in fs::read_to_string(tree.join("DEBIAN/conffiles")).unwrap().lines() {
        lengthen(&tree, file);
    }
    said(Command::new("dpkg-deb").args(["-Znone", "--build"]).arg(&tree).arg(into.join(format!("postern_{OLDER}_older.deb"))));
}

/// Puts an older .rpm of this one into a folder. Its scriptlets and what it says of its files are what rpm tells of this one.
pub fn put_rpm(package: &Path, into: &Path) {
    let work = tempfile::tempdir().unwrap();
    let tree = work.path().join("tree");
    fs::create_dir(&tree).unwrap();
    let unpack = r#"rpm2cpio "$1" | cpio --quiet --extract --make-directories --directory "$2""#;
    said(Command::new("bash").args(["-euo", "pipefail", "-c", unpack, "bash"]).arg(package).arg(&tree));
    let asked = |format: &str| {
        let told = said(Command::new("rpm").args(["--query", "--queryformat", format, "--package"]).arg(package));
        // In a spec a single one would begin a macro.
        told.replace('%', "%%")
    };
    let files: String = asked("[%{FILEFLAGS:fflags}|%{FILEMODES:octal}|%{FILENAMES}\n]").lines().map(|line| listed(&tree, line)).collect();
    let scriptlets = [("post", "%{POSTIN}"), ("preun", "%{PREUN}"), ("postun", "%{POSTUN}")]
        .map(|(name, format)| format!("%{name}\n{}\n", asked(format)))
        .concat();
    let (version, release) = OLDER.split_once('-').unwrap();
    let spec = format!(
        "%global debug_package %{{nil}}\n%global __os_install_post %{{nil}}\n%global _build_id_links none\n\
         Name: postern\nVersion: {version}\nRelease: {release}\nSummary: An older one\nLicense: {}\nAutoReqProv: no\n\
         %description\nAn older one.\n%install\ncp -a {}/. %{{buildroot}}/\n{scriptlets}%files\n{files}",
        asked("%{LICENSE}"),
        tree.display(),
    );
    let path = work.path().join("older.spec");
    fs::write(&path, spec).unwrap();
    let mut build = Command::new("rpmbuild");
    build.args(["-bb", "--define", "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.older.rpm"]);
    for (name, folder) in [("_topdir", work.path()), ("_rpmdir", into)] {
        build.arg("--define").arg(format!("{name} {}", folder.display()));
    }
    said(build.arg(path));
}

/// A file's or folder's line in a spec, from its flags, mode and path as rpm told them. Configuration files are made older.
fn listed(tree: &Path, told: &str) -> String {
    let [flags, mode, path] = told.splitn(3, '|').collect::<Vec<_>>()[..] else { panic!("rpm told {told}") };
    let mode = u32::from_str_radix(mode, 8).unwrap();
    if flags.contains('c') {
        lengthen(tree, path);
    }
    let kind = match (flags.contains('c'), flags.contains('n'), mode & 0o170_000 == 0o040_000) {
        (true, true, _) => "%config(noreplace) ",
        (true, false, _) => "%config ",
        (false, _, true) => "%dir ",
        (false, _, false) => "",
    };
    format!("{kind}%attr({:o},root,root) {path}\n", mode & 0o7777)
}

/// Gives a file of an unpacked package the line that only the older one has.
fn lengthen(tree: &Path, file: &str) {
    let path = tree.join(file.trim_start_matches('/'));
    let words = fs::read_to_string(&path).unwrap();
    fs::write(&path, words + LAST_LINE).unwrap();
}
