//! `/api/v1/account`: one's own account, with its keys sealed.

use api::account::{Account, PublicKeys};
use api::{Fixed, Sealed};
use store::AccountRow;

use crate::http::answer::{Reply, json};
use crate::http::asked::Asked;
use crate::http::signed_in::SignedIn;

/// `GET /api/v1/account`
pub async fn show(asked: Asked, owner: SignedIn) -> Reply {
    json(&shown(&asked, asked.store().account(&owner).await?))
}

/// An account as its owner's programs read it.
pub fn shown(asked: &Asked, row: AccountRow) -> Account {
    Account {
        user: row.owner.id,
        name: row.owner.name,
        full_name: row.owner.full_name,
        email: row.owner.email,
        external_share: row.owner.external_share,
        root: Sealed(row.root),
        keys: Sealed(row.keys),
        public: PublicKeys { encryption: Fixed(row.encryption_key), signing: Fixed(row.signing_key) },
        kept_key: Fixed(*row.kept_key),
        public_url: asked.appliance().public_url.clone(),
        language: asked.appliance().config.mail.language,
    }
}
