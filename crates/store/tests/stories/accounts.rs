//! Stories of accounts: invitation, registration, sign-in, password, suspension.

use store::{Failure, NewPassword, Purpose, UserFilter};
use vault::account::Standing;
use vault::{Digest, Refusal, SignInId};

use crate::support::*;

on_both_databases! {
    an_account_lives_from_its_invitation_to_the_end_of_its_session
    an_invitation_is_used_once_and_in_time
    a_name_is_taken_until_its_invitation_lapses_unused
    of_two_simultaneous_invitations_for_one_name_one_is_made
    a_registration_whose_answer_was_lost_succeeds_again_with_the_same_bytes
    a_sign_in_is_finished_once_and_within_a_minute
    guessing_at_a_password_is_slowed_by_name_and_a_right_one_is_forgiven
    guessing_from_one_household_is_slowed_whatever_the_names
    a_stranger_who_keeps_guessing_elsewhere_does_not_keep_an_owner_out_of_where_they_work
    a_name_that_does_not_exist_is_throttled_like_one_that_does
    a_new_password_ends_all_other_sessions_and_asks_for_a_fresh_one
    a_sign_in_begun_under_the_old_password_is_worth_nothing
    a_suspended_owner_is_nobody_until_they_are_let_back_in
    somebody_suspended_before_registering_does_not_register
    asking_for_a_new_password_without_setting_one_is_slowed_like_guessing
    a_session_that_ended_while_a_request_was_under_way_does_nothing_more
    a_permission_withdrawn_counts_at_once_for_who_is_signed_in
    an_operator_ends_every_session_of_an_account_and_it_is_recorded
    an_unknown_name_is_refused_to_operators_and_recorded
    a_session_ends_by_itself
    a_sign_in_that_was_never_finished_is_recorded_from_where_it_began
}

async fn an_account_lives_from_its_invitation_to_the_end_of_its_session(house: House) {
    house.invite("ada").await.unwrap();
    let invited = house.store.invited(&house.call(), code("ada")).await.unwrap();
    assert_eq!((invited.name.as_str(), invited.full_name.as_str()), ("ada", "ada Example"));
    let user = house.store.register(&house.call(), code("ada"), enrolment("ada")).await.unwrap();
    assert_eq!(user, invited.user);
    let credential = house.store.begin_sign_in(&house.call(), &invited.name).await.unwrap().unwrap();
    assert_eq!((credential.user, credential.record, credential.setup), (user, enrolment("ada").record, enrolment("ada").setup));
    let signed_in = house.sign_in("ada").await.unwrap();
    let account = house.store.account(&signed_in).await.unwrap();
    assert_eq!((account.root, account.keys), (enrolment("ada").root, enrolment("ada").keys));
    assert_eq!((account.encryption_key, account.signing_key, *account.kept_key), ([1; 32], [2; 32], [7; 32]));
    assert_eq!(account.owner, *signed_in.owner());
    house.store.sign_out(&house.call(), &signed_in).await.unwrap();
    assert_eq!(refusal(house.store.account(&signed_in).await), Refusal::NotSignedIn);
    let told = house.told_since(0).await;
    assert_eq!(told, ["account.invited", "account.registered", "account.signed_in", "account.signed_out"]);
    let registered = &house.records().await[1];
    assert_eq!(registered.details["fingerprint"], "fingerprint of ada");
    assert_eq!(house.records().await[0].who, "olga(1000)");
}

async fn an_invitation_is_used_once_and_in_time(house: House) {
    let refused = |answer| assert_eq!(answer, Refusal::InvitationNotValid);
    refused(refusal(house.store.invited(&house.call(), code("nobody")).await));
    refused(refusal(house.store.register(&house.call(), code("nobody"), enrolment("nobody")).await));
    house.owner("ada").await;
    refused(refusal(house.store.invited(&house.call(), code("ada")).await));
    let other = store::Enrolment { record: b"another password".to_vec(), ..enrolment("ada") };
    refused(refusal(house.store.register(&house.call(), code("ada"), other).await));
    house.invite("eve").await.unwrap();
    house.wait(72 * 3600);
    let before = (house.remembered(), house.records().await.len());
    refused(refusal(house.store.invited(&house.call(), code("eve")).await));
    refused(refusal(house.store.register(&house.call(), code("eve"), enrolment("eve")).await));
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["account.refused: invitation-not-valid"; 2]);
}

async fn a_name_is_taken_until_its_invitation_lapses_unused(house: House) {
    house.invite("ada").await.unwrap();
    assert_eq!(refusal(house.invite("ada").await), Refusal::NameTaken);
    assert_eq!(house.told_since(1).await, ["operator.refused: name-taken"]);
    house.wait(72 * 3600);
    house.invite("ada").await.unwrap();
    house.owner_registers("ada").await;
    house.wait(72 * 3600);
    assert_eq!(refusal(house.invite("ada").await), Refusal::NameTaken, "whoever registered keeps their name");
    assert_eq!(house.store.users(UserFilter::default(), None, 10).await.unwrap().len(), 1);
}

async fn of_two_simultaneous_invitations_for_one_name_one_is_made(house: House) {
    let invite = |n: u8| {
        let (store, call) = (house.store.clone(), house.call());
        let new = store::NewInvitation { code_hash: Digest::of(&[&[n]]), ..house.invitation("ada") };
        tokio::spawn(async move { store.invite(&call, &operator(), new).await })
    };
    let mut refused = 0;
    for made in [invite(1), invite(2)] {
        refused += usize::from(made.await.unwrap() == Err(Refusal::NameTaken.into()));
    }
    assert_eq!((refused, house.store.users(UserFilter::default(), None, 10).await.unwrap().len()), (1, 1));
}

async fn a_registration_whose_answer_was_lost_succeeds_again_with_the_same_bytes(house: House) {
    house.invite("ada").await.unwrap();
    let user = house.store.register(&house.call(), code("ada"), enrolment("ada")).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    assert_eq!(house.store.register(&house.call(), code("ada"), enrolment("ada")).await, Ok(user));
    assert_eq!((house.remembered(), house.records().await.len()), before);
}

async fn a_sign_in_is_finished_once_and_within_a_minute(house: House) {
    house.owner("ada").await;
    let pending = house.begin("ada").await.unwrap();
    assert_eq!(refusal(house.store.take_sign_in(&house.call(), pending.id, Purpose::Recovery).await), Refusal::RecoveryFailed);
    let taken = house.store.take_sign_in(&house.call(), pending.id, Purpose::SignIn).await.unwrap();
    assert_eq!((taken.user, taken.name.as_str(), taken.state.as_slice()), (pending.user, "ada", &[9; 128][..]));
    let before = house.records().await.len();
    assert_eq!(refusal(house.store.take_sign_in(&house.call(), pending.id, Purpose::SignIn).await), Refusal::SignInFailed);
    let unknown = SignInId::from_bytes(house.id());
    assert_eq!(refusal(house.store.take_sign_in(&house.call(), unknown, Purpose::SignIn).await), Refusal::SignInFailed);
    let late = house.begin("ada").await.unwrap();
    house.wait(61);
    assert_eq!(refusal(house.store.take_sign_in(&house.call(), late.id, Purpose::SignIn).await), Refusal::SignInFailed);
    assert_eq!(house.told_since(before).await, ["account.refused: sign-in-failed"; 3]);
    house.store.sign_in_failed(&house.call(), &taken).await.unwrap();
    let told = house.records().await.pop().unwrap();
    assert_eq!((told.event.as_str(), told.refusal.as_str(), told.details["name"].as_str()), ("account.refused", "sign-in-failed", "ada"));
}

async fn guessing_at_a_password_is_slowed_by_name_and_a_right_one_is_forgiven(house: House) {
    house.owner("ada").await;
    for _ in 0..20 {
        house.sign_in("ada").await.expect("right sign-ins are never slowed");
    }
    for _ in 0..5 {
        house.begin("ada").await.unwrap();
    }
    let before = house.records().await.len();
    assert_eq!(refusal(house.begin("ada").await), Refusal::TooManyAttempts { retry_seconds: 1 });
    assert_eq!(house.told_since(before).await, ["account.refused: too-many-attempts"]);
    house.wait(1);
    house.begin("ada").await.unwrap();
    assert_eq!(refusal(house.begin("ada").await), Refusal::TooManyAttempts { retry_seconds: 2 });
    house.owner("eve").await;
    house.wait(86_400);
    house.sign_in("ada").await.unwrap();
}

async fn a_stranger_who_keeps_guessing_elsewhere_does_not_keep_an_owner_out_of_where_they_work(house: House) {
    house.owner("ada").await;
    house.sign_in("ada").await.unwrap();
    let (name, elsewhere) = ("ada".parse().unwrap(), "10.20.99.1");
    for _ in 0..12 {
        // As soon as a delay is over, the next guess takes its place.
        while let Err(slowed) = house.store.begin_sign_in(&house.call_from(elsewhere), &name).await.map(|_| ()) {
            let Refusal::TooManyAttempts { retry_seconds } = refusal(Err::<(), _>(slowed)) else { panic!("slowed and nothing else") };
            house.wait(i64::from(retry_seconds));
        }
    }
    let newcomer = house.store.begin_sign_in(&house.call_from("10.20.99.2"), &name).await.map(|_| ());
    assert!(matches!(refusal(newcomer), Refusal::TooManyAttempts { .. }), "where ada never was, all strangers share one delay");
    house.sign_in("ada").await.expect("where ada signs in, guesses from elsewhere don't count");
    for _ in 0..5 {
        house.begin("ada").await.unwrap();
    }
    assert!(matches!(refusal(house.begin("ada").await), Refusal::TooManyAttempts { .. }), "guesses from there do");
}

async fn guessing_from_one_household_is_slowed_whatever_the_names(house: House) {
    let address = |n: u32| format!("2001:db8:0:7::{n:x}");
    for n in 0..51 {
        let name = format!("name{n}").parse().unwrap();
        assert!(house.store.begin_sign_in(&house.call_from(&address(n)), &name).await.unwrap().is_none());
    }
    let name = "name-of-somebody-else".parse().unwrap();
    let slowed = house.store.begin_sign_in(&house.call_from(&address(99)), &name).await;
    assert_eq!(refusal(slowed), Refusal::TooManyAttempts { retry_seconds: 1 });
    assert!(house.store.begin_sign_in(&house.call_from("2001:db8:0:8::1"), &name).await.is_ok(), "the neighbours are not");
}

async fn a_name_that_does_not_exist_is_throttled_like_one_that_does(house: House) {
    house.owner("ada").await;
    for _ in 0..5 {
        house.begin("ada").await.unwrap();
        assert_eq!(house.begin("nobody").await.unwrap().user, None);
    }
    assert_eq!(refusal(house.begin("nobody").await), refusal(house.begin("ada").await));
}

async fn a_new_password_ends_all_other_sessions_and_asks_for_a_fresh_one(house: House) {
    let here = house.owner("ada").await;
    let there = house.sign_in("ada").await.unwrap();
    let stranger = house.owner("eve").await;
    let new = NewPassword { record: b"new record".to_vec(), setup: "2026-12".to_owned(), root: b"\x01new root".to_vec() };
    house.store.change_password(&house.call(), &here, new.clone()).await.unwrap();
    assert_eq!(refusal(house.store.account(&there).await), Refusal::NotSignedIn);
    assert_eq!(house.store.account(&here).await.unwrap().root, new.root);
    assert!(house.store.account(&stranger).await.is_ok());
    let credential = house.store.begin_sign_in(&house.call(), &here.owner().name).await.unwrap().unwrap();
    assert_eq!((credential.record, credential.setup), (new.record.clone(), new.setup.clone()));
    house.wait(301);
    let before = (house.remembered(), house.records().await.len());
    assert_eq!(refusal(house.store.change_password(&house.call(), &here, new).await), Refusal::NotFresh);
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["account.refused: not-fresh"]);
}

async fn a_sign_in_begun_under_the_old_password_is_worth_nothing(house: House) {
    let ada = house.owner("ada").await;
    let pending = house.begin("ada").await.unwrap();
    let new = NewPassword { record: b"new record".to_vec(), setup: "2026-11".to_owned(), root: b"\x01new root".to_vec() };
    house.store.change_password(&house.call(), &ada, new).await.unwrap();
    assert_eq!(refusal(house.finish(&pending).await), Refusal::SignInFailed);
    house.sign_in("ada").await.unwrap();
}

async fn a_suspended_owner_is_nobody_until_they_are_let_back_in(house: House) {
    let ada = house.owner("ada").await;
    let pending = house.begin("ada").await.unwrap();
    let name = &ada.owner().name;
    let row = house.store.set_standing(&house.call(), &operator(), name, Standing::Suspended).await.unwrap();
    assert_eq!((row.standing, row.registered), (Standing::Suspended, true));
    assert_eq!(refusal(house.store.account(&ada).await), Refusal::NotSignedIn);
    assert!(house.store.begin_sign_in(&house.call(), name).await.unwrap().is_none(), "suspended is answered like unknown");
    assert_eq!(refusal(house.finish(&pending).await), Refusal::SignInFailed, "also what was begun before");
    let before = house.records().await.len();
    let new = house.new_item();
    assert_eq!(refusal(house.store.create_item(&house.call(), &ada, new).await), Refusal::Suspended, "a session from before is no way in");
    assert_eq!(house.told_since(before).await, ["owner.refused: suspended"]);
    house.store.set_standing(&house.call(), &operator(), name, Standing::Active).await.unwrap();
    house.sign_in("ada").await.unwrap();
    let told = house.told_since(0).await;
    assert!(told.contains(&"account.suspended".to_owned()) && told.contains(&"account.resumed".to_owned()));
}

async fn somebody_suspended_before_registering_does_not_register(house: House) {
    house.invite("ada").await.unwrap();
    let name = "ada".parse().unwrap();
    house.store.set_standing(&house.call(), &operator(), &name, Standing::Suspended).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    assert_eq!(refusal(house.store.register(&house.call(), code("ada"), enrolment("ada")).await), Refusal::Suspended);
    assert_eq!(house.remembered(), before.0);
    assert_eq!(house.told_since(before.1).await, ["account.refused: suspended"]);
}

async fn asking_for_a_new_password_without_setting_one_is_slowed_like_guessing(house: House) {
    let ada = house.owner("ada").await;
    let new = NewPassword { record: b"new record".to_vec(), setup: "2026-11".to_owned(), root: b"\x01new root".to_vec() };
    for _ in 0..20 {
        house.store.begin_password(&house.call(), &ada).await.expect("changes that are finished are never slowed");
        house.store.change_password(&house.call(), &ada, new.clone()).await.unwrap();
    }
    for _ in 0..5 {
        house.store.begin_password(&house.call(), &ada).await.unwrap();
    }
    let before = house.records().await.len();
    let slowed = refusal(house.store.begin_password(&house.call(), &ada).await);
    assert_eq!(slowed, Refusal::TooManyAttempts { retry_seconds: 1 });
    house.wait(301);
    assert_eq!(refusal(house.store.begin_password(&house.call(), &ada).await), Refusal::NotFresh);
    assert_eq!(house.told_since(before).await, ["account.refused: too-many-attempts", "account.refused: not-fresh"]);
}

async fn a_session_that_ended_while_a_request_was_under_way_does_nothing_more(house: House) {
    let here = house.owner("ada").await;
    let thief = house.sign_in("ada").await.unwrap();
    let item = house.item(&here).await;
    let share = house.share(&here, item, |_| ()).await;
    let new = |record: &[u8]| NewPassword { record: record.to_vec(), setup: "2026-11".to_owned(), root: b"\x01root".to_vec() };
    house.store.change_password(&house.call(), &here, new(b"new record")).await.unwrap();
    let before = (house.remembered(), house.records().await.len());
    let (store, gone) = (&house.store, |refused| assert_eq!(refused, Refusal::NotSignedIn));
    gone(refusal(store.change_password(&house.call(), &thief, new(b"the thief's")).await));
    gone(refusal(store.create_item(&house.call(), &thief, house.new_item()).await));
    gone(refusal(store.set_item_disabled(&house.call(), &thief, item, true).await));
    gone(refusal(store.item(&house.call(), &thief, item, None).await.map(|_| ())));
    gone(refusal(house.try_share(&thief, item, |_| ()).await));
    gone(refusal(store.revoke_share(&house.call(), &thief, share.id).await));
    let told = house.told_since(before.1).await;
    assert!(told.len() == 6 && told.iter().all(|told| told.ends_with(".refused: not-signed-in")), "{told:?}");
    store.sign_out(&house.call(), &thief).await.unwrap();
    assert_eq!((house.remembered(), house.records().await.len()), (before.0, before.1 + 6), "and what has ended isn't ended again");
}

async fn a_permission_withdrawn_counts_at_once_for_who_is_signed_in(house: House) {
    let ada = house.owner("ada").await;
    let item = house.item(&ada).await;
    let name = &ada.owner().name;
    let row = house.store.set_external_share(&house.call(), &operator(), name, false).await.unwrap();
    assert!(!row.external_share);
    assert_eq!(refusal(house.try_share(&ada, item, |_| ()).await), Refusal::ExternalShareNotAllowed);
    house.store.set_external_share(&house.call(), &operator(), name, true).await.unwrap();
    house.share(&ada, item, |_| ()).await;
    let told = house.told_since(4).await;
    assert_eq!(told, ["account.external_denied", "owner.refused: external-share-not-allowed", "account.external_allowed", "share.created"]);
}

async fn an_unknown_name_is_refused_to_operators_and_recorded(house: House) {
    let nobody = "nobody".parse().unwrap();
    for standing in [Standing::Suspended, Standing::Active] {
        assert_eq!(refusal(house.store.set_standing(&house.call(), &operator(), &nobody, standing).await), Refusal::NotFound);
    }
    assert_eq!(refusal(house.store.set_external_share(&house.call(), &operator(), &nobody, true).await), Refusal::NotFound);
    assert_eq!(house.told_since(0).await, ["operator.refused: not-found"; 3]);
}

async fn a_session_ends_by_itself(house: House) {
    house.invite("ada").await.unwrap();
    house.store.register(&house.call(), code("ada"), enrolment("ada")).await.unwrap();
    let pending = house.begin("ada").await.unwrap();
    let session = Digest::of(&[b"a session"]);
    let (begun, account) = house.store.sign_in(&house.call(), &pending, session, [7; 32]).await.unwrap();
    assert_eq!((begun.signed_in_at, account.owner.name.as_str()), (house.now(), "ada"));
    house.wait(12 * 3600 - 1);
    assert!(house.store.signed_in(&house.call(), session).await.is_ok());
    house.wait(1);
    assert_eq!(refusal(house.store.signed_in(&house.call(), session).await), Refusal::NotSignedIn);
    assert_eq!(refusal(house.store.signed_in(&house.call(), Digest::of(&[b"no session"])).await), Refusal::NotSignedIn);
}

async fn a_sign_in_that_was_never_finished_is_recorded_from_where_it_began(house: House) {
    let ada = house.owner("ada").await;
    let pending = house.pending(Purpose::SignIn, Some(ada.owner().id), ada.owner().name.clone());
    house.store.keep_sign_in(&house.call_from("203.0.113.7"), pending).await.unwrap();
    house.wait(60);
    let before = house.records().await.len();
    let sweep = store::Call { address: None, ..house.call() };
    house.store.sweep(&sweep).await.unwrap();
    let told = house.records().await.split_off(before);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].event.as_str(), told[0].refusal.as_str()), ("account.refused", "sign-in-failed"));
    assert_eq!(
        (told[0].address.as_str(), told[0].details["name"].as_str(), told[0].user.clone()),
        ("203.0.113.7", "ada", ada.owner().id.to_string())
    );
}

async fn an_operator_ends_every_session_of_an_account_and_it_is_recorded(house: House) {
    let (first, eve) = (house.owner("ada").await, house.owner("eve").await);
    house.wait(60);
    house.sign_in("ada").await.unwrap();
    let name = "ada".parse().unwrap();
    let sessions = house.store.sessions(&house.call(), &name, None, 10).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert!(sessions[0].session.signed_in_at > sessions[1].session.signed_in_at, "the latest first");
    assert_eq!(house.store.sessions(&house.call(), &name, None, 1).await.unwrap(), sessions[..1]);
    assert_eq!(house.store.sessions(&house.call(), &name, Some(sessions[0].id), 10).await.unwrap(), sessions[1..]);
    let before = house.records().await.len();
    assert_eq!(house.store.end_sessions(&house.call(), &operator(), &name).await, Ok(2));
    assert_eq!(house.store.end_sessions(&house.call(), &operator(), &name).await, Ok(0));
    assert_eq!(house.store.sessions(&house.call(), &name, None, 10).await.unwrap(), []);
    assert!(matches!(house.store.account(&first).await, Err(Failure::Refused(Refusal::NotSignedIn))));
    assert!(house.store.account(&eve).await.is_ok(), "nobody else's session ends");
    let told = house.records().await.split_off(before);
    let ended: Vec<_> = told.iter().filter(|record| record.event == "account.sessions_ended").collect();
    assert_eq!((ended.len(), ended[0].who.as_str(), ended[0].user.clone()), (2, "olga(1000)", first.owner().id.to_string()));
    assert_eq!((ended[0].details["sessions"].as_str(), ended[1].details["sessions"].as_str()), ("2", "0"));
    house.sign_in("ada").await.unwrap();
    house.wait(13 * 3600);
    assert_eq!(house.store.sessions(&house.call(), &name, None, 10).await.unwrap(), [], "its time is over");
    let nobody = "nobody".parse().unwrap();
    assert_eq!(refusal(house.store.end_sessions(&house.call(), &operator(), &nobody).await), Refusal::NotFound);
    assert_eq!(refusal(house.store.sessions(&house.call(), &nobody, None, 10).await), Refusal::NotFound);
}
