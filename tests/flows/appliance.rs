//! An appliance of one's own for each story: the real daemon in a folder of its own, on SQLite or PostgreSQL.
//! Nothing is shared between stories, and nothing outlives them: processes end and folders go with the value.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use harness::clock::{Deadline, PATIENCE};
use harness::journal::Journal;
use harness::{Program, Running, program};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::configuration::{self, Wish};
use crate::mail::Mail;
use crate::people::{Operator, Owner, Recipient};
use crate::prepared;
use crate::wire::Wire;

/// Tells each story on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($story:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $story() {
                super::$story(crate::appliance::Kind::Sqlite);
            })*
        }
        mod postgres {
            $(#[test]
            fn $story() {
                super::$story(crate::appliance::Kind::Postgres);
            })*
        }
    };
}

/// Which database a story is told on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A daemon with all that is its own.
pub struct Appliance {
    pub kind: Kind,
    wish: Wish,
    daemon: Option<Running>,
    address: Option<SocketAddr>,
    offset_seconds: i64,
    name: String,
    /// What daemons before the present one have said.
    said: String,
    pub database: Option<String>,
    // Last, so that it goes after the processes that use it.
    folder: Arc<TempDir>,
}

impl Appliance {
    /// A running one on which nobody has an account yet.
    pub fn empty(kind: Kind) -> Self {
        Self::empty_with(kind, Wish::default())
    }

    /// The same, as wished.
    pub fn empty_with(kind: Kind, wish: Wish) -> Self {
        let mut appliance = Self::made(kind, wish, None);
        appliance.init();
        appliance.start();
        appliance
    }

    /// A running one with an owner, ada, who is signed in, may share outside and keeps an account named `Staging`.
    pub fn prepared(kind: Kind) -> Self {
        Self::prepared_with(kind, Wish::default())
    }

    /// The same, with these settings laid over the configuration.
    pub fn with(kind: Kind, settings: &str) -> Self {
        Self::prepared_with(kind, Wish { settings: settings.to_owned(), ..Wish::default() })
    }

    /// The same, as wished.
    pub fn prepared_with(kind: Kind, wish: Wish) -> Self {
        let before = prepared::take(kind);
        let mut appliance = Self::made(kind, wish, before.database.as_deref());
        before.copy_into(appliance.folder());
        appliance.start();
        appliance.ada().moved_to(&appliance.url());
        appliance
    }

    fn made(kind: Kind, wish: Wish, template: Option<&str>) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-flow-").tempdir().unwrap();
        // Others on this machine must get through to the operators' socket.
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o711)).unwrap();
        let database = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(wish.database.clone().unwrap_or_else(|| prepared::database(template))),
        };
        let name = "posternd".to_owned();
        let said = String::new();
        let appliance = Self { kind, wish, daemon: None, address: None, offset_seconds: 0, name, said, database, folder: Arc::new(folder) };
        appliance.write_configuration();
        appliance
    }

    fn write_configuration(&self) {
        configuration::write(self.folder(), &self.config(), &self.socket(), self.database.as_deref(), &self.wish);
    }

    /// Another daemon on the same database with the same keys, as a balancer would have it beside this one.
    pub fn beside(&self) -> Self {
        assert_eq!(self.kind, Kind::Postgres, "only PostgreSQL serves several daemons");
        let mut other = Self {
            kind: self.kind,
            wish: self.wish.clone(),
            daemon: None,
            address: None,
            offset_seconds: self.offset_seconds,
            name: "another".to_owned(),
            said: String::new(),
            database: self.database.clone(),
            folder: Arc::clone(&self.folder),
        };
        other.write_configuration();
        other.start();
        other
    }

    fn init(&self) {
        let made = self.posternd().arg("init").finish();
        assert!(made.success(), "posternd init: {}", made.stderr);
    }

    /// Runs `posternd` with this appliance's configuration.
    pub fn posternd(&self) -> Program {
        let posternd = program("posternd");
        let program = match &self.wish.namespace {
            None => posternd,
            Some(namespace) => posternd.within_network(namespace),
        };
        let program = program.arg("--config").arg(self.config());
        match &self.wish.journal {
            None => program,
            Some(journal) => program.inside(journal),
        }
    }

    /// Starts the daemon and waits until it listens. A second start listens where the first did, since links lead there.
    pub fn start(&mut self) {
        let started = Deadline::after(PATIENCE).until(|| self.try_start());
        assert!(started.is_some(), "posternd doesn't start:\n{}", self.said());
    }

    fn try_start(&mut self) -> Option<()> {
        assert!(self.daemon.is_none(), "it runs already");
        let mut program = self.posternd().arg("serve").env("POSTERN_TEST_CLOCK_OFFSET_SECONDS", self.offset_seconds.to_string());
        if let Some(address) = self.address {
            program = program.env("POSTERN__LISTEN__ADDRESS", address.to_string());
        }
        let daemon = program.spawn();
        let listening = Deadline::after(PATIENCE).until(|| match daemon.ended() {
            // Somebody else may have taken the port while nobody listened; that passes.
            Some(_) if daemon.said().contains("in use") => Some(None),
            Some(code) => panic!("posternd ended with code {code}:\n{}", daemon.said()),
            None => address_in(&daemon.said()).map(Some),
        });
        let address = listening.unwrap_or_else(|| panic!("posternd doesn't listen:\n{}", daemon.said()))?;
        self.address.get_or_insert(address);
        self.daemon = Some(daemon);
        Some(())
    }

    /// Ends the daemon in good order.
    pub fn stop(&mut self) {
        self.stop_by(Deadline::after(PATIENCE));
    }

    /// The same, and no later than this.
    pub fn stop_by(&mut self, deadline: Deadline) {
        let daemon = self.daemon.take().expect("it runs");
        daemon.signal(Signal::SIGTERM);
        let ended = daemon.finish_by(deadline);
        self.said += &ended.stderr;
        assert_eq!(ended.code, 0, "a stop in good order ends with 0:\n{}", ended.stderr);
    }

    /// Kills the daemon as a lost machine would: at once, with nothing written after it.
    pub fn kill(&mut self) {
        let daemon = self.daemon.take().expect("it runs");
        daemon.kill();
        self.said += &daemon.said();
    }

    /// Ends the daemon and starts it anew, so many seconds from now.
    pub fn restart_later(&mut self, seconds: i64) {
        self.stop();
        self.offset_seconds += seconds;
        self.start();
    }

    /// Ends the daemon and starts it anew with these settings instead of the earlier ones.
    pub fn settle(&mut self, settings: &str) {
        self.stop();
        self.relocate(settings);
    }

    /// Lays more settings over those of a daemon that doesn't run, and starts it.
    pub fn relocate(&mut self, settings: &str) {
        settings.clone_into(&mut self.wish.settings);
        self.write_configuration();
        self.start();
    }

    /// Has the running daemon read these settings instead of the earlier ones, and waits until it has said what it thinks of them.
    pub fn reload(&mut self, settings: &str) {
        settings.clone_into(&mut self.wish.settings);
        self.write_configuration();
        self.signal_reload();
    }

    /// Has the running daemon read its configuration and certificate anew, and waits until that is recorded.
    pub fn signal_reload(&self) {
        let operator = self.operator();
        let told =
            || operator.records(&["--event", "daemon.reloaded"]).len() + operator.records(&["--event", "daemon.reload_refused"]).len();
        let before = told();
        self.daemon.as_ref().expect("it runs").signal(Signal::SIGHUP);
        let heard = Deadline::after(PATIENCE).until(|| (told() > before).then_some(()));
        assert!(heard.is_some(), "posternd doesn't reload:\n{}", self.said());
    }

    /// Kills the daemon and starts it anew.
    pub fn crash(&mut self) {
        self.kill();
        self.start();
    }

    /// All that the daemon has said on its standard streams, over all its starts.
    pub fn said(&self) -> String {
        let now = self.daemon.as_ref().map(Running::said).unwrap_or_default();
        format!("{}{now}", self.said)
    }

    /// Where owners and recipients find it.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port())
    }

    pub fn port(&self) -> u16 {
        self.address.expect("it has been started").port()
    }

    /// Where proxies come in that speak the PROXY protocol.
    pub fn proxy_port(&self) -> u16 {
        let said = self.daemon.as_ref().expect("it runs").said();
        let address = said.lines().find_map(|line| line.split_once(" proxy "));
        address.expect("there is a listener for proxies").1.trim().parse::<SocketAddr>().unwrap().port()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The daemon's own folder.
    pub fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    /// The certificate to trust.
    pub fn ca(&self) -> PathBuf {
        self.state().join("authority.crt")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder().join(format!("{}-admin/admin.sock", self.name))
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.folder().join(format!("{}.toml", self.name))
    }

    pub fn journal(&self) -> &Journal {
        self.wish.journal.as_deref().expect("this appliance was not wished a journal")
    }

    /// What was mailed.
    pub fn mail(&self) -> Mail {
        Mail(self.folder().join("mail"))
    }

    /// Whoever may do everything at the admin socket: root, as whom these stories are told.
    pub fn operator(&self) -> Operator {
        Operator::new(self.socket())
    }

    /// An owner with a home of their own.
    pub fn owner(&self, name: &str) -> Owner {
        Owner::new(name, self.folder().join("homes").join(name), &self.url(), &self.ca())
    }

    /// The owner of a prepared appliance.
    pub fn ada(&self) -> Owner {
        self.owner("ada")
    }

    /// Somebody outside, at a machine of their own.
    pub fn recipient(&self, name: &str) -> Recipient {
        Recipient::new(self.folder().join("homes").join(format!("outside-{name}")), &self.ca())
    }

    /// HTTPS as anybody can speak it.
    pub fn wire(&self) -> Wire {
        Wire::new(&self.url(), &self.ca())
    }
}

/// The address in the line with which the daemon says that it listens.
fn address_in(said: &str) -> Option<SocketAddr> {
    let mut lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let line = lines.find(|line| line.starts_with("listening "))?;
    line.split_whitespace().find_map(|word| word.trim_start_matches("https://").trim_end_matches([',', '/']).parse().ok())
}
