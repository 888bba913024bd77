//! A message before it is written out: what stands in it, in which order, as neither text nor HTML.
//!
//! Text and HTML are both made from this, so neither says what the other doesn't.

use vault::Language;
use zeroize::Zeroizing;

/// A message before it is written out.
pub(super) struct Letter {
    pub language: Language,
    pub subject: String,
    pub heading: String,
    /// Whether it tells of something that somebody must act on.
    pub alarm: bool,
    pub blocks: Vec<Block>,
    pub footer: String,
}

/// A part of a message.
pub(super) enum Block {
    /// A paragraph.
    Say(String),
    /// Something to be copied to the letter: a token, an invitation.
    Code(Zeroizing<String>),
    /// A command to run.
    Command(String),
    /// A page to open: what the button says, what to do without it, and the address.
    Open { button: String, whole: String, url: Zeroizing<String> },
    /// What is known, each with its name.
    Facts(Vec<(String, String)>),
    /// A paragraph that is worth less attention.
    Note(String),
}
