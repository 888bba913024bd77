//! Links for recipients without an account. One share is one snapshot of an item, sealed once; each link
//! has a secret of its own, and mostly a token, and only both together open the snapshot.
//! The secret stands in the URL's fragment alone, which browsers send to nobody.

mod attempt;
mod secrets;
mod share;
mod snapshot;
mod url;

pub use attempt::Attempt;
pub use secrets::{Knock, LinkSecret, Proof, Token};
pub use share::{NewLink, OpenFailure, SealedLink, SealedShare, open_link, seal_share};
pub use snapshot::Snapshot;
pub use url::{LinkUrl, NotALink, Origin};
