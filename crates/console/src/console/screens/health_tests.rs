//! The screen of the appliance's health as people use it.

use api::admin::health::{ClockAccepted, Disk, Health, Worker};
use ratatui::crossterm::event::KeyCode;
use vault::operator::Role;

use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, health, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn shown(size: (u16, u16), role: Role, health: Health) -> Driver {
    let mut driver = Driver::known(size, role);
    driver.type_in("7");
    driver.answer(|call| *call == Call::Health, Ok(Answer::Health(health)));
    driver
}

fn ill() -> Health {
    Health {
        version: "9.9.9".to_owned(),
        latest: NOW.plus_seconds(900),
        clock_behind: true,
        mail_dead: 3,
        certificate_days: 6,
        certificate_ends_soon: true,
        journal_dropped: 12,
        disk: Some(Disk { free_bytes: 2 << 30, total_bytes: 100 << 30 }),
        workers: vec![
            Worker { name: "mail".to_owned(), last_at: Some(NOW.plus_seconds(-3)), ok: true },
            Worker { name: "sweeper".to_owned(), last_at: None, ok: false },
        ],
        backup_at: Some(NOW.plus_seconds(-86_400 * 9)),
        ..health()
    }
}

#[test]
fn an_appliance_that_is_well_is_told_at_a_glance() {
    insta::assert_snapshot!("health_80", shown(SMALL, Role::Operator, health()).drawn());
    insta::assert_snapshot!("health_120", shown(LARGE, Role::Operator, health()).drawn());
}

#[test]
fn what_is_wrong_says_what_to_do() {
    insta::assert_snapshot!("health_ill_120", shown(LARGE, Role::Operator, ill()).drawn());
    let mut driver = shown(SMALL, Role::Operator, ill());
    insta::assert_snapshot!("health_ill_80", driver.drawn());
    driver.press(KeyCode::End);
    assert!(driver.shows("failing or late"), "{}", driver.drawn());
}

#[test]
fn a_clock_is_accepted_only_by_a_typed_word() {
    let mut driver = shown(SMALL, Role::Operator, ill());
    driver.type_in("c");
    insta::assert_snapshot!("health_accept", driver.drawn());
    driver.type_in("yes\n");
    assert!(!driver.ever.contains(&Call::AcceptClock));
    driver.control('u');
    driver.type_in("accept\n");
    driver.answer(|call| *call == Call::AcceptClock, Ok(Answer::ClockAccepted(ClockAccepted { from: NOW.plus_seconds(900), to: NOW })));
    assert!(driver.shows("time continues at"), "{}", driver.drawn());
}

#[test]
fn a_clock_that_is_right_is_not_accepted_and_auditors_may_not() {
    let mut driver = shown(SMALL, Role::Operator, health());
    driver.type_in("c");
    assert!(driver.shows("there is nothing to accept"));
    let mut driver = shown(SMALL, Role::Auditor, ill());
    driver.type_in("c");
    assert!(driver.shows("auditors may read only"), "{}", driver.drawn());
}

#[test]
fn an_older_daemon_and_one_that_refuses_are_both_told() {
    let older = Health { workers: Vec::new(), disk: None, schema: String::new(), ..health() };
    assert!(shown(SMALL, Role::Operator, older).shows("can't be asked"));
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("7");
    driver.answer(|call| *call == Call::Health, Err(refused(500, "broken", "the appliance failed")));
    assert!(driver.shows("the appliance failed"));
}
