//! A message as HTML that common mail programs keep: tables and inline styles, no image, nothing remote, no script.
//!
//! The template engine escapes every value; nothing here marks any text as safe.

use askama::Template;
use zeroize::Zeroizing;

use super::letter::{Block, Letter};
use super::words::FIRM;

#[derive(Template)]
#[template(path = "mail.html")]
struct Page<'a> {
    letter: &'a Letter,
}

impl Page<'_> {
    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn plain(&self, words: &str) -> String {
        words.replace(FIRM, " ")
    }

    /// The words, cut where a command begins or ends, each with whether it is one.
    fn pieces(&self, words: &str) -> Vec<(bool, String)> {
        let pieces = words.split('`').enumerate().map(|(at, piece)| (at % 2 == 1, self.plain(piece)));
        pieces.filter(|(_, piece)| !piece.is_empty()).collect()
    }
}

/// The message's HTML.
///
/// # Errors
/// The template engine's own, which no value can cause.
pub(super) fn written(letter: &Letter) -> Result<Zeroizing<String>, askama::Error> {
    Page { letter }.render().map(Zeroizing::new)
}
