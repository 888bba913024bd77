//! Stories of people who lost their password and kept their recovery code.

use store::{PendingSignIn, Purpose, Recovered};
use vault::account::Standing;
use vault::{Digest, Refusal};

use crate::support::*;

on_both_databases! {
    a_recovery_replaces_password_and_code_and_ends_all_sessions
    a_wrong_code_is_refused_like_an_unknown_name_and_counted
    of_two_recoveries_with_one_code_the_first_one_counts
    a_suspended_owner_does_not_recover
    a_recovery_is_not_a_sign_in
}

fn new(what: &str) -> Recovered {
    Recovered {
        record: format!("record {what}").into_bytes(),
        setup: "2026-12".to_owned(),
        root: format!("\x01root {what}").into_bytes(),
        recovery_root: format!("\x01root for {what}").into_bytes(),
        recovery_verifier: verifier(what),
    }
}

/// The first half of a recovery, and its second half's state.
async fn begin(house: &House, name: &str, code: Digest) -> Result<PendingSignIn, store::Failure> {
    let name = name.parse().unwrap();
    let recovery = house.store.begin_recovery(&house.call(), &name, code).await?;
    let pending = house.pending(Purpose::Recovery, Some(recovery.user), name);
    house.store.keep_sign_in(&house.call(), pending.clone()).await?;
    house.store.take_sign_in(&house.call(), pending.id, Purpose::Recovery).await
}

async fn a_recovery_replaces_password_and_code_and_ends_all_sessions(house: House) {
    let ada = house.owner("ada").await;
    let name = &ada.owner().name;
    assert_eq!(house.store.user_named(name).await, Ok(Some(ada.owner().id)));
    let recovery = house.store.begin_recovery(&house.call(), name, verifier("ada")).await.unwrap();
    assert_eq!((recovery.user, recovery.recovery_root), (ada.owner().id, enrolment("ada").recovery_root));
    let pending = begin(&house, "ada", verifier("ada")).await.unwrap();
    let before = house.records().await.len();
    house.store.recover(&house.call(), &pending, new("second")).await.unwrap();
    assert_eq!(house.told_since(before).await, ["account.recovered"]);
    assert_eq!(refusal(house.store.account(&ada).await), Refusal::NotSignedIn);
    let credential = house.store.begin_sign_in(&house.call(), name).await.unwrap().unwrap();
    assert_eq!((credential.record, credential.setup), (new("second").record, new("second").setup));
    assert_eq!(refusal(begin(&house, "ada", verifier("ada")).await.map(|_| ())), Refusal::RecoveryFailed, "the old code is used");
    let again = house.store.begin_recovery(&house.call(), name, verifier("second")).await.unwrap();
    assert_eq!(again.recovery_root, new("second").recovery_root);
    let signed_in = house.sign_in("ada").await.unwrap();
    assert_eq!(house.store.account(&signed_in).await.unwrap().root, new("second").root);
}

async fn a_wrong_code_is_refused_like_an_unknown_name_and_counted(house: House) {
    let ada = house.owner("ada").await;
    let before = house.records().await.len();
    for name in ["ada", "nobody"] {
        for _ in 0..5 {
            assert_eq!(refusal(begin(&house, name, verifier("wrong")).await.map(|_| ())), Refusal::RecoveryFailed, "{name}");
        }
        let sixth = begin(&house, name, verifier("ada")).await.map(|_| ());
        assert_eq!(refusal(sixth), Refusal::TooManyAttempts { retry_seconds: 1 }, "{name}");
    }
    let told = house.told_since(before).await;
    assert_eq!(told.iter().filter(|event| *event == "account.refused: recovery-failed").count(), 10);
    assert_eq!(told.iter().filter(|event| *event == "account.refused: too-many-attempts").count(), 2);
    assert_eq!(house.store.user_named(&"nobody".parse().unwrap()).await, Ok(None));
    assert!(house.store.account(&ada).await.is_ok());
    // A digest of nothing opens nobody's account.
    assert_eq!(refusal(begin(&house, "somebody", Digest::from_bytes([0; 32])).await.map(|_| ())), Refusal::RecoveryFailed);
}

async fn of_two_recoveries_with_one_code_the_first_one_counts(house: House) {
    house.owner("ada").await;
    let one = begin(&house, "ada", verifier("ada")).await.unwrap();
    let other = begin(&house, "ada", verifier("ada")).await.unwrap();
    house.store.recover(&house.call(), &one, new("one")).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    assert_eq!(refusal(house.store.recover(&house.call(), &other, new("other")).await), Refusal::RecoveryFailed);
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["account.refused: recovery-failed"]);
}

async fn a_suspended_owner_does_not_recover(house: House) {
    let ada = house.owner("ada").await;
    let pending = begin(&house, "ada", verifier("ada")).await.unwrap();
    house.store.set_standing(&house.call(), &operator(), &ada.owner().name, Standing::Suspended).await.unwrap();
    assert_eq!(refusal(house.store.recover(&house.call(), &pending, new("second")).await), Refusal::RecoveryFailed);
    assert_eq!(refusal(begin(&house, "ada", verifier("ada")).await.map(|_| ())), Refusal::RecoveryFailed);
}

async fn a_recovery_is_not_a_sign_in(house: House) {
    house.owner("ada").await;
    let recovering = begin(&house, "ada", verifier("ada")).await.unwrap();
    let session = Digest::of(&[b"a session"]);
    let signed_in = house.store.sign_in(&house.call(), &recovering, session, [7; 32]).await.map(|_| ());
    assert_eq!(refusal(signed_in), Refusal::SignInFailed);
    let signing_in = house.begin("ada").await.unwrap();
    assert_eq!(refusal(house.store.recover(&house.call(), &signing_in, new("second")).await), Refusal::RecoveryFailed);
}
