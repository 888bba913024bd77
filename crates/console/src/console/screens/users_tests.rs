//! The screen of users as people use it: what is asked, what is drawn, what is done.

use api::admin::shares::LinkRow;
use api::admin::users::{Invited, Session, SessionsEnded, User};
use api::{Page, Secret, SessionId, UserId};
use ratatui::crossterm::event::KeyCode;
use vault::account::Standing;
use vault::operator::Role;

use crate::console::Console;
use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, cut, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);
const INVITATION: &str = "7K2M-QX4T-0ZRB-93WD-HJ6V-PN8C";

pub(super) fn user(name: &str, full_name: &str) -> User {
    User {
        user: UserId::from_bytes([7; 16]),
        name: name.parse().unwrap(),
        full_name: full_name.parse().unwrap(),
        email: format!("{}@example.com", name.get(..name.len().min(40)).unwrap()).parse().unwrap(),
        standing: Standing::Active,
        external_share: false,
        registered: true,
        created_at: NOW.plus_seconds(-86_400 * 40),
        signed_in_at: Some(NOW.plus_seconds(-5_400)),
    }
}

fn people() -> Vec<User> {
    vec![
        User { external_share: true, ..user("ada", "Ada Lovelace") },
        User { registered: false, signed_in_at: None, ..user("bob", "Bob 李 小龙") },
        User { standing: Standing::Suspended, ..user("carol", "Carol Shaw") },
        user("dave", &"Dave with a name of many words ".repeat(6)),
        user(&"e".repeat(64), "Eve \u{5d0}\u{5d1}\u{5d2}"),
    ]
}

fn page(rows: Vec<User>, next: Option<&str>) -> Answer {
    Answer::Users(Page { rows, next: next.map(str::to_owned) })
}

fn shown(size: (u16, u16), role: Role) -> Driver {
    let mut driver = Driver::known(size, role);
    driver.type_in("3");
    driver.answer(|call| matches!(call, Call::Users(..)), Ok(page(people(), None)));
    driver
}

#[test]
fn the_list_fits_a_small_terminal_and_uses_a_large_one() {
    insta::assert_snapshot!("users_80", shown(SMALL, Role::Operator).drawn());
    insta::assert_snapshot!("users_120", shown(LARGE, Role::Operator).drawn());
}

#[test]
fn an_empty_list_teaches_how_somebody_comes_in() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("3");
    driver.answer(|call| matches!(call, Call::Users(..)), Ok(page(Vec::new(), None)));
    insta::assert_snapshot!("users_empty", driver.drawn());
}

#[test]
fn one_account_is_told_with_its_sessions_and_what_it_shares() {
    for (name, size) in [("user_80", SMALL), ("user_120", LARGE)] {
        let mut driver = shown(size, Role::Operator);
        driver.press(KeyCode::Enter);
        let session = |n: u8| Session {
            session: SessionId::from_bytes([n; 16]),
            signed_in_at: NOW.plus_seconds(-i64::from(n) * 4_000),
            expires_at: NOW.plus_seconds(43_200 - i64::from(n) * 4_000),
        };
        let sessions = Page { rows: vec![session(1), session(12)], next: None };
        driver.answer(|call| matches!(call, Call::Sessions(..)), Ok(Answer::Sessions(sessions)));
        // What ends when stands below each other, whoever it is for.
        let whom = ["bob@example.org", "somebody.with.a.long.name@partner.example.com", "carol@example.org"];
        let rows = (0..3).zip(whom).map(|(n, to)| LinkRow { recipient: to.parse().unwrap(), ..super::shares_tests::row(n) });
        let links = Page { rows: rows.collect(), next: Some("more".to_owned()) };
        driver.answer(|call| matches!(call, Call::Links(..)), Ok(Answer::Links(links)));
        insta::assert_snapshot!(name, driver.drawn());
        driver.type_in("o");
        let Some(Call::Links(filter, _)) = driver.ever.last() else { panic!() };
        assert_eq!(filter.owner.as_deref(), Some("ada"));
    }
}

#[test]
fn sessions_that_an_older_daemon_can_not_tell_are_said_to_be_missing() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.press(KeyCode::Enter);
    driver.answer(|call| matches!(call, Call::Sessions(..)), Err(refused(404, "not-found", "there is nothing here")));
    assert!(driver.shows("there is nothing here") && driver.shows("Ada Lovelace"), "{}", driver.drawn());
}

#[test]
fn every_key_of_the_filter_is_the_daemons_so_that_a_page_is_whole() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("/external:yes registered:no standing:active name:Zo\n");
    let Some(Call::Users(filter, _)) = driver.ever.last() else { panic!() };
    assert_eq!((filter.name.as_deref(), filter.standing.as_deref()), (Some("zo"), Some("active")));
    assert_eq!((filter.external, filter.registered), (Some(true), Some(false)));
    driver.answer(|call| matches!(call, Call::Users(..)), Ok(page(Vec::new(), None)));
    assert!(driver.asked.is_empty() && driver.shows("No account fits this filter."), "{}", driver.drawn());
}

fn invite(driver: &mut Driver, ways: &str) {
    driver.type_in("nfay\tFay Wray\tfay@example.com\t \t");
    driver.type_in(ways);
}

fn made(invitation: Option<&str>) -> Answer {
    Answer::Invited(Invited {
        user: UserId::from_bytes([9; 16]),
        invitation: invitation.map(|text| Secret(text.to_owned())),
        expires_at: NOW.plus_seconds(86_400 * 7),
    })
}

#[test]
fn somebody_is_invited_and_the_invitation_is_shown_once_with_its_code() {
    for (name, size) in [("invitation_80", SMALL), ("invitation_120", LARGE)] {
        let mut driver = shown(size, Role::Operator);
        invite(&mut driver, "");
        insta::assert_snapshot!(format!("{name}_asked"), driver.drawn());
        driver.press(KeyCode::Enter);
        let Some(Call::Invite { name: who, external: true, mail: false, .. }) = driver.ever.last() else { panic!("{:?}", driver.ever) };
        assert_eq!(who.as_str(), "fay");
        driver.answer(Call::acts, Ok(made(Some(INVITATION))));
        insta::assert_snapshot!(name, driver.drawn());
        // One Enter too many takes nothing away, and y copies nothing.
        driver.type_in("\ny");
        assert!(driver.shows(INVITATION) && driver.copied.is_empty());
        driver.control('c');
        assert!(driver.ended.is_none(), "leaving would lose it, so that is asked");
        driver.press(KeyCode::Esc);
        assert!(!driver.shows(INVITATION) && !driver.shows("█"), "{}", driver.drawn());
        assert!(!format!("{:?} {:?}", driver.ever, driver.asked).contains(INVITATION));
        assert!(driver.asked.iter().any(|(_, call)| matches!(call, Call::Users(..))), "the list is asked for anew");
    }
}

#[test]
fn an_invitation_is_part_of_no_sentence() {
    let Answer::Invited(invited) = made(Some(INVITATION)) else { panic!() };
    let call = Call::Invite {
        name: "fay".parse().unwrap(),
        full_name: "Fay".parse().unwrap(),
        email: "fay@example.com".parse().unwrap(),
        external: false,
        mail: false,
    };
    let said = Answer::Invited(invited).told(&call, &jiff::tz::TimeZone::UTC).join(" ");
    assert!(said.contains("fay") && !said.contains(INVITATION), "{said}");
}

#[test]
fn where_there_is_no_place_for_a_code_the_text_stands_alone_and_says_why() {
    let mut driver = shown(SMALL, Role::Operator);
    invite(&mut driver, "\n");
    driver.answer(Call::acts, Ok(made(Some(&"LONG-".repeat(60)))));
    assert!(driver.shows("too small for its QR code") && driver.shows("LONG-LONG"), "{}", driver.drawn());
    driver.resize(140, 60);
    assert!(driver.shows("█") && !driver.shows("too small"), "{}", driver.drawn());
}

#[test]
fn a_terminal_without_utf_8_is_shown_no_code() {
    let look = crate::console::look::Surroundings::default().look(None);
    let console = Console::new(look, jiff::tz::TimeZone::UTC, LARGE, NOW);
    let mut driver = Driver::of(console, LARGE);
    driver.type_in("3");
    driver.answer(|call| matches!(call, Call::Users(..)), Ok(page(people(), None)));
    invite(&mut driver, "\n");
    driver.answer(Call::acts, Ok(made(Some(INVITATION))));
    assert!(driver.shows(INVITATION) && driver.shows("needs more than ASCII") && driver.drawn().is_ascii(), "{}", driver.drawn());
}

#[test]
fn a_mailed_invitation_is_not_shown() {
    let mut driver = shown(SMALL, Role::Operator);
    invite(&mut driver, " \n");
    assert!(matches!(driver.ever.last(), Some(Call::Invite { mail: true, .. })));
    driver.answer(Call::acts, Ok(made(None)));
    assert!(driver.shows("is mailed to fay@example.com"), "{}", driver.drawn());
}

#[test]
fn a_name_that_is_none_is_said_before_anything_is_asked() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("n.x\tX\tx@example.com\t\t\n");
    assert!(driver.shows("Name:") && driver.asked.is_empty(), "{}", driver.drawn());
    assert!(driver.shows("x@example.com"), "nothing typed is lost");
}

#[test]
fn suspending_says_what_it_does_and_the_command() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("x");
    insta::assert_snapshot!("user_suspend", driver.drawn());
    driver.press(KeyCode::Enter);
    let carol = User { standing: Standing::Suspended, ..people().remove(0) };
    driver.answer(|call| *call == Call::SuspendUser("ada".parse().unwrap()), Ok(Answer::User(carol)));
    assert!(driver.shows("is suspended: signed out everywhere"), "{}", driver.drawn());
}

#[test]
fn what_is_so_already_is_said_instead_of_done() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("u");
    assert!(driver.shows("there is nothing to resume"), "{}", driver.drawn());
    driver.type_in("jjx");
    assert!(driver.shows("carol is suspended already"), "{}", driver.drawn());
    driver.type_in("u\n");
    assert_eq!(driver.ever.last(), Some(&Call::ResumeUser("carol".parse().unwrap())));
}

#[test]
fn the_permission_is_turned_into_its_opposite_for_one_or_for_the_marked() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("e\n");
    assert_eq!(driver.ever.last(), Some(&Call::ExternalShare("ada".parse().unwrap(), false)));
    driver.press(KeyCode::Esc);
    driver.type_in("j  e");
    assert!(driver.shows("Sharing outside: 2 accounts"), "{}", driver.drawn());
    driver.press(KeyCode::Right);
    driver.press(KeyCode::Right);
    driver.press(KeyCode::Enter);
    assert!(matches!(driver.ever.last(), Some(Call::ExternalShare(..))), "{:?}", driver.ever.last());
}

#[test]
fn sessions_end_once_the_name_was_typed() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("E");
    insta::assert_snapshot!("user_end_sessions", driver.drawn());
    driver.type_in("adam\n");
    assert!(driver.asked.is_empty() && driver.shows("nothing has been done"), "{}", driver.drawn());
    driver.press(KeyCode::Backspace);
    driver.press(KeyCode::Enter);
    driver.answer(|call| *call == Call::EndSessions("ada".parse().unwrap()), Ok(Answer::SessionsEnded(SessionsEnded { sessions: 2 })));
    assert!(driver.shows("Ended: 2 sessions of ada"), "{}", driver.drawn());
}

#[test]
fn an_auditor_sees_what_may_not_be_done_and_can_not_begin_it() {
    let mut driver = shown(SMALL, Role::Auditor);
    for key in ["n", "x", "e", "E", "jju"] {
        driver.type_in(key);
        assert!(driver.shows("auditors may read only"), "{key}: {}", driver.drawn());
    }
    assert!(!driver.ever.iter().any(Call::acts));
    insta::assert_snapshot!("users_auditor", driver.drawn());
}

#[test]
fn an_invitation_whose_answer_was_lost_is_not_made_twice_by_itself() {
    let mut driver = shown(SMALL, Role::Operator);
    invite(&mut driver, "\n");
    driver.answer(Call::acts, Err(cut()));
    assert!(driver.shows("look before you try again") && driver.shows("fay@example.com"), "{}", driver.drawn());
    assert_eq!(driver.ever.iter().filter(|call| call.acts()).count(), 1);
}
