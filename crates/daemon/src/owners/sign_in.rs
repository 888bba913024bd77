//! `/api/v1/sign-in/...` and `/api/v1/sign-out`: OPAQUE's three messages (RFC 9807), and the end of a session.
//!
//! Nothing here tells whether a name exists: the answers for one that doesn't have the same shape and take the same way.

use api::account::{FinishSignIn, SignInStarted, SignedIn as Answer, StartSignIn};
use api::{Bytes, Secret};
use store::{PendingSignIn, Purpose};
use vault::{Refusal, SignInId};
use zeroize::Zeroizing;

use super::account;
use crate::http::answer::{No, Reply, done, json};
use crate::http::asked::Asked;
use crate::http::body::Body;
use crate::http::signed_in::{self, SignedIn};
use crate::{opaque, random};

/// `POST /api/v1/sign-in/start`
pub async fn start(asked: Asked, body: Body<StartSignIn>) -> Reply {
    let StartSignIn { name, request } = body.0;
    let call = asked.call();
    let known = asked.store().begin_sign_in(&call, &name).await?;
    let record = known.as_ref().map(|known| (known.setup.as_str(), known.record.as_slice()));
    let begun = asked.appliance().keys.sign_in.begin_sign_in(&name, record, &request.0)?;
    let id = SignInId::from_bytes(random::id(call.clock)?);
    let pending = PendingSignIn {
        id,
        purpose: Purpose::SignIn,
        user: known.map(|known| known.user),
        name,
        state: Zeroizing::new(begun.state),
        begun_at: call.clock,
    };
    asked.store().keep_sign_in(&call, pending).await?;
    json(&SignInStarted { sign_in: id, response: Bytes(begun.response) })
}

/// `POST /api/v1/sign-in/finish`
pub async fn finish(asked: Asked, body: Body<FinishSignIn>) -> Reply {
    let call = asked.call();
    let pending = asked.store().take_sign_in(&call, body.0.sign_in, Purpose::SignIn).await?;
    let proved = pending.user.is_some() && opaque::finish_sign_in(&pending.state, &body.0.finalization.0);
    if !proved {
        asked.store().sign_in_failed(&call, &pending).await?;
        return Err(No::Refused(Refusal::SignInFailed));
    }
    let session = Zeroizing::new(random::bytes::<32>()?);
    let kept_key = random::bytes::<32>()?;
    let (begun, account) = asked.store().sign_in(&call, &pending, signed_in::hash(&session), kept_key).await?;
    let session = Secret(random::text(session.as_slice()));
    json(&Answer { session, expires_at: begun.expires_at, account: account::shown(&asked, account) })
}

/// `POST /api/v1/sign-out`
pub async fn out(asked: Asked, owner: SignedIn) -> Reply {
    asked.store().sign_out(&asked.call(), &owner).await?;
    done()
}
