//! Sealing backups and opening them: the age format (age-encryption.org/v1), so that the tools of that name open them too.
//!
//! No passphrase is an argument, and none is remembered. What others share is never opened here: it is sealed once more inside.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{DecryptError, Decryptor, Encryptor, Identity, IdentityFile, Recipient};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The fewest characters that a passphrase has.
const FEWEST: usize = 12;

/// How every sealed file begins.
const MARK: &[u8] = b"age-encryption.org/";

/// How a backup in the clear begins.
const CLEAR: &[u8] = b"{\"postern_backup\"";

/// To whom a backup is sealed.
pub(crate) enum To {
    Passphrase(SecretString),
    Recipients(Vec<age::x25519::Recipient>),
}

impl To {
    /// As the options say; without any, a passphrase is asked for, twice.
    pub(crate) fn of(recipients: &[String], file: Option<&Path>) -> Result<Self, Failure> {
        if !recipients.is_empty() {
            let read = |text: &String| {
                let wrong = |why: &str| {
                    Failure::Usage(format!("{text:?} is no recipient ({why}): it begins with age1, and `age-keygen` makes one"))
                };
                text.parse().map_err(wrong)
            };
            return recipients.iter().map(read).collect::<Result<_, _>>().map(Self::Recipients);
        }
        let words = match file {
            Some(file) => from_file(file)?,
            None => {
                let first = asked("Passphrase for the backup (it can't be had back): ")?;
                if asked("The same again: ")?.expose_secret() != first.expose_secret() {
                    return Err(Failure::File("the two aren't the same: nothing was made".to_owned()));
                }
                first
            }
        };
        if words.expose_secret().chars().count() < FEWEST {
            return Err(Failure::File(format!(
                "a passphrase has at least {FEWEST} characters: whoever finds the file may guess for years"
            )));
        }
        Ok(Self::Passphrase(words))
    }

    /// Seals what is written to the answer, which must be finished.
    pub(crate) fn seal<W: Write>(self, to: W) -> Result<age::stream::StreamWriter<W>, Failure> {
        let encryptor = match self {
            Self::Passphrase(words) => Encryptor::with_user_passphrase(words),
            Self::Recipients(recipients) => {
                let recipients = recipients.iter().map(|recipient| recipient as &dyn Recipient);
                Encryptor::with_recipients(recipients).map_err(|error| Failure::Usage(error.to_string()))?
            }
        };
        Ok(encryptor.wrap_output(to)?)
    }
}

/// With what a backup is opened.
pub(crate) struct With {
    pub(crate) identity: Option<PathBuf>,
    pub(crate) passphrase: Option<PathBuf>,
}

impl With {
    /// Opens a backup, sealed or in the clear.
    pub(crate) fn open(&self, path: &Path) -> Result<Box<dyn BufRead>, Failure> {
        let file = File::open(path).map_err(|error| Failure::File(format!("{} can't be read: {error}", path.display())))?;
        let mut file = BufReader::with_capacity(1 << 20, file);
        let begins = file.fill_buf().map_err(|error| Failure::File(format!("{} can't be read: {error}", path.display())))?;
        if begins.starts_with(CLEAR) {
            return Ok(Box::new(file));
        }
        if !begins.starts_with(MARK) {
            return Err(Failure::File(format!("{} is no backup of Postern", path.display())));
        }
        let decryptor = Decryptor::new_buffered(file).map_err(|error| self.told(path, &error))?;
        let opened = if decryptor.is_scrypt() {
            let words = match &self.passphrase {
                Some(file) => from_file(file)?,
                None => asked(&format!("Passphrase of {}: ", path.display()))?,
            };
            let identity = age::scrypt::Identity::new(words);
            decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
        } else {
            let identities = self.identities(path)?;
            decryptor.decrypt(identities.iter().map(|identity| &**identity))
        };
        let opened = opened.map_err(|error| self.told(path, &error))?;
        Ok(Box::new(BufReader::with_capacity(1 << 20, opened)))
    }

    fn identities(&self, path: &Path) -> Result<Vec<Box<dyn Identity>>, Failure> {
        let Some(file) = &self.identity else {
            let words = format!("{} is sealed to a public key: name the file of its private key with --identity", path.display());
            return Err(Failure::Usage(words));
        };
        let wrong = |why: String| Failure::File(format!("{} holds no private key of age: {why}", file.display()));
        let text = fs::read(file).map(Zeroizing::new).map_err(|error| wrong(error.to_string()))?;
        let keys = IdentityFile::from_buffer(text.as_slice()).map_err(|error| wrong(error.to_string()))?;
        keys.into_identities()
            .map_err(|error| wrong(error.to_string()))
            .map(|keys| keys.into_iter().map(|key| key as Box<dyn Identity>).collect())
    }

    fn told(&self, path: &Path, error: &DecryptError) -> Failure {
        let path = path.display();
        Failure::File(match error {
            DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
                format!("{path} can't be opened: the passphrase is wrong")
            }
            DecryptError::NoMatchingKeys => format!("{path} can't be opened: it is sealed to another key"),
            DecryptError::InvalidHeader | DecryptError::InvalidMac => format!("{path} is damaged: its beginning was changed or cut off"),
            DecryptError::UnknownFormat => format!("{path} is of a later version of the age format than this program knows"),
            DecryptError::ExcessiveWork { .. } => format!("{path} asks for more work than any backup of Postern: who made it?"),
            other => format!("{path} can't be read: {other}"),
        })
    }
}

fn from_file(path: &Path) -> Result<SecretString, Failure> {
    let wrong = |why: &str| Failure::File(format!("the passphrase can't be read from {}: {why}", path.display()));
    let file = File::open(path).map_err(|error| wrong(&error.to_string()))?;
    let mut text = Zeroizing::new(String::new());
    BufReader::new(file.take(4096)).read_line(&mut text).map_err(|error| wrong(&error.to_string()))?;
    let words = text.trim_end_matches(['\n', '\r']);
    if words.is_empty() { Err(wrong("its first line is empty")) } else { Ok(SecretString::from(words.to_owned())) }
}

fn asked(question: &str) -> Result<SecretString, Failure> {
    let asked = rpassword::prompt_password(question).map(SecretString::from);
    asked.map_err(|error: io::Error| Failure::Usage(format!("nobody can be asked for a passphrase here ({error}): say --passphrase-file")))
}
