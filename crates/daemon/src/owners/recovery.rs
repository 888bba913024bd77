//! `/api/v1/recovery/...`: back in with the recovery code.
//!
//! Nothing here tells whether a name exists, and the code itself never comes here: only what was derived from it.

use api::account::{FindRecovery, FinishRecovery, RecoveryFound, RecoveryStarted, StartRecovery};
use api::{Bytes, Sealed};
use store::{PendingSignIn, Purpose, Recovered};
use vault::{Digest, SignInId};
use zeroize::Zeroizing;

use crate::http::answer::{Reply, done, json};
use crate::http::asked::Asked;
use crate::http::body::Body;
use crate::{opaque, random};

/// `POST /api/v1/recovery/user`
pub async fn user(asked: Asked, body: Body<FindRecovery>) -> Reply {
    // Both are always looked up, so that a name that exists takes no other time than one that doesn't.
    let derived = asked.appliance().keys.user_of(&body.0.name)?;
    let known = asked.store().user_named(&body.0.name).await?;
    json(&RecoveryFound { user: known.unwrap_or(derived) })
}

/// `POST /api/v1/recovery/start`
pub async fn start(asked: Asked, body: Body<StartRecovery>) -> Reply {
    let StartRecovery { name, proof, request } = body.0;
    let call = asked.call();
    let response = asked.appliance().keys.sign_in.begin_registration(&name, &request.0)?;
    let recovery = asked.store().begin_recovery(&call, &name, Digest::of(&[&proof.0])).await?;
    let id = SignInId::from_bytes(random::id(call.clock)?);
    let pending = PendingSignIn {
        id,
        purpose: Purpose::Recovery,
        user: Some(recovery.user),
        name,
        state: Zeroizing::new(Vec::new()),
        begun_at: call.clock,
    };
    asked.store().keep_sign_in(&call, pending).await?;
    json(&RecoveryStarted { recovery: id, user: recovery.user, root: Sealed(recovery.recovery_root), response: Bytes(response) })
}

/// `POST /api/v1/recovery/finish`
pub async fn finish(asked: Asked, body: Body<FinishRecovery>) -> Reply {
    let FinishRecovery { recovery, upload, root, recovery_seal } = body.0;
    // Read before the single-use state is taken: a malformed upload costs nobody their recovery.
    let record = opaque::finish_registration(&upload.0)?;
    let call = asked.call();
    let pending = asked.store().take_sign_in(&call, recovery, Purpose::Recovery).await?;
    let recovered = Recovered {
        record,
        setup: asked.appliance().keys.sign_in.id().to_owned(),
        root: root.0,
        recovery_root: recovery_seal.root.0,
        recovery_verifier: Digest::from_bytes(recovery_seal.verifier.0),
    };
    asked.store().recover(&call, &pending, recovered).await?;
    done()
}
