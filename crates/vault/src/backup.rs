//! Backups: what one says about itself, and whether it can be restored here.
//!
//! Nothing here holds what was shared: a backup never has snapshots, wraps, sessions or the payloads of waiting mail.
//!
//! A backup is text, a JSON value on each line: a [`Manifest`]; files as [`File`]; for each table a [`Head`] and then its rows, each an
//! array in the order of the head's columns, bytes as base64url without padding; and an [`End`]. It is sealed outside of this format.

use serde::{Deserialize, Serialize};

use crate::event::Lane;
use crate::{Digest, Timestamp};

/// The version of the format that is written here, and the only one that is read.
pub const FORMAT: u32 = 1;

/// The most bytes that a line has: a row with the longest sealed bytes that a table takes stays below.
pub const LONGEST_LINE_BYTES: u64 = 96 * 1024 * 1024;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// The database, keys and certificates; not the sign-in setup.
    Appliance,
    /// The same with the sign-in setup: whoever opens it can guess passwords at their own pace.
    ApplianceWithSignIn,
    /// The sign-in setup alone.
    SignIn,
    /// The database alone, in the clear: made beside it before its tables are changed.
    Database,
}

impl Holds {
    /// Whether the sign-in setup is in it.
    pub const fn sign_in(self) -> bool {
        matches!(self, Self::ApplianceWithSignIn | Self::SignIn)
    }

    /// Whether the database is in it.
    pub const fn database(self) -> bool {
        !matches!(self, Self::SignIn)
    }
}

/// A backup's first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub postern_backup: u32,
    /// What it holds.
    pub holds: Holds,
    /// Which version of Postern made it.
    pub version: String,
    /// When, by the time that counted.
    pub made_at: Timestamp,
    /// The address at which people reached the appliance; empty where it isn't known.
    pub appliance: String,
    /// Which database it came from: `sqlite` or `postgresql`. It can be restored into either.
    pub database: String,
    /// The migrations that had made the tables.
    pub schema: Vec<String>,
    /// The names of the sign-in setups that accounts or the appliance had.
    pub sign_in: Vec<String>,
    /// Where each audit lane stood.
    pub lanes: Vec<Standing>,
    /// The configuration that counted, for reading: it is never restored.
    pub configuration: Option<serde_json::Value>,
}

/// Where an audit lane stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which lane.
    pub lane: Lane,
    /// The number of its last record.
    pub seq: u64,
    /// That record's hash, as 64 hexadecimal digits.
    pub head: String,
}

/// A file of the appliance's.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What it is, as [`Manifest::holds`] and the daemon know it: `appliance-key`, `sign-in-setup`, `server-certificate` and the like.
    pub file: String,
    /// Its bytes, as base64url without padding.
    pub bytes: String,
}

/// The line above a table's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The table.
    pub table: String,
    /// Its columns, each with what it holds.
    pub columns: Vec<(String, Cells)>,
}

/// What a column's cells hold; any may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cells {
    /// Base64url.
    Bytes,
    /// Text.
    Text,
    /// A whole number of 64 bits. Where a database has no truth values, it has 0 and 1.
    Number,
    /// `true` or `false`.
    Truth,
}

/// A backup's last line: without it the backup isn't whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// How many rows came before.
    pub rows: u64,
    /// SHA-256 of all lines before this one, as 64 hexadecimal digits: the backup's name in audit.
    pub sha256: String,
}

/// Any line but the first and the rows.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A file.
    File(File),
    /// A table begins.
    Head(Head),
    /// It ends.
    End {
        /// How.
        end: End,
    },
}

/// Why a backup can't be restored here, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRestorable {
    /// The format is another's.
    #[error(
        "this backup has format {0}, which this version of Postern doesn't know: restore it with the version that made it, or a later one"
    )]
    Format(u32),
    /// Its tables are of a later version.
    #[error(
        "this backup was made by Postern {version}, whose database has what this version doesn't know ({newest}): install that version"
    )]
    Newer {
        /// Which version made it.
        version: String,
        /// The newest migration that isn't known here.
        newest: String,
    },
    /// What it holds can't be restored alone.
    #[error("this is a backup of the sign-in setup alone: name it with --sign-in, beside the backup of the appliance")]
    SignInAlone,
    /// There are people in the database.
    #[error("this appliance has {accounts} accounts: say --replace to put the backup in their place")]
    NotEmpty {
        /// How many.
        accounts: u64,
    },
    /// Nobody could sign in.
    #[error(
        "the accounts in this backup sign in with setup {wanted}, which is neither in it nor here: give its own backup with --sign-in, or say --without-sign-in; \
         then everybody needs their recovery code to come back"
    )]
    SignInMissing {
        /// The setup that is missing.
        wanted: String,
    },
}

impl Manifest {
    /// Whether what it holds can be restored by a program that knows these migrations.
    ///
    /// # Errors
    /// [`NotRestorable`].
    pub fn admit(&self, known: &[String]) -> Result<(), NotRestorable> {
        if self.postern_backup != FORMAT {
            return Err(NotRestorable::Format(self.postern_backup));
        }
        if let Some(newest) = self.schema.iter().filter(|step| !known.contains(step)).max() {
            return Err(NotRestorable::Newer { version: self.version.clone(), newest: newest.clone() });
        }
        if self.holds.database() { Ok(()) } else { Err(NotRestorable::SignInAlone) }
    }

    /// Whether its accounts can sign in with one of these setups, or needn't.
    ///
    /// # Errors
    /// [`NotRestorable::SignInMissing`].
    pub fn admit_sign_in(&self, setups: &[String], without: bool) -> Result<(), NotRestorable> {
        match self.sign_in.iter().find(|wanted| !setups.contains(wanted)) {
            Some(wanted) if !without => Err(NotRestorable::SignInMissing { wanted: wanted.clone() }),
            _ => Ok(()),
        }
    }
}

/// Whether a database with so many accounts may make room.
///
/// # Errors
/// [`NotRestorable::NotEmpty`].
pub const fn admit_replacing(accounts: u64, replace: bool) -> Result<(), NotRestorable> {
    if accounts > 0 && !replace { Err(NotRestorable::NotEmpty { accounts }) } else { Ok(()) }
}

/// The name of a backup's contents, as audit and people know it: 64 hexadecimal digits.
pub fn name(contents: Digest) -> String {
    contents.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            postern_backup: FORMAT,
            holds: Holds::Appliance,
            version: "0.1.0".to_owned(),
            made_at: Timestamp::from_millis(5),
            appliance: String::new(),
            database: "sqlite".to_owned(),
            schema: vec!["1".to_owned(), "2".to_owned()],
            sign_in: vec!["abc".to_owned()],
            lanes: Vec::new(),
            configuration: None,
        }
    }

    fn known(steps: &[&str]) -> Vec<String> {
        steps.iter().map(|step| (*step).to_owned()).collect()
    }

    #[test]
    fn a_backup_from_before_an_upgrade_is_admitted_and_one_from_after_it_names_its_version() {
        assert_eq!(manifest().admit(&known(&["1", "2", "3"])), Ok(()));
        let refused = manifest().admit(&known(&["1"])).unwrap_err();
        assert_eq!(refused, NotRestorable::Newer { version: "0.1.0".to_owned(), newest: "2".to_owned() });
        assert!(refused.to_string().contains("install that version"));
        assert!(Manifest { postern_backup: 2, ..manifest() }.admit(&known(&["1", "2"])).is_err());
        assert!(Manifest { holds: Holds::SignIn, ..manifest() }.admit(&known(&["1", "2"])).is_err());
    }

    #[test]
    fn nobody_is_locked_out_by_a_restore_unless_that_was_said() {
        assert_eq!(manifest().admit_sign_in(&known(&["abc"]), false), Ok(()));
        assert!(manifest().admit_sign_in(&known(&["other"]), false).is_err());
        assert_eq!(manifest().admit_sign_in(&[], true), Ok(()));
    }

    #[test]
    fn people_are_replaced_only_when_that_was_said() {
        assert_eq!(admit_replacing(0, false), Ok(()));
        assert_eq!(admit_replacing(3, true), Ok(()));
        assert!(admit_replacing(3, false).unwrap_err().to_string().contains("3 accounts"));
    }
}
