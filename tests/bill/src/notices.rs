//! The bill as people read it: every crate with its licence, and every notice that comes with one, each text once.
//! Nothing is shortened: licences ask for their whole text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Failed, Part};

/// How files are called that hold a licence or a notice.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// What a crate's own files lack: libpq comes without its notice.
const MISSING: [(&str, &str); 1] = [("pq-src", include_str!("libpq.txt"))];

/// The list and the notices of a package.
///
/// # Errors
/// [`Failed`], when a crate's folder can't be read.
pub fn text(package: &str, parts: &[&Part]) -> Result<String, Failed> {
    let mut list = format!(
        "{package} is under the GNU Affero General Public License, version 3. Its programs are linked with the crates below, and with the standard\n\
         library of Rust (Apache-2.0 OR MIT). SQLite, which libsqlite3-sys holds, is in the public domain. No package from npm is in what ships.\n\n"
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.is_ours()) {
        list += &format!("{} {}: {}", part.name, part.version, part.licence);
        let found = notices(&part.folder)?;
        let missing = MISSING.iter().find(|(name, _)| *name == part.name).map(|(_, text)| (*text).to_owned());
        if found.is_empty() && missing.is_none() {
            let authors = if part.authors.is_empty() { "its authors".to_owned() } else { part.authors.join(", ") };
            list += &format!(" (comes without a notice; by {authors})");
        }
        list += "\n";
        for text in found.into_iter().chain(missing) {
            texts.entry(text).or_default().push(part.name.clone());
        }
    }
    for (text, of) in texts {
        list += &format!("\n{}\n{}\n\n{text}\n", "-".repeat(80), of.join(", "));
    }
    Ok(list)
}

/// Debian's copyright file (DEP-5), with the whole licence: Debian has no copy of it.
pub fn copyright() -> String {
    let licence =
        include_str!("../../../LICENSE").lines().map(|line| if line.trim().is_empty() { " .\n".to_owned() } else { format!(" {line}\n") });
    include_str!("../../../packaging/deb/copyright").to_owned() + &licence.collect::<String>()
}

fn notices(folder: &Path) -> Result<Vec<String>, Failed> {
    let unreadable = |error| Failed::new(format!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = fs::read_dir(folder).map_err(unreadable)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.retain(|path| path.is_file() && path.file_name().is_some_and(|name| is_notice(&name.to_string_lossy())));
    let read = paths.iter().map(|path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).trim_end().replace('\r', "")));
    read.collect::<Result<_, _>>().map_err(unreadable)
}

fn is_notice(name: &str) -> bool {
    let name = name.to_uppercase();
    NAMES.iter().any(|known| name.starts_with(known)) && !name.ends_with(".RS")
}
