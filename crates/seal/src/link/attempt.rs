//! The attempt: what makes a reveal repeatable. The recipient's client draws it and stores it before it
//! asks, so that an answer lost on the way can be asked for again without spending a second view.

use crate::{Id, sha256};

secret!(
    /// An attempt.
    Attempt,
    32,
    random
);

impl Attempt {
    /// What the daemon stores: SHA-256(link id || attempt). The id keeps attempts of different links
    /// apart, should a client ever use one twice.
    pub fn hash(&self, link: &Id) -> [u8; 32] {
        sha256(&[&link[..], &self.0].concat())
    }
}
