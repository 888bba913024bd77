//! The second witness: before an act is asked for, its intent stands in the systemd journal, where journald stamps who wrote it.
//!
//! Console and commands come through here alike. Nothing secret is written: an intent is a command line, and those hold none. A journal
//! that isn't there, or stands still, holds up no act: that it was not witnessed is said instead.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use api::RequestId;
use clap::CommandFactory as _;
use client::Client;
use log::{Level, Record};
use systemd_journal_logger::JournalLog;
use vault::event::INTENT;

use crate::arguments::Arguments;
use crate::commands::Command;
use crate::failure::Failure;
use crate::show::shell;
use crate::terminal::Terminal;

/// How long the journal may take: an emergency doesn't wait for a log.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many letters of a command are written.
const LETTERS: usize = 2000;

/// Something that somebody is about to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    /// The command's stable name, like `share.revoke`.
    name: String,
    /// The command line that asks for it.
    command: String,
}

impl Intent {
    /// What is intended by these words behind `posternctl`.
    pub(crate) fn of(words: &[String]) -> Self {
        let command: String = shell::line(words).chars().take(LETTERS).collect();
        let matches = Arguments::command().try_get_matches_from(std::iter::once("posternctl").chain(words.iter().map(String::as_str)));
        let mut names = Vec::new();
        let mut at = matches.as_ref().ok().and_then(|matches| matches.subcommand());
        while let Some((name, below)) = at {
            names.push(name.to_owned());
            at = below.subcommand();
        }
        Self { name: names.join("."), command }
    }
}

/// What is said where an act goes on although nothing was written to the journal. It fits the console's bottom line at its narrowest.
pub(crate) const UNWITNESSED: &str = "No second witness: see systemctl status systemd-journald";

/// The same way to the daemon, where each act's intent is written to the journal before. `told` hears why one was not.
pub(crate) fn watched(client: &Client, intent: Intent, told: impl Fn(String) + Send + Sync + 'static) -> Client {
    client.witnessed(move |request| {
        if let Err(why) = written(&intent, request) {
            told(why);
        }
    })
}

/// Runs a command, what it asks for witnessed. Where that failed, a remark says so: the command counts all the same.
pub(crate) fn run(command: &Command, words: &[String], client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let missed = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&missed);
    let client = watched(client, Intent::of(words), move |why| *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(why));
    let done = command.run(&client, terminal);
    if let Some(why) = missed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // Nobody is left to be told when standard error doesn't take it.
        let _ = terminal.remark(&format!("{UNWITNESSED} (the act goes on; {why})."));
    }
    done
}

fn written(intent: &Intent, request: RequestId) -> Result<(), String> {
    let intent = intent.clone();
    let (done, taken) = mpsc::channel();
    // A journal that stands still blocks whoever writes to it, so that is a thread nobody waits for longer than this.
    thread::spawn(move || done.send(send(&intent, request)));
    match taken.recv_timeout(PATIENCE) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("the systemd journal did not take it ({error})")),
        Err(_) => Err("the systemd journal stands still".to_owned()),
    }
}

fn send(intent: &Intent, request: RequestId) -> std::io::Result<()> {
    let request = request.to_string();
    let fields = [
        ("MESSAGE_ID", INTENT.message_id),
        ("POSTERN_REQUEST", request.as_str()),
        ("POSTERN_INTENT", intent.name.as_str()),
        ("POSTERN_COMMAND", intent.command.as_str()),
    ];
    let message = INTENT.message.replace("{intent}", &intent.name).replace("{command}", &intent.command);
    // The journal's notice is `log`'s info.
    let journal = JournalLog::empty()?.with_syslog_identifier("posternctl".to_owned());
    journal.journal_send(
        &Record::builder().level(Level::Info).target("postern::intent").key_values(&fields).args(format_args!("{message}")).build(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(line: &str) -> Intent {
        Intent::of(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn an_intent_is_named_by_its_command_wherever_options_stand() {
        assert_eq!(intent("share revoke 0190163d-8694-739b-aea5-966c26f8ad91").name, "share.revoke");
        assert_eq!(intent("--json --socket /tmp/x user end-sessions ada").name, "user.end-sessions");
        let freeze = intent("share freeze --owner=ada --reason=it's");
        assert_eq!(freeze.command, r"posternctl share freeze --owner=ada --reason='it'\''s'");
    }

    #[test]
    fn a_command_that_is_longer_than_anybody_reads_is_cut() {
        assert_eq!(Intent::of(&["x".repeat(10_000)]).command.len(), LETTERS);
    }
}
