//! The overview as people use it: what it draws, where it leads, when it asks again.

use api::admin::overview::{Attention, Ended, Hour, Living, Overview};
use ratatui::crossterm::event::KeyCode;
use vault::operator::Role;

use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn calm() -> Attention {
    Attention {
        locked_links: 0,
        reported_shares: 0,
        mail_dead: 0,
        mail_waiting_long: 0,
        certificate_days: 300,
        certificate_ends_soon: false,
        disk_free_percent: Some(60),
        denials_last_hour: 0,
        clock_behind: false,
        journal_dropped: 0,
        backup_age_hours: Some(5),
    }
}

fn busy() -> Attention {
    Attention {
        locked_links: 2,
        reported_shares: 1,
        mail_dead: 3,
        mail_waiting_long: 1,
        certificate_days: 6,
        certificate_ends_soon: true,
        disk_free_percent: Some(4),
        denials_last_hour: 1_204,
        clock_behind: true,
        journal_dropped: 1,
        backup_age_hours: None,
    }
}

fn overview(attention: Attention) -> Overview {
    let hour = |n: usize| {
        let day = [0, 0, 0, 0, 0, 1, 3, 12, 30, 41, 38, 22, 18, 35, 44, 40, 31, 12, 4, 2, 1, 0, 0, 1];
        let revealed = day.get(n).copied().unwrap_or_default();
        Hour { from: NOW.plus_seconds(-800 - (23 - n as i64) * 3600), revealed, refused: revealed / 9, denied: u64::from(n == 20) * 1_204 }
    };
    Overview {
        at: NOW,
        links: Living { open: 1_204_332, waiting: 31, frozen: 12, locked: 2, at_least: false },
        ended: Ended { used_up: 240, expired: 81, revoked: 3, burnt: 0 },
        hours: std::array::from_fn(hour),
        attention,
    }
}

fn asked(call: &Call) -> bool {
    *call == Call::Overview
}

fn shown(size: (u16, u16), attention: Attention) -> Driver {
    let mut driver = Driver::known(size, Role::Operator);
    driver.type_in("r");
    driver.answer(asked, Ok(Answer::Overview(Box::new(overview(attention)))));
    driver
}

#[test]
fn an_appliance_at_work_is_seen_at_a_glance() {
    insta::assert_snapshot!("overview_80", shown(SMALL, busy()).drawn());
    insta::assert_snapshot!("overview_120", shown(LARGE, busy()).drawn());
    insta::assert_snapshot!("overview_calm", shown(SMALL, calm()).drawn());
}

#[test]
fn nothing_is_divided_by_an_empty_appliance() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("r");
    let nothing = Overview {
        links: Living::default(),
        ended: Ended::default(),
        hours: std::array::from_fn(|_| Hour { from: NOW, revealed: 0, refused: 0, denied: 0 }),
        ..overview(calm())
    };
    driver.answer(asked, Ok(Answer::Overview(Box::new(nothing))));
    insta::assert_snapshot!("overview_empty", driver.drawn());
}

#[test]
fn each_thing_that_needs_somebody_leads_to_where_it_is_seen_whole() {
    let places = [
        ("[Health]", ""),
        ("[Health]", ""),
        ("[Audit]", "event:link.reported"),
        ("[Shares]", "state:locked"),
        ("[Mail]", "state:dead"),
        ("[Mail]", "state:waiting"),
        ("[Health]", ""),
        ("[Audit]", "event:gate.denied"),
        ("[Health]", ""),
        ("[Health]", ""),
    ];
    for (n, (screen, filter)) in places.into_iter().enumerate() {
        let mut driver = shown(LARGE, busy());
        (0..n).for_each(|_| driver.press(KeyCode::Down));
        driver.press(KeyCode::Enter);
        assert!(driver.shows(screen) && driver.shows(filter), "{n}: {}", driver.drawn());
        if let Some(state) = filter.strip_prefix("state:").filter(|_| screen == "[Mail]") {
            assert!(matches!(driver.ever.last(), Some(Call::Messages(Some(asked), _)) if asked == state), "{:?}", driver.ever.last());
        }
    }
}

#[test]
fn it_asks_again_by_itself_and_what_did_not_change_is_not_drawn() {
    let mut driver = shown(SMALL, busy());
    driver.press(KeyCode::Down);
    let before = driver.drawn();
    driver.pass(15);
    driver.answer(asked, Ok(Answer::Overview(Box::new(Overview { at: NOW.plus_seconds(15), ..overview(busy()) }))));
    assert_eq!(driver.drawn(), before);
    assert_eq!(driver.wakes.iter().filter(|wait| wait.as_secs() == 15).count(), 2);
    driver.type_in("2");
    driver.pass(15);
    assert!(!driver.asked.iter().any(|(_, call)| asked(call)), "another screen is in sight");
    driver.type_in("1");
    driver.pass(15);
    assert_eq!(driver.asked.iter().filter(|(_, call)| asked(call)).count(), 1);
}

#[test]
fn a_refusal_is_told_and_what_was_known_stays() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("r");
    driver.answer(asked, Err(refused(404, "not-found", "there is no such thing here")));
    assert!(driver.shows("This posternd is older than this console"));
    let mut driver = shown(SMALL, busy());
    driver.type_in("r");
    driver.answer(asked, Err(refused(500, "broken", "the appliance failed")));
    assert!(driver.shows("Not asked anew: the appliance failed") && driver.shows("1,204,332"), "{}", driver.drawn());
}
