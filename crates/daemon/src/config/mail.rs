//! `[mail]`: how messages leave.

use std::net::IpAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use vault::Language;

/// How messages leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Not at all: shares whose token would be mailed are refused, notices wait.
    None,
    /// As files in a folder, one for each message: for trying things out.
    File,
    /// Through a mail server.
    Smtp,
}

/// How the connection to the mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It turns to TLS before anything is said of a message, or ends there (RFC 3207).
    Starttls,
    /// It is TLS from the beginning (RFC 8314).
    Tls,
    /// Not at all: to a server on this machine only.
    None,
}

/// How messages leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The way out.
    pub transport: Transport,
    /// With `file`: the folder.
    pub folder: PathBuf,
    /// Who messages are from.
    pub from: String,
    /// In which language owners are written to, and recipients unless their share says otherwise.
    pub language: Language,
    /// In which time zone messages say times.
    pub time_zone: String,
    /// With `smtp`: the mail server's name or address.
    pub server: String,
    /// With `smtp`: its port; 0 takes the usual one.
    pub port: u16,
    /// With `smtp`: how the connection is kept private.
    pub security: Security,
    /// With `smtp`: the name to sign in with; empty for not signing in.
    pub username: String,
    /// With `smtp`: the file that holds the password.
    pub password_file: PathBuf,
    /// With `smtp`: the certificate authorities to trust instead of the system's.
    pub ca_file: PathBuf,
    /// With `smtp`: the name to greet the server with; empty takes the first of `tls.hosts`.
    pub hello: String,
    /// With `smtp`: how long each of the server's answers may take, in seconds.
    pub timeout_seconds: u64,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: Transport::None,
            folder: "mail".into(),
            from: "Postern <postern@localhost>".into(),
            language: Language::English,
            time_zone: "UTC".into(),
            server: String::new(),
            port: 0,
            security: Security::Starttls,
            username: String::new(),
            password_file: PathBuf::new(),
            ca_file: PathBuf::new(),
            hello: String::new(),
            timeout_seconds: 30,
        }
    }
}

impl Mail {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(format!("mail.from is {:?}; write it like \"Postern <postern@example.com>\"", self.from));
        }
        self.zone()?;
        if !(1..=60).contains(&self.timeout_seconds) {
            return Err(format!("mail.timeout_seconds is {}; it must lie between 1 and 60", self.timeout_seconds));
        }
        if self.transport == Transport::Smtp { self.check_smtp() } else { Ok(()) }
    }

    /// The time zone in which messages say times.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn zone(&self) -> Result<TimeZone, String> {
        let unknown = |error| {
            format!("mail.time_zone is {:?}, which this machine doesn't know ({error}); write it like \"Europe/Lisbon\"", self.time_zone)
        };
        if self.time_zone == "UTC" { Ok(TimeZone::UTC) } else { TimeZone::get(&self.time_zone).map_err(unknown) }
    }

    fn check_smtp(&self) -> Result<(), String> {
        if self.server.is_empty() {
            return Err("mail.server is empty; name the mail server through which messages leave".into());
        }
        for (key, name) in [("server", &self.server), ("hello", &self.hello)] {
            if !name.is_empty() && !is_host(name) {
                return Err(format!("mail.{key} is {name:?}, which is neither a host name nor an address"));
            }
        }
        if self.security == Security::None && !is_this_machine(&self.server) {
            return Err(format!(
                "mail.security is \"none\", and {} is not this machine: access tokens would cross the network in the clear. \
                 Use \"starttls\" or \"tls\"; only for localhost, 127.0.0.1 or ::1 may it be \"none\"",
                self.server
            ));
        }
        match (self.username.is_empty(), self.password_file.as_os_str().is_empty()) {
            (false, true) => Err("mail.username is given without mail.password_file; name the file that holds the password".into()),
            (true, false) => Err("mail.password_file is given without mail.username; name who signs in".into()),
            _ => Ok(()),
        }
    }

    /// The port of the mail server.
    pub fn port(&self) -> u16 {
        match (self.port, self.security) {
            (0, Security::Starttls) => 587,
            (0, Security::Tls) => 465,
            (0, Security::None) => 25,
            (port, _) => port,
        }
    }
}

fn is_host(name: &str) -> bool {
    let label = |l: &str| (1..=63).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.parse::<IpAddr>().is_ok() || (name.len() <= 253 && name.split('.').all(label))
}

/// Whether it names this machine. What `localhost` leads to is looked at again when it is connected to.
fn is_this_machine(server: &str) -> bool {
    server.eq_ignore_ascii_case("localhost") || server.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(change: impl FnOnce(&mut Mail)) -> Result<(), String> {
        let mut mail = Mail { transport: Transport::Smtp, server: "mail.example.com".into(), ..Mail::default() };
        change(&mut mail);
        mail.check()
    }

    #[test]
    fn a_mail_server_is_spoken_to_privately_or_on_this_machine() {
        assert_eq!(smtp(|_| ()), Ok(()));
        assert_eq!(smtp(|mail| mail.security = Security::Tls), Ok(()));
        for server in ["localhost", "127.0.0.1", "::1", "127.9.9.9"] {
            assert_eq!(smtp(|mail| (mail.security, mail.server) = (Security::None, server.into())), Ok(()), "{server}");
        }
        for server in ["mail.example.com", "10.0.0.1", "localhost.example.com", "0.0.0.0"] {
            let said = smtp(|mail| (mail.security, mail.server) = (Security::None, server.into())).unwrap_err();
            assert!(said.contains("mail.security") && said.contains("in the clear"), "{said}");
        }
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_named_by_its_key() {
        assert!(smtp(|mail| mail.time_zone = "Mars/Olympus".into()).unwrap_err().contains("mail.time_zone"));
        assert!(smtp(|mail| mail.server = String::new()).unwrap_err().contains("mail.server is empty"));
        assert!(smtp(|mail| mail.server = "mail server".into()).unwrap_err().contains("mail.server"));
        assert!(smtp(|mail| mail.hello = "a b".into()).unwrap_err().contains("mail.hello"));
        assert!(smtp(|mail| mail.username = "postern".into()).unwrap_err().contains("mail.password_file"));
        assert!(smtp(|mail| mail.password_file = "x".into()).unwrap_err().contains("mail.username"));
        assert!(smtp(|mail| mail.timeout_seconds = 0).unwrap_err().contains("mail.timeout_seconds"));
    }

    #[test]
    fn the_usual_port_follows_from_how_the_connection_is_kept_private() {
        let port = |security, port| Mail { security, port, ..Mail::default() }.port();
        assert_eq!((port(Security::Starttls, 0), port(Security::Tls, 0), port(Security::None, 0)), (587, 465, 25));
        assert_eq!(port(Security::Starttls, 2525), 2525);
    }
}
