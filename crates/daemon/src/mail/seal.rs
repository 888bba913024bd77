//! Sealing what waits to be mailed, at rest: AES-256-GCM under the key of the day, bound to one message and its recipient.
//!
//! Nothing opens that was moved to another message, another recipient or another day, and no error tells what was sealed.
//!
//! `0x01 || day (u32be, days since 1970-01-01) || nonce (12 bytes) || ciphertext || tag (16 bytes)`; the associated data are
//! `"postern/1/mail" || 0x00 || the first five bytes || message id || recipient`.

use std::io;

use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use vault::text::Email;
use vault::{MessageId, Timestamp};
use zeroize::Zeroizing;

use super::key::{Day, MailKeys};
use crate::random;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Why a sealed payload was not opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// It isn't what was sealed for this message and this recipient.
    #[error("what waits for this message was changed, or belongs to another one")]
    Changed,
    /// Its key can't be read.
    #[error("the key of {day} is not here: {error}")]
    NoKey {
        /// The key's day.
        day: String,
        /// What the system says, with the path.
        error: io::Error,
    },
}

impl MailKeys {
    /// Seals what this message to this recipient will carry. Call it before the write that stores the result is opened: the first
    /// call of a day writes a file. `now` is the request's time.
    ///
    /// # Errors
    /// What the system says about the key's file.
    pub fn seal_payload(&self, message: MessageId, recipient: &Email, now: Timestamp, payload: &[u8]) -> io::Result<Vec<u8>> {
        let day = Day::of(now);
        let key = self.of_day(day)?;
        let nonce = random::bytes::<NONCE_BYTES>().map_err(io::Error::other)?;
        let head = head(day);
        let mut tag = [0; TAG_BYTES];
        let bound = associated(&head, message, recipient);
        let sealed = encrypt_aead(Cipher::aes_256_gcm(), key.as_slice(), Some(&nonce), &bound, payload, &mut tag)?;
        Ok([&head[..], &nonce, &sealed, &tag].concat())
    }

    /// Opens what was sealed for this message and this recipient.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open_payload(&self, message: MessageId, recipient: &Email, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let (head, rest) = sealed.split_first_chunk::<5>().ok_or(NotOpened::Changed)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(NotOpened::Changed)?;
        let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(NotOpened::Changed)?;
        let [VERSION, day @ ..] = *head else { return Err(NotOpened::Changed) };
        let day = Day(u32::from_be_bytes(day));
        let key = self.kept(day).map_err(|error| NotOpened::NoKey { day: day.to_string(), error })?;
        let bound = associated(head, message, recipient);
        let opened = decrypt_aead(Cipher::aes_256_gcm(), key.as_slice(), Some(nonce), &bound, body, tag);
        opened.map(Zeroizing::new).map_err(|_| NotOpened::Changed)
    }
}

/// Whether a text may be mailed as an access token: 1 to 64 letters, digits and dashes. Whatever an owner sends as a token stands in
/// a message with the appliance's name under it, so it can be nothing but a token.
pub fn mailable(token: &str) -> bool {
    (1..=64).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn head(day: Day) -> [u8; 5] {
    let [a, b, c, d] = day.0.to_be_bytes();
    [VERSION, a, b, c, d]
}

fn associated(head: &[u8; 5], message: MessageId, recipient: &Email) -> Vec<u8> {
    [b"postern/1/mail\0", &head[..], message.as_bytes(), recipient.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);
    const MESSAGE: MessageId = MessageId::from_bytes([7; 16]);
    const TOKEN: &[u8] = b"ABCD-EFGH-JKMN-PQRS";

    fn bob() -> Email {
        "bob@example.org".parse().unwrap()
    }

    fn keys() -> (tempfile::TempDir, MailKeys) {
        let folder = tempfile::tempdir().unwrap();
        let keys = MailKeys::in_folder(folder.path().join("keys")).unwrap();
        (folder, keys)
    }

    #[test]
    fn what_was_sealed_opens_for_its_message_and_recipient_also_on_a_later_day() {
        let (folder, keys) = keys();
        let sealed = keys.seal_payload(MESSAGE, &bob(), NOON, TOKEN).unwrap();
        assert_eq!(sealed.len(), 5 + 12 + TOKEN.len() + 16);
        assert!(!sealed.windows(4).any(|four| four == b"ABCD"));
        assert_eq!(keys.open_payload(MESSAGE, &bob(), &sealed).unwrap().as_slice(), TOKEN);
        keys.seal_payload(MESSAGE, &bob(), NOON.plus_seconds(86_400), TOKEN).unwrap();
        assert_eq!(keys.open_payload(MESSAGE, &bob(), &sealed).unwrap().as_slice(), TOKEN);
        let restarted = MailKeys::in_folder(folder.path().join("keys")).unwrap();
        assert_eq!(restarted.open_payload(MESSAGE, &bob(), &sealed).unwrap().as_slice(), TOKEN);
        assert_ne!(keys.seal_payload(MESSAGE, &bob(), NOON, TOKEN).unwrap(), sealed, "the nonce is new each time");
    }

    #[test]
    fn what_was_changed_moved_or_cut_does_not_open() {
        let (_folder, keys) = keys();
        let sealed = keys.seal_payload(MESSAGE, &bob(), NOON, TOKEN).unwrap();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(keys.open_payload(MESSAGE, &bob(), &changed).is_err(), "bit {bit} of byte {at}");
            }
        }
        for length in 0..sealed.len() {
            assert!(matches!(keys.open_payload(MESSAGE, &bob(), &sealed[..length]), Err(NotOpened::Changed)), "{length}");
        }
        let longer = [&sealed[..], b"x"].concat();
        assert!(matches!(keys.open_payload(MESSAGE, &bob(), &longer), Err(NotOpened::Changed)));
        let other = MessageId::from_bytes([8; 16]);
        assert!(matches!(keys.open_payload(other, &bob(), &sealed), Err(NotOpened::Changed)));
        assert!(matches!(keys.open_payload(MESSAGE, &"eve@example.org".parse().unwrap(), &sealed), Err(NotOpened::Changed)));
    }

    #[test]
    fn what_claims_another_day_does_not_open_although_that_days_key_is_here() {
        let (_folder, keys) = keys();
        let sealed = keys.seal_payload(MESSAGE, &bob(), NOON, TOKEN).unwrap();
        let tomorrow = keys.seal_payload(MESSAGE, &bob(), NOON.plus_seconds(86_400), TOKEN).unwrap();
        let mixed = [&tomorrow[..5], &sealed[5..]].concat();
        assert!(matches!(keys.open_payload(MESSAGE, &bob(), &mixed), Err(NotOpened::Changed)));
    }

    #[test]
    fn without_its_key_it_is_said_which_day_is_missing() {
        let (_folder, keys) = keys();
        let sealed = keys.seal_payload(MESSAGE, &bob(), NOON, TOKEN).unwrap();
        assert_eq!(keys.erase(NOON.plus_seconds(2 * 86_400), None).unwrap(), 1);
        let missing = keys.open_payload(MESSAGE, &bob(), &sealed).unwrap_err();
        assert!(missing.to_string().starts_with("the key of 2026-03-01 is not here: "), "{missing}");
    }

    #[test]
    fn a_token_can_not_bring_words_of_its_own() {
        assert!(mailable("ABCD-EFGH-JKMN-PQRS"));
        for other in ["", "see http://evil.example", "A\r\nBcc: eve@example.org", "A B", &"A".repeat(65), "A.", "É"] {
            assert!(!mailable(other), "{other:?}");
        }
    }
}
