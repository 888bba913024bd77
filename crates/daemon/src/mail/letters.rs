//! What each kind of message says: which words, facts and codes, in which order.
//!
//! No letter but the token's holds a token, none but the link's a link's secret, none but the invitation's an invitation.

use jiff::tz::TimeZone;
use store::{About, Matter, Message, OfInvitation, OfLink};
use vault::share::Delivery;
use vault::{Language, Timestamp};
use zeroize::Zeroizing;

use super::letter::{Block, Letter};
use super::moment::in_words;
use super::render::NotRendered;
use super::words::{FIRM, Words, harmless};

/// How this appliance writes.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// In which language, unless a share says otherwise.
    pub language: Language,
    /// In which time zone times are said.
    pub zone: TimeZone,
    /// The address at which links and sign-ins lead here.
    pub address: String,
}

impl Manner {
    /// What a message says. `carried` is what it carries, opened.
    pub(super) fn letter(&self, message: &Message, carried: Option<&str>) -> Result<Letter, NotRendered> {
        match (&message.matter, message.about) {
            (Matter::Link(of), About::Token) => Ok(self.token(of, carried.ok_or(NotRendered::NoToken)?)),
            (Matter::Link(of), About::Link) => Ok(self.link(of, carried.ok_or(NotRendered::NoLink)?)),
            (Matter::Link(_), About::Unreadable) => Err(NotRendered::Mismatched),
            (Matter::Link(of), about) if !about.carries() => Ok(self.notice(message, of)),
            (Matter::Invitation(of), About::Invitation) => Ok(self.invitation(of, carried.ok_or(NotRendered::NoInvitation)?)),
            _ => Err(NotRendered::Mismatched),
        }
    }

    fn token(&self, of: &OfLink, token: &str) -> Letter {
        let words = self.of_link(of, of.language.unwrap_or(self.language));
        let link = if of.delivery.mails_link() { "token.relayed" } else { "token.handed" };
        let blocks = vec![
            Block::Say(words.say("hello")),
            Block::Say(words.say("token.lead")),
            Block::Code(Zeroizing::new(token.to_owned())),
            Block::Say(words.say(link)),
            self.about_link(of, &words),
            Block::Say(words.say("token.which")),
            Block::Say(words.say("token.page")),
            Block::Note(words.say("unexpected")),
        ];
        letter(&words, "token", blocks, "footer.behalf")
    }

    fn link(&self, of: &OfLink, fragment: &str) -> Letter {
        let words = self.of_link(of, of.language.unwrap_or(self.language));
        let blocks = vec![
            Block::Say(words.say("hello")),
            Block::Say(words.say("link.lead")),
            Block::Open {
                button: words.say("link.open"),
                whole: words.say("link.whole"),
                url: Zeroizing::new(format!("{}/s/{}#{fragment}", self.address, of.link)),
            },
            self.about_link(of, &words),
            Block::Say(words.say("link.page")),
            Block::Note(words.say("unexpected")),
        ];
        letter(&words, "link", blocks, "footer.behalf")
    }

    fn invitation(&self, of: &OfInvitation, code: &str) -> Letter {
        let words = Words::new(self.language).with("owner", &of.full_name);
        let facts = vec![
            (words.say("fact.name"), harmless(of.name.as_str())),
            (words.say("fact.appliance"), self.address.clone()),
            (words.say("fact.usable"), self.moment(of.expires_at, &words)),
        ];
        let blocks = vec![
            Block::Say(words.say("invitation.greeting")),
            Block::Say(words.say("invitation.lead")),
            Block::Code(Zeroizing::new(code.to_owned())),
            Block::Say(words.say("invitation.do")),
            Block::Command(format!("postern --server {} register", self.address)),
            Block::Facts(facts),
            Block::Say(words.say("invitation.once")),
            Block::Note(words.say("invitation.unexpected")),
        ];
        letter(&words, "invitation", blocks, "footer")
    }

    /// A notice to the owner, who knows what was shared.
    fn notice(&self, message: &Message, of: &OfLink) -> Letter {
        let words = self.of_link(of, self.language);
        let kind = message.about.name();
        let advice = match message.about {
            About::Revealed | About::UsedUp => "viewed.advice",
            About::ExpiredUnseen => "expired-unseen.advice",
            About::FreezeBurnt => "freeze-burnt.advice",
            About::Locked => "locked.advice",
            About::Reported => "reported.advice",
            About::PerhapsDelivered | About::PerhapsDeliveredLink => "perhaps-delivered.advice",
            About::Dropped | About::DroppedLink => "dropped.advice",
            _ => "undelivered.advice",
        };
        let mut blocks = vec![Block::Say(words.say("greeting")), Block::Say(words.say(&format!("{kind}.lead")))];
        let of_token = matches!(message.about, About::Undelivered | About::PerhapsDelivered | About::Dropped);
        if of_token && of.delivery == Delivery::RelayBoth {
            blocks.push(Block::Say(words.say("undelivered.relayed")));
        }
        blocks.push(self.happened(message, of, &words));
        blocks.push(Block::Say(words.say(advice)));
        if message.about == About::Reported {
            blocks.push(Block::Note(words.say("reported.mistake")));
        }
        // What calls for somebody to act; a view or an expiry mostly doesn't.
        let calm = matches!(message.about, About::Revealed | About::UsedUp | About::ExpiredUnseen);
        let alarm = !calm;
        Letter { alarm, ..letter(&words, kind, blocks, "footer") }
    }

    fn happened(&self, message: &Message, of: &OfLink, words: &Words) -> Block {
        let mut facts = vec![(words.say("fact.recipient"), words.value("recipient").to_owned())];
        facts.push((words.say("fact.link"), words.value("link").to_owned()));
        facts.push((
            words.say("fact.share"),
            if of.label.is_some() { words.say("share.labelled") } else { words.value("share").to_owned() },
        ));
        if message.about != About::ExpiredUnseen {
            facts.push((words.say("fact.at"), self.moment(message.at, words)));
        }
        if !message.address.is_empty() {
            facts.push((words.say("fact.address"), harmless(&message.address)));
        }
        let until = if message.about == About::ExpiredUnseen { "fact.expired" } else { "fact.until" };
        if !matches!(message.about, About::UsedUp | About::Reported) {
            facts.push((words.say(until), self.moment(of.expires_at, words)));
        }
        Block::Facts(facts)
    }

    fn about_link(&self, of: &OfLink, words: &Words) -> Block {
        let sharer = format!("{} ({})", words.value("owner"), of.owner_email);
        Block::Facts(vec![
            (words.say("fact.sharer"), sharer),
            (words.say("fact.link"), words.value("link").to_owned()),
            (words.say("fact.until"), self.moment(of.expires_at, words)),
        ])
    }

    fn of_link(&self, of: &OfLink, language: Language) -> Words {
        let words = Words::new(language).with("owner", &of.owner_name).with("recipient", &of.recipient);
        let words = words.with("link", of.link.short()).with("share", of.share.short());
        match &of.label {
            Some(label) => words.with("label", label),
            None => words,
        }
    }

    fn moment(&self, at: Timestamp, words: &Words) -> String {
        in_words(at, &self.zone, words.language)
    }
}

/// A test message: it carries nothing of anybody.
pub(super) fn test(language: Language) -> Letter {
    let words = Words::new(language);
    letter(&words, "test", vec![Block::Say(words.say("hello")), Block::Say(words.say("test.lead"))], "footer")
}

fn letter(words: &Words, kind: &str, blocks: Vec<Block>, footer: &str) -> Letter {
    Letter {
        language: words.language,
        // A name that reads like an encoded word (RFC 2047) would be decoded where the subject is shown, into whatever it hides.
        subject: words.say(&format!("{kind}.subject")).replace(FIRM, " ").replace("=?", "= ?"),
        heading: words.say(&format!("{kind}.heading")),
        alarm: false,
        blocks,
        footer: words.say(footer),
    }
}
