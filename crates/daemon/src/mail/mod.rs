//! Mail: what waits is sealed under a daily key, rendered when it is sent, and handed to a transport by the outbox worker.
//!
//! No message carries a link's secret, and no error or log line a token.

mod backoff;
mod key;
mod outbox;
mod render;
mod seal;
mod test;
mod transport;

pub use key::MailKeys;
pub use outbox::Outbox;
pub use seal::mailable;
pub use test::{Tested, test};
pub use transport::{NotSent, check};
