//! Who uses an appliance, each with the program that they use: owners and recipients `postern`, operators `posternctl`.
//! Never does anything that these programs can't do.

use std::fs;
use std::path::{Path, PathBuf};

use harness::journal::Journal;
use harness::{Finished, Program, Screen, program};
use serde_json::Value;

use crate::link::Link;

/// Every owner's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// The secret of the item that a prepared appliance keeps.
pub const SECRET: &str = "s3cret-for-staging-7f2c";

/// That item, as its owner types it: name, URL, username, password, MFA key, notes.
pub const STAGING: &[&str] = &["Staging", "https://staging.example.com", "deploy", SECRET, "", ""];

/// An owner at their machine.
#[derive(Clone)]
pub struct Owner {
    pub name: String,
    pub home: PathBuf,
    url: String,
    ca: PathBuf,
}

/// What an owner has shared, with what they hand over.
#[derive(Clone, Debug)]
pub struct Shared {
    pub share: String,
    pub links: Vec<Link>,
}

impl Shared {
    /// The only link of a share for one recipient.
    pub fn link(&self) -> &Link {
        assert_eq!(self.links.len(), 1);
        &self.links[0]
    }
}

impl Owner {
    pub fn new(name: &str, home: PathBuf, url: &str, ca: &Path) -> Self {
        Self { name: name.to_owned(), home, url: url.to_owned(), ca: ca.to_owned() }
    }

    /// The same person at another machine.
    pub fn elsewhere(&self) -> Self {
        let mut name = self.home.file_name().unwrap().to_owned();
        name.push("-elsewhere");
        Self { home: self.home.with_file_name(name), ..self.clone() }
    }

    /// Tells this machine that the appliance it remembers is now there: each start of a test's daemon takes another port.
    pub fn moved_to(&self, url: &str) {
        for name in ["server.json", "session.json"] {
            let file = self.home.join(name);
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let mut value: Value = serde_json::from_str(&text).unwrap();
            value["server"] = url.into();
            fs::write(&file, value.to_string()).unwrap();
        }
    }

    /// Is invited, registers and signs in. Answers with what registration told.
    pub fn join(&self, operator: &Operator, permissions: &[&str]) -> Value {
        let told = self.register(&self.invite(operator, permissions));
        self.sign_in(PASSWORD);
        told
    }

    pub fn invite(&self, operator: &Operator, permissions: &[&str]) -> String {
        let full_name = format!("{} Example", self.name);
        let email = self.email();
        let invite = ["user", "invite", &self.name, "--full-name", &full_name, "--email", &email];
        text(&operator.json(&[&invite[..], permissions].concat()), "/invitation")
    }

    pub fn register(&self, invitation: &str) -> Value {
        self.json(&["register"], &[invitation, PASSWORD, PASSWORD])
    }

    pub fn sign_in(&self, password: &str) -> Value {
        self.json(&["sign-in"], &[&self.name, password])
    }

    pub fn email(&self) -> String {
        format!("{}@example.com", self.name)
    }

    /// What the daemon asks of this owner in every call.
    pub fn session(&self) -> String {
        let kept: Value = serde_json::from_slice(&fs::read(self.home.join("session.json")).unwrap()).unwrap();
        text(&kept, "/session")
    }

    /// Shares the prepared item by hand, with one recipient unless more are named: link and token come back at once.
    pub fn share(&self, more: &[&str]) -> Shared {
        self.share_item("Staging", &[&["--by-hand"], more].concat())
    }

    pub fn share_item(&self, item: &str, more: &[&str]) -> Shared {
        let to: &[&str] = if more.contains(&"--to") { &[] } else { &["--to", "bob@example.org"] };
        let told = self.json(&[&["share", "create", item], to, more].concat(), &[]);
        let links = told["links"].as_array().unwrap().iter().map(Link::of);
        Shared { share: text(&told, "/id"), links: links.collect() }
    }

    /// A share as its owner sees it now.
    pub fn look_at(&self, shared: &Shared) -> Value {
        self.json(&["share", "show", &shared.share], &[])
    }

    /// How many views of its only link are spent.
    pub fn views_used(&self, shared: &Shared) -> u64 {
        self.look_at(shared)["links"][0]["views_used"].as_u64().unwrap()
    }

    /// What its only link is like.
    pub fn state_of(&self, shared: &Shared) -> String {
        text(&self.look_at(shared), "/links/0/state")
    }

    pub fn program(&self, arguments: &[&str], lines: &[&str]) -> Program {
        let first = ["--home", self.home.to_str().unwrap(), "--server", &self.url, "--ca", self.ca.to_str().unwrap()];
        program("postern").args(first).args(arguments).input(typed(lines))
    }

    pub fn run(&self, arguments: &[&str], lines: &[&str]) -> Finished {
        self.program(arguments, lines).finish()
    }

    /// Runs a command at a terminal, as the owner sits at it.
    pub fn at_terminal(&self, arguments: &[&str]) -> Screen {
        self.program(arguments, &[]).on_screen(24, 80)
    }

    /// Runs a command that must succeed; answers with what it tells programs.
    #[track_caller]
    pub fn json(&self, arguments: &[&str], lines: &[&str]) -> Value {
        told(arguments, &self.run(&[arguments, &["--json"]].concat(), lines))
    }

    /// Runs a command that must be refused; answers with the exit code and the refusal's name.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str], lines: &[&str]) -> (i32, String) {
        refusal(arguments, &self.run(&[arguments, &["--json"]].concat(), lines))
    }
}

/// Somebody outside the vault, at their machine.
pub struct Recipient {
    pub home: PathBuf,
    ca: PathBuf,
}

impl Recipient {
    pub fn new(home: PathBuf, ca: &Path) -> Self {
        Self { home, ca: ca.to_owned() }
    }

    pub fn program(&self, arguments: &[&str], lines: &[&str]) -> Program {
        let first = ["--home", self.home.to_str().unwrap(), "--ca", self.ca.to_str().unwrap()];
        program("postern").args(first).args(arguments).input(typed(lines))
    }

    /// What opens a link and shows it into this pipe.
    pub fn opening_into(&self, pipe: &Path, link: &Link) -> Program {
        let home = self.home.to_str().unwrap();
        let script = "exec \"$0\" \"$@\" >\"$PIPE\"";
        let lines = [&link.url, link.token.as_ref().unwrap()].map(String::as_str);
        Program::named("sh")
            .args(["-c", script])
            .arg(program("postern").path())
            .args(["--home", home, "--ca", self.ca.to_str().unwrap(), "open", "--yes", "--json"])
            .env("PIPE", pipe)
            .input(typed(&lines))
    }

    /// Opens a link with its token, if it has one, agreeing to spend a view.
    pub fn open(&self, link: &Link) -> Finished {
        self.open_with(link, link.token.as_deref())
    }

    pub fn open_with(&self, link: &Link, token: Option<&str>) -> Finished {
        let lines: Vec<&str> = [Some(link.url.as_str()), token].into_iter().flatten().collect();
        self.program(&["open", "--yes", "--json"], &lines).finish()
    }

    /// Opens a link that must open; answers with what it tells programs.
    #[track_caller]
    pub fn see(&self, link: &Link) -> Value {
        told(&["open"], &self.open(link))
    }

    /// Opens a link that must not open; answers with the exit code and the refusal's name.
    #[track_caller]
    pub fn refused(&self, link: &Link) -> (i32, String) {
        refusal(&["open"], &self.open(link))
    }
}

/// Somebody at the admin socket, root unless said otherwise.
#[derive(Clone)]
pub struct Operator {
    socket: PathBuf,
    program: Program,
}

impl Operator {
    pub fn new(socket: PathBuf) -> Self {
        Self { socket, program: program("posternctl") }
    }

    /// The same door, for another user of this machine, with a copy of the program that they can reach.
    pub fn as_user(&self, user: &str, copy: &Path) -> Self {
        Self { socket: self.socket.clone(), program: Program::at(copy).as_user(user) }
    }

    /// The same person where this journal is the machine's.
    pub fn inside(&self, journal: &Journal) -> Self {
        Self { program: self.program.clone().inside(journal), ..self.clone() }
    }

    /// `posternctl` with these arguments; without any it is the console.
    pub fn program(&self, arguments: &[&str]) -> Program {
        self.program.clone().arg("--socket").arg(&self.socket).args(arguments)
    }

    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.program(arguments).finish()
    }

    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        told(arguments, &self.run(&[arguments, &["--json"]].concat()))
    }

    /// Runs a command that must be refused; answers with the exit code and the refusal's name.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> (i32, String) {
        let finished = self.run(&[arguments, &["--json"]].concat());
        assert!(!finished.success(), "{arguments:?} was not refused: {}", finished.stdout);
        let told: Value = serde_json::from_str(&finished.stderr).unwrap_or_else(|_| panic!("{arguments:?} said {:?}", finished.stderr));
        (finished.code, text(&told, "/name"))
    }

    /// The audit log's records that match, oldest first.
    pub fn records(&self, filter: &[&str]) -> Vec<Value> {
        let told = self.json(&[&["audit", "list", "--all"], filter].concat());
        let rows = told["rows"].as_array().unwrap().iter().rev();
        rows.map(|row| row["record"].clone()).collect()
    }

    /// The names of the events that match, oldest first; a refusal's reason stands behind a colon.
    pub fn events(&self, filter: &[&str]) -> Vec<String> {
        let named = |record: Value| match record["refusal"].as_str().unwrap() {
            "" => text(&record, "/event"),
            why => format!("{}: {why}", text(&record, "/event")),
        };
        self.records(filter).into_iter().map(named).collect()
    }
}

/// Lines as somebody types them.
fn typed(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[track_caller]
fn told(arguments: &[&str], finished: &Finished) -> Value {
    assert!(finished.success(), "{arguments:?} ended with {}: {}", finished.code, finished.stderr);
    match finished.stdout.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| panic!("{arguments:?} printed {text:?}")),
    }
}

/// What `postern` says for programs when it is refused.
#[track_caller]
pub fn refusal(arguments: &[&str], finished: &Finished) -> (i32, String) {
    assert!(!finished.success(), "{arguments:?} was not refused: {}", finished.stdout);
    assert_eq!(finished.stdout, "", "{arguments:?} was refused and answered nevertheless");
    let told: Value = serde_json::from_str(&finished.stderr).unwrap_or_else(|_| panic!("{arguments:?} said {:?}", finished.stderr));
    (finished.code, text(&told, "/error/name"))
}

/// The text at this place (RFC 6901).
#[track_caller]
pub fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("there is no text at {pointer} of {value}")).to_owned()
}
