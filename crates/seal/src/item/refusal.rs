//! Why an item's records were refused. Each variant is something that an honest daemon never serves.

use crate::Error;

/// Why an item wasn't opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Some bytes don't have their form, don't open, or bear a wrong signature.
    #[error(transparent)]
    Sealed(#[from] Error),
    /// A record speaks of another item or of another owner's item.
    #[error("the appliance answered with another item's records")]
    OtherItem,
    /// Records are missing, repeated or in the wrong order, or one doesn't follow from the one before.
    #[error("the item's history has a gap or a fork; records were withheld or replaced")]
    Chain,
    /// The records begin later than what this client has seen; those between must be fetched too.
    #[error("the records since this client last saw the item are needed to check it; fetch the whole item")]
    Gap,
    /// The records end before what this client has already seen.
    #[error("the appliance serves an older state of this item than this client has already seen")]
    Older,
    /// Somebody signed who isn't allowed to, or changed the list of holders without owning the item.
    #[error("a record was signed by somebody who may not change this item")]
    Author,
    /// The signer's keys aren't known, or aren't the ones that the item's holders agreed on.
    #[error("a signer's keys are unknown or have changed; compare fingerprints with them")]
    UnknownKeys,
    /// The item key isn't the one that the epoch's author committed to.
    #[error("the item key is not the one that the item's record promises")]
    Commitment,
    /// The version's record speaks of other bytes.
    #[error("the item's sealed contents are not the ones that were signed")]
    OtherBytes,
}
