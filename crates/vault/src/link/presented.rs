//! What a recipient presents: values derived from the link's secret and its token, or made up for one try.
//!
//! Nothing here is shown: these print as `(..)`, and are wiped from memory when they are dropped.

use std::fmt;
use std::net::IpAddr;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Digest, LinkId};

macro_rules! presented {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The 32 bytes that the client presented.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

presented!(
    /// Says: I hold the link. Derived from the link's secret.
    Knock
);
presented!(
    /// Says: I hold link and token. Derived from both.
    Proof
);
presented!(
    /// One recipient's try at revealing, so that a lost answer can be had again. Random.
    Attempt
);

impl Knock {
    /// What is remembered of it.
    pub fn hash(&self) -> Digest {
        Digest::of(&[&self.0])
    }
}

impl Proof {
    /// What is remembered of it.
    pub fn hash(&self) -> Digest {
        Digest::of(&[&self.0])
    }
}

impl Attempt {
    /// What is remembered of it: SHA-256 of link id and attempt.
    pub fn hash(&self, link: LinkId) -> Digest {
        Digest::of(&[link.as_bytes(), &self.0])
    }
}

/// What a recipient presents along with the link's id.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// Says that they hold the link.
    pub knock: &'a Knock,
    /// Says that they hold link and token.
    pub proof: &'a Proof,
    /// Where they are, after the gate let them in: a share may name narrower networks.
    pub address: IpAddr,
}
