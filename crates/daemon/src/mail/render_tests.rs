//! What messages say, word for word and in each language, and what nobody's name can make of them.

use jiff::tz::TimeZone;
use store::{Matter, OfInvitation, OfLink};
use vault::share::Delivery;
use vault::{ItemId, Language, LinkId, MessageId, ShareId, Timestamp, UserId};

use super::*;

/// 2026-03-01 14:05 UTC.
const AT: Timestamp = Timestamp::from_millis(1_772_373_900_000);

const TOKEN: &str = "ABCD-EFGH-JKMN-PQRS";
const FRAGMENT: &str = "AUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn";
const INVITATION: &str = "7777-8888-9999-AAAA-BBBB-CCCC";

fn of_link() -> OfLink {
    OfLink {
        link: "0190163d-8694-739b-aea5-9600aaaa1111".parse::<LinkId>().unwrap(),
        share: "0190163d-8694-739b-aea5-9600bbbb2222".parse::<ShareId>().unwrap(),
        item: ItemId::from_bytes([3; 16]),
        owner: UserId::from_bytes([4; 16]),
        owner_name: "Ada Lovelace".parse().unwrap(),
        owner_email: "ada@example.com".parse().unwrap(),
        recipient: "bob@example.org".parse().unwrap(),
        label: Some("Wi-Fi for guests".parse().unwrap()),
        expires_at: AT.plus_seconds(86_400),
        delivery: Delivery::HandOver,
        language: None,
    }
}

fn of_invitation() -> OfInvitation {
    OfInvitation {
        user: UserId::from_bytes([4; 16]),
        name: "ada".parse().unwrap(),
        full_name: "Ada Lovelace".parse().unwrap(),
        email: "ada@example.com".parse().unwrap(),
        expires_at: AT.plus_seconds(3 * 86_400),
    }
}

fn message_of(about: About, of: OfLink) -> Message {
    Message {
        id: "0190163d-8694-739b-aea5-966c26f8ad91".parse::<MessageId>().unwrap(),
        about,
        matter: if about == About::Invitation { Matter::Invitation(of_invitation()) } else { Matter::Link(of) },
        at: AT,
        address: if about.carries() { String::new() } else { "10.20.0.5".to_owned() },
        payload: None,
        attempts: 0,
        leased_until: Timestamp::from_millis(0),
    }
}

fn carried(about: About) -> Option<&'static str> {
    match about {
        About::Token => Some(TOKEN),
        About::Link => Some(FRAGMENT),
        About::Invitation => Some(INVITATION),
        _ => None,
    }
}

fn manner(language: Language) -> Manner {
    Manner { language, zone: TimeZone::UTC, address: "https://postern.example.com".to_owned() }
}

fn from() -> Mailbox {
    "Postern <postern@vault.example.com>".parse().unwrap()
}

/// The parts of a message as a mail program shows them: headers, text, HTML.
struct Shown {
    headers: String,
    text: String,
    html: String,
}

fn shown_of(message: &Message, language: Language) -> Shown {
    shown_as(&render(message, carried(message.about), &from(), &manner(language)).unwrap(), message.id)
}

fn tested(language: Language) -> Shown {
    let id = message_of(About::Token, of_link()).id;
    let to = "olga@example.com".parse().unwrap();
    shown_as(&write_out(crate::mail::letters::test(language), id, AT, &to, &from()).unwrap(), id)
}

fn shown_as(mail: &Mail, id: MessageId) -> Shown {
    let whole = String::from_utf8(mail.formatted()).unwrap();
    assert!(whole.lines().all(|line| line.len() <= 998 && line.is_ascii()), "any mail server takes it");
    let whole = whole.replace("\r\n", "\n");
    let (headers, body) = whole.split_once("\n\n").unwrap();
    let parts: Vec<&str> = body.split(&format!("--=_postern-{id}")).collect();
    assert_eq!((parts.len(), parts[3].trim()), (4, "--"), "two parts, text first");
    let [text, html] = [parts[1], parts[2]].map(|part| part.trim_start().split_once("\n\n").unwrap());
    assert!(text.0.contains("text/plain; charset=utf-8") && html.0.contains("text/html; charset=utf-8"), "{}{}", text.0, html.0);
    Shown { headers: headers.to_owned(), text: decoded(text.1), html: decoded(html.1) }
}

fn shown(about: About, language: Language) -> Shown {
    shown_of(&message_of(about, of_link()), language)
}

/// Quoted-printable (RFC 2045, section 6.7) undone.
fn decoded(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            let (digits, after) = rest.split_at(2);
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// What stands in HTML for people, as words.
fn words(html: &str) -> Vec<String> {
    let body = html.split_once("<body").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        text.push(' ');
        text.push_str(piece.split_once('>').unwrap().1);
    }
    let plain = text.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Every kind of message, by language, to be looked at by those who speak it.
fn all(language: Language) -> String {
    let one = |about: &About| {
        let Shown { headers, text, .. } = shown(*about, language);
        format!("=== {}\n{headers}\n\n{text}\n", about.name())
    };
    let told: String = About::ALL.iter().map(one).collect();
    let Shown { headers, text, .. } = tested(language);
    format!("{told}=== test\n{headers}\n\n{text}\n")
}

#[test]
fn every_message_in_english() {
    insta::assert_snapshot!(all(Language::English));
}

#[test]
fn every_message_in_portuguese() {
    insta::assert_snapshot!(all(Language::Portuguese));
}

#[test]
fn every_message_in_spanish() {
    insta::assert_snapshot!(all(Language::Spanish));
}

#[test]
fn a_page_of_html() {
    insta::assert_snapshot!(shown(About::Link, Language::English).html);
}

#[test]
fn text_and_html_say_the_same_and_text_fits_72_columns() {
    for language in Language::ALL {
        for about in About::ALL {
            let Shown { text, html, headers } = shown(about, language);
            let told = words(&html).join(" ");
            let heading = told.split_once("Postern ").unwrap().1;
            for word in text.split_whitespace() {
                assert!(heading.contains(word.trim_matches('`').split('`').next().unwrap()), "{about:?} {language:?} {word:?} {heading}");
            }
            for line in text.lines() {
                assert!(line.chars().count() <= 72 || line.trim_start().starts_with("https://"), "{about:?} {language:?} {line:?}");
            }
            assert!(headers.contains(&format!("Content-Language: {}\n", language.tag())), "{headers}");
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
        }
    }
}

#[test]
fn a_command_is_broken_at_its_spaces_alone() {
    let html = shown(About::Undelivered, Language::English).html;
    for word in ["create", "--deliver", "by-hand"] {
        assert!(html.contains(&format!("<span style=\"white-space:nowrap;\">{word}</span>")), "{html}");
    }
}

#[test]
fn nothing_is_loaded_run_or_tracked_and_only_a_links_own_message_leads_anywhere() {
    for about in About::ALL {
        let Shown { text, html, .. } = shown(about, Language::English);
        for absent in ["<img", "<script", "<link", "<iframe", "src=", "url(", "@import", "@font-face", "onclick", "javascript"] {
            assert!(!html.contains(absent), "{about:?} {absent}");
        }
        let leads = format!("https://postern.example.com/s/0190163d-8694-739b-aea5-9600aaaa1111#{FRAGMENT}");
        assert_eq!(html.matches("href=").count(), usize::from(about == About::Link), "{about:?}");
        assert_eq!(html.contains(&format!("href=\"{leads}\"")), about == About::Link, "{about:?}");
        assert_eq!(text.contains(&format!("\n    {leads}\n")), about == About::Link, "{about:?}");
        assert_eq!(text.contains("http") || html.contains("http"), matches!(about, About::Link | About::Invitation), "{about:?}");
    }
}

#[test]
fn what_is_secret_stands_in_its_own_message_alone() {
    for about in About::ALL {
        let Shown { headers, text, html } = shown(about, Language::English);
        for (of, secret) in [(About::Token, TOKEN), (About::Link, FRAGMENT), (About::Invitation, INVITATION)] {
            assert_eq!((text.contains(secret), html.contains(secret)), (about == of, about == of), "{about:?} {secret}");
            assert!(!headers.contains(secret));
            // Not even where the wrong thing is at hand.
            if about != of && !about.carries() {
                let mail = render(&message_of(about, of_link()), Some(secret), &from(), &manner(Language::English)).unwrap();
                assert!(!String::from_utf8(mail.formatted()).unwrap().contains(secret));
            }
        }
    }
}

#[test]
fn the_recipient_is_told_neither_a_label_nor_the_links_id_beside_the_token() {
    let Shown { headers, text, html } = shown(About::Token, Language::English);
    for absent in ["0190163d-8694-739b-aea5-9600aaaa1111", "Wi-Fi", "/s/", "10.20.0.5", "bbbb2222"] {
        assert!(!text.contains(absent) && !html.contains(absent), "{absent}");
    }
    assert!(!headers.contains("Wi-Fi"));
}

#[test]
fn what_is_not_what_its_message_carries_is_not_mailed() {
    let rendered = |about, carried| render(&message_of(about, of_link()), carried, &from(), &manner(Language::English)).unwrap_err();
    for wrong in [None, Some(""), Some("go to http://evil.example"), Some("A\r\nBcc: eve@example.org")] {
        assert_eq!(rendered(About::Token, wrong), NotRendered::NoToken);
        assert_eq!(rendered(About::Link, wrong), NotRendered::NoLink);
        assert_eq!(rendered(About::Invitation, wrong), NotRendered::NoInvitation);
    }
    assert_eq!(rendered(About::Link, Some(TOKEN)), NotRendered::NoLink);
    let mixed = Message { about: About::Invitation, ..message_of(About::Token, of_link()) };
    assert_eq!(render(&mixed, Some(TOKEN), &from(), &manner(Language::English)).unwrap_err(), NotRendered::Mismatched);
}

#[test]
fn a_share_is_told_in_its_own_language_to_recipients_and_in_the_appliances_to_owners() {
    let of = || OfLink { language: Some(Language::Spanish), ..of_link() };
    let token = shown_of(&message_of(About::Token, of()), Language::English);
    assert!(token.headers.contains("Content-Language: es") && token.text.starts_with("Hola:"), "{}", token.text);
    assert!(shown_of(&message_of(About::Revealed, of()), Language::English).text.starts_with("Hello Ada Lovelace,"));
}

#[test]
fn a_relayed_token_says_that_its_link_follows_by_mail() {
    let of = || OfLink { delivery: Delivery::RelayBoth, ..of_link() };
    assert!(shown_of(&message_of(About::Token, of()), Language::English).text.contains("It comes in a message of"));
    assert!(!shown(About::Token, Language::English).text.contains("comes in a message"));
    let undelivered = shown_of(&message_of(About::Undelivered, of()), Language::English).text;
    assert!(undelivered.contains("The link was to follow"), "{undelivered}");
}

#[test]
fn of_a_message_without_an_answer_no_more_is_said_than_is_known() {
    for about in [About::PerhapsDelivered, About::PerhapsDeliveredLink] {
        let told = shown(about, Language::English).text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("It may have arrived or not") && !told.contains("could not be delivered"), "{told}");
    }
    for about in [About::Dropped, About::DroppedLink] {
        let told = shown(about, Language::English).text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("An operator took the message") && told.contains("before it was known to be delivered"), "{told}");
    }
    let damaged = render(&message_of(About::Unreadable, of_link()), None, &from(), &manner(Language::English));
    assert_eq!(damaged.unwrap_err(), NotRendered::Mismatched);
}

const HOSTILE: [&str; 6] = [
    "Ádá, Bcc: eve@example.org; \"=?utf-8?q?x?=\" <a@b>",
    "</td></table><a href=\"http://evil.example\">click</a><script>alert(1)</script>",
    "{{ 7 * 7 }} {% if true %} [[link]] &lt;b&gt; `rm`",
    "Ada                                                             WXYZ-WXYZ-WXYZ-WXYZ",
    "--=_postern-0190163d-8694-739b-aea5-966c26f8ad91--",
    "x\u{200d}y\u{200c}z",
];

#[test]
fn no_name_or_label_becomes_a_header_markup_or_a_line_of_its_own() {
    for hostile in HOSTILE {
        for about in [About::Token, About::Link, About::Revealed, About::Reported, About::Undelivered] {
            let calm = shown(about, Language::English);
            let label = hostile.chars().take(100).collect::<String>();
            let of = OfLink { owner_name: hostile.parse().unwrap(), label: Some(label.parse().unwrap()), ..of_link() };
            let mail = shown_of(&message_of(about, of), Language::English);
            let names = |headers: &str| -> Vec<String> {
                let lines = headers.lines().filter(|line| !line.starts_with([' ', '\t']));
                lines.map(|line| line.split_once(": ").unwrap().0.to_owned()).collect()
            };
            assert_eq!(names(&mail.headers), names(&calm.headers), "{hostile}");
            assert_eq!(mail.html.matches('<').count(), calm.html.matches('<').count(), "{about:?} {hostile}");
            assert_eq!(mail.html.matches("href=\"").count(), calm.html.matches("href=\"").count(), "{about:?} {hostile}");
            let copied = |text: &str| text.lines().filter(|line| line.starts_with("    ")).map(str::to_owned).collect::<Vec<_>>();
            let of_facts = |line: &String| !line.trim_start().is_empty() && line.trim_start().len() + 4 == line.len();
            assert_eq!(
                copied(&mail.text).into_iter().filter(of_facts).collect::<Vec<_>>(),
                copied(&calm.text).into_iter().filter(of_facts).collect::<Vec<_>>(),
                "{about:?} {hostile}"
            );
            assert!(!mail.text.lines().any(|line| line.trim() == "WXYZ-WXYZ-WXYZ-WXYZ"), "{}", mail.text);
            assert!(!mail.text.contains(['\u{200b}', '\u{a0}']) && !mail.html.contains("49 "), "{hostile}");
        }
    }
}

#[test]
fn a_name_that_looks_like_an_encoded_word_is_not_decoded_by_anybody() {
    for name in ["=?utf-8?q?evil?=", "Ádá =?utf-8?b?4oCu?= x", "==?utf-8?q?evil?=?="] {
        let of = OfLink { owner_name: name.parse().unwrap(), ..of_link() };
        let headers = shown_of(&message_of(About::Token, of), Language::English).headers;
        assert!(!headers.contains("=?utf-8?q?") && !headers.contains("=?utf-8?b?4oCu?="), "{headers}");
    }
}

#[test]
fn a_message_goes_to_one_person_and_nobodys_absence_answers_it() {
    let mail = render(&message_of(About::Token, of_link()), Some(TOKEN), &from(), &manner(Language::English)).unwrap();
    assert_eq!(mail.envelope().to().iter().map(ToString::to_string).collect::<Vec<_>>(), ["bob@example.org"]);
    let headers = shown(About::Token, Language::English).headers;
    assert!(headers.contains("\nAuto-Submitted: auto-generated\n"), "{headers}");
    assert!(headers.contains("\nMessage-ID: <0190163d-8694-739b-aea5-966c26f8ad91@vault.example.com>\n"), "{headers}");
}

/// Writes every message's HTML into the folder that `POSTERN_MAIL_PAGES` names, to be looked at in a browser.
#[test]
#[ignore = "for looking at"]
fn pages_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var_os("POSTERN_MAIL_PAGES").unwrap());
    for language in Language::ALL {
        for about in About::ALL {
            let page = folder.join(format!("{}-{}.html", about.name(), language.tag()));
            std::fs::write(page, shown(about, language).html).unwrap();
        }
        std::fs::write(folder.join(format!("test-{}.html", language.tag())), tested(language).html).unwrap();
    }
}
