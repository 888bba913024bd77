//! One message in full: to whom, about what, what became of it, and what to do.
//!
//! Nothing here shows what it says or carries, and nothing here acts.

use api::MessageState;
use api::admin::mail::Message;

use super::columns::{about, sign};
use crate::console::call::counted;
use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::relative;
use crate::console::widgets::lines::{self, Line, wrapped};
use crate::console::widgets::listed;
use crate::show::time::minute;

/// One message in full.
pub(crate) struct Details {
    message: Message,
}

impl listed::Details for Details {
    type Row = Message;

    fn new(message: Message) -> Self {
        Self { message }
    }

    fn row(&self) -> &Message {
        &self.message
    }

    fn again(&mut self, message: &Message) {
        self.message = message.clone();
    }

    fn lines(&self, wide: usize, view: &View<'_>) -> Vec<Line> {
        let (message, look) = (&self.message, view.look);
        let told = |at| format!("{}  ({})", minute(at, view.zone), relative(at, view.now));
        let mut lines = vec![vec![("Message ".to_owned(), Tone::Plain), (message.message.to_string(), Tone::Accent)], Vec::new()];
        let mut fact = |name: &str, text: &str, tone: Tone| lines.extend(lines::fact((name, 10), text, tone, wide, look));
        let (sign, tone) = sign(message);
        fact("State", &format!("{} {}", look.sign(sign), message.state.name()), tone);
        let notice = if carries(message) { "" } else { "  (a notice to an owner)" };
        fact("About", &format!("{}{notice}", about(message)), Tone::Plain);
        fact("To", message.to.as_str(), Tone::Plain);
        if let Some(link) = message.link {
            fact("Link", &link.to_string(), Tone::Plain);
        }
        fact("Made", &told(message.created_at), Tone::Plain);
        if let Some(sent) = message.sent_at {
            fact("Sent", &told(sent), Tone::Plain);
        }
        if let Some(due) = message.due_at {
            fact("Next try", &told(due), Tone::Plain);
        }
        if message.attempts > 0 {
            fact("Failed", &counted(message.attempts, "time"), Tone::Plain);
        }
        if let Some(failure) = &message.last_failure {
            fact("Last", failure, Tone::Warn);
        }
        lines.push(Vec::new());
        lines.push(vec![("What to do".to_owned(), Tone::Accent)]);
        for sentence in advice(message) {
            lines.extend(wrapped(&look.text(sentence), wide).into_iter().map(|line| vec![(line, Tone::Plain)]));
        }
        lines
    }
}

/// Whether it carries something that is gone once it is given up.
fn carries(message: &Message) -> bool {
    matches!(message.about.as_str(), "token" | "link" | "invitation")
}

/// What somebody can do about a message, in plain sentences.
fn advice(message: &Message) -> Vec<&'static str> {
    let mut says = match (message.state, message.about.as_str()) {
        (MessageState::Waiting, _) if message.attempts > 0 => vec![
            "It is tried again by itself, later each time; R tries it at once.",
            "If the mail server's answer begins with 4, it asks to come back and nothing need be done. If nothing could be reached or the \
             certificate or password isn't taken, look at [mail] in posternd's configuration, then try with m.",
        ],
        (MessageState::Waiting, "link") => {
            vec!["Nothing. It leaves by itself, once the access token that goes before it has left; the two travel apart."]
        }
        (MessageState::Waiting, _) => vec!["Nothing: it leaves by itself. If it stays, health says whether the mail worker is well."],
        (MessageState::Sent, _) => {
            vec!["Nothing here: the mail server took it. If it never arrives, its log knows the message by the id above."]
        }
        (MessageState::Dead, "token" | "link") => {
            vec!["It was given up, and what it carried is deleted: it can't be sent any more. The owner has been told, and shares anew."]
        }
        (MessageState::Dead, "invitation") => {
            vec!["It was given up, and the invitation in it is deleted. Invite the person again, on the screen of users."]
        }
        (MessageState::Dead, _) => vec![
            "It was given up. Once what the failure says is mended, R tries it again; A tries all that were given up.",
            "m sends a test message and shows the mail server's answer.",
        ],
        (MessageState::Withdrawn, _) => {
            vec!["Nothing: it isn't needed any more. Its link or invitation has ended, or an operator dropped it."]
        }
    };
    if message.uncertain {
        says.push(
            "An earlier try may have delivered it, though no answer came: the recipient may get it twice, under the same Message-ID.",
        );
    }
    if message.state == MessageState::Waiting && carries(message) {
        says.push("D drops it: what it carries is deleted, and its owner is told.");
    }
    says
}
