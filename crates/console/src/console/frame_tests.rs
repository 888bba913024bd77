//! The frame as people use it: screens, help, palette, a lost daemon, a small terminal, leaving.

use ratatui::crossterm::event::KeyCode;
use vault::operator::Role;

use super::call::{Answer, Call};
use super::driver::{Driver, health, lost, refused};
use super::event::Event;
use crate::failure::{OK, REFUSED};
use crate::witness::UNWITNESSED;

const SMALL: (u16, u16) = (80, 24);

#[test]
fn screens_are_reached_by_number_and_by_tab_around_the_end() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("7\t");
    assert!(driver.shows("[Overview]"));
    driver.press(KeyCode::BackTab);
    assert!(driver.shows("[Health]"));
}

#[test]
fn help_tells_every_key_of_the_screen_and_of_the_frame() {
    let mut driver = Driver::known((120, 60), Role::Operator);
    driver.type_in("2?");
    insta::assert_snapshot!("help", driver.drawn());
    driver.press(KeyCode::Esc);
    assert!(!driver.shows("Shares: keys"));
}

#[test]
fn help_is_read_to_its_end_and_one_key_goes_back() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2?");
    driver.press(KeyCode::End);
    let end = driver.drawn();
    assert!(end.contains("ever reaches an operator"), "{end}");
    driver.press(KeyCode::Down);
    assert_eq!(driver.drawn(), end);
    driver.press(KeyCode::Up);
    assert_ne!(driver.drawn(), end, "no key is lost on lines that are not there");
}

#[test]
fn the_palette_finds_a_command_by_a_part_of_its_name() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in(":");
    insta::assert_snapshot!("palette", driver.drawn());
    driver.type_in("hea\n");
    assert!(driver.shows("[Health]"), "{}", driver.drawn());
    driver.type_in(":theme dark\n");
    assert_eq!(driver.console.look.theme, "dark");
}

#[test]
fn a_key_from_the_palette_does_what_the_key_does() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2:filter\n");
    driver.type_in("owner:q");
    assert!(driver.ended.is_none() && driver.shows("owner:q"), "{}", driver.drawn());
}

#[test]
fn an_auditor_can_not_choose_an_act_from_the_palette() {
    let mut driver = Driver::known(SMALL, Role::Auditor);
    driver.type_in("2:revoke\n");
    assert!(driver.shows("auditors may read only") && driver.shows("Commands"), "{}", driver.drawn());
}

#[test]
fn a_small_terminal_is_told_what_is_needed_and_works_again_when_it_grows() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2/owner:ad");
    driver.resize(60, 20);
    insta::assert_snapshot!("too_small", driver.drawn());
    driver.resize(1, 1);
    driver.drawn();
    driver.resize(120, 40);
    assert!(driver.shows("owner:ad"));
}

#[test]
fn every_size_can_be_drawn_with_a_dialog_open() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2?");
    for (wide, high) in [(80, 24), (81, 25), (200, 24), (80, 100), (300, 100), (79, 24), (80, 23), (2, 2)] {
        driver.resize(wide, high);
        driver.drawn();
    }
}

#[test]
fn a_lost_daemon_is_told_asked_again_and_found() {
    let mut driver = Driver::new(SMALL);
    driver.type_in("2");
    while !driver.asked.is_empty() {
        driver.answer(|_| true, Err(lost()));
    }
    assert_eq!(driver.wakes.iter().filter(|wait| wait.as_secs() == 1).count(), 1, "nobody is asked before the time has come");
    insta::assert_snapshot!("lost", driver.drawn());
    driver.pass(1);
    assert_eq!(driver.asked.iter().map(|(_, call)| call.clone()).collect::<Vec<_>>(), [Call::Me]);
    driver.answer(|_| true, Err(lost()));
    driver.pass(1);
    assert!(driver.asked.is_empty(), "the second try waits longer");
    driver.pass(1);
    driver.answer(|_| true, Err(refused(404, "not-found", "an older daemon")));
    assert!(driver.shows("posternd answers again.") && !driver.shows("No answer"));
    let again: Vec<_> = driver.asked.iter().map(|(_, call)| call.clone()).collect();
    assert!(again.iter().any(|call| matches!(call, Call::Links(..))) && again.contains(&Call::Me), "{again:?}");
}

#[test]
fn another_version_is_told() {
    let mut driver = Driver::new(SMALL);
    let other = api::admin::health::Health { version: "9.9.9".to_owned(), ..health() };
    driver.answer(|call| *call == Call::Health, Ok(Answer::Health(other)));
    assert!(driver.shows("! posternd is 9.9.9, this is"), "{}", driver.drawn());
}

#[test]
fn who_may_not_even_read_is_told_which_group_and_let_go() {
    let mut driver = Driver::new(SMALL);
    driver.answer(|call| *call == Call::Me, Err(refused(403, "not-operator", "join postern-auditors")));
    assert_eq!(driver.ended, Some((REFUSED, Some("join postern-auditors".to_owned()))));
}

#[test]
fn ctrl_c_and_a_hang_up_leave_at_once() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2/owner");
    driver.control('c');
    assert_eq!(driver.ended, Some((OK, None)));
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.event(Event::Hangup);
    assert_eq!(driver.ended, Some((OK, None)));
}

#[test]
fn q_goes_back_step_by_step_and_at_last_quits() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("2?");
    driver.type_in("q");
    assert!(driver.ended.is_none() && !driver.shows("Shares: keys"));
    driver.type_in("q");
    assert_eq!(driver.ended, Some((OK, None)));
}

#[test]
fn without_colours_the_screen_in_sight_and_the_state_of_the_daemon_are_told_by_words() {
    let driver = Driver::known(SMALL, Role::Auditor);
    assert!(driver.shows("[Overview]") && driver.shows("olga (auditor: may read only)") && driver.shows("posternd 0.1.0"));
}

#[test]
fn a_terminal_without_utf_8_is_never_sent_anything_else() {
    let mut driver = Driver::known((120, 60), Role::Auditor);
    driver.console.look.ascii = true;
    for keys in ["2", "?", "q:", "\u{1b}"] {
        driver.type_in(keys);
        assert!(driver.drawn().is_ascii(), "{}", driver.drawn());
    }
    driver.resize(20, 5);
    assert!(driver.drawn().is_ascii(), "{}", driver.drawn());
}

#[test]
fn that_an_act_was_not_witnessed_and_what_to_do_fit_the_narrowest_bottom_line() {
    let mut driver = Driver::known((80, 24), Role::Operator);
    driver.event(Event::Remark(UNWITNESSED.to_owned()));
    assert!(driver.shows(&format!("{UNWITNESSED} ")) && driver.shows("posternd 0."), "{}", driver.drawn());
}
