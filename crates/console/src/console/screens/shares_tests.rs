//! The screen of shares as people use it: what is asked, what is drawn, what is done.

use api::admin::audit::Entry;
use api::admin::freezes::{Freeze, Placed};
use api::admin::shares::{LinkRow, Revoked};
use api::{Delivery, Fixed, FreezeId, ItemId, LinkId, Page, Selection, ShareId, State, UserId, Views};
use ratatui::crossterm::event::{KeyCode, KeyModifiers, MouseEvent, MouseEventKind};
use vault::Refusal;
use vault::event::{Actor, Event, Kind, Lane, Subject};
use vault::operator::Role;

use crate::console;
use crate::console::call::{Answer, Call, Chosen};
use crate::console::driver::{Driver, NOW, cut, lost, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

pub(super) fn row(n: u8) -> LinkRow {
    use State::*;
    let states = [Open, Waiting, UsedUp, Expired, Revoked, Frozen, Locked, Burnt];
    LinkRow {
        link: LinkId::from_bytes([n; 16]),
        share: ShareId::from_bytes([n / 2 + 100; 16]),
        item: ItemId::from_bytes([9; 16]),
        owner: "ada".parse().unwrap(),
        label: (n == 0).then(|| "Wi-Fi, ground floor".parse().unwrap()),
        recipient: format!("recipient{n}@example.com").parse().unwrap(),
        state: states[usize::from(n) % 8],
        created_at: NOW.plus_seconds(-7_200 - i64::from(n) * 600),
        expires_at: NOW.plus_seconds(1_800 + i64::from(n) * 7_000),
        views: if n == 1 { Views::Unlimited } else { Views::Limited(5) },
        views_used: u32::from(n % 5),
        failed_tokens: 0,
        delivery: Delivery::HandOver,
        with_token: true,
    }
}

fn page(rows: Vec<LinkRow>, next: Option<&str>) -> Answer {
    Answer::Links(Page { rows, next: next.map(str::to_owned) })
}

/// The screen with twelve links.
fn shown(size: (u16, u16), role: Role) -> Driver {
    let mut driver = Driver::known(size, role);
    driver.type_in("2");
    driver.answer(|call| matches!(call, Call::Links(..)), Ok(page((0..12).map(row).collect(), None)));
    driver
}

fn life() -> Answer {
    let (share, link) = (ShareId::from_bytes([100; 16]), LinkId::from_bytes([0; 16]));
    let on = |event: Event| event.on(Subject { share: Some(share), link: Some(link), ..Subject::default() });
    let made = Event::new(Kind::ShareCreated, NOW.plus_seconds(-7_200), Actor::Appliance);
    let made = made.with("links", 1).with("expires", "2023-11-15T22:13:20Z");
    let mut wrong =
        Event::new(Kind::LinkRefused, NOW.plus_seconds(-600), Actor::Recipient(link)).refused(Refusal::WrongToken { tries_left: 3 });
    wrong.address = Some("10.20.0.5".parse().unwrap());
    let seen = Event::new(Kind::LinkRevealed, NOW.plus_seconds(-60), Actor::Recipient(link)).with("views_used", 1).with("views_left", 4);
    let locked = Event::new(Kind::LinkLocked, NOW.plus_seconds(-30), Actor::Recipient(link));
    let entry = |(n, event): (usize, Event)| Entry { record: on(event).record(Lane(1), n as u64 + 1), hash: Fixed([0; 32]) };
    let rows = [made, wrong.with("action", "reveal"), seen, locked].into_iter().enumerate().map(entry).rev().collect();
    Answer::Entries(Page { rows, next: None })
}

#[test]
fn the_list_fits_a_small_terminal_and_uses_a_large_one() {
    insta::assert_snapshot!("shares_80", shown(SMALL, Role::Operator).drawn());
    insta::assert_snapshot!("shares_120", shown(LARGE, Role::Operator).drawn());
}

#[test]
fn an_empty_list_teaches_what_would_stand_there() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2");
    driver.answer(|call| matches!(call, Call::Links(..)), Ok(page(Vec::new(), None)));
    insta::assert_snapshot!("shares_empty", driver.drawn());
}

#[test]
fn one_share_is_told_with_its_links_and_its_life() {
    for (name, size) in [("share_80", SMALL), ("share_120", LARGE)] {
        let mut driver = shown(size, Role::Operator);
        driver.press(KeyCode::Enter);
        driver.answer(|call| matches!(call, Call::Links(..)), Ok(page(vec![row(0), row(1)], None)));
        driver.answer(|call| matches!(call, Call::Audit(..)), Ok(life()));
        insta::assert_snapshot!(name, driver.drawn());
        driver.press(KeyCode::Esc);
        assert!(!driver.shows("its name is sealed"));
    }
}

#[test]
fn a_filter_is_completed_and_asked_for_when_enter_is_pressed() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("/ow\tad\tst\tus\t");
    insta::assert_snapshot!("shares_filter", driver.drawn());
    assert!(driver.asked.is_empty(), "nothing is asked while it is typed");
    driver.press(KeyCode::Enter);
    let Some(Call::Links(filter, from)) = driver.ever.last() else { panic!("{:?}", driver.ever) };
    assert_eq!((filter.owner.as_deref(), filter.state.as_deref(), from.after.as_deref()), (Some("ada"), Some("used-up"), None));
}

#[test]
fn what_a_filter_can_not_mean_is_said_and_nothing_typed_is_lost() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("/colour:red state:open\n");
    assert!(driver.shows("!colour:red") && driver.shows("there is no colour: here"), "{}", driver.drawn());
    let Some(Call::Links(filter, _)) = driver.ever.last() else { panic!() };
    assert_eq!(filter.state.as_deref(), Some("open"));
}

#[test]
fn revoking_one_takes_its_short_id_and_is_done_once() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("x");
    insta::assert_snapshot!("share_revoke", driver.drawn());
    driver.press(KeyCode::Enter);
    driver.type_in("wrong\n");
    assert!(driver.asked.is_empty() && driver.shows("nothing has been done"), "{}", driver.drawn());
    driver.control('u');
    driver.type_in("00000000\n");
    assert_eq!(driver.asked.iter().map(|(_, call)| call.clone()).collect::<Vec<_>>(), [Call::RevokeLink(LinkId::from_bytes([0; 16]))]);
    driver.answer(Call::acts, Ok(Answer::Revoked(Revoked { links: 1 })));
    assert!(driver.shows("Revoked: 1 link ended."));
    assert!(driver.asked.iter().any(|(_, call)| matches!(call, Call::Links(..))), "the list is asked for anew");
    driver.type_in("y\n");
    assert_eq!(driver.copied, ["posternctl share revoke --link 00000000-0000-0000-0000-000000000000"]);
    assert_eq!(driver.ever.iter().filter(|call| call.acts()).count(), 1);
}

#[test]
fn somebody_who_was_quicker_is_no_fault_and_is_said() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("x00000000\n");
    driver.answer(Call::acts, Ok(Answer::Revoked(Revoked { links: 0 })));
    assert!(driver.shows("Nothing was left to end"));
}

#[test]
fn marked_links_are_revoked_one_after_the_other_and_a_refusal_stops_none() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("   x");
    assert!(driver.shows("Revoke 3 links") && driver.shows("3 marked"));
    driver.type_in("3\n");
    driver.answer(Call::acts, Ok(Answer::Revoked(Revoked { links: 1 })));
    assert!(driver.shows("Working: 1 of 3"), "{}", driver.drawn());
    driver.answer(Call::acts, Err(refused(404, "gone", "it is gone")));
    driver.answer(Call::acts, Ok(Answer::Revoked(Revoked { links: 1 })));
    assert!(driver.shows("2 of 3 done.") && driver.shows("it is gone") && driver.shows("Request 0190163d"), "{}", driver.drawn());
}

#[test]
fn a_freeze_of_marked_links_takes_their_marks_and_one_of_anything_else_leaves_them() {
    for (right, marked) in [(0, false), (3, true)] {
        let mut driver = shown(SMALL, Role::Operator);
        driver.type_in("  f");
        for _ in 0..right {
            driver.press(KeyCode::Right);
        }
        driver.type_in("\t\tphished\n");
        while driver.asked.iter().any(|(_, call)| call.acts()) {
            driver.answer(Call::acts, Ok(Answer::Placed(Placed { freeze: None, links: 1, owner: None, burns_at: None })));
        }
        driver.type_in("\n");
        assert_eq!(driver.shows("2 marked"), marked, "{}", driver.drawn());
    }
}

#[test]
fn the_wheel_scrolls_details_that_hide_the_list() {
    let wheel = |kind| console::event::Event::Mouse(MouseEvent { kind, column: 5, row: 9, modifiers: KeyModifiers::NONE });
    let mut driver = shown(SMALL, Role::Operator);
    driver.press(KeyCode::Enter);
    driver.answer(|call| matches!(call, Call::Links(..)), Ok(page((0..30).map(row).collect(), None)));
    assert!(driver.shows("Travels") && !driver.shows("recipient29"));
    driver.event(wheel(MouseEventKind::ScrollDown));
    assert!(!driver.shows("Owner     ada") && driver.shows("Travels"), "{}", driver.drawn());
    for _ in 0..30 {
        driver.event(wheel(MouseEventKind::ScrollDown));
    }
    assert!(driver.shows("recipient29"), "{}", driver.drawn());
    driver.event(wheel(MouseEventKind::ScrollUp));
    assert!(!driver.shows("Asking the audit log"), "{}", driver.drawn());
}

#[test]
fn one_marked_share_is_named_by_its_own_id_wherever_one_is() {
    let mut driver = shown(SMALL, Role::Operator);
    // The mark takes one to the next row, which is another share's.
    driver.type_in("j X");
    assert!(driver.shows("Revoke share 64646464") && driver.shows("Type 64646464 to confirm"), "{}", driver.drawn());
}

#[test]
fn a_freeze_is_counted_first_and_asks_for_a_reason() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f");
    driver.press(KeyCode::Right);
    driver.press(KeyCode::Right);
    driver.answer(
        |call| *call == Call::CountFreeze(Chosen::Owner("ada".parse().unwrap())),
        Ok(Answer::Placed(Placed { freeze: None, links: 7, owner: Some("ada".parse().unwrap()), burns_at: None })),
    );
    assert!(driver.shows("It takes 7 living links."));
    driver.type_in("\t\t\n");
    assert!(driver.shows("Reason: a reason is"), "{}", driver.drawn());
    driver.type_in("it's stolen");
    insta::assert_snapshot!("share_freeze", driver.drawn());
    driver.press(KeyCode::Enter);
    let placed = Placed { freeze: Some(FreezeId::from_bytes([5; 16])), links: 7, owner: None, burns_at: Some(NOW.plus_seconds(86_400)) };
    driver.answer(
        |call| *call == Call::Freeze(Chosen::Owner("ada".parse().unwrap()), "it's stolen".parse().unwrap()),
        Ok(Answer::Placed(placed)),
    );
    assert!(driver.shows("Frozen: 7 living links.") && driver.shows("This can be undone until"), "{}", driver.drawn());
}

#[test]
fn a_freeze_by_network_or_time_is_written_and_said_no_to_where_it_makes_no_sense() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f");
    driver.press(KeyCode::Left);
    driver.press(KeyCode::Left);
    driver.type_in("\t10.20.0.5/16\tphished\n");
    assert!(driver.shows("did you mean") && driver.shows("10.20.0.0/16?"), "{}", driver.drawn());
    driver.press(KeyCode::BackTab);
    driver.press(KeyCode::Backspace);
    driver.press(KeyCode::Backspace);
    driver.type_in("32\t\n");
    let network = Chosen::Selected(Selection::network("10.20.0.5").unwrap());
    assert_eq!(driver.ever.last(), Some(&Call::Freeze(network, "phished".parse().unwrap())), "{}", driver.drawn());

    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f");
    driver.press(KeyCode::Left);
    driver.type_in("\t2026-11-20T14:00Z\tphished\n");
    assert!(driver.shows("write both times"), "{}", driver.drawn());
    driver.press(KeyCode::BackTab);
    driver.type_in(" to 2026-11-20T15:00Z\t\n");
    let made = Selection::read("made", "2026-11-20T14:00:00.000Z/2026-11-20T15:00:00.000Z").unwrap();
    assert_eq!(driver.ever.last(), Some(&Call::Freeze(Chosen::Selected(made), "phished".parse().unwrap())), "{}", driver.drawn());
}

#[test]
fn a_freeze_that_holds_is_chosen_and_lifted() {
    let freeze = |n: u8, lifted: bool| Freeze {
        freeze: FreezeId::from_bytes([n; 16]),
        selection: Selection::Share(ShareId::from_bytes([n; 16])),
        owner: None,
        reason: "phished".parse().unwrap(),
        placed_at: NOW.plus_seconds(-60),
        lifted_at: lifted.then_some(NOW),
        burns_at: (!lifted).then(|| NOW.plus_seconds(86_340)),
        burnt_at: None,
        links: 2,
        reported_by: None,
    };
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("u");
    let rows = vec![freeze(1, false), freeze(2, true), freeze(100, false)];
    driver.answer(|call| matches!(call, Call::Freezes(_)), Ok(Answer::Freezes(Page { rows, next: None })));
    insta::assert_snapshot!("share_unfreeze", driver.drawn());
    // The share where one is comes first.
    driver.type_in("\n\n");
    assert_eq!(driver.ever.last(), Some(&Call::LiftFreeze(FreezeId::from_bytes([100; 16]))));

    // A freeze by owner is told by name, from the list to what came of it.
    let of_ada =
        Freeze { selection: Selection::Owner(UserId::from_bytes([7; 16])), owner: Some("ada".parse().unwrap()), ..freeze(7, false) };
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("u");
    let rows = vec![freeze(1, false), of_ada.clone()];
    driver.answer(|call| matches!(call, Call::Freezes(_)), Ok(Answer::Freezes(Page { rows, next: None })));
    assert!(driver.shows("▌ owner ada"), "{}", driver.drawn());
    driver.press(KeyCode::Enter);
    assert!(driver.shows("Lift the freeze by owner ada "), "{}", driver.drawn());
    driver.press(KeyCode::Enter);
    driver.answer(Call::acts, Ok(Answer::Lifted(of_ada)));
    assert!(driver.shows("Lifted: the freeze by owner ada holds no longer."), "{}", driver.drawn());
}

#[test]
fn an_auditor_sees_what_may_not_be_done_and_can_not_begin_it() {
    let mut driver = shown(SMALL, Role::Auditor);
    for key in ["x", "X", "f"] {
        driver.type_in(key);
        assert!(driver.shows("auditors may read only"), "{key}");
    }
    assert!(!driver.ever.iter().any(|call| call.acts() || matches!(call, Call::CountFreeze(_))));
    insta::assert_snapshot!("shares_auditor", driver.drawn());
}

#[test]
fn what_was_typed_outlives_a_lost_daemon_and_the_act_is_not_repeated_by_itself() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f\t\tphished\n");
    driver.answer(Call::acts, Err(cut()));
    assert!(driver.shows("No answer from posternd") && driver.shows("phished") && driver.shows("look before you try again"));
    for _ in 0..5 {
        driver.pass(20);
    }
    driver.answer(|call| *call == Call::Me, Err(refused(404, "not-found", "an older daemon")));
    assert!(driver.shows("posternd answers again.") && driver.shows("phished"));
    assert_eq!(driver.ever.iter().filter(|call| call.acts()).count(), 1);
    driver.press(KeyCode::Enter);
    assert_eq!(driver.ever.iter().filter(|call| call.acts()).count(), 2);
}

#[test]
fn what_nobody_was_asked_for_was_not_done_and_that_is_said() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f\t\tphished\n");
    driver.answer(Call::acts, Err(lost()));
    assert!(driver.shows("It was not done") && driver.shows("phished") && !driver.shows("may have been"), "{}", driver.drawn());
}

#[test]
fn hostile_names_and_wide_letters_break_no_column() {
    let hostile = LinkRow { label: Some("李明\u{5d0}\u{5d1} ❤️ \u{200d}漢字".parse().unwrap()), ..row(0) };
    let mut driver = Driver::known((180, 24), Role::Operator);
    driver.type_in("2");
    let long = LinkRow {
        owner: "a".repeat(64).parse().unwrap(),
        recipient: format!("{}@{}", "b".repeat(64), "example.org").parse().unwrap(),
        ..row(2)
    };
    driver.answer(|call| matches!(call, Call::Links(..)), Ok(page(vec![hostile, long, row(4)], None)));
    insta::assert_snapshot!("shares_hostile", driver.drawn());
}

#[test]
fn ctrl_c_asks_where_something_typed_would_be_lost() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f\tphished");
    driver.control('c');
    assert!(driver.ended.is_none() && driver.shows("Ctrl-C again leaves"), "{}", driver.drawn());
    driver.type_in("!");
    driver.control('c');
    assert!(driver.ended.is_none() && driver.shows("phished!"), "another key stays, and counts anew");
    driver.control('c');
    assert!(driver.ended.is_some());
}

#[test]
fn what_becomes_of_an_act_is_told_although_its_dialog_was_closed() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("x00000000\n");
    driver.press(KeyCode::Esc);
    driver.answer(Call::acts, Ok(Answer::Revoked(Revoked { links: 1 })));
    assert!(driver.shows("Revoked: 1 link ended."), "{}", driver.drawn());
}

#[test]
fn a_resized_dialog_keeps_what_was_typed() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("f\tphished");
    driver.resize(40, 10);
    driver.resize(120, 40);
    assert!(driver.shows("phished"));
}

#[test]
fn what_came_of_many_calls_is_read_to_its_end_and_one_key_goes_back() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("*x12\n");
    for n in 0..12 {
        driver.answer(Call::acts, Err(refused(404, "gone", &format!("number {n} is gone"))));
    }
    assert!(driver.shows("number 0 is gone") && !driver.shows("like these"), "{}", driver.drawn());
    driver.press(KeyCode::End);
    let end = driver.drawn();
    assert!(end.contains("and 9 more like these"), "{end}");
    driver.press(KeyCode::PageDown);
    driver.press(KeyCode::Up);
    assert_ne!(driver.drawn(), end, "no key is lost on lines that are not there");
}

#[test]
fn what_narrows_together_is_looked_for_piece_by_piece_until_there_is_enough() {
    let mut driver = shown(LARGE, Role::Operator);
    driver.type_in("/recipient:bob@example.com state:burnt\n");
    let listed = |call: &Call| matches!(call, Call::Links(..));
    driver.answer(listed, Ok(page(Vec::new(), Some("a place"))));
    assert!(driver.shows("looking further back, 0 found") && !driver.shows("No link fits this filter."), "{}", driver.drawn());
    driver.answer(listed, Ok(page(vec![row(7)], Some("another place"))));
    let from = |driver: &Driver| match driver.ever.last() {
        Some(Call::Links(_, from)) => from.after.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(from(&driver).as_deref(), Some("another place"));
    assert!(driver.shows("looking further back, 1 found"), "{}", driver.drawn());
    driver.answer(listed, Ok(page(Vec::new(), None)));
    assert!(driver.asked.is_empty() && driver.shows("1 of 1") && !driver.shows("looking further back"), "{}", driver.drawn());
}
