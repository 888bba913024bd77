//! What messages say, word for word.

use vault::{ItemId, LinkId, MessageId, ShareId, Timestamp, UserId};

use super::*;

/// 2026-03-01 14:05 UTC.
const AT: Timestamp = Timestamp::from_millis(1_772_373_900_000);

const TOKEN: &str = "ABCD-EFGH-JKMN-PQRS";

fn message(about: About) -> Message {
    Message {
        id: "0190163d-8694-739b-aea5-966c26f8ad91".parse::<MessageId>().unwrap(),
        about,
        link: "0190163d-8694-739b-aea5-9600aaaa1111".parse::<LinkId>().unwrap(),
        share: "0190163d-8694-739b-aea5-9600bbbb2222".parse::<ShareId>().unwrap(),
        item: ItemId::from_bytes([3; 16]),
        owner: UserId::from_bytes([4; 16]),
        owner_name: "Ada Lovelace".parse().unwrap(),
        owner_email: "ada@example.com".parse().unwrap(),
        recipient: "bob@example.org".parse().unwrap(),
        label: Some("Wi-Fi for guests".parse().unwrap()),
        expires_at: AT.plus_seconds(86_400),
        at: AT,
        address: "10.20.0.5".to_owned(),
        payload: None,
        attempts: 0,
        leased_until: Timestamp::from_millis(0),
    }
}

fn from() -> Mailbox {
    "Postern <postern@vault.example.com>".parse().unwrap()
}

/// The message as it leaves.
fn written(message: &Message, token: Option<&str>) -> String {
    String::from_utf8(render(message, token, &from()).unwrap().formatted()).unwrap().replace("\r\n", "\n")
}

#[test]
fn the_access_tokens_message_says_who_shares_which_link_and_until_when_and_that_the_link_comes_apart() {
    let message = message(About::Token);
    assert_eq!(
        written(&message, Some(TOKEN)),
        "From: Postern <postern@vault.example.com>
To: bob@example.org
Subject: Access token from Ada Lovelace for link aaaa1111
Date: Sun, 01 Mar 2026 14:05:00 +0000
Message-ID: <0190163d-8694-739b-aea5-966c26f8ad91@vault.example.com>
Auto-Submitted: auto-generated
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Hello,

Ada Lovelace (ada@example.com) shares something confidential with you.
You need two things to open it: a link, and this access token:

    ABCD-EFGH-JKMN-PQRS

The link is not in this message. Ada Lovelace gives it to you another way.
The part of it before the # ends with aaaa1111; if it ends differently,
this token belongs to another link.

It can be opened until 2026-03-02 14:05 UTC. Opening the link's page
costs nothing and shows nothing yet.

If you did not expect this, don't use it, and ask Ada Lovelace
in a way that you already know.

This message was sent by Postern on behalf of Ada Lovelace.
Please don't answer it.
"
    );
}

#[test]
fn the_access_tokens_message_holds_neither_the_links_id_nor_a_label_nor_anything_to_click() {
    let text = written(&message(About::Token), Some(TOKEN));
    for absent in ["0190163d-8694-739b-aea5-9600aaaa1111", "Wi-Fi", "http", "/s/", "10.20.0.5"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn what_is_no_token_is_not_mailed_as_one() {
    for token in [None, Some(""), Some("go to http://evil.example"), Some("A\r\nBcc: eve@example.org")] {
        assert_eq!(render(&message(About::Token), token, &from()).unwrap_err(), NotRendered::NoToken);
    }
}

#[test]
fn an_owner_is_told_of_a_view_with_recipient_time_and_address() {
    let text = written(&message(About::Revealed), None);
    let (headers, body) = text.split_once("\n\n").unwrap();
    assert!(headers.contains("\nTo: ada@example.com\nSubject: Your link for bob@example.org was viewed\n"), "{headers}");
    assert_eq!(
        body,
        "Hello Ada Lovelace,

the link aaaa1111 for bob@example.org was viewed
on 2026-03-01 14:05 UTC from 10.20.0.5.

It can be viewed again until 2026-03-02 14:05 UTC.

It belongs to share bbbb2222, which you called
\"Wi-Fi for guests\".

If you did not expect that, revoke what is left of the share with
`postern share revoke`, change what was shared, and tell your
security team.

This message was sent by Postern. Please don't answer it.
"
    );
}

#[test]
fn an_owner_is_told_of_the_last_view() {
    let text = written(&message(About::UsedUp), None);
    assert!(text.contains("Subject: Your link for bob@example.org was viewed for the last time\n"), "{text}");
    assert!(text.contains("on 2026-03-01 14:05 UTC from 10.20.0.5.\n\nThat was its last view: it can't be opened any more.\n"), "{text}");
}

#[test]
fn an_owner_is_told_of_a_lock_and_what_to_do() {
    let text = written(&message(About::Locked), None);
    assert!(text.contains("Subject: Your link for bob@example.org is locked\n"), "{text}");
    assert!(text.contains("on 2026-03-01 14:05 UTC: ten wrong access tokens were tried,\nthe last from 10.20.0.5."), "{text}");
    assert!(text.contains("`postern share unlock`") && text.contains("`postern share revoke`"), "{text}");
}

#[test]
fn an_owner_is_told_of_a_report_of_the_freeze_and_what_to_do_now() {
    let text = written(&message(About::Reported), None);
    let (headers, body) = text.split_once("\n\n").unwrap();
    let subject = "\nTo: ada@example.com\nSubject: Alarm: bob@example.org says that somebody else opened your link\n";
    assert!(headers.contains(subject), "{headers}");
    assert_eq!(
        body,
        "Hello Ada Lovelace,

whoever holds the link aaaa1111 for bob@example.org and its access token
said on 2026-03-01 14:05 UTC from 10.20.0.5:
this was not me, somebody else has opened it.

What could still be opened of this share is frozen, for every recipient.

It belongs to share bbbb2222, which you called
\"Wi-Fi for guests\".

Call the recipient, in a way that you already know, and ask what they
saw. Change what was shared: take it as known to somebody else. Then end
the share with `postern share revoke`, and tell your security team.

If it was a mistake, an operator can lift the freeze.

This message was sent by Postern. Please don't answer it.
"
    );
}

#[test]
fn an_owner_is_told_of_a_link_that_expired_unseen_and_of_no_address_where_none_is_meant() {
    let mut message = message(About::ExpiredUnseen);
    (message.label, message.address) = (None, String::new());
    let text = written(&message, None);
    assert!(text.contains("Subject: Your link for bob@example.org expired unseen\n"), "{text}");
    assert!(text.contains("on 2026-03-02 14:05 UTC, and nobody had viewed it.\n"), "{text}");
    assert!(text.contains("\nIt belongs to share bbbb2222.\n"), "{text}");
    message.about = About::Locked;
    assert!(!written(&message, None).contains(" from "), "an address that isn't known isn't told");
}

#[test]
fn no_notice_carries_a_token_even_when_one_is_at_hand() {
    for about in [About::Revealed, About::UsedUp, About::Locked, About::Reported, About::ExpiredUnseen, About::Undelivered] {
        assert!(!written(&message(about), Some(TOKEN)).contains("ABCD"), "{about:?}");
    }
}

#[test]
fn a_name_from_anywhere_makes_no_header_of_its_own() {
    let mut message = message(About::Token);
    message.owner_name = "Ádá, Bcc: eve@example.org; \"=?utf-8?q?x?=\" <a@b>".parse().unwrap();
    let mail = render(&message, Some(TOKEN), &from()).unwrap();
    let text = String::from_utf8(mail.formatted()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let lines: Vec<&str> = headers.split("\r\n").filter(|line| !line.starts_with(' ')).collect();
    let names: Vec<&str> = lines.iter().map(|line| line.split_once(": ").unwrap().0).collect();
    assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding"]);
    assert_eq!(mail.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(), ["bob@example.org"]);
}
