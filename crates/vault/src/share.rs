//! Shares: one snapshot of an item for people outside the vault, within an owner's permission and the administrator's policy.
//!
//! Nothing here knows what is shared: the snapshot is sealed, and its key travels in links.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::account::Owner;
use crate::gate::Networks;
use crate::item::{Item, sized};
use crate::text::{Email, Label};
use crate::{Digest, Language, LinkId, Policy, Refusal, ShareId, Timestamp};

/// The largest number that a limited number of views may have.
pub const MAXIMUM_VIEWS: u32 = 10_000;

/// How often one link may be viewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Views {
    /// At most this often.
    Limited(u32),
    /// As often as wanted until the share expires.
    Unlimited,
}

impl Views {
    /// Views left after this many, or nothing where they are unlimited.
    pub fn left(self, used: u32) -> Option<u32> {
        match self {
            Self::Limited(limit) => Some(limit.saturating_sub(used)),
            Self::Unlimited => None,
        }
    }

    fn check(self) -> Result<(), Refusal> {
        match self {
            Self::Limited(0) => Err(Refusal::ViewsOutOfRange),
            Self::Limited(limit) if limit > MAXIMUM_VIEWS => Err(Refusal::ViewsOutOfRange),
            _ => Ok(()),
        }
    }
}

/// How link and token reach the recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The owner hands over the link; the daemon mails the token.
    HandOver,
    /// The owner hands over both; the daemon learns neither.
    ByHand,
    /// The daemon mails both, one after the other, and so learns both: not end to end.
    RelayBoth,
}

impl Delivery {
    /// Every delivery.
    pub const ALL: [Self; 3] = [Self::HandOver, Self::ByHand, Self::RelayBoth];

    /// The stable name that audit, journal and programs use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HandOver => "hand-over",
            Self::ByHand => "by-hand",
            Self::RelayBoth => "relay-both",
        }
    }

    /// Whether the daemon mails the token.
    pub const fn mails_token(self) -> bool {
        matches!(self, Self::HandOver | Self::RelayBoth)
    }

    /// Whether the daemon mails the link.
    pub const fn mails_link(self) -> bool {
        matches!(self, Self::RelayBoth)
    }
}

/// One recipient's link on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// Its id, made by the client.
    pub id: LinkId,
    /// Whom it is for.
    pub recipient: Email,
    /// SHA-256 of the knock.
    pub knock_hash: Digest,
    /// SHA-256 of the proof.
    pub proof_hash: Digest,
}

/// A share on its way in, without its sealed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShare {
    /// Its id, made by the client.
    pub id: ShareId,
    /// What the owner calls it where the appliance may read it.
    pub label: Option<Label>,
    /// From when on it can be opened.
    pub starts_at: Timestamp,
    /// Until when it can be opened.
    pub expires_at: Timestamp,
    /// How often each link may be viewed.
    pub views: Views,
    /// Networks narrower than the gate's; empty means the gate's.
    pub networks: Networks,
    /// How link and token travel.
    pub delivery: Delivery,
    /// In which language recipients are written to; nothing means the appliance's.
    pub language: Option<Language>,
    /// Whether links ask for a token.
    pub with_token: bool,
    /// The links, one for each recipient.
    pub links: Vec<NewLink>,
    /// The size of snapshot and wraps together, in bytes.
    pub sealed_bytes: usize,
}

impl NewShare {
    /// Whether this owner may make this share of this item now.
    ///
    /// # Errors
    /// The first rule that says no, from the owner's standing to the sizes.
    pub fn admit(&self, owner: &Owner, item: &Item, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
        owner.may_act()?;
        item.seen_by(owner.id)?;
        if !owner.external_share {
            return Err(Refusal::ExternalShareNotAllowed);
        }
        if item.disabled {
            return Err(Refusal::ItemDisabled);
        }
        self.id.check_fresh(now)?;
        self.links.iter().try_for_each(|link| link.id.check_fresh(now))?;
        self.views.check()?;
        self.check_times(policy, now)?;
        self.check_recipients(policy)?;
        if !self.with_token && !policy.links_without_token {
            return Err(Refusal::TokenRequired);
        }
        if self.delivery.mails_link() && !policy.relay_both {
            return Err(Refusal::RelayNotAllowed);
        }
        // A token that doesn't exist can't be mailed.
        if !self.with_token && self.delivery.mails_token() {
            return Err(Refusal::DeliveryNotAllowed);
        }
        sized(self.sealed_bytes, policy)
    }

    /// Whether a link's access token and secret came along exactly if the daemon shall mail them.
    ///
    /// # Errors
    /// [`Refusal::DeliveryNotAllowed`].
    pub fn admit_mailed(&self, token_came: bool, secret_came: bool) -> Result<(), Refusal> {
        let asked = (self.delivery.mails_token(), self.delivery.mails_link());
        if (token_came, secret_came) == asked { Ok(()) } else { Err(Refusal::DeliveryNotAllowed) }
    }

    fn check_times(&self, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
        if self.expires_at <= now || self.expires_at <= self.starts_at {
            return Err(Refusal::ExpiryPast);
        }
        let maximum_hours = policy.maximum_expiry_hours;
        // "30 days" chosen in a dialog and sent a moment later is 30 days still: the id's own tolerance covers both.
        let latest = now.plus_seconds(i64::from(maximum_hours) * 3600).plus_millis(crate::ids::ID_TOLERANCE_MILLIS);
        if self.expires_at > latest { Err(Refusal::ExpiryTooLong { maximum_hours }) } else { Ok(()) }
    }

    fn check_recipients(&self, policy: &Policy) -> Result<(), Refusal> {
        let maximum = policy.maximum_recipients;
        let recipients: BTreeSet<String> = self.links.iter().map(|link| link.recipient.as_str().to_lowercase()).collect();
        let ids: BTreeSet<LinkId> = self.links.iter().map(|link| link.id).collect();
        let each_once = recipients.len() == self.links.len() && ids.len() == self.links.len();
        let few = u32::try_from(self.links.len()).is_ok_and(|count| (1..=maximum).contains(&count));
        if each_once && few { Ok(()) } else { Err(Refusal::RecipientsOutOfRange { maximum }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Standing;
    use crate::{ItemId, UserId};

    const MADE: i64 = 0x0190_163d_8694;
    const NOW: Timestamp = Timestamp::from_millis(MADE);

    fn owner() -> Owner {
        Owner {
            id: UserId::from_bytes([1; 16]),
            name: "ada".parse().unwrap(),
            full_name: "Ada Lovelace".parse().unwrap(),
            email: "ada@example.com".parse().unwrap(),
            standing: Standing::Active,
            external_share: true,
        }
    }

    fn item() -> Item {
        Item { id: ItemId::from_bytes([3; 16]), owner: owner().id, epoch: 1, version: 1, disabled: false }
    }

    fn link(recipient: &str, last: u8) -> NewLink {
        let mut id = *"0190163d-8694-739b-aea5-966c26f8ad91".parse::<LinkId>().unwrap().as_bytes();
        id[15] = last;
        NewLink {
            id: LinkId::from_bytes(id),
            recipient: recipient.parse().unwrap(),
            knock_hash: Digest::of(&[b"k"]),
            proof_hash: Digest::of(&[b"p"]),
        }
    }

    fn share() -> NewShare {
        NewShare {
            id: "0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap(),
            label: None,
            starts_at: NOW,
            expires_at: NOW.plus_seconds(3600),
            views: Views::Limited(1),
            networks: Networks::default(),
            delivery: Delivery::HandOver,
            language: None,
            with_token: true,
            links: vec![link("bob@example.org", 1)],
            sealed_bytes: 1000,
        }
    }

    fn admit(share: &NewShare) -> Result<(), Refusal> {
        share.admit(&owner(), &item(), &Policy::default(), NOW)
    }

    #[test]
    fn a_plain_share_is_admitted() {
        assert_eq!(admit(&share()), Ok(()));
    }

    #[test]
    fn only_the_items_owner_with_the_permission_shares_it() {
        let denied = Owner { external_share: false, ..owner() };
        assert_eq!(share().admit(&denied, &item(), &Policy::default(), NOW), Err(Refusal::ExternalShareNotAllowed));
        let suspended = Owner { standing: Standing::Suspended, ..owner() };
        assert_eq!(share().admit(&suspended, &item(), &Policy::default(), NOW), Err(Refusal::Suspended));
        let other = Owner { id: UserId::from_bytes([9; 16]), ..owner() };
        assert_eq!(share().admit(&other, &item(), &Policy::default(), NOW), Err(Refusal::NotFound));
        let disabled = Item { disabled: true, ..item() };
        assert_eq!(share().admit(&owner(), &disabled, &Policy::default(), NOW), Err(Refusal::ItemDisabled));
    }

    #[test]
    fn the_administrators_maximum_holds() {
        let month = NOW.plus_seconds(30 * 86_400);
        assert_eq!(admit(&NewShare { expires_at: month, ..share() }), Ok(()));
        let longer = month.plus_seconds(301);
        assert_eq!(admit(&NewShare { expires_at: longer, ..share() }), Err(Refusal::ExpiryTooLong { maximum_hours: 720 }));
        assert_eq!(admit(&NewShare { expires_at: NOW, ..share() }), Err(Refusal::ExpiryPast));
        let starts_at = NOW.plus_seconds(3600);
        assert_eq!(admit(&NewShare { starts_at, ..share() }), Err(Refusal::ExpiryPast));
    }

    #[test]
    fn views_are_one_to_ten_thousand_or_unlimited() {
        for (views, expected) in [
            (Views::Limited(0), Err(Refusal::ViewsOutOfRange)),
            (Views::Limited(MAXIMUM_VIEWS), Ok(())),
            (Views::Limited(MAXIMUM_VIEWS + 1), Err(Refusal::ViewsOutOfRange)),
            (Views::Unlimited, Ok(())),
        ] {
            assert_eq!(admit(&NewShare { views, ..share() }), expected, "{views:?}");
        }
    }

    #[test]
    fn each_recipient_stands_once_and_there_is_at_least_one() {
        let refused = Err(Refusal::RecipientsOutOfRange { maximum: 50 });
        assert_eq!(admit(&NewShare { links: vec![], ..share() }), refused);
        let twice = vec![link("bob@example.org", 1), link("BOB@example.org", 2)];
        assert_eq!(admit(&NewShare { links: twice, ..share() }), refused);
        let same_id = vec![link("bob@example.org", 1), link("eve@example.org", 1)];
        assert_eq!(admit(&NewShare { links: same_id, ..share() }), refused);
        let many = (0..51).map(|n| link(&format!("r{n}@example.org"), n)).collect();
        assert_eq!(admit(&NewShare { links: many, ..share() }), refused);
    }

    #[test]
    fn a_link_without_token_needs_policys_leave_and_the_owners_hand() {
        let bare = NewShare { with_token: false, delivery: Delivery::ByHand, ..share() };
        assert_eq!(admit(&bare), Err(Refusal::TokenRequired));
        let policy = Policy { links_without_token: true, ..Policy::default() };
        assert_eq!(bare.admit(&owner(), &item(), &policy, NOW), Ok(()));
        let mailed = NewShare { delivery: Delivery::HandOver, ..bare };
        assert_eq!(mailed.admit(&owner(), &item(), &policy, NOW), Err(Refusal::DeliveryNotAllowed));
    }

    #[test]
    fn token_and_secret_come_along_exactly_if_they_are_to_be_mailed() {
        for (delivery, expected) in
            [(Delivery::HandOver, (true, false)), (Delivery::ByHand, (false, false)), (Delivery::RelayBoth, (true, true))]
        {
            let share = NewShare { delivery, ..share() };
            for came in [(false, false), (false, true), (true, false), (true, true)] {
                let said = if came == expected { Ok(()) } else { Err(Refusal::DeliveryNotAllowed) };
                assert_eq!(share.admit_mailed(came.0, came.1), said, "{delivery:?} {came:?}");
            }
        }
    }

    #[test]
    fn the_appliance_mails_both_only_with_policys_leave_and_never_without_a_token() {
        let relayed = NewShare { delivery: Delivery::RelayBoth, ..share() };
        assert_eq!(admit(&relayed), Err(Refusal::RelayNotAllowed));
        let policy = Policy { relay_both: true, links_without_token: true, ..Policy::default() };
        assert_eq!(relayed.admit(&owner(), &item(), &policy, NOW), Ok(()));
        let bare = NewShare { with_token: false, ..relayed };
        assert_eq!(bare.admit(&owner(), &item(), &policy, NOW), Err(Refusal::DeliveryNotAllowed));
    }

    #[test]
    fn ids_are_made_just_now() {
        let late = NOW.plus_seconds(301);
        let share = NewShare { expires_at: late.plus_seconds(60), ..share() };
        assert_eq!(share.admit(&owner(), &item(), &Policy::default(), late), Err(Refusal::IdOffClock));
    }
}
