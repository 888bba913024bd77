//! Prepared mail drafts of a new share: one file for each recipient, which the owner's own mail program opens and sends.
//!
//! A draft holds a link and nobody else's, and never a token. It is on disk as a whole or not at all, readable by its user alone, and
//! never in place of another file. The appliance learns nothing of it.

mod message;
mod words;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use api::LinkId;
use api::text::Email;
pub use message::{Common, Token};
use tempfile::NamedTempFile;
pub use words::of as words_of;

use crate::failure::Failure;

/// How much of an address stands in a file's name, in bytes.
const NAMED_BYTES: usize = 100;

/// A draft that is written and not in its place yet. Dropping it deletes it.
pub struct Draft {
    file: NamedTempFile,
    path: PathBuf,
}

/// Refuses a folder into which nothing can be written, before anything is asked of the appliance. Answers with its whole path.
pub fn folder(named: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::machine(format!("no draft can be written into {}: {error}", named.display()))
            .hint("Name a folder that is there and that you may write to.")
    };
    let folder = std::path::absolute(named).map_err(failed)?;
    if !std::fs::metadata(&folder).map_err(failed)?.is_dir() {
        return Err(failed(std::io::ErrorKind::NotADirectory.into()));
    }
    Ok(folder)
}

impl Draft {
    /// Writes a draft to the disk, under a name that nobody takes for a draft: as long as its link doesn't live it is worth nothing.
    pub fn write(folder: &Path, common: &Common<'_>, recipient: &Email, link: LinkId, url: &str) -> Result<Self, Failure> {
        let path = folder.join(name(recipient, link));
        let failed = |error: std::io::Error| Failure::machine(format!("the draft {} can't be written: {error}", path.display()));
        // Nobody but its user may read it from its first byte on.
        let mut file = tempfile::Builder::new().prefix(".postern-").suffix(".unfinished").tempfile_in(folder).map_err(failed)?;
        file.write_all(&common.message(recipient, link, url)).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        Ok(Self { file, path })
    }

    /// Puts it in its place, where nothing may be yet, durably.
    pub fn keep(self) -> Result<PathBuf, Failure> {
        let Self { file, path } = self;
        let failed = |error: std::io::Error| Failure::machine(format!("the draft {} can't be put in its place: {error}", path.display()));
        file.persist_noclobber(&path).map_err(|error| failed(error.error))?;
        let folder = path.parent().unwrap_or(&path);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(path)
    }
}

/// `draft-bob@example.org-26f8ad91.eml`. What an address may hold and a shell or a folder would misread is an underscore.
fn name(recipient: &Email, link: LinkId) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "@.-_+".contains(c) { c } else { '_' };
    let address: String = recipient.as_str().chars().map(plain).take(NAMED_BYTES).collect();
    format!("draft-{address}-{}.eml", link.short())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use api::{Language, Timestamp, Views};

    use super::*;
    use crate::failure::Exit;

    const LINK: LinkId = LinkId::from_bytes([0xab; 16]);

    fn draft(folder: &Path, url: &str) -> Result<Draft, Failure> {
        let (sharer, email) = ("Ada".parse().unwrap(), "ada@example.com".parse().unwrap());
        let common = Common {
            words: words_of(Language::English),
            sharer: &sharer,
            email: &email,
            written_at: Timestamp::from_millis(0),
            starts_at: None,
            expires_at: Timestamp::from_millis(1),
            views: Views::Limited(1),
            token: Token::Mailed,
        };
        Draft::write(folder, &common, &"bob@example.org".parse().unwrap(), LINK, url)
    }

    fn files(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_draft_is_its_users_alone_and_named_after_recipient_and_link() {
        let place = tempfile::tempdir().unwrap();
        let path = draft(place.path(), "https://a/s/x#y").unwrap().keep().unwrap();
        assert_eq!(path, place.path().join("draft-bob@example.org-abababab.eml"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(files(place.path()).len(), 1);
    }

    #[test]
    fn a_draft_that_is_not_kept_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let unfinished = draft(place.path(), "https://a/s/x#y").unwrap();
        assert!(files(place.path()).iter().all(|name| name.ends_with(".unfinished")));
        drop(unfinished);
        assert!(files(place.path()).is_empty());
    }

    #[test]
    fn a_draft_never_takes_another_files_place() {
        let place = tempfile::tempdir().unwrap();
        let there = place.path().join("draft-bob@example.org-abababab.eml");
        fs::write(&there, "older").unwrap();
        let failure = draft(place.path(), "https://a/s/x#y").unwrap().keep().unwrap_err();
        assert_eq!((failure.exit, fs::read_to_string(&there).unwrap().as_str()), (Exit::ThisMachine, "older"));
        assert_eq!(files(place.path()).len(), 1, "nothing unfinished stays");
        // Nor does it write through a link that leads elsewhere.
        fs::remove_file(&there).unwrap();
        std::os::unix::fs::symlink(place.path().join("elsewhere"), &there).unwrap();
        assert!(draft(place.path(), "https://a/s/x#y").unwrap().keep().is_err());
        assert!(!place.path().join("elsewhere").exists());
    }

    #[test]
    fn a_folder_that_is_none_is_refused_beforehand() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("file"), "").unwrap();
        for wrong in ["file", "missing"] {
            let failure = folder(&place.path().join(wrong)).unwrap_err();
            assert!(failure.exit == Exit::ThisMachine && failure.hint.is_some(), "{}", failure.message);
        }
        assert_eq!(folder(place.path()).unwrap(), place.path());
    }

    #[test]
    fn no_address_leads_out_of_the_folder_or_makes_a_name_too_long() {
        let long = format!("{}@{}.example", "x".repeat(64), ["y".repeat(60), "z".repeat(60), "w".repeat(50)].join("."));
        for address in
            ["../../etc/x@example.org".to_owned(), "-rf@example.org".to_owned(), "$(reboot)@a".to_owned(), "a/b@c".to_owned(), long]
        {
            let Ok(address) = address.parse() else { continue };
            let name = name(&address, LINK);
            assert!(name.len() <= 128 && !name.contains(['/', '$', '*', '\'']) && name.starts_with("draft-"), "{name}");
        }
    }
}
