//! `/api/v1/password/...`: a new password, in a fresh session. No item is sealed anew for it.

use api::Bytes;
use api::account::{FinishPassword, PasswordStarted, StartPassword};
use store::NewPassword;

use crate::http::answer::{Reply, done, json};
use crate::http::asked::Asked;
use crate::http::body::Body;
use crate::http::signed_in::SignedIn;
use crate::opaque;

/// `POST /api/v1/password/start`
pub async fn start(asked: Asked, owner: SignedIn, body: Body<StartPassword>) -> Reply {
    // Refused early, so that nobody types a new password in vain; what counts is decided at the finish.
    asked.store().begin_password(&asked.call(), &owner).await?;
    let response = asked.appliance().keys.sign_in.begin_registration(&owner.owner().name, &body.0.request.0)?;
    json(&PasswordStarted { response: Bytes(response) })
}

/// `POST /api/v1/password/finish`
pub async fn finish(asked: Asked, owner: SignedIn, body: Body<FinishPassword>) -> Reply {
    let record = opaque::finish_registration(&body.0.upload.0)?;
    let setup = asked.appliance().keys.sign_in.id().to_owned();
    asked.store().change_password(&asked.call(), &owner, NewPassword { record, setup, root: body.0.root.0 }).await?;
    done()
}
