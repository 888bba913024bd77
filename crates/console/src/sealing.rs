//! Sealing backups and opening them: the age format (age-encryption.org/v1), so that the tools of that name open them too.
//!
//! No passphrase is an argument, and none is remembered. What others share is never opened here: it is sealed once more inside.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{DecryptError, Decryptor, Encryptor, Identity, IdentityFile, Recipient};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// The fewest characters that a passphrase has.
const FEWEST: usize = 12;

/// The most bytes that a passphrase's line has.
const LONGEST: u64 = 4096;

/// How hard a passphrase is made to try, as the exponent of scrypt's N: a second and 256 MiB, as `age` itself has it. The library would
/// measure this machine instead, and then a faster one makes what a smaller one can't open.
const WORK: u8 = 18;

/// The hardest that is tried to open: 1 GiB. Whoever makes more of it would have the memory of this machine.
const MOST_WORK: u8 = 20;

/// How every sealed file begins.
const MARK: &[u8] = b"age-encryption.org/";

/// How a backup in the clear begins.
const CLEAR: &[u8] = b"{\"postern_backup\"";

/// To whom a backup is sealed.
pub(crate) enum To {
    Passphrase(age::scrypt::Recipient),
    Recipients(Vec<age::x25519::Recipient>),
}

impl To {
    /// As the options say; without any, a passphrase is asked for. Whoever types it blind types it twice.
    pub(crate) fn of(recipients: &[String], file: Option<&Path>, terminal: &mut Terminal<'_>) -> Result<Self, Failure> {
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
                let first = asked("Passphrase for the backup (it can't be had back): ", terminal)?;
                if typed() && asked("The same again: ", terminal)?.expose_secret() != first.expose_secret() {
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
        let mut recipient = age::scrypt::Recipient::new(words);
        recipient.set_work_factor(WORK);
        Ok(Self::Passphrase(recipient))
    }

    /// Seals what is written to the answer, which must be finished.
    pub(crate) fn seal<W: Write>(self, to: W) -> Result<age::stream::StreamWriter<W>, Failure> {
        let encryptor = match &self {
            Self::Passphrase(recipient) => Encryptor::with_recipients(std::iter::once(recipient as &dyn Recipient)),
            Self::Recipients(recipients) => Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn Recipient)),
        };
        Ok(encryptor.map_err(|error| Failure::Usage(error.to_string()))?.wrap_output(to)?)
    }
}

/// With what a backup is opened.
pub(crate) struct With {
    pub(crate) identity: Option<PathBuf>,
    pub(crate) passphrase: Option<PathBuf>,
}

impl With {
    /// Opens a backup, sealed or in the clear.
    pub(crate) fn open(&self, path: &Path, terminal: &mut Terminal<'_>) -> Result<Box<dyn BufRead>, Failure> {
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
                None => asked(&format!("Passphrase of {}: ", path.display()), terminal)?,
            };
            let mut identity = age::scrypt::Identity::new(words);
            identity.set_max_work_factor(MOST_WORK);
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
    line(&mut BufReader::new(file)).map_err(|why| wrong(&why))
}

/// A passphrase from whoever sits there; without a terminal the next line of standard input, as everywhere.
fn asked(question: &str, terminal: &mut Terminal<'_>) -> Result<SecretString, Failure> {
    if typed() {
        let asked = with_interrupts_held(|| rpassword::prompt_password(question)).map(SecretString::from);
        return asked
            .map_err(|error| Failure::Usage(format!("nobody can be asked for a passphrase here ({error}): say --passphrase-file")));
    }
    line(terminal.input).map_err(|why| {
        let what = question.split([':', '(']).next().unwrap_or_default().trim_end();
        Failure::Usage(format!("{what} isn't on standard input ({why}): give it there on a line of its own, or say --passphrase-file"))
    })
}

fn typed() -> bool {
    io::stdin().is_terminal()
}

/// A line's passphrase.
fn line(from: &mut dyn BufRead) -> Result<SecretString, String> {
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LONGEST).unwrap_or_default()));
    from.take(LONGEST).read_line(&mut text).map_err(|error| error.to_string())?;
    if !text.ends_with('\n') && u64::try_from(text.len()).is_ok_and(|length| length >= LONGEST) {
        return Err("the line is too long".to_owned());
    }
    let words = text.trim_end_matches(['\n', '\r']);
    if words.is_empty() { Err("there is nothing on its line".to_owned()) } else { Ok(SecretString::from(words.to_owned())) }
}

/// What asks answers Ctrl-C before the terminal shows again what is typed; so the signal waits until that is done, and ends this program then.
fn with_interrupts_held<T>(ask: impl FnOnce() -> T) -> T {
    let before = SigSet::from(Signal::SIGINT).thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let answer = ask();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_one_line_whatever_its_end() {
        for (text, words) in
            [("four words\nmore\n", Ok("four words")), ("four words\r\n", Ok("four words")), ("four words", Ok("four words"))]
        {
            assert_eq!(line(&mut text.as_bytes()).map(|line| line.expose_secret().to_owned()).as_deref(), words);
        }
        for wrong in [String::new(), "\n".to_owned(), "x".repeat(5000), "\r\nfour words\n".to_owned()] {
            assert!(line(&mut wrong.as_bytes()).is_err());
        }
    }
}
