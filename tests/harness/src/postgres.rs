//! A private PostgreSQL from the distribution, and a database of its own for each test.
//! Never touches a server that was there before, and never skips: without PostgreSQL the tests fail.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::{Uid, User};

use crate::clock::{Deadline, PATIENCE};
use crate::programs::{Program, Running};

/// The environment variable that holds the address of the server that serves this test run.
pub const VARIABLE: &str = "POSTERN_TEST_POSTGRES";

/// The command that a test without a server is told to use.
pub const HOW_TO_START: &str = "cargo run -p postern-harness --bin with-postgres -- cargo test";

/// The account under which PostgreSQL runs when we are root: it refuses to run as root itself.
const ACCOUNT: &str = "postgres";

/// Makes an empty database for the calling test on the run's server, and answers its address.
///
/// # Panics
/// Fails the test when [`VARIABLE`] is unset, naming the command that sets it.
pub fn database() -> String {
    let Ok(server) = std::env::var(VARIABLE) else {
        panic!("{VARIABLE} is not set, so there is no PostgreSQL to test on. Run `make test`, or `{HOW_TO_START}`.");
    };
    database_on(&server)
}

/// Makes an empty database on the server with this address, and answers its address.
pub fn database_on(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    query(server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    let (base, _) = server.rsplit_once('/').expect("an address ends with a database's name");
    format!("{base}/{name}")
}

/// Runs SQL on a database as its superuser; answers the rows as text, columns separated by `|`.
pub fn query(database: &str, sql: &str) -> String {
    ask(database, sql).unwrap_or_else(|error| panic!("psql refused {sql:?}: {error}"))
}

/// The same for what may be refused: the error is psql's words.
pub fn ask(database: &str, sql: &str) -> Result<String, String> {
    let finished = Program::at(binaries().join("psql"))
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set", "ON_ERROR_STOP=1", "--dbname", database])
        .args(["--command", sql])
        .finish();
    if finished.success() { Ok(finished.stdout.trim_end().to_owned()) } else { Err(finished.stderr) }
}

/// A PostgreSQL of our own, ended with its folder when dropped.
pub struct Server {
    // Dropped in this order: the server first, its folder afterwards.
    running: Running,
    folder: tempfile::TempDir,
    durability: Durability,
}

/// What a server does with what it has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Everything stays in memory buffers: four times faster, and enough wherever the machine isn't switched off.
    Relaxed,
    /// Commits wait for the disk, as they do for a customer.
    Full,
}

impl Server {
    /// Makes a fresh cluster in a temporary folder and starts a server on it, reachable by a Unix socket in that folder only.
    pub fn start(durability: Durability) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-postgres-").tempdir().expect("a temporary folder");
        let account = account();
        if let Some(user) = &account {
            let (uid, gid) = (Some(user.uid.as_raw()), Some(user.gid.as_raw()));
            chown(folder.path(), uid, gid).expect("root may give a folder away");
        }
        // The tests that connect may be another user than the server.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o711)).expect("the folder is ours");
        let data = folder.path().join("data");

        let made = as_account(&account, "initdb")
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--username=postgres", "--no-sync", "--no-instructions"])
            .arg("--pgdata")
            .arg(&data)
            .finish();
        assert!(made.success(), "initdb failed:\n{}{}", made.stdout, made.stderr);

        let running = serve(&account, folder.path(), durability);
        Self { running, folder, durability }
    }

    /// The address of its `postgres` database.
    pub fn address(&self) -> String {
        let folder = self.folder.path().display().to_string();
        format!("postgres://postgres@{}/postgres", folder.replace('/', "%2F"))
    }

    /// Ends the server at once, as a lost machine would; its data stays until the value is dropped.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Starts it again on the data that it left, and waits until it has recovered.
    pub fn start_again(&mut self) {
        assert!(self.running.ended().is_some(), "it still runs");
        self.running = serve(&account(), self.folder.path(), self.durability);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // PostgreSQL's word for "end at once, and take your processes along": its folder goes too, so nothing need be put in order first.
        // Whoever ignores it is killed when `running` is dropped.
        self.running.signal(nix::sys::signal::Signal::SIGQUIT);
        Deadline::after(PATIENCE).until(|| self.running.ended());
    }
}

/// Starts a server on the cluster in this folder and waits until it answers.
fn serve(account: &Option<User>, folder: &Path, durability: Durability) -> Running {
    let mut server = as_account(account, "postgres").arg("-D").arg(folder.join("data"));
    for setting in settings(folder, durability) {
        server = server.args(["-c", &setting]);
    }
    let running = server.spawn();
    running.wait_for("database system is ready to accept connections");
    running
}

fn settings(folder: &Path, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        "unix_socket_permissions=0777".to_owned(),
        "max_connections=300".to_owned(),
        "log_min_messages=log".to_owned(),
        "logging_collector=off".to_owned(),
    ];
    if durability == Durability::Relaxed {
        settings.extend(["fsync", "synchronous_commit", "full_page_writes"].map(|off| format!("{off}=off")));
    }
    settings
}

/// One of PostgreSQL's programs, run as its own account if we are root.
fn as_account(account: &Option<User>, name: &str) -> Program {
    let path = binaries().join(name);
    match account {
        None => Program::at(path),
        Some(user) => Program::at(path).as_user(&user.name).in_folder("/"),
    }
}

/// PostgreSQL's account when we are root, nobody else when we aren't.
fn account() -> Option<User> {
    Uid::effective().is_root().then(|| {
        User::from_name(ACCOUNT)
            .expect("the list of users can be read")
            .unwrap_or_else(|| panic!("There is no user {ACCOUNT}, so PostgreSQL is not installed. {INSTALL}"))
    })
}

const INSTALL: &str = "`make test` installs it (Debian: `apt-get install postgresql`).";

/// The folder of the newest PostgreSQL that the distribution has installed.
fn binaries() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        versions
            .filter_map(|entry| {
                let version: u32 = entry.file_name().to_str()?.parse().ok()?;
                let folder = entry.path().join("bin");
                folder.join("initdb").exists().then_some((version, folder))
            })
            .max()
            .map(|(_, folder)| folder)
            .unwrap_or_else(|| panic!("PostgreSQL is not installed. {INSTALL}"))
    })
}
