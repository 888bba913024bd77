//! The mail that an appliance has dropped into its folder, read as its recipients would.
//! Never waits without a deadline.

use std::fs;
use std::path::PathBuf;

use harness::clock::{Deadline, PATIENCE};

/// The folder into which messages are dropped.
pub struct Mail(pub PathBuf);

impl Mail {
    /// Every message, as it would go over the line, in no order.
    pub fn all(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        // Half-written files lie under another name until they are whole.
        entries
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .map(|path| readable(&fs::read_to_string(path).unwrap()))
            .collect()
    }

    /// The messages to somebody that hold this text.
    pub fn to(&self, whom: &str, text: &str) -> Vec<String> {
        let addressed = |message: &String| {
            message.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with("To:") && line.contains(whom))
        };
        self.all().into_iter().filter(|message| addressed(message) && message.contains(text)).collect()
    }

    /// Waits for a message to somebody that holds this text.
    #[track_caller]
    pub fn wait_for(&self, whom: &str, text: &str) -> String {
        let come = Deadline::after(PATIENCE).until(|| self.to(whom, text).pop());
        come.unwrap_or_else(|| panic!("no message to {whom} with {text:?} among {:#?}", self.all()))
    }

    /// Waits for the message with a token, and answers with the token.
    #[track_caller]
    pub fn wait_for_token(&self, whom: &str) -> String {
        let found = Deadline::after(PATIENCE).until(|| self.to(whom, "").iter().find_map(|message| token_in(message)));
        found.unwrap_or_else(|| panic!("no token for {whom} among {:#?}", self.all()))
    }
}

/// Sixteen digits in four groups, as tokens are written.
pub fn token_in(message: &str) -> Option<String> {
    let is_token = |word: &&str| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.len() == 4
            && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()))
    };
    message.split_whitespace().find(is_token).map(str::to_owned)
}

/// The message with soft line breaks (RFC 2045, section 6.7) and line ends undone.
fn readable(message: &str) -> String {
    message.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=")
}
