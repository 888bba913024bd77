//! What fits between journal and audit log and what doesn't, also where a restore made the log another one.

use super::*;

const SINCE: Timestamp = Timestamp::from_millis(1_000);

pub(in super::super) fn intent(n: u8, uid: u32) -> Intent {
    let at = Timestamp::from_millis(1_000 + i64::from(n));
    Intent { request: RequestId::from_bytes([n; 16]), at, uid, intent: "share.revoke".to_owned(), command: "posternctl".to_owned() }
}

pub(in super::super) fn effect(n: u8, uid: u32) -> Effect {
    Effect {
        request: Some(RequestId::from_bytes([n; 16])),
        at: Timestamp::from_millis(1_000 + i64::from(n)),
        event: "share.revoked".to_owned(),
        who: format!("o)l(ga({uid})"),
        lane: 1,
        seq: u64::from(n),
        refused: false,
        backup_made_at: None,
    }
}

fn compared(intents: &[Intent], told: &[Effect], happened: &[Effect]) -> Vec<Finding> {
    all(intents, told, happened).findings
}

fn all(intents: &[Intent], told: &[Effect], happened: &[Effect]) -> Found {
    let mut matching = Matching::default();
    intents.iter().for_each(|intent| matching.intended(intent.clone()).unwrap());
    told.iter().for_each(|effect| matching.told(effect.clone(), effect.at).unwrap());
    happened.iter().for_each(|effect| matching.happened(effect.clone()).unwrap());
    matching.found(SINCE, std::iter::empty())
}

#[test]
fn what_was_announced_and_done_by_the_same_user_fits_also_with_several_effects() {
    let second = Effect { seq: 9, ..effect(1, 7) };
    assert_eq!(compared(&[intent(1, 7)], &[effect(1, 7)], &[effect(1, 7), second]), []);
}

#[test]
fn each_kind_of_misfit_is_found_in_the_order_of_time() {
    let found = compared(&[intent(2, 7), intent(3, 0)], &[effect(4, 7)], &[effect(3, 7), effect(1, 7)]);
    let expected = [
        Finding::EffectWithoutIntent { effect: effect(1, 7) },
        Finding::IntentWithoutEffect { intent: intent(2, 7) },
        Finding::AnotherUser { effect: effect(3, 7), intent: intent(3, 0) },
        Finding::NotInAudit { effect: effect(4, 7) },
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_refusal_answers_an_intent_and_needs_none() {
    let refused = |n| Effect { refused: true, ..effect(n, 7) };
    assert_eq!(compared(&[intent(1, 7)], &[], &[refused(1), refused(2)]), []);
}

#[test]
fn an_effect_that_bears_no_request_or_no_user_was_announced_by_nobody() {
    let nameless = Effect { request: None, ..effect(1, 7) };
    let odd = Effect { who: "olga".to_owned(), ..effect(2, 7) };
    assert!(matches!(compared(&[], &[], &[nameless]).as_slice(), [Finding::EffectWithoutIntent { .. }]));
    assert!(matches!(compared(&[intent(2, 7)], &[], &[odd]).as_slice(), [Finding::AnotherUser { .. }]));
}

#[test]
fn who_announces_in_anothers_stead_covers_nothing_and_hides_nothing() {
    // Somebody else writes an intent with the same id beside the right one.
    assert_eq!(compared(&[intent(1, 9), intent(1, 7)], &[], &[effect(1, 7)]), []);
}

#[test]
fn intents_from_before_the_time_asked_for_only_explain_effects() {
    let early = Intent { at: Timestamp::from_millis(999), ..intent(1, 7) };
    assert_eq!(compared(std::slice::from_ref(&early), &[], &[]), []);
    assert_eq!(compared(&[early], &[], &[effect(1, 7)]), []);
}

/// A restore at 1 050 of a backup made at 1 020.
fn restore(n: u8) -> Effect {
    let made = Timestamp::from_millis(1_020);
    Effect { event: "backup.restored".to_owned(), backup_made_at: Some(made), ..effect(n, 0) }
}

#[test]
fn what_was_done_between_a_backup_and_its_restore_is_told_as_that() {
    let intents = [intent(10, 7), intent(30, 7), intent(35, 8), intent(50, 0)];
    // Number 50 of the lane was given out before, and is now the restore's.
    let before = Effect { seq: 50, ..effect(30, 7) };
    let found = all(&intents, &[effect(10, 7), before.clone()], &[restore(50), effect(10, 7)]);
    let made = Timestamp::from_millis(1_020);
    let expected = [
        Explained::LostAct { effect: before, intent: intent(30, 7) },
        Explained::LostIntent { intent: intent(35, 8) },
        Explained::Restored { effect: restore(50), backup_made_at: made },
    ];
    assert_eq!((found.findings, found.elsewhere), (Vec::new(), 0));
    assert_eq!(found.explained, expected);
}

#[test]
fn a_restore_explains_neither_what_came_after_it_nor_what_the_backup_must_hold_nor_what_nobody_announced() {
    // A minute lies between them, so that nothing of one is under way in the other.
    let far = |n: u8, uid| Effect { at: Timestamp::from_millis(1_000 + i64::from(n) * 100_000), ..effect(n, uid) };
    let said = |n: u8, uid| Intent { at: far(n, uid).at, ..intent(n, uid) };
    let restored = Effect { event: "backup.restored".to_owned(), backup_made_at: Some(far(20, 0).at), ..far(50, 0) };
    let told = [far(5, 7), far(9, 7), far(10, 7), far(30, 7), far(60, 7)];
    let found = all(&[said(9, 7), said(10, 7), said(12, 7), said(50, 0), said(60, 7)], &told, &[restored, far(10, 7), far(5, 7)]);
    let expected = [
        Finding::EffectWithoutIntent { effect: far(5, 7) },
        Finding::NotInAudit { effect: far(9, 7) },
        Finding::IntentWithoutEffect { intent: said(9, 7) },
        Finding::IntentWithoutEffect { intent: said(12, 7) },
        Finding::NotInAudit { effect: far(30, 7) },
        Finding::NotInAudit { effect: far(60, 7) },
        Finding::IntentWithoutEffect { intent: said(60, 7) },
    ];
    assert_eq!(found.findings.iter().map(Finding::at).collect::<Vec<_>>(), expected.iter().map(Finding::at).collect::<Vec<_>>());
    assert!(expected.iter().all(|finding| found.findings.contains(finding)), "{:#?}", found.findings);
    assert_eq!(found.explained.len(), 1);
}

#[test]
fn a_restore_that_nobody_announced_explains_nothing_and_is_found_itself() {
    let found = all(&[intent(30, 7)], &[effect(30, 7)], &[restore(50)]);
    assert_eq!(found.findings.len(), 3, "{:#?}", found.findings);
    assert!(found.explained.is_empty());
}

#[test]
fn a_backup_from_another_machine_brings_acts_that_this_journal_never_heard_of() {
    // What stood here before is gone altogether, also what is older than the backup.
    let found = all(&[intent(5, 7), intent(50, 0)], &[effect(5, 7)], &[restore(50), effect(12, 7), effect(11, 7)]);
    assert_eq!((found.findings, found.elsewhere), (Vec::new(), 2));
    assert_eq!(found.explained.first(), Some(&Explained::LostAct { effect: effect(5, 7), intent: intent(5, 7) }));
}

#[test]
fn more_than_fits_into_memory_is_said() {
    let mut matching = Matching::default();
    (0..MOST).for_each(|_| matching.intended(intent(1, 7)).unwrap());
    assert_eq!(matching.intended(intent(1, 7)), Err(TooMany));
}
