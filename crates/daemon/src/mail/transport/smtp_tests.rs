//! What becomes of messages when a server answers by a script: each answer one that real servers, or those in between, can give.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener};
use std::thread::JoinHandle;

use super::*;
use crate::config::mail::{Mail as Settings, Transport};

/// A server that says these answers over each of its connections in turn, the greeting first, whatever it is asked, and hangs up. What was
/// asked is its result. A message's text counts as one question.
fn scripted(connections: Vec<Vec<&'static str>>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for answers in connections {
            let stream = listener.accept().unwrap().0;
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let mut text = false;
            for (at, answer) in answers.into_iter().enumerate() {
                if at > 0 {
                    let Some(line) = lines.next() else { break };
                    let end = if text { lines.find(|line| line == ".") } else { Some(line) };
                    asked.extend(end);
                }
                text = answer.starts_with("354");
                (&stream).write_all(format!("{answer}\r\n").as_bytes()).unwrap();
            }
            // Whatever is asked in vain counts too.
            stream.shutdown(Shutdown::Write).unwrap();
            asked.extend(lines);
        }
        asked
    });
    (port, server)
}

fn smtp(port: u16, security: Security) -> Smtp {
    let mut config = Config::default();
    let mail =
        Settings { transport: Transport::Smtp, server: "127.0.0.1".into(), port, security, timeout_seconds: 20, ..Settings::default() };
    config.mail = mail;
    Smtp::open(&config).unwrap()
}

fn mail() -> Mail {
    let builder = Mail::builder().from("postern@example.com".parse().unwrap()).to("bob@example.org".parse().unwrap());
    builder.body("ABCD-EFGH-JKMN-PQRS\r\n".to_owned()).unwrap()
}

/// Sends as many messages as asked for in one round.
fn sent(times: usize, security: Security, connections: Vec<Vec<&'static str>>) -> (Vec<Result<String, NotSent>>, Vec<String>) {
    let (port, server) = scripted(connections);
    let smtp = smtp(port, security);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let results = runtime.block_on(async {
        let mut talk = smtp.talk();
        let mut results = Vec::new();
        for _ in 0..times {
            results.push(talk.send(&mail()).await);
        }
        results
    });
    (results, server.join().unwrap())
}

fn one(answers: &[&'static str]) -> Result<String, NotSent> {
    sent(1, Security::None, vec![answers.to_vec()]).0.remove(0)
}

const HELLO: [&str; 2] = ["220 mail.test", "250 mail.test"];

fn after_hello(answers: &[&'static str]) -> Result<String, NotSent> {
    one(&[&HELLO[..], answers].concat())
}

#[test]
fn an_answer_about_us_is_no_answer_about_the_message() {
    for answers in [&["554 no service for you"][..], &["220 mail.test", "502 what"], &["220 mail.test", "421 busy"]] {
        assert!(matches!(one(answers), Err(NotSent::Later(_))), "{answers:?}");
    }
    for answers in [&["550 sender unknown"][..], &["530 sign in first"], &["250 ok", "530 sign in first"], &["250 ok", "450 later"]] {
        assert!(matches!(after_hello(answers), Err(NotSent::Later(_))), "{answers:?}");
    }
}

#[test]
fn a_refusal_of_the_recipient_or_the_text_is_final() {
    for answers in [&["250 ok", "550 unknown"][..], &["250 ok", "250 ok", "554 no"], &["250 ok", "250 ok", "354 go", "554 spam"]] {
        assert!(matches!(after_hello(answers), Err(NotSent::Refused(_))), "{answers:?}");
    }
}

#[test]
fn only_after_the_last_dot_and_without_an_answer_nobody_knows() {
    for (end, uncertain) in
        [("", true), ("what do you mean", true), ("354 go on", true), ("421 4.3.2 closing", false), ("451 later", false)]
    {
        let result = after_hello(&["250 ok", "250 ok", "354 go", end]);
        assert_eq!(matches!(result, Err(NotSent::Uncertain(_))), uncertain, "{end:?} {result:?}");
        assert!(result.is_err());
    }
    let result = after_hello(&["250 ok", "250 ok", "250 go where?"]);
    assert!(matches!(result, Err(NotSent::Later(_))), "nothing was said yet: {result:?}");
}

#[test]
fn a_connection_that_went_stale_between_two_messages_is_replaced() {
    let taken = ["250 ok", "250 ok", "354 go", "250 2.0.0 kept"];
    let connection = [&HELLO[..], &taken].concat();
    let (results, asked) = sent(2, Security::None, vec![connection.clone(), connection.clone()]);
    assert_eq!(results, [Ok("250 (2.0.0 kept)".to_owned()), Ok("250 (2.0.0 kept)".to_owned())]);
    assert_eq!(asked.iter().filter(|line| line.starts_with("EHLO")).count(), 2);
    let closing = [&connection[..], &["421 4.4.2 idle too long"]].concat();
    assert!(sent(2, Security::None, vec![closing, connection]).0.iter().all(Result::is_ok));
}

#[test]
fn a_refused_message_does_not_spoil_the_connection_for_the_next() {
    let answers = [&HELLO[..], &["250 ok", "550 unknown", "250 reset", "250 ok", "250 ok", "354 go", "250 kept"]].concat();
    let (results, asked) = sent(2, Security::None, vec![answers]);
    assert!(matches!(results[..], [Err(NotSent::Refused(_)), Ok(_)]), "{results:?}");
    assert!(asked.contains(&"RSET".to_owned()));
}

#[test]
fn nothing_is_said_to_a_server_that_can_not_be_private() {
    for answers in [
        &["220 mail.test", "250 mail.test"][..],
        &["220 mail.test", "250 STARTTLS", "454 not now"],
        // Sent ahead, to be taken for what comes under TLS.
        &["220 mail.test", "250 STARTTLS", "220 go\r\n250 ok\r\n250 ok\r\n354 go\r\n250 kept"],
        &["220 mail.test", "250 STARTTLS\r\n220 go\r\n250 ok\r\n250 ok\r\n354 go\r\n250 kept"],
    ] {
        let (results, asked) = sent(1, Security::Starttls, vec![answers.to_vec()]);
        assert!(matches!(results[..], [Err(NotSent::Later(_))]), "{answers:?} {results:?}");
        assert!(asked.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS" || line == "QUIT"), "{asked:?}");
    }
}
