//! Sending by SMTP: one connection for a round of messages, private before anything is said of a message.
//!
//! Nothing is said to a server that can't be trusted, not even who a message is for; and nothing here tries again by itself but
//! on a connection that had gone stale between two messages.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use lettre::message::Message as Mail;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as From, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use openssl::x509::X509VerifyResult;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::NotSent;
use super::bounded::{Bounded, Private};
use super::orderly::Orderly;
use super::trust::Trust;
use super::words::{Step, distrusted, kept, reply, told};
use crate::config::mail::Security;
use crate::{Config, files};

/// How many messages leave over one connection.
const MESSAGES: u32 = 50;

/// How long a server has for its good-bye: nothing depends on it.
const GOOD_BYE: Duration = Duration::from_secs(1);

/// How much of a message is written at once, in bytes.
const PIECE: usize = 16 * 1024;

/// A way to one mail server.
pub struct Smtp {
    server: String,
    port: u16,
    security: Security,
    tls: Option<Trust>,
    hello: ClientId,
    /// Who signs in, and where the password lies: it is read for each connection and not kept.
    account: Option<(String, PathBuf)>,
    /// For each answer.
    patience: Duration,
}

impl Smtp {
    /// The configured server. Nobody is asked yet.
    ///
    /// # Errors
    /// A file that the configuration names can't be read, or isn't what it should be.
    pub fn open(config: &Config) -> io::Result<Self> {
        let mail = &config.mail;
        let account = (!mail.username.is_empty()).then(|| (mail.username.clone(), config.path(&mail.password_file)));
        if let Some((_, file)) = &account {
            password(file)?;
        }
        let tls = match mail.security {
            Security::None => None,
            Security::Starttls | Security::Tls => {
                let authorities = (!mail.ca_file.as_os_str().is_empty()).then(|| config.path(&mail.ca_file));
                Some(Trust::in_server(&mail.server, authorities)?)
            }
        };
        let hello = if mail.hello.is_empty() { config.tls.hosts.first().cloned().unwrap_or_default() } else { mail.hello.clone() };
        let patience = Duration::from_secs(mail.timeout_seconds);
        Ok(Self { server: mail.server.clone(), port: mail.port(), security: mail.security, tls, hello: named(hello), account, patience })
    }

    /// A round of messages through this server, which is connected to when the first message comes.
    pub fn talk(&self) -> Talk<'_> {
        Talk { smtp: self, open: None, all_said: Cell::new(false) }
    }

    async fn connect(&self) -> Result<Open, NotSent> {
        let mut connection = match (self.security, &self.tls) {
            (Security::Tls, Some(tls)) => {
                let stream = Box::new(Orderly::new(self.turned(self.reach(false).await?, tls).await?));
                self.within(AsyncSmtpConnection::connect_with_transport(stream, &self.hello), Step::Connect).await?
            }
            (Security::Starttls, Some(tls)) => {
                let plain = Box::new(Orderly::new(self.reach(false).await?));
                let connection = AsyncSmtpConnection::connect_with_transport(plain, &self.hello);
                let mut connection = self.within(connection, Step::Connect).await?;
                if !connection.can_starttls() {
                    return Err(NotSent::Later("the mail server doesn't offer STARTTLS: nothing was said to it".to_owned()));
                }
                self.within(connection.starttls(tls.parameters(), &self.hello), Step::Turn).await?;
                if !connection.is_encrypted() {
                    return Err(NotSent::Later("the connection to the mail server isn't private: nothing was said over it".to_owned()));
                }
                connection
            }
            (Security::None, _) => {
                let stream = Box::new(Orderly::new(self.reach(true).await?));
                self.within(AsyncSmtpConnection::connect_with_transport(stream, &self.hello), Step::Connect).await?
            }
            (_, None) => return Err(NotSent::Later("mail.security asks for TLS, and there is none".to_owned())),
        };
        if let Some((name, file)) = &self.account {
            let password = password(file)?;
            // The library's copies live as long as signing in takes; ours is wiped.
            let credentials = Credentials::new(name.clone(), password.as_str().to_owned());
            self.within(connection.auth(DEFAULT_MECHANISMS, &credentials), Step::SignIn).await?;
        }
        Ok(Open { connection, messages: 0 })
    }

    /// Turns a connection to TLS, before anything is said or heard.
    async fn turned(&self, stream: Bounded, tls: &Trust) -> Result<Private, NotSent> {
        let failed = |why: String| NotSent::Later(format!("the connection to the mail server failed {}: {why}", Step::Connect.name()));
        let mut stream = tls.over(stream).map_err(|error| failed(error.to_string()))?;
        match tokio::time::timeout(self.patience, Pin::new(&mut stream).connect()).await {
            Err(_) => Err(NotSent::Later(slow(Step::Connect))),
            Ok(Ok(())) => Ok(Private(stream)),
            Ok(Err(error)) => Err(failed(match stream.ssl().verify_result() {
                X509VerifyResult::OK => kept(&error.to_string()),
                distrust => distrusted(distrust.error_string()),
            })),
        }
    }

    /// A connection in the clear, on this machine only if so wished.
    async fn reach(&self, here: bool) -> Result<Bounded, NotSent> {
        let reached = tokio::time::timeout(self.patience, async {
            let mut last = io::Error::new(io::ErrorKind::NotFound, "its name leads nowhere");
            for address in addresses(self.server.clone(), self.port).await? {
                if here && !address.ip().is_loopback() {
                    last =
                        io::Error::new(io::ErrorKind::PermissionDenied, "its name leads away from this machine, and mail.security is none");
                    continue;
                }
                match TcpStream::connect(address).await {
                    Ok(stream) => return Ok(Bounded::new(stream)),
                    Err(error) => last = error,
                }
            }
            Err(last)
        });
        let failed = |why: &str| NotSent::Later(format!("the mail server {} can't be reached: {why}", self.server));
        reached.await.map_err(|_| failed("it takes too long"))?.map_err(|error| failed(&error.to_string()))
    }

    /// Waits for one step before anything was said of a message: whatever goes wrong here says nothing about the message.
    async fn within<T>(&self, step: impl Future<Output = Result<T, Error>>, which: Step) -> Result<T, NotSent> {
        match tokio::time::timeout(self.patience, step).await {
            // Who was told a password may repeat it.
            Ok(done) => done.map_err(|error| NotSent::Later(told(which, &error, which == Step::SignIn))),
            Err(_) => Err(NotSent::Later(slow(which))),
        }
    }
}

/// A round of messages through a server.
pub struct Talk<'a> {
    smtp: &'a Smtp,
    open: Option<Open>,
    /// Whether all of the message in hand has been said, so that only the answer is missing.
    all_said: Cell<bool>,
}

struct Open {
    connection: AsyncSmtpConnection,
    /// How many messages were said over it.
    messages: u32,
}

/// Why a message was not taken, and what is left of the connection.
struct Failed {
    why: NotSent,
    connection: Left,
}

#[derive(PartialEq)]
enum Left {
    /// The server goes on.
    Whole,
    /// It is gone.
    Broken,
    /// It was gone before anything was said of this message.
    Stale,
}

impl Talk<'_> {
    /// Hands a message over, and answers with the server's answer.
    ///
    /// # Errors
    /// [`NotSent`].
    pub async fn send(&mut self, mail: &Mail) -> Result<String, NotSent> {
        self.all_said.set(false);
        let mut open = match self.open.take() {
            Some(open) if open.messages < MESSAGES => open,
            Some(spent) => {
                spent.end().await;
                self.smtp.connect().await?
            }
            None => self.smtp.connect().await?,
        };
        let reused = open.messages > 0;
        let mut sent = open.say(mail, self.smtp.patience, &self.all_said).await;
        if reused && matches!(&sent, Err(failed) if failed.connection == Left::Stale) {
            drop(open);
            open = self.smtp.connect().await?;
            sent = open.say(mail, self.smtp.patience, &self.all_said).await;
        }
        let left = sent.as_ref().map_or_else(|failed| failed.connection == Left::Whole, |_| true);
        if left && (sent.is_ok() || open.forget(self.smtp.patience).await) {
            self.open = Some(open);
        }
        sent.map_err(|failed| failed.why)
    }

    /// What is known of a message whose handing over was cut off. The connection is gone.
    pub fn cut_off(&mut self) -> NotSent {
        self.open = None;
        let slow = "the mail server took too long, or the daemon had to end".to_owned();
        if self.all_said.get() { NotSent::Uncertain(slow) } else { NotSent::Later(slow) }
    }

    /// Says good-bye.
    pub async fn end(self) {
        if let Some(open) = self.open {
            open.end().await;
        }
    }
}

impl Open {
    async fn say(&mut self, mail: &Mail, patience: Duration, all_said: &Cell<bool>) -> Result<String, Failed> {
        let (envelope, seen) = (mail.envelope(), self.messages > 0);
        let mut parameters = Vec::new();
        if envelope.from().into_iter().chain(envelope.to()).any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = NotSent::Refused("the mail server takes no address with letters beyond ASCII".to_owned());
                return Err(Failed { why, connection: Left::Whole });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let from = From::new(envelope.from().cloned(), parameters);
        heard(self.connection.command(from), patience, Step::Sender, seen).await?;
        for to in envelope.to() {
            heard(self.connection.command(Rcpt::new(to.clone(), Vec::new())), patience, Step::Recipient, seen).await?;
        }
        let go = heard(self.connection.command(Data), patience, Step::Data, seen).await?;
        if go.code().severity != Severity::PositiveIntermediate {
            let why = format!("the mail server answered {} to DATA, which is no answer to it", u16::from(go.code()));
            return Err(Failed { why: NotSent::Later(why), connection: Left::Broken });
        }
        // From here on the server may repeat what it was told.
        self.messages += 1;
        let text = Zeroizing::new(mail.formatted());
        // The library says the final dot once nothing more comes.
        let pieces = text.chunks(PIECE).chain(std::iter::from_fn(|| {
            all_said.set(true);
            None
        }));
        let answer =
            heard(self.connection.message_iter(pieces), patience, Step::Message, true).await.map_err(|failed| failed.after(all_said))?;
        if answer.code().severity != Severity::PositiveCompletion {
            let why = NotSent::Uncertain(format!("the mail server answered {} to the message", u16::from(answer.code())));
            return Err(Failed { why, connection: Left::Broken });
        }
        let words = answer.message().collect::<Vec<_>>().join(" ");
        Ok(reply(answer.code().into(), &words, false))
    }

    /// Takes back what was said of a message that was refused. Answers whether the server goes on.
    async fn forget(&mut self, patience: Duration) -> bool {
        matches!(tokio::time::timeout(patience, self.connection.command(Rset)).await, Ok(Ok(_)))
    }

    async fn end(mut self) {
        // Whether the server says good-bye too is its own affair.
        let _ = tokio::time::timeout(GOOD_BYE, self.connection.quit()).await;
    }
}

impl Failed {
    /// The same for what failed while the message was said: without an answer nobody knows.
    fn after(self, all_said: &Cell<bool>) -> Self {
        match self.why {
            NotSent::Later(why) if all_said.get() && self.connection != Left::Whole => Self { why: NotSent::Uncertain(why), ..self },
            why => Self { why, ..self },
        }
    }
}

/// Where a name leads. Asked on a thread that nobody waits for: a runtime doesn't end before its own threads do, and a name server that is
/// silent would hold up the daemon's stop for half a minute.
async fn addresses(server: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let (tell, told) = oneshot::channel();
    let asking = move || tell.send((server.as_str(), port).to_socket_addrs().map(Iterator::collect));
    std::thread::Builder::new().name("mail-name".into()).spawn(asking)?;
    told.await.map_err(io::Error::other)?
}

/// Waits for the server's answer about a message.
async fn heard(
    answer: impl Future<Output = Result<Response, Error>>,
    patience: Duration,
    step: Step,
    seen: bool,
) -> Result<Response, Failed> {
    let gone = if step == Step::Sender { Left::Stale } else { Left::Broken };
    let error = match tokio::time::timeout(patience, answer).await {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(error)) => error,
        Err(_) => return Err(Failed { why: NotSent::Later(slow(step)), connection: Left::Broken }),
    };
    let why = told(step, &error, seen);
    let Some(code) = error.status().map(u16::from) else { return Err(Failed { why: NotSent::Later(why), connection: gone }) };
    let why =
        if error.is_permanent() && step.is_about_the_message() && !is_about_us(code) { NotSent::Refused(why) } else { NotSent::Later(why) };
    Err(match (code, step) {
        // The server ends the connection (RFC 5321, section 3.8); said of the message itself it is an answer.
        (421, Step::Message) => Failed { why, connection: Left::Whole },
        (421, _) => Failed { why, connection: gone },
        _ => Failed { why, connection: Left::Whole },
    })
}

impl Step {
    /// Whether a refusal at this step speaks of the message and not of who sends it: who sends may be mended, the message can't.
    const fn is_about_the_message(self) -> bool {
        matches!(self, Self::Recipient | Self::Data | Self::Message)
    }
}

/// TLS or signing in is asked for, or was not good enough (RFC 4954, section 6): that is for an operator to mend.
const fn is_about_us(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

fn slow(step: Step) -> String {
    format!("the mail server took too long to answer {}", step.name())
}

fn named(hello: String) -> ClientId {
    match hello.parse() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(hello),
    }
}

/// The password, without the line's end that editors leave.
fn password(file: &std::path::Path) -> io::Result<Zeroizing<String>> {
    let bytes = files::read(file)?;
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{} (mail.password_file) {what}", file.display()));
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("is not text"))?.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(wrong("is empty")) } else { Ok(Zeroizing::new(text.to_owned())) }
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "smtp_hostile_tests.rs"]
mod hostile;
