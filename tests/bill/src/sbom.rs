//! The bill as scanners read it: CycloneDX 1.6 (ECMA-424) in JSON.
//! The same parts make the same bytes: there is no serial number, and the time is that of the sources.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Failed, Part};

/// What is compiled from C inside of crates: the crate, what it holds, its licence (SPDX), and its name for those who look up holes (CPE).
const IN_C: [(&str, &str, &str, &str); 2] =
    [("libsqlite3-sys", "sqlite", "blessing", "sqlite:sqlite"), ("pq-src", "libpq", "PostgreSQL", "postgresql:postgresql")];

/// The licences of what lies in C inside of crates.
pub fn licences_in_c() -> impl Iterator<Item = &'static str> {
    IN_C.iter().map(|(_, _, licence, _)| *licence)
}

/// The document for a package whose programs are made of these parts.
///
/// # Errors
/// [`Failed`], when it can't be seen which version of a library in C a crate holds.
pub fn document(package: &str, moment: Timestamp, parts: &[&Part]) -> Result<String, Failed> {
    let version = env!("CARGO_PKG_VERSION");
    let itself = format!("pkg:generic/{package}@{version}");
    let mut components: Vec<Value> = parts.iter().map(|part| component(part)).collect();
    let mut depends: Vec<Value> = Vec::new();
    for part in parts {
        let mut on: Vec<String> = parts.iter().filter(|other| part.uses.contains(&other.id())).map(|other| purl(other)).collect();
        if let Some((_, library, licence, cpe)) = IN_C.iter().find(|(name, ..)| *name == part.name) {
            let version = version_in_c(part)?;
            let purl = format!("pkg:generic/{library}@{version}");
            components.push(json!({
                "type": "library", "bom-ref": purl, "name": library, "version": version, "purl": purl,
                "cpe": format!("cpe:2.3:a:{cpe}:{version}:*:*:*:*:*:*:*"), "licenses": [{"expression": licence}],
            }));
            on.push(purl);
        }
        depends.push(json!({"ref": purl(part), "dependsOn": on}));
    }
    let programs: Vec<String> = parts.iter().filter(|part| is_program(package, part)).map(|part| purl(part)).collect();
    depends.insert(0, json!({"ref": itself, "dependsOn": programs}));
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": moment.to_string(),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application", "bom-ref": itself, "name": package, "version": version, "purl": itself,
                "licenses": [{"expression": "AGPL-3.0-only"}],
            },
            "properties": [
                {"name": "postern:npm", "value": "No package from npm is in what ships: the pages that the daemon serves are made of its own code alone."},
                {"name": "postern:system", "value": "OpenSSL and the C library are the distribution's and not in this package."},
            ],
        },
        "components": components,
        "dependencies": depends,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(|error| Failed::new(error.to_string()))
}

fn is_program(package: &str, part: &Part) -> bool {
    crate::PACKAGES.iter().any(|(name, roots)| *name == package && roots.contains(&part.name.as_str()))
}

fn component(part: &Part) -> Value {
    let mut told = json!({
        "type": "library", "bom-ref": purl(part), "name": part.name, "version": part.version, "purl": purl(part),
        "licenses": [{"expression": part.licence}],
    });
    if let (Some(told), Some(hash)) = (told.as_object_mut(), &part.hash) {
        told.insert("hashes".to_owned(), json!([{"alg": "SHA-256", "content": hash}]));
        if let Some(repository) = &part.repository {
            told.insert("externalReferences".to_owned(), json!([{"type": "vcs", "url": repository}]));
        }
    }
    told
}

/// Its address among packages (purl): a crate from the registry, or a room of ours, which is in none.
fn purl(part: &Part) -> String {
    // Only + needs an escape in a version.
    let version = part.version.replace('+', "%2B");
    format!("pkg:{}/{}@{version}", if part.is_ours() { "generic" } else { "cargo" }, part.name)
}

/// The version of the library in C that a crate holds: SQLite's stands in its header, libpq's in the crate's own version.
fn version_in_c(part: &Part) -> Result<String, Failed> {
    let found = if part.name == "pq-src" {
        part.version.split_once("+libpq-").map(|(_, version)| version.to_owned())
    } else {
        let header = std::fs::read_to_string(part.folder.join("sqlite3/sqlite3.h")).unwrap_or_default();
        let line = header.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION "));
        line.map(|version| version.trim().trim_matches('"').to_owned())
    };
    found.ok_or_else(|| Failed::new(format!("{} doesn't say which version it holds", part.id())))
}
