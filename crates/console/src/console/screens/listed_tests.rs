//! What every list does, on each of the screens that have one: walked, marked, narrowed, clicked, refused, asked anew.
//!
//! What one screen does with its rows stands in that screen's own tests.

use api::admin::audit::Entry;
use api::admin::mail::Message;
use api::admin::shares::LinkRow;
use api::admin::users::User;
use api::{Fixed, LinkId, MessageId, MessageState, Page};
use ratatui::crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use vault::event::Lane;
use vault::operator::Role;

use super::{audit_tests, mail_tests, shares_tests, users_tests};
use crate::console::call::{Answer, Call, From};
use crate::console::driver::{Driver, refused};
use crate::console::event::Event;
use crate::console::widgets::listed::NO_ROW;
use crate::console::widgets::window::PAGE_ROWS;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// A screen with a list.
struct Subject {
    /// The key that shows it.
    digit: &'static str,
    /// These rows, by their numbers.
    rows: fn(std::ops::Range<u32>, Option<String>) -> Answer,
    /// The page that a call asks for.
    page: fn(&Call) -> Option<&From>,
    /// A filter as it is typed, and as it then stands there.
    filter: (&'static str, &'static str),
    /// What stands in the details of any row, and nowhere else.
    inside: &'static str,
    /// The keys that are about a row.
    acts: &'static str,
    /// An act and the beginning of its title for one row; nothing where rows are not marked.
    one: Option<(char, &'static str)>,
}

const ALL: [Subject; 4] = [
    Subject {
        digit: "2",
        rows: |numbers, next| {
            let row = |n| LinkRow { link: LinkId::from_bytes(id(n)), ..shares_tests::row(0) };
            Answer::Links(Page { rows: numbers.map(row).collect(), next })
        },
        page: |call| if let Call::Links(_, from) = call { Some(from) } else { None },
        filter: ("ow\tad\t", "owner:ada"),
        inside: "Travels   token by mail",
        acts: "xXfuaoy",
        one: Some(('x', "Revoke link")),
    },
    Subject {
        digit: "3",
        rows: |numbers, next| {
            let row = |n| -> User { users_tests::user(&format!("user{n:05}"), "Somebody") };
            Answer::Users(Page { rows: numbers.map(row).collect(), next })
        },
        page: |call| if let Call::Users(_, from) = call { Some(from) } else { None },
        filter: ("na\tuser0000\t", "name:user00000"),
        inside: "not share with people outside the vault",
        acts: "xueEoay",
        one: Some(('e', "Sharing outside: user0000")),
    },
    Subject {
        digit: "4",
        rows: |numbers, next| {
            let row = |n: u32| {
                let seq = 1_000_000 - u64::from(n);
                Entry { record: audit_tests::event(seq).record(Lane(1), seq), hash: Fixed([0; 32]) }
            };
            Answer::Entries(Page { rows: numbers.map(row).collect(), next })
        },
        page: |call| if let Call::Audit(_, from) = call { Some(from) } else { None },
        filter: ("addr\t10.2\t", "address:10.20.0.5"),
        inside: "lane 1, number",
        acts: "su",
        one: None,
    },
    Subject {
        digit: "5",
        rows: |numbers, next| {
            let row = |n| Message { message: MessageId::from_bytes(id(n)), ..mail_tests::message(0, "token", MessageState::Waiting) };
            Answer::Messages(Page { rows: numbers.map(row).collect(), next })
        },
        page: |call| if let Call::Messages(_, from) = call { Some(from) } else { None },
        filter: ("state:d\t", "state:dead"),
        inside: "What to do",
        acts: "RDoay",
        one: Some(('D', "Drop message")),
    },
];

fn id(n: u32) -> [u8; 16] {
    u128::from(n).to_be_bytes()
}

impl Subject {
    /// The page of the list that this call asks for: details ask for fewer rows at a time.
    fn asks<'a>(&self, call: &'a Call) -> Option<&'a From> {
        (self.page)(call).filter(|from| from.limit == PAGE_ROWS)
    }

    /// Whether the list is asked for and didn't come.
    fn waits(&self, driver: &Driver) -> bool {
        driver.asked.iter().any(|(_, call)| self.asks(call).is_some())
    }

    fn opened(&self, size: (u16, u16)) -> Driver {
        let mut driver = Driver::known(size, Role::Operator);
        driver.type_in(self.digit);
        driver
    }

    /// The list comes with these rows, and ends with them.
    fn comes(&self, driver: &mut Driver, rows: std::ops::Range<u32>) {
        driver.answer(|call| self.asks(call).is_some(), Ok((self.rows)(rows, None)));
    }

    /// The screen with thirty rows.
    fn shown(&self, size: (u16, u16)) -> Driver {
        let mut driver = self.opened(size);
        self.comes(&mut driver, 0..30);
        driver
    }

    /// Fails unless this stands on the screen.
    fn expect(&self, driver: &Driver, text: &str) {
        assert!(driver.shows(text), "{}: no {text:?} in\n{}", self.digit, driver.drawn());
    }
}

#[test]
fn a_list_that_is_still_asked_for_says_so() {
    for subject in ALL {
        subject.expect(&subject.opened(SMALL), "Asking the appliance");
    }
}

#[test]
fn keys_and_mouse_walk_to_the_same_rows() {
    let mouse = |kind, row| Event::Mouse(MouseEvent { kind, column: 5, row, modifiers: KeyModifiers::NONE });
    for subject in ALL {
        let mut driver = subject.shown(SMALL);
        subject.expect(&driver, "1 of 30");
        for (key, place) in
            [(KeyCode::End, "30 of 30"), (KeyCode::Home, "1 of 30"), (KeyCode::Char('j'), "2 of 30"), (KeyCode::Up, "1 of 30")]
        {
            driver.press(key);
            subject.expect(&driver, place);
        }
        // Line 2 is the filter, line 3 the headings, line 4 the first row.
        driver.event(mouse(MouseEventKind::Down(MouseButton::Left), 7));
        subject.expect(&driver, "4 of 30");
        driver.event(mouse(MouseEventKind::ScrollDown, 0));
        subject.expect(&driver, "7 of 30");
    }
}

#[test]
fn where_details_hide_the_list_the_mouse_moves_none_of_its_rows() {
    let mouse = |kind, row| Event::Mouse(MouseEvent { kind, column: 5, row, modifiers: KeyModifiers::NONE });
    for subject in ALL {
        for (size, place) in [(SMALL, "1 of 30"), (LARGE, "7 of 30")] {
            let mut driver = subject.shown(size);
            driver.press(KeyCode::Enter);
            driver.event(mouse(MouseEventKind::Down(MouseButton::Left), 7));
            driver.event(mouse(MouseEventKind::ScrollDown, 0));
            driver.press(KeyCode::Esc);
            subject.expect(&driver, place);
        }
    }
}

#[test]
fn marks_go_once_an_act_was_done_for_all_of_them_and_stay_where_one_was_refused() {
    for subject in ALL {
        let Some((act, _)) = subject.one else { continue };
        for fails in [false, true] {
            let mut driver = subject.shown(SMALL);
            driver.type_in(&format!("  {act}"));
            if driver.shows("to confirm:") {
                driver.type_in("2");
            }
            driver.type_in("\n");
            driver.answer(Call::acts, Ok(Answer::Lanes(Vec::new())));
            subject.expect(&driver, "2 marked");
            let last = if fails { Err(refused(404, "gone", "it is gone")) } else { Ok(Answer::Lanes(Vec::new())) };
            driver.answer(Call::acts, last);
            driver.type_in("\n");
            assert_eq!(driver.shows("2 marked"), fails, "{}", driver.drawn());
        }
    }
}

#[test]
fn a_long_list_is_walked_down_and_up_again_with_a_few_pages_kept() {
    for subject in ALL {
        let mut driver = subject.opened(SMALL);
        let answer = |driver: &mut Driver| {
            while let Some(from) = driver.asked.iter().find_map(|(_, call)| subject.asks(call)).cloned() {
                let begin: u32 = from.after.as_deref().map_or(0, |after| after.parse().unwrap());
                let page = (subject.rows)(begin..begin + 100, Some((begin + 100).to_string()));
                driver.answer(|call| subject.asks(call).is_some(), Ok(page));
            }
        };
        answer(&mut driver);
        for _ in 0..17 {
            driver.press(KeyCode::End);
            answer(&mut driver);
        }
        subject.expect(&driver, "1700 of 1800+");
        for _ in 0..120 {
            driver.press(KeyCode::PageUp);
            answer(&mut driver);
        }
        subject.expect(&driver, "1 of 400+");
    }
}

#[test]
fn marks_count_until_somebody_goes_back_or_another_list_begins() {
    for subject in ALL {
        let mut driver = subject.shown(SMALL);
        driver.type_in("  ");
        let Some((act, title)) = subject.one else {
            driver.type_in("*");
            assert!(!driver.shows("marked") && !driver.shows("◆"), "{}", driver.drawn());
            continue;
        };
        subject.expect(&driver, "2 marked");
        // An act on the one in full is about no other.
        driver.press(KeyCode::Enter);
        driver.type_in(&act.to_string());
        subject.expect(&driver, title);
        driver.type_in("\u{1b}\u{1b}");
        subject.expect(&driver, "2 marked");
        driver.type_in("\u{1b}");
        assert!(!driver.shows("marked"), "{}", driver.drawn());
        driver.type_in("*");
        subject.expect(&driver, "30 marked");
        subject.expect(&driver, "◆");
        driver.type_in(&format!("/{}\n", subject.filter.0));
        assert!(!driver.shows("marked"), "{}", driver.drawn());
    }
}

#[test]
fn a_filter_is_typed_completed_and_asked_for_only_by_enter() {
    for subject in ALL {
        let mut driver = subject.shown(SMALL);
        driver.press(KeyCode::End);
        let before = driver.ever.len();
        driver.type_in(&format!("/{}", subject.filter.0));
        subject.expect(&driver, subject.filter.1);
        driver.type_in(" q1?:");
        subject.expect(&driver, " q1?:");
        driver.press(KeyCode::Esc);
        subject.expect(&driver, "everything");
        driver.type_in("/");
        driver.event(Event::Paste(subject.filter.1.to_owned()));
        assert_eq!(driver.ever.len(), before, "nothing is asked while it is typed");
        driver.press(KeyCode::Enter);
        assert!(driver.ended.is_none() && driver.ever.len() == before + 1, "{:?}", driver.ever);
        assert_eq!(driver.ever.last().and_then(|call| subject.asks(call)).unwrap().after, None);
        subject.comes(&mut driver, 0..2);
        subject.expect(&driver, "1 of 2");
        subject.expect(&driver, subject.filter.1);
    }
}

#[test]
fn one_row_is_read_in_full_and_then_its_neighbours() {
    for subject in ALL {
        let mut driver = subject.shown(LARGE);
        assert!(!driver.shows(subject.inside), "{}", driver.drawn());
        driver.press(KeyCode::Enter);
        subject.expect(&driver, subject.inside);
        for (key, place) in [
            (KeyCode::Right, "2 of 30"),
            (KeyCode::Char('l'), "3 of 30"),
            (KeyCode::Left, "2 of 30"),
            (KeyCode::Down, "2 of 30"),
            (KeyCode::End, "2 of 30"),
        ] {
            driver.press(key);
            subject.expect(&driver, place);
            subject.expect(&driver, subject.inside);
        }
        driver.resize(80, 24);
        assert!(!driver.shows("2 of 30"), "there is no room for both: {}", driver.drawn());
        driver.press(KeyCode::Esc);
        subject.expect(&driver, "2 of 30");
        assert!(!driver.shows(subject.inside), "{}", driver.drawn());
    }
}

#[test]
fn a_list_that_comes_anew_stays_at_the_row_where_one_is() {
    for subject in ALL {
        let mut driver = subject.opened(SMALL);
        subject.comes(&mut driver, 10..30);
        driver.type_in("jjjr");
        subject.expect(&driver, "4 of 20");
        subject.comes(&mut driver, 8..30);
        subject.expect(&driver, "6 of 22");
    }
}

#[test]
fn a_refusal_is_told_with_its_request_and_takes_no_row_away() {
    let away = || Err(refused(500, "broken", "the database is away"));
    for subject in ALL {
        let mut driver = subject.opened(SMALL);
        driver.answer(|call| subject.asks(call).is_some(), away());
        for said in ["the database is away", "0190163d-8694", "r asks again"] {
            subject.expect(&driver, said);
        }
        driver.type_in("r");
        subject.comes(&mut driver, 0..30);
        driver.type_in("jr");
        driver.answer(|call| subject.asks(call).is_some(), away());
        subject.expect(&driver, "2 of 30");
        subject.expect(&driver, "Not asked anew: the database is away");
        assert!(!driver.shows("This can't be shown"), "{}", driver.drawn());
        driver.type_in("r");
        assert!(subject.waits(&driver), "what was refused is asked for again");
    }
}

#[test]
fn an_answer_to_an_older_question_changes_nothing() {
    for subject in ALL {
        let mut driver = subject.shown(SMALL);
        driver.type_in(&format!("r/{}\n", subject.filter.0));
        // The refresh was asked before the filter, and comes late.
        subject.comes(&mut driver, 5..8);
        subject.expect(&driver, "1 of 30");
        subject.comes(&mut driver, 0..2);
        subject.expect(&driver, "1 of 2");
        assert!(!subject.waits(&driver));
    }
}

#[test]
fn a_key_about_a_row_says_why_nothing_happens_where_there_is_none() {
    for subject in ALL {
        let mut driver = subject.opened(SMALL);
        subject.comes(&mut driver, 0..0);
        for key in subject.acts.chars().chain(['\n']) {
            driver.type_in(&key.to_string());
            assert!(driver.shows(NO_ROW), "{} {key}: {}", subject.digit, driver.drawn());
            driver.press(KeyCode::F(9));
            assert!(!driver.shows(NO_ROW), "a key that does nothing anyway says nothing");
        }
        assert!(driver.copied.is_empty() && !driver.ever.iter().any(Call::acts));
    }
}
