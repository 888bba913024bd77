//! Why a command didn't do what it was asked: a sentence, a hint, a stable name, an exit code.
//!
//! Nothing here holds a secret, a link or a token: a failure may be written to any log.

use std::process::ExitCode;

/// How the program ends. The numbers are promised in `--help`; scripts compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    Refused,
    Usage,
    Unreachable,
    NotSignedIn,
    Integrity,
    ThisMachine,
    NotPostern,
    Declined,
    NotYet,
    UsedUp,
    Expired,
    Revoked,
    Frozen,
    Locked,
    Burnt,
    UnknownLink,
    WrongToken,
    Outside,
    TooMany,
    Closed,
}

/// What `--help` says about exit codes.
pub const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  refused, for the reason that is told
   2  wrong usage; nothing was asked of the appliance
   3  the appliance can't be reached, or its certificate isn't trusted
   4  not signed in, or the session has ended
   5  sealed bytes don't verify: altered, withheld or replaced
   6  something on this machine failed: a file, a folder, a terminal
   7  the answer isn't Postern's, or the appliance itself is broken
   8  you said no; nothing was spent
  10  the link is not open yet
  11  the link is used up
  12  the link has expired
  13  the link was revoked
  14  the link is frozen
  15  the link is locked
  16  the link was destroyed by who opened it, or after a freeze
  17  there is no such link, or it is not complete
  18  the token is wrong
  19  you are outside the networks from which this is allowed
  20  too many tries or requests; wait and try again";

/// Why it failed.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The stable name, for programs.
    pub name: String,
    /// What happened.
    pub message: String,
    /// What to do, where the message doesn't say it yet.
    pub hint: Option<String>,
}

impl Exit {
    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unreachable => 3,
            Self::NotSignedIn => 4,
            Self::Integrity => 5,
            Self::ThisMachine => 6,
            Self::NotPostern => 7,
            Self::Declined => 8,
            Self::NotYet => 10,
            Self::UsedUp => 11,
            Self::Expired => 12,
            Self::Revoked => 13,
            Self::Frozen => 14,
            Self::Locked => 15,
            Self::Burnt => 16,
            Self::UnknownLink => 17,
            Self::WrongToken => 18,
            Self::Outside => 19,
            Self::TooMany => 20,
            // What a shell shows for a program that a closed pipe has ended.
            Self::Closed => 141,
        }
    }

    /// The number as the process ends with it.
    pub fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// The code for what the daemon refused under this name.
    fn of_refusal(name: &str) -> Self {
        match name {
            "not-signed-in" => Self::NotSignedIn,
            "not-yet" => Self::NotYet,
            "used-up" => Self::UsedUp,
            "expired" => Self::Expired,
            "revoked" => Self::Revoked,
            "frozen" => Self::Frozen,
            "locked" => Self::Locked,
            "burnt" => Self::Burnt,
            "unknown-link" => Self::UnknownLink,
            "wrong-token" => Self::WrongToken,
            "outside-networks" | "outside-share-networks" => Self::Outside,
            "too-many-requests" | "too-many-attempts" => Self::TooMany,
            "broken" => Self::NotPostern,
            _ => Self::Refused,
        }
    }
}

impl Failure {
    /// A failure of this kind, whose name is the kind's.
    pub fn new(exit: Exit, name: &str, message: impl Into<String>) -> Self {
        Self { exit, name: name.to_owned(), message: message.into(), hint: None }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The command was given wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// Something on this machine failed.
    pub fn machine(message: impl Into<String>) -> Self {
        Self::new(Exit::ThisMachine, "this-machine", message)
    }

    /// Sealed bytes don't verify.
    pub fn integrity(message: impl Into<String>) -> Self {
        Self::new(Exit::Integrity, "integrity", message)
            .hint("Don't use what you were shown before, if anything; tell an operator and the security team what stands here.")
    }

    /// There is no session here.
    pub fn not_signed_in(message: impl Into<String>) -> Self {
        Self::new(Exit::NotSignedIn, "not-signed-in", message).hint("Sign in with `postern sign-in`.")
    }

    /// Whoever reads standard output has stopped reading.
    pub fn closed() -> Self {
        Self::new(Exit::Closed, "closed", "the reader of the output has gone")
    }
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        let message = error.to_string();
        match error {
            client::Error::Refused(problem) => refused(&problem),
            client::Error::Unreachable { .. } => Self::new(Exit::Unreachable, "unreachable", message),
            client::Error::NotPostern { .. } => Self::new(Exit::NotPostern, "not-postern", message)
                .hint("Check the address, and whether the appliance and this program are of the same version."),
            client::Error::Setup(_) => Self::usage(message),
        }
    }
}

impl From<seal::Error> for Failure {
    fn from(error: seal::Error) -> Self {
        match error {
            seal::Error::TooLarge { .. } => Self::usage(error.to_string()),
            seal::Error::Library => Self::machine(error.to_string()),
            _ => Self::integrity(error.to_string()),
        }
    }
}

impl From<seal::item::Refusal> for Failure {
    fn from(refusal: seal::item::Refusal) -> Self {
        match refusal {
            seal::item::Refusal::Sealed(error) => error.into(),
            _ => Self::integrity(refusal.to_string()),
        }
    }
}

impl From<seal::link::OpenFailure> for Failure {
    fn from(failure: seal::link::OpenFailure) -> Self {
        match failure {
            seal::link::OpenFailure::Sealed(error) => error.into(),
            seal::link::OpenFailure::OtherSnapshot => Self::integrity(failure.to_string()),
        }
    }
}

impl From<seal::opaque::Failure> for Failure {
    fn from(failure: seal::opaque::Failure) -> Self {
        match failure {
            seal::opaque::Failure::WrongPassword => Self::new(Exit::Refused, "sign-in-failed", failure.to_string()),
            seal::opaque::Failure::Machine(error) => error.into(),
            _ => Self::new(Exit::NotPostern, "not-postern", failure.to_string()),
        }
    }
}

fn refused(problem: &api::Problem) -> Failure {
    let mut failure = Failure::new(Exit::of_refusal(&problem.name), &problem.name, problem.detail.clone());
    failure.hint = match problem.name.as_str() {
        "not-signed-in" | "not-fresh" => Some("Sign in with `postern sign-in`.".to_owned()),
        "name-taken" | "external-share-not-allowed" | "suspended" => None,
        "token-required" => Some("Leave `--no-token` out.".to_owned()),
        "certificate-required" => Some(
            "Show your device's with `--client-certificate FILE` (PEM: certificate and private key), or set POSTERN_CLIENT_CERTIFICATE."
                .to_owned(),
        ),
        "certificate-not-valid" => {
            Some("Name another, with its intermediates, by `--client-certificate FILE`, or ask for a new one: this has ended, or isn't from the right authority.".to_owned())
        }
        "item-disabled" => Some("Enable it with `postern item enable`.".to_owned()),
        "id-off-clock" => Some("Try again; if it stays so, the appliance's clock jumps.".to_owned()),
        "stale-version" | "stale-epoch" => Some("Repeat the command: it reads the item anew.".to_owned()),
        "broken" => problem.request.map(|request| format!("An operator finds it in the journal under request {request}.")),
        _ => None,
    };
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_promised_in_the_help() {
        let mut promised: Vec<u8> =
            EXIT_CODES.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect();
        let mut all: Vec<u8> = [
            Exit::Done,
            Exit::Refused,
            Exit::Usage,
            Exit::Unreachable,
            Exit::NotSignedIn,
            Exit::Integrity,
            Exit::ThisMachine,
            Exit::NotPostern,
            Exit::Declined,
            Exit::NotYet,
            Exit::UsedUp,
            Exit::Expired,
            Exit::Revoked,
            Exit::Frozen,
            Exit::Locked,
            Exit::Burnt,
            Exit::UnknownLink,
            Exit::WrongToken,
            Exit::Outside,
            Exit::TooMany,
        ]
        .map(Exit::number)
        .to_vec();
        all.sort_unstable();
        promised.sort_unstable();
        assert_eq!(promised, all);
    }

    #[test]
    fn each_dead_end_of_a_link_ends_with_a_code_of_its_own() {
        let names = ["not-yet", "used-up", "expired", "revoked", "frozen", "locked", "burnt", "unknown-link", "wrong-token"];
        let codes: std::collections::BTreeSet<u8> = names.iter().map(|name| Exit::of_refusal(name).number()).collect();
        assert_eq!(codes.len(), names.len());
        assert!(!codes.contains(&Exit::Refused.number()));
    }

    #[test]
    fn altered_bytes_are_told_apart_from_bytes_too_large_to_seal() {
        assert_eq!(Failure::from(seal::Error::NotOpened).exit, Exit::Integrity);
        assert_eq!(Failure::from(seal::Error::TooLarge { bytes: 2, most: 1 }).exit, Exit::Usage);
        assert_eq!(Failure::from(seal::item::Refusal::Older).exit, Exit::Integrity);
        assert_eq!(Failure::from(seal::link::OpenFailure::OtherSnapshot).exit, Exit::Integrity);
    }
}
