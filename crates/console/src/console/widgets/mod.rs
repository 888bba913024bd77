//! What screens are drawn with. A widget knows nothing of shares or mail, and asks nobody.

pub(crate) mod beside;
pub(crate) mod filter_line;
pub(crate) mod input;
pub(crate) mod lines;
pub(crate) mod listed;
pub(crate) mod scroll;
pub(crate) mod table;
pub(crate) mod timeline;
pub(crate) mod window;
