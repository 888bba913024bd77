//! Why a command did not do what was asked: an exit code for scripts, words for people.
//!
//! Nothing here repeats what was sent; the daemon's own sentence is told as it is.

use std::io::{self, ErrorKind};
use std::path::Path;

use client::{Error, Trouble};
use serde::Serialize;

/// Done.
pub(crate) const OK: u8 = 0;
/// The appliance said no, or the operator did when asked.
pub(crate) const REFUSED: u8 = 1;
/// The arguments make no sense.
pub(crate) const USAGE: u8 = 2;
/// No appliance answered.
pub(crate) const UNREACHABLE: u8 = 3;
/// The appliance, or the output, failed.
pub(crate) const FAILED: u8 = 4;
/// The audit log is not what was once written.
pub(crate) const INTEGRITY: u8 = 5;
/// The audit log and the journal's intents do not agree.
pub(crate) const UNWITNESSED: u8 = 6;

/// What `--help` says about exit codes. Manual pages take this table as it is.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  refused: by the appliance, with its reason, or by you when you were asked;
      or a backup that can't be used
   2  the command line makes no sense
   3  no appliance answered at the socket
   4  the appliance failed (its journal says why), or the output could not be
      written
   5  the audit log is not what was once written
   6  the acts in the audit log and their intents in the journal do not agree";

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call brought nothing.
    Call(Error),
    /// The same, in this program's words about its socket.
    Unreachable {
        /// A sentence.
        words: String,
        /// Whether anything may have been asked.
        asked: bool,
    },
    /// Somebody asked for what can't be asked for.
    Usage(String),
    /// There is no such thing; what and how it was called.
    Missing(&'static str, String),
    /// The operator was asked and did not say yes.
    NotConfirmed,
    /// A test message was not taken; why has been said already.
    NotDelivered,
    /// A file can't be used as it was meant.
    File(String),
    /// The machine gave not what is needed.
    Machine(String),
    /// Another program said why already, and ended with this code.
    Told(u8),
    /// The chain is broken; what exactly has been said already.
    Integrity,
    /// Acts and intents don't agree; which has been said already.
    Unwitnessed,
    /// Something on this machine isn't open to whoever asks; what to do.
    Closed(String),
    /// The systemd journal can't be read.
    Journal(String),
    /// Nobody reads on: `head` has seen enough.
    Pipe,
    /// What was to be shown could not be written.
    Output(io::Error),
}

/// A failure as programs read it, one JSON object on standard error.
#[derive(Serialize)]
pub(crate) struct Told {
    name: String,
    detail: String,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

impl Failure {
    /// What the client says, put into words about the admin socket where it was that.
    pub(crate) fn of(error: Error, socket: &Path) -> Self {
        let Error::Unreachable { trouble, sent, .. } = &error else { return Self::Call(error) };
        let socket = socket.display();
        let words = match trouble {
            Trouble::NoSocket => format!(
                "there is no admin socket at {socket}: posternd is not running on this machine, or its socket lies elsewhere (--socket PATH)"
            ),
            Trouble::Permission => format!(
                "you may not use the admin socket {socket}: the socket or a folder above it is closed to you. Run this as root. \
                 The socket is meant to be open to everybody on this machine; posternd decides by your groups"
            ),
            Trouble::Refused => {
                format!("nobody answers at {socket}: posternd has ended and left its socket behind. Start it, and look into its journal")
            }
            other => format!("no answer came through {socket}: {other}"),
        };
        Self::Unreachable { words, asked: *sent }
    }

    /// The same failure of a question that came before an act: the act itself was not asked for.
    pub(crate) fn before_asking(self) -> Self {
        match self {
            Self::Call(Error::Unreachable { whom, trouble, .. }) => Self::Call(Error::Unreachable { whom, trouble, sent: false }),
            Self::Unreachable { words, .. } => Self::Unreachable { words, asked: false },
            other => other,
        }
    }

    /// Whether what was wished for may have been done although no answer came.
    pub(crate) fn uncertain(&self) -> bool {
        matches!(self, Self::Call(Error::Unreachable { sent: true, .. }) | Self::Unreachable { asked: true, .. })
    }

    /// The same failure, told for this socket.
    pub(crate) fn at(self, socket: &Path) -> Self {
        match self {
            Self::Call(error) => Self::of(error, socket),
            other => other,
        }
    }

    /// What the shell is told.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Call(Error::Refused(problem)) if problem.status >= 500 && problem.name != "clock-behind" => FAILED,
            Self::Call(Error::Refused(_))
            | Self::Missing(..)
            | Self::NotConfirmed
            | Self::NotDelivered
            | Self::File(_)
            | Self::Closed(_) => REFUSED,
            Self::Call(Error::Unreachable { .. } | Error::Setup(_)) | Self::Unreachable { .. } => UNREACHABLE,
            Self::Call(Error::NotPostern { .. }) | Self::Output(_) | Self::Machine(_) | Self::Journal(_) => FAILED,
            Self::Told(code) => *code,
            Self::Usage(_) => USAGE,
            Self::Integrity => INTEGRITY,
            Self::Unwitnessed => UNWITNESSED,
            Self::Pipe => OK,
        }
    }

    /// The sentence for people; nothing where everything has been said.
    pub(crate) fn detail(&self) -> Option<String> {
        match self {
            Self::Call(Error::Refused(problem)) => Some(problem.detail.clone()),
            Self::Call(error) => Some(error.to_string()),
            Self::Unreachable { words, .. }
            | Self::Usage(words)
            | Self::File(words)
            | Self::Machine(words)
            | Self::Closed(words)
            | Self::Journal(words) => Some(words.clone()),
            Self::Missing(what, name) => Some(format!("there is no {what} {name}; `posternctl {}` shows what there is", listing(what))),
            Self::NotConfirmed => Some("not confirmed: nothing was changed".to_owned()),
            Self::Output(error) => Some(format!("the answer could not be written: {error}")),
            Self::NotDelivered | Self::Told(_) | Self::Integrity | Self::Unwitnessed | Self::Pipe => None,
        }
    }

    /// The failure for programs; nothing where everything has been said.
    pub(crate) fn told(&self) -> Option<Told> {
        let (name, request) = match self {
            Self::Call(Error::Refused(problem)) => (problem.name.clone(), problem.request.map(|request| request.to_string())),
            Self::Call(Error::Unreachable { .. } | Error::Setup(_)) | Self::Unreachable { .. } => ("unreachable".to_owned(), None),
            Self::Call(Error::NotPostern { .. }) => ("not-postern".to_owned(), None),
            Self::Usage(_) => ("usage".to_owned(), None),
            Self::Closed(_) => ("closed".to_owned(), None),
            Self::Journal(_) => ("journal".to_owned(), None),
            Self::Missing(..) => ("not-found".to_owned(), None),
            Self::NotConfirmed => ("not-confirmed".to_owned(), None),
            Self::Output(_) => ("output".to_owned(), None),
            Self::File(_) => ("file".to_owned(), None),
            Self::Machine(_) => ("machine".to_owned(), None),
            Self::NotDelivered | Self::Told(_) | Self::Integrity | Self::Unwitnessed | Self::Pipe => return None,
        };
        Some(Told { name, detail: self.detail()?, exit_code: self.exit_code(), request })
    }

    /// The request, for finding it in the journal, where the daemon named one.
    pub(crate) fn request(&self) -> Option<String> {
        match self {
            Self::Call(Error::Refused(problem)) => problem.request.map(|request| request.to_string()),
            _ => None,
        }
    }
}

impl Failure {
    /// Names what was not found: the appliance says so in words that fit everybody.
    pub(crate) fn missing(error: Error, what: &'static str, name: impl ToString) -> Self {
        if error.refusal() == Some("not-found") { Self::Missing(what, name.to_string()) } else { Self::Call(error) }
    }
}

/// The command that lists such things.
fn listing(what: &str) -> &'static str {
    match what {
        "account" => "user list",
        "freeze" => "share freezes",
        "message" => "mail list",
        _ => "share list",
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::Pipe } else { Self::Output(error) }
    }
}

#[cfg(test)]
mod tests {
    use api::Problem;

    use super::*;

    fn refused(status: u16, name: &str) -> Failure {
        let problem = Problem {
            status,
            name: name.to_owned(),
            detail: "no".to_owned(),
            request: None,
            tries_left: None,
            retry_seconds: None,
            hint: None,
        };
        Failure::Call(Error::Refused(problem))
    }

    fn unreachable(trouble: Trouble) -> Failure {
        Failure::of(Error::Unreachable { whom: "x".to_owned(), trouble, sent: false }, Path::new("/run/postern-admin/admin.sock"))
    }

    #[test]
    fn a_refusal_a_fault_and_silence_have_exit_codes_of_their_own() {
        assert_eq!(refused(403, "not-operator").exit_code(), REFUSED);
        assert_eq!(refused(503, "clock-behind").exit_code(), REFUSED);
        assert_eq!(refused(500, "broken").exit_code(), FAILED);
        assert_eq!(unreachable(Trouble::NoSocket).exit_code(), UNREACHABLE);
        assert_eq!(Failure::Integrity.exit_code(), INTEGRITY);
        assert_eq!(Failure::Pipe.exit_code(), OK);
    }

    #[test]
    fn each_way_a_socket_can_be_closed_says_what_to_do() {
        let said = |trouble| unreachable(trouble).detail().unwrap();
        assert!(said(Trouble::NoSocket).contains("there is no admin socket at /run/postern-admin/admin.sock"));
        assert!(said(Trouble::NoSocket).contains("--socket"));
        assert!(said(Trouble::Permission).contains("as root"));
        assert!(said(Trouble::Refused).contains("Start it"));
    }

    #[test]
    fn only_what_was_sent_may_have_been_done() {
        let lost = |sent| Error::Unreachable { whom: "x".to_owned(), trouble: Trouble::Slow, sent };
        assert!(Failure::of(lost(true), Path::new("/x")).uncertain() && Failure::Call(lost(true)).uncertain());
        assert!(!Failure::of(lost(false), Path::new("/x")).uncertain() && !Failure::Call(lost(false)).uncertain());
        assert!(!Failure::Call(lost(true)).before_asking().uncertain(), "only a question was lost, not the act");
        assert!(!Failure::of(lost(true), Path::new("/x")).before_asking().uncertain());
    }

    #[test]
    fn a_broken_pipe_is_no_failure_and_a_full_disk_is_one() {
        assert!(matches!(Failure::from(io::Error::from(ErrorKind::BrokenPipe)), Failure::Pipe));
        assert_eq!(Failure::from(io::Error::from(ErrorKind::StorageFull)).exit_code(), FAILED);
    }
}
