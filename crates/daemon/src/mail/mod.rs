//! Mail: what waits is sealed under a daily key, rendered when it is sent, and handed to a transport by the outbox worker.
//!
//! A token, a link and an invitation each go in a message of their own, and no error or log line holds any of them.

mod backoff;
mod fragment;
mod html;
mod key;
mod letter;
mod letters;
mod moment;
mod outbox;
mod plain;
mod render;
mod seal;
mod test;
mod transport;
mod words;

pub use fragment::{fragment_of, mailable_fragment};
pub use key::MailKeys;
pub(crate) use letters::Manner;
pub use outbox::Outbox;
pub use seal::mailable;
pub use test::{Tested, test};
pub use transport::{NotSent, check};
