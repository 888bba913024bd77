//! `make bill`: for each package, what its programs are made of: a CycloneDX document for scanners, and for people the notices that the licences ask for.
//!
//! Nothing here is kept by hand but what lies in C inside of crates: cargo says what is linked. No clock is read.

mod licences;
mod notices;
mod parts;
mod sbom;

use std::fmt;
use std::fs;
use std::path::Path;

use jiff::Timestamp;

pub use parts::{Part, Parts};

/// A package that ships, and the crates that its programs are built from.
pub const PACKAGES: [(&str, &[&str]); 2] = [("postern", &["postern-daemon", "postern-console"]), ("postern-cli", &["postern-owner"])];

/// Why there is no bill; a sentence for who builds packages.
#[derive(Debug)]
pub struct Failed(String);

impl Failed {
    /// A failure in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Writes into this folder `PACKAGE.cdx.json` and `PACKAGE.third-party` for both packages, `licences`, the expression that covers both (SPDX), and
/// `copyright` as Debian wants it. `epoch` is SOURCE_DATE_EPOCH: seconds since 1970.
///
/// # Errors
/// [`Failed`], when cargo doesn't tell, a part has no licence, or the folder can't be written.
pub fn write(folder: &Path, epoch: &str) -> Result<(), Failed> {
    let moment = epoch.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let moment = moment.ok_or_else(|| Failed(format!("SOURCE_DATE_EPOCH is {epoch:?}; it takes seconds since 1970")))?;
    fs::create_dir_all(folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    let parts = Parts::read()?;
    let put = |name: String, text: String| {
        fs::write(folder.join(&name), text).map_err(|error| Failed(format!("{name} can't be written: {error}")))
    };
    let mut all = Vec::new();
    for (package, roots) in PACKAGES {
        let used = parts.of(roots)?;
        put(format!("{package}.cdx.json"), sbom::document(package, moment, &used)?)?;
        put(format!("{package}.third-party"), notices::text(package, &used)?)?;
        all.extend(used);
    }
    let mut licences: Vec<&str> = all.iter().map(|part| part.licence.as_str()).collect();
    for licence in sbom::licences_in_c() {
        licences.push(licence);
    }
    put("licences".to_owned(), format!("{}\n", licences::together(&licences)))?;
    put("copyright".to_owned(), notices::copyright())
}
