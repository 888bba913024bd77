//! One message's way out: opened, rendered, and in the folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::tz::TimeZone;
use store::{About, Matter, OfLink};
use vault::share::Delivery;
use vault::{ItemId, Language, LinkId, MessageId, ShareId, UserId};

use super::*;
use crate::config::mail::Transport;

const NOON: Timestamp = Timestamp::from_millis(1_772_366_400_000);
const MESSAGE: MessageId = MessageId::from_bytes([7; 16]);

fn message(about: About, payload: Option<Vec<u8>>) -> Message {
    Message {
        id: MESSAGE,
        about,
        matter: Matter::Link(OfLink {
            link: LinkId::from_bytes([1; 16]),
            share: ShareId::from_bytes([2; 16]),
            item: ItemId::from_bytes([3; 16]),
            owner: UserId::from_bytes([4; 16]),
            owner_name: "Ada Lovelace".parse().unwrap(),
            owner_email: "ada@example.com".parse().unwrap(),
            recipient: "bob@example.org".parse().unwrap(),
            label: None,
            expires_at: NOON.plus_seconds(86_400),
            delivery: Delivery::HandOver,
            language: None,
        }),
        at: NOON,
        address: String::new(),
        payload,
        attempts: 0,
        leased_until: NOON.plus_seconds(300),
    }
}

fn config(folder: &Path) -> Config {
    let mut config = Config::default();
    config.state.folder = folder.join("state");
    config.mail.transport = Transport::File;
    config
}

/// Opens, renders and sends one message.
fn deliver(keys: &MailKeys, post: &Post, message: &Message) -> Result<String, Undelivered> {
    let manner = Manner { language: Language::English, zone: TimeZone::UTC, address: "https://localhost".to_owned() };
    let mail = write(keys, message, &post.from, &manner)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Ok(runtime.block_on(post.round().send(&message.id.to_string(), &mail))?)
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.filter(|entry| entry.path().is_file()).map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn a_token_leaves_as_one_file_for_the_daemon_alone_also_when_it_leaves_twice() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let (keys, post) = (MailKeys::open(&config).unwrap(), Post::open(&config).unwrap().unwrap());
    let sealed = keys.seal_payload(MESSAGE, &"bob@example.org".parse().unwrap(), NOON, b"ABCD-EFGH-JKMN-PQRS").unwrap();
    let message = message(About::Token, Some(sealed));
    deliver(&keys, &post, &message).unwrap();
    deliver(&keys, &post, &message).unwrap();
    let mail = folder.path().join("state/mail");
    assert_eq!(files(&mail), [format!("{MESSAGE}.eml")]);
    assert_eq!(files(&mail.join(".unfinished")), Vec::<String>::new());
    let file = mail.join(format!("{MESSAGE}.eml"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&mail).unwrap().permissions().mode() & 0o777, 0o700);
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("To: bob@example.org\r\n") && text.contains("\r\n    ABCD-EFGH-JKMN-PQRS\r\n"), "{text}");
}

#[test]
fn a_token_sealed_for_another_message_does_not_leave() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let (keys, post) = (MailKeys::open(&config).unwrap(), Post::open(&config).unwrap().unwrap());
    let other = MessageId::from_bytes([8; 16]);
    let sealed = keys.seal_payload(other, &"bob@example.org".parse().unwrap(), NOON, b"ABCD-EFGH-JKMN-PQRS").unwrap();
    for payload in [Some(sealed), None] {
        deliver(&keys, &post, &message(About::Token, payload)).unwrap_err();
    }
    assert_eq!(files(&folder.path().join("state/mail")), Vec::<String>::new());
}

#[test]
fn what_stays_wrong_is_given_up_and_what_may_mend_is_tried_again() {
    let give_up = |error: &Undelivered| again(error, NOON, 0, None).unwrap().is_none();
    assert!(give_up(&NotRendered::NoToken.into()));
    assert!(give_up(&NotOpened::Changed.into()));
    let missing = io::Error::from(io::ErrorKind::NotFound);
    assert!(!give_up(&NotOpened::NoKey { day: "2026-03-01".to_owned(), error: missing }.into()));
    assert!(give_up(&NotSent::Refused("no such user".to_owned()).into()));
    assert!(!give_up(&NotSent::Later("come back later".to_owned()).into()));
    assert!(!give_up(&NotSent::Uncertain("no answer came".to_owned()).into()));
}

#[test]
fn a_token_is_not_tried_again_once_its_link_has_ended() {
    let full = Undelivered::from(NotSent::from(io::Error::from(io::ErrorKind::StorageFull)));
    let again = |until| again(&full, NOON, 0, Some(NOON.plus_seconds(until))).unwrap();
    assert!(again(60).is_some_and(|next| next < NOON.plus_seconds(60)));
    assert_eq!(again(20), None);
}

#[test]
fn a_folder_that_is_gone_is_an_error_that_tells_nothing_of_the_message() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let (keys, post) = (MailKeys::open(&config).unwrap(), Post::open(&config).unwrap().unwrap());
    fs::remove_dir_all(folder.path().join("state/mail")).unwrap();
    let why = deliver(&keys, &post, &message(About::Revealed, None)).unwrap_err().to_string();
    assert!(!why.contains("ada") && !why.contains("bob"), "{why}");
    assert!(why.contains("No such file"), "{why}");
}

#[test]
fn without_a_transport_nothing_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.mail.transport = Transport::None;
    assert!(Post::open(&config).unwrap().is_none());
    assert!(!folder.path().join("state").exists());
}

#[test]
fn work_ends_with_its_bound_and_soon_after_the_stop() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let grace = Duration::from_secs(10);
        let (stop, stopping) = worker::Stop::new();
        assert_eq!(unless_cut_off(async { 7 }, stopping.clone(), grace).await, Some(7));
        assert_eq!(unless_cut_off(std::future::pending::<()>(), stopping.clone(), grace).await, None, "it took too long");
        stop.stop();
        let nearly = async { tokio::time::sleep(grace / 2).await };
        assert_eq!(unless_cut_off(nearly, stopping.clone(), grace).await, Some(()), "the message in hand may be finished");
        assert_eq!(unless_cut_off(std::future::pending::<()>(), stopping, grace).await, None);
    });
}
