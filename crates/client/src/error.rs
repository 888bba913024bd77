//! Why a call brought nothing, in words that say what to do.
//!
//! Nothing here repeats an address with a query, a body or a header: those may be long, and some are secret.

use std::error::Error as _;
use std::io::ErrorKind;

use api::Problem;

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The daemon understood and said no, or said that it is broken. Its name tells programs which.
    #[error("{}", .0.detail)]
    Refused(Problem),
    /// There was no answer. If it was `sent`, what was asked may have happened or not; everything that makes something can be asked again.
    #[error("{whom} cannot be reached: {trouble}")]
    Unreachable {
        /// The server's address or the socket's path.
        whom: String,
        /// What stood in the way.
        trouble: Trouble,
        /// Whether any of the request may have left. Where no connection came about, nobody heard of it.
        sent: bool,
    },
    /// There was an answer, but not one of this release's Postern.
    #[error("{whom} gave an answer that is not Postern's, or not this version's: {what}")]
    NotPostern {
        /// The server's address or the socket's path.
        whom: String,
        /// What was wrong with it.
        what: String,
    },
    /// The call was never made: the address, or the file of the certificate authority or the client certificate, is no good.
    #[error("{0}")]
    Setup(String),
}

/// What stood between this program and the daemon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The socket isn't there.
    #[error("there is no such socket; is posternd running on this machine?")]
    NoSocket,
    /// The socket, or a folder on its way, may not be used.
    #[error("permission denied; try it as root, or ask for the folder of the socket to be opened")]
    Permission,
    /// Nobody listens.
    #[error("nobody listens there; is posternd running?")]
    Refused,
    /// The name means nothing to the resolver.
    #[error("its name is not known to this machine; check the spelling, and whether you are in the right network")]
    Name,
    /// The certificate isn't from anybody who is trusted here, or is for another name.
    #[error("its certificate is not trusted ({0}); name the appliance's certificate authority with --ca FILE, and check the host's name")]
    Certificate(String),
    /// It took too long.
    #[error("it took too long; try again, and check that you are in the right network")]
    Slow,
    /// The connection broke.
    #[error("the connection failed ({0}); try again")]
    Broken(String),
}

impl Error {
    /// The stable name of a refusal, to be compared with `vault`'s and the daemon's.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.name),
            _ => None,
        }
    }

    /// Whether asking the same again may help at once: the connection broke, and nobody said no.
    pub fn lost(&self) -> bool {
        matches!(self, Self::Unreachable { trouble: Trouble::Broken(_) | Trouble::Slow, .. })
    }

    pub(crate) fn unreachable(whom: &str, error: reqwest::Error) -> Self {
        let sent = !error.is_connect();
        Self::Unreachable { whom: whom.to_owned(), trouble: Trouble::of(error), sent }
    }

    pub(crate) fn not_postern(whom: &str, what: impl Into<String>) -> Self {
        Self::NotPostern { whom: whom.to_owned(), what: what.into() }
    }
}

impl Trouble {
    fn of(error: reqwest::Error) -> Self {
        // The address says nothing new and would stand twice in the sentence.
        let error = error.without_url();
        if error.is_timeout() {
            return Self::Slow;
        }
        let mut innermost = error.to_string();
        let (mut kind, mut distrust) = (None, None);
        let mut at = error.source();
        while let Some(cause) = at {
            innermost = cause.to_string();
            distrust = distrust.or_else(|| reason_of_distrust(&innermost));
            kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(kind);
            at = cause.source();
        }
        if let Some(reason) = distrust {
            return Self::Certificate(reason);
        }
        if error.is_dns() || innermost.contains("failed to lookup address") {
            return Self::Name;
        }
        match kind {
            Some(ErrorKind::NotFound) => Self::NoSocket,
            Some(ErrorKind::PermissionDenied) => Self::Permission,
            Some(ErrorKind::ConnectionRefused) => Self::Refused,
            Some(ErrorKind::TimedOut) => Self::Slow,
            _ => Self::Broken(innermost),
        }
    }
}

/// OpenSSL tells the reason in parentheses behind a line of its own affairs.
fn reason_of_distrust(told: &str) -> Option<String> {
    if !told.contains("certificate") {
        return None;
    }
    let reason = told.strip_suffix(')').and_then(|told| told.rsplit_once('(')).map(|(_, reason)| reason);
    Some(reason.unwrap_or("it can't be verified").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_certificate_is_not_trusted_is_told_in_one_phrase() {
        let told = "error:0A000086:SSL routines:f:certificate verify failed:../ssl/x.c:1: (self-signed certificate in certificate chain)";
        assert_eq!(reason_of_distrust(told).as_deref(), Some("self-signed certificate in certificate chain"));
        assert_eq!(reason_of_distrust("certificate verify failed").as_deref(), Some("it can't be verified"));
        assert_eq!(reason_of_distrust("Connection refused (os error 111)"), None);
    }
}
