//! The screen of the audit log as people use it: what is asked, what is drawn, where it leads.

use api::admin::audit::{Entry, LaneHead};
use api::admin::shares::LinkRow;
use api::{Delivery, Fixed, ItemId, LinkId, Page, ShareId, State, UserId, Views};
use ratatui::crossterm::event::KeyCode;
use vault::Refusal;
use vault::event::{Actor, Chain, Event, Kind, Lane, Subject};
use vault::operator::Role;

use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, lost, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// The lane's records from its first to its n-th, with hashes that fit.
fn chain(lane: Lane, length: u64) -> (Vec<Entry>, LaneHead) {
    let mut chain = Chain::empty(lane);
    let entries = (1..=length)
        .map(|n| {
            let record = event(n).record(lane, n);
            chain = chain.after(&record.encode(), n);
            Entry { record, hash: Fixed(*chain.head.as_bytes()) }
        })
        .collect();
    (entries, LaneHead { lane, seq: chain.seq, head: Fixed(*chain.head.as_bytes()) })
}

pub(super) fn event(n: u64) -> Event {
    let (share, link) = (ShareId::from_bytes([100; 16]), LinkId::from_bytes([7; 16]));
    let subject = Subject { share: Some(share), link: Some(link), user: Some(UserId::from_bytes([4; 16])), ..Subject::default() };
    let at = NOW.plus_seconds(n.cast_signed() * 60 - 1_200);
    let mut event = match n % 5 {
        0 => Event::new(Kind::LinkLocked, at, Actor::Recipient(link)).on(subject),
        1 => Event::new(Kind::AccountInvited, at, Actor::Operator { uid: 1000, name: "olga".to_owned() }).with("name", "ada"),
        2 => Event::new(Kind::LinkRevealed, at, Actor::Recipient(link)).on(subject).with("views_used", 1).with("views_left", 4),
        3 => Event::new(Kind::GateDenied, at, Actor::Stranger).refused(Refusal::OutsideNetworks).with("door", "recipients"),
        _ => Event::new(Kind::AccountSignedIn, at, Actor::Owner("ada".parse().unwrap())).with("name", "ada"),
    };
    event.address = (n % 5 != 1).then(|| "10.20.0.5".parse().unwrap());
    event.request = Some(vault::RequestId::from_bytes([n as u8; 16]));
    event
}

fn page(rows: Vec<Entry>, next: Option<&str>) -> Answer {
    Answer::Entries(Page { rows, next: next.map(str::to_owned) })
}

/// The newest first, as the list comes.
fn newest(length: u64) -> Vec<Entry> {
    chain(Lane(1), length).0.into_iter().rev().collect()
}

fn listed(call: &Call) -> bool {
    matches!(call, Call::Audit(..))
}

/// The screen with fifteen events.
fn shown(size: (u16, u16)) -> Driver {
    let mut driver = Driver::known(size, Role::Auditor);
    driver.type_in("4");
    driver.answer(listed, Ok(page(newest(15), None)));
    driver
}

#[test]
fn the_log_fits_a_small_terminal_and_uses_a_large_one() {
    insta::assert_snapshot!("audit_80", shown(SMALL).drawn());
    insta::assert_snapshot!("audit_120", shown(LARGE).drawn());
}

#[test]
fn one_event_is_told_in_full_with_what_it_means_and_where_it_leads() {
    for (name, size) in [("audit_event_80", SMALL), ("audit_event_120", LARGE)] {
        let mut driver = shown(size);
        driver.press(KeyCode::Enter);
        insta::assert_snapshot!(name, driver.drawn());
        driver.type_in("y");
        assert_eq!(driver.copied, ["journalctl POSTERN_REQUEST=0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"]);
        driver.press(KeyCode::Esc);
        assert!(!driver.shows("journalctl"));
    }
}

#[test]
fn keys_narrow_the_whole_log_and_another_word_is_looked_for_in_what_is_loaded() {
    let mut driver = shown(SMALL);
    driver.type_in("/actor:own\t address:::ffff:10.20.0.5 refused:yes signed\n");
    let Some(Call::Audit(filter, _)) = driver.ever.last() else { panic!("{:?}", driver.ever) };
    assert_eq!((filter.actor.as_deref(), filter.address.as_deref(), filter.refused), (Some("owner"), Some("10.20.0.5"), Some(true)));
    driver.answer(listed, Ok(page(newest(15), None)));
    insta::assert_snapshot!("audit_found", driver.drawn());
    let before = driver.drawn();
    driver.type_in("n");
    assert_ne!(driver.drawn(), before);
    driver.type_in("N");
    assert_eq!(driver.drawn(), before);
    driver.type_in("N");
    assert!(driver.shows("No more of it in this direction"));
}

#[test]
fn a_filter_that_makes_no_sense_is_said_to_and_nothing_typed_is_lost() {
    let mut driver = shown(SMALL);
    driver.type_in("/event:link.opened refused:perhaps share:12\n");
    assert!(driver.shows("!event:link.opened") && driver.shows("there is no event link.opened"), "{}", driver.drawn());
    let Some(Call::Audit(filter, _)) = driver.ever.last() else { panic!() };
    assert_eq!(*filter, client::admin::audit::Filter::default());
    driver.type_in("/event:link.rev\t");
    assert!(driver.shows("event:link.revealed"));
}

#[test]
fn the_list_is_live_at_its_top_and_draws_only_when_something_came() {
    let mut driver = shown(SMALL);
    let before = driver.drawn();
    driver.pass(2);
    driver.answer(listed, Ok(page(newest(15), None)));
    assert_eq!(driver.drawn(), before, "nothing new, nothing drawn");
    driver.pass(2);
    driver.answer(listed, Ok(page(newest(17), None)));
    assert!(driver.shows("1 of 17") && driver.shows("live"), "{}", driver.drawn());
    // One wake for each that came: they don't pile up.
    assert_eq!(driver.wakes.iter().filter(|wait| wait.as_secs() == 2).count(), 3);
}

#[test]
fn who_reads_further_down_or_holds_the_list_is_not_moved() {
    let mut driver = shown(SMALL);
    driver.press(KeyCode::Down);
    assert!(driver.shows("reading   2 of 15"));
    driver.pass(2);
    assert!(!driver.asked.iter().any(|(_, call)| listed(call)), "{:?}", driver.asked);
    driver.press(KeyCode::Home);
    driver.type_in(" ");
    assert!(driver.shows("held"));
    driver.pass(2);
    assert!(!driver.asked.iter().any(|(_, call)| listed(call)));
    driver.type_in(" ");
    driver.answer(listed, Ok(page(newest(16), None)));
    assert!(driver.shows("live") && driver.shows("1 of 16"));
}

#[test]
fn another_screen_in_sight_asks_nothing_and_coming_back_goes_on() {
    let mut driver = shown(SMALL);
    driver.type_in("2");
    driver.asked.clear();
    driver.pass(2);
    assert!(!driver.asked.iter().any(|(_, call)| listed(call)));
    driver.pass(60);
    driver.type_in("4");
    driver.answer(listed, Ok(page(newest(15), None)));
    driver.pass(2);
    driver.answer(listed, Ok(page(newest(16), None)));
    assert!(driver.shows("1 of 16"));
}

#[test]
fn a_short_look_elsewhere_does_not_stop_what_is_live() {
    let mut driver = shown(SMALL);
    driver.type_in("2");
    driver.pass(2);
    driver.type_in("4");
    driver.answer(listed, Ok(page(newest(15), None)));
    driver.pass(2);
    driver.answer(listed, Ok(page(newest(16), None)));
    assert!(driver.shows("live   1 of 16"), "{}", driver.drawn());
}

#[test]
fn an_event_leads_to_its_share_and_to_its_account() {
    let mut driver = shown(SMALL);
    driver.type_in("s");
    assert!(driver.shows("[Shares]") && driver.shows("share:64646464-6464-6464-6464-646464646464"), "{}", driver.drawn());
    driver.type_in("4");
    driver.press(KeyCode::Down);
    driver.type_in("u");
    assert!(driver.shows("[Users]") && driver.shows("name:ada"), "{}", driver.drawn());
    assert!(
        matches!(driver.ever.last(), Some(Call::Users(filter, _)) if filter.name.as_deref() == Some("ada")),
        "{:?}",
        driver.ever.last()
    );
    // Where the event has only the account's id, the share's owner has the name.
    driver.type_in("4");
    driver.press(KeyCode::Home);
    driver.type_in("u");
    let link = LinkRow {
        link: LinkId::from_bytes([7; 16]),
        share: ShareId::from_bytes([100; 16]),
        item: ItemId::from_bytes([9; 16]),
        owner: "carol".parse().unwrap(),
        label: None,
        recipient: "bob@example.com".parse().unwrap(),
        state: State::Locked,
        created_at: NOW,
        expires_at: NOW,
        views: Views::Unlimited,
        views_used: 0,
        failed_tokens: 10,
        delivery: Delivery::HandOver,
        with_token: true,
    };
    driver.answer(|call| matches!(call, Call::Links(_, from) if from.limit == 1), Ok(Answer::Links(Page { rows: vec![link], next: None })));
    assert!(driver.shows("[Users]"));
}

#[test]
fn the_whole_log_is_verified_in_the_background_and_the_result_is_said() {
    let (entries, head) = chain(Lane(1), 15);
    let mut driver = shown(SMALL);
    driver.type_in("v");
    let lanes = || Answer::Lanes(vec![head.clone()]);
    driver.answer(|call| *call == Call::Lanes, Ok(lanes()));
    driver.type_in("2");
    driver.answer(|call| *call == Call::Lane(1, 0, 200), Ok(page(entries[..9].to_vec(), Some("9"))));
    driver.type_in("4");
    assert!(driver.shows("Verifying: 9 of 15 records, 60 %"), "{}", driver.drawn());
    insta::assert_snapshot!("audit_verifying", driver.drawn());
    driver.answer(|call| *call == Call::Lane(1, 9, 200), Ok(page(entries[9..].to_vec(), None)));
    driver.answer(|call| *call == Call::Lanes, Ok(lanes()));
    assert!(driver.shows("The audit log was verified. Whole: 15 records in 1 lane"), "{}", driver.drawn());
    driver.type_in("V");
    insta::assert_snapshot!("audit_verified", driver.drawn());
}

#[test]
fn a_changed_record_is_said_to_be_broken() {
    let (mut entries, head) = chain(Lane(1), 3);
    entries[1].record.who = "nobody".to_owned();
    let mut driver = shown(SMALL);
    driver.type_in("v");
    let lanes = || Answer::Lanes(vec![head.clone()]);
    driver.answer(|call| *call == Call::Lanes, Ok(lanes()));
    driver.answer(|call| matches!(call, Call::Lane(..)), Ok(page(entries, None)));
    driver.answer(|call| *call == Call::Lanes, Ok(lanes()));
    assert!(driver.shows("BROKEN: lane 1 at number 2."), "{}", driver.drawn());
    driver.type_in("V");
    assert!(driver.shows("BROKEN at number 2"), "{}", driver.drawn());
}

#[test]
fn a_verification_is_cancelled_and_says_that_it_proves_nothing() {
    let (entries, head) = chain(Lane(1), 15);
    let mut driver = shown(SMALL);
    driver.type_in("v");
    driver.answer(|call| *call == Call::Lanes, Ok(Answer::Lanes(vec![head])));
    driver.answer(|call| matches!(call, Call::Lane(..)), Ok(page(entries[..9].to_vec(), Some("9"))));
    driver.type_in("v");
    assert!(driver.shows("cancelled after 9 records: that proves nothing"), "{}", driver.drawn());
    driver.answer(|call| matches!(call, Call::Lane(..)), Ok(page(entries[9..].to_vec(), None)));
    assert!(driver.asked.iter().all(|(_, call)| !matches!(call, Call::Lanes | Call::Lane(..))), "it asks no more");
}

#[test]
fn a_daemon_that_is_lost_meanwhile_only_delays_it_and_a_refusal_is_told() {
    let (entries, head) = chain(Lane(1), 15);
    let mut driver = shown(SMALL);
    driver.type_in("v");
    driver.answer(|call| *call == Call::Lanes, Ok(Answer::Lanes(vec![head])));
    driver.answer(|call| matches!(call, Call::Lane(..)), Err(lost()));
    driver.pass(1);
    driver.answer(|call| *call == Call::Me, Err(refused(500, "broken", "no")));
    driver.answer(|call| matches!(call, Call::Lane(..)), Ok(page(entries[..9].to_vec(), Some("9"))));
    assert!(driver.shows("Verifying: 9 of 15"), "{}", driver.drawn());
    driver.answer(|call| matches!(call, Call::Lane(..)), Err(refused(403, "not-operator", "you may not")));
    assert!(driver.shows("Not verified: you may not"), "{}", driver.drawn());
}

#[test]
fn what_others_wrote_can_not_leave_its_place() {
    let mut driver = Driver::known(SMALL, Role::Auditor);
    driver.type_in("4");
    let mut entries = newest(3);
    entries[0].record.who = "\u{1b}[2J\u{202e}李明".to_owned();
    entries[0].record.event = "link\u{1b}]0;x\u{7}".to_owned();
    entries[1].record.address = "\u{9b}31m".to_owned();
    driver.answer(listed, Ok(page(entries, None)));
    driver.press(KeyCode::Enter);
    let drawn = driver.drawn();
    assert!(!drawn.chars().any(|letter| vault::text::deceives(letter) && letter != '\n'), "{drawn:?}");
}

#[test]
fn what_narrows_together_is_looked_for_piece_by_piece_until_there_is_enough_and_not_again_by_itself() {
    let mut driver = shown(SMALL);
    driver.type_in("/event:link.revealed refused:yes\n");
    let places = |driver: &Driver| match driver.ever.last() {
        Some(Call::Audit(_, from)) => from.after.clone(),
        other => panic!("{other:?}"),
    };
    driver.answer(listed, Ok(page(Vec::new(), Some("5.1.500"))));
    assert_eq!(places(&driver).as_deref(), Some("5.1.500"));
    assert!(driver.shows("looking further back, 0 found"), "{}", driver.drawn());
    driver.answer(listed, Ok(page(newest(2), Some("5.1.400"))));
    assert_eq!(places(&driver).as_deref(), Some("5.1.400"));
    assert!(driver.shows("looking further back, 2 found"), "{}", driver.drawn());
    driver.answer(listed, Ok(page(Vec::new(), None)));
    assert!(driver.shows("1 of 2") && driver.shows("few of all, r asks again"), "{}", driver.drawn());
    driver.pass(2);
    assert!(!driver.asked.iter().any(|(_, call)| listed(call)), "{:?}", driver.asked);
    // Asked again, it looks from the newest on.
    driver.type_in("r");
    assert_eq!(places(&driver), None);
    driver.answer(listed, Ok(page(newest(3), None)));
    assert!(driver.shows("1 of 3") && driver.shows("live"), "{}", driver.drawn());
}

#[test]
fn a_place_that_leads_to_itself_ends_the_list() {
    let mut driver = shown(SMALL);
    driver.type_in("/refused:yes\n");
    driver.answer(listed, Ok(page(newest(1), Some("5.1.500"))));
    driver.answer(listed, Ok(page(Vec::new(), Some("5.1.500"))));
    assert!(driver.asked.is_empty() && driver.shows("1 of 1"), "{}", driver.drawn());
}
