//! The screen of mail as people use it: what is asked, what is drawn, what is done.

use api::admin::mail::{Message, Retried, Tested};
use api::{LinkId, MessageId, MessageState, Page};
use ratatui::crossterm::event::KeyCode;
use vault::operator::Role;

use crate::console::call::{Answer, Call};
use crate::console::driver::{Driver, NOW, refused};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

const GREYLISTED: &str = "the mail server answered 451 (4.7.1 Greylisted, come back later) to the recipient";
const UNKNOWN: &str = "the mail server answered 550 (5.1.1 \u{1b}[31mno such user\u{202e}) to the recipient";

pub(super) fn message(n: u8, about: &str, state: MessageState) -> Message {
    Message {
        message: MessageId::from_bytes([n; 16]),
        about: about.to_owned(),
        state,
        to: format!("recipient{n}@example.com").parse().unwrap(),
        link: Some(LinkId::from_bytes([n; 16])),
        created_at: NOW.plus_seconds(-600 * i64::from(n)),
        due_at: None,
        sent_at: None,
        attempts: 0,
        last_failure: None,
        uncertain: false,
    }
}

fn queue() -> Vec<Message> {
    use MessageState::*;
    vec![
        Message { due_at: Some(NOW), ..message(1, "token", Waiting) },
        Message {
            attempts: 2,
            due_at: Some(NOW.plus_seconds(480)),
            last_failure: Some(GREYLISTED.to_owned()),
            ..message(2, "token", Waiting)
        },
        Message { sent_at: Some(NOW.plus_seconds(-60)), uncertain: true, ..message(3, "revealed", Sent) },
        Message { attempts: 9, last_failure: Some(UNKNOWN.to_owned()), ..message(4, "token", Dead) },
        Message { attempts: 9, last_failure: Some(UNKNOWN.to_owned()), link: None, ..message(5, "expired-unseen", Dead) },
        Message { link: None, ..message(6, "invitation", Withdrawn) },
        message(7, "something-newer", Waiting),
    ]
}

fn page(rows: Vec<Message>) -> Answer {
    Answer::Messages(Page { rows, next: None })
}

fn shown(size: (u16, u16), role: Role) -> Driver {
    let mut driver = Driver::known(size, role);
    driver.type_in("5");
    driver.answer(|call| matches!(call, Call::Messages(..)), Ok(page(queue())));
    driver
}

#[test]
fn the_queue_fits_a_small_terminal_and_uses_a_large_one() {
    insta::assert_snapshot!("mail_80", shown(SMALL, Role::Operator).drawn());
    insta::assert_snapshot!("mail_120", shown(LARGE, Role::Operator).drawn());
}

#[test]
fn an_empty_outbox_teaches_what_passes_through_it() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("5");
    driver.answer(|call| matches!(call, Call::Messages(..)), Ok(page(Vec::new())));
    insta::assert_snapshot!("mail_empty", driver.drawn());
}

#[test]
fn a_message_says_why_it_failed_and_what_to_do() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("j\n");
    insta::assert_snapshot!("message_80", driver.drawn());
    let advice = ["asks to come back", "its log knows", "The owner has been told, and shares anew", "Once what the failure says is mended"];
    for (n, said) in advice.into_iter().enumerate() {
        assert!(driver.shows(said), "{n}: {}", driver.drawn());
        driver.press(KeyCode::Right);
    }
    assert!(driver.shows("it isn't needed any more"), "{}", driver.drawn());
    let mut driver = shown(LARGE, Role::Operator);
    driver.type_in("jjj\n");
    insta::assert_snapshot!("message_120", driver.drawn());
}

#[test]
fn a_long_message_is_read_page_by_page_to_its_end() {
    let mut driver = Driver::known(SMALL, Role::Operator);
    driver.type_in("5");
    let long = Message { attempts: 1, last_failure: Some("it said no, and ".repeat(60)), ..message(2, "token", MessageState::Waiting) };
    driver.answer(|call| matches!(call, Call::Messages(..)), Ok(page(vec![long])));
    driver.press(KeyCode::Enter);
    let begin = driver.drawn();
    assert!(begin.contains("Message 02020202") && !begin.contains("D drops it"), "{begin}");
    driver.press(KeyCode::PageDown);
    assert!(!driver.shows("Message 02020202") && driver.shows("D drops it"), "{}", driver.drawn());
    let end = driver.drawn();
    driver.press(KeyCode::PageDown);
    assert_eq!(driver.drawn(), end);
    driver.press(KeyCode::Up);
    assert_ne!(driver.drawn(), end, "no key is lost on lines that are not there");
    driver.press(KeyCode::Home);
    assert_eq!(driver.drawn(), begin);
}

#[test]
fn the_filter_narrows_by_state() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("/state:d\t\n");
    let Some(Call::Messages(state, _)) = driver.ever.last() else { panic!() };
    assert_eq!(state.as_deref(), Some("dead"));
    driver.type_in("/");
    driver.control('u');
    driver.type_in("lost\n");
    assert!(driver.shows("there is no state lost"), "{}", driver.drawn());
}

#[test]
fn one_message_is_tried_again_and_one_that_is_over_is_not() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("jR");
    assert!(driver.shows("posternctl mail retry 02020202-0202"), "{}", driver.drawn());
    driver.press(KeyCode::Enter);
    driver.answer(|call| *call == Call::RetryMessage(MessageId::from_bytes([2; 16])), Ok(Answer::Message(queue().remove(1))));
    assert!(driver.shows("is tried now; the list of mail"), "{}", driver.drawn());
    driver.press(KeyCode::Esc);
    for key in ["jR", "D"] {
        driver.type_in(key);
        assert!(driver.shows("is sent: there is nothing to send any more"), "{}", driver.drawn());
    }
}

#[test]
fn a_token_that_is_gone_can_not_be_tried_and_the_daemon_says_so() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("jjjR\n");
    driver.answer(Call::acts, Err(refused(409, "message-incomplete", "what it carried is gone")));
    assert!(driver.shows("what it carried is gone") && driver.shows("Request 0190163d"), "{}", driver.drawn());
}

#[test]
fn all_that_was_given_up_is_tried_again_and_what_can_not_be_is_counted() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("A\n");
    driver.answer(|call| *call == Call::RetryDead, Ok(Answer::Retried(Retried { tried: 3, gone: 1, more: true })));
    assert!(driver.shows("Tried again: 3 messages.") && driver.shows("Not tried: 1 message") && driver.shows("There may be more"));
}

#[test]
fn dropping_takes_the_short_id_and_says_what_is_lost() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("D");
    insta::assert_snapshot!("message_drop", driver.drawn());
    driver.type_in("\n");
    assert!(driver.asked.is_empty() && driver.shows("nothing has been done"), "{}", driver.drawn());
    driver.type_in("01010101\n");
    driver.answer(|call| *call == Call::DropMessage(MessageId::from_bytes([1; 16])), Ok(Answer::Message(queue().remove(0))));
    assert!(driver.shows("Dropped: the message to ") && driver.shows("is not sent."), "{}", driver.drawn());
}

#[test]
fn marked_messages_are_dropped_once_their_number_was_typed() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("  D2\n");
    assert_eq!(driver.ever.last(), Some(&Call::DropMessage(MessageId::from_bytes([1; 16]))));
}

#[test]
fn a_test_message_shows_what_the_mail_server_answered() {
    for (tested, said) in [
        (Tested { accepted: true, uncertain: false, answer: "250 queued".to_owned() }, "The mail server took it: 250 queued"),
        (Tested { accepted: false, uncertain: true, answer: "the connection broke".to_owned() }, "It may have been taken"),
        (Tested { accepted: false, uncertain: false, answer: "550 \u{1b}]0;no".to_owned() }, "It was not taken: 550 \\u{1b}]0;no"),
    ] {
        let mut driver = shown(SMALL, Role::Operator);
        driver.type_in("mnobody\n");
        assert!(driver.shows("To:") && driver.asked.is_empty(), "{}", driver.drawn());
        driver.type_in("@example.com");
        insta::assert_snapshot!("mail_test", driver.drawn());
        driver.press(KeyCode::Enter);
        driver.answer(|call| *call == Call::TestMail("nobody@example.com".parse().unwrap()), Ok(Answer::Tested(tested)));
        assert!(driver.shows(said), "{}", driver.drawn());
    }
}

#[test]
fn the_link_of_a_message_is_one_key_away() {
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("o");
    let Some(Call::Links(filter, _)) = driver.ever.last() else { panic!() };
    assert_eq!(filter.link.as_deref(), Some("01010101-0101-0101-0101-010101010101"));
    let mut driver = shown(SMALL, Role::Operator);
    driver.type_in("jjjjo");
    assert!(driver.shows("about no link"), "{}", driver.drawn());
}

#[test]
fn an_auditor_sees_what_may_not_be_done_and_can_not_begin_it() {
    let mut driver = shown(SMALL, Role::Auditor);
    for key in ["R", "A", "D", "m"] {
        driver.type_in(key);
        assert!(driver.shows("auditors may read only"), "{key}: {}", driver.drawn());
    }
    assert!(!driver.ever.iter().any(Call::acts));
    insta::assert_snapshot!("mail_auditor", driver.drawn());
}
