//! A service manager as the daemon meets one: it holds the sockets, starts the daemon with them, and hears how it is.
//! It is not systemd: that is for the tests of packages, on a machine that was booted with it.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::clock::{Deadline, PATIENCE};
use harness::{Program, Running};
use tempfile::TempDir;

/// Who holds sockets for a program that comes and goes.
pub struct Holder {
    running: Running,
    starts: usize,
}

impl Holder {
    /// Holds these sockets, each `name=port` or `name=path`, for this program, which it doesn't start yet.
    pub fn of(sockets: &[String], program: &Program) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/sockets/hold.py");
        let holder = Program::named("python3").arg(script).args(sockets.iter().map(|socket| format!("--listen={socket}"))).arg("--");
        Self { running: holder.then(program).spawn_listening(), starts: 0 }
    }

    /// Starts the program, and waits until it is there; it may not serve yet.
    pub fn start(&mut self) {
        self.starts += 1;
        self.running.say("start\n");
        self.running.wait_for(&format!("started {} as", self.starts));
    }

    /// Tells the program to stop.
    pub fn stop(&mut self) {
        self.running.say("stop\n");
    }

    /// Kills the program.
    pub fn kill(&mut self) {
        self.running.say("kill\n");
    }

    /// Waits for the program's end. Answers its exit code.
    pub fn wait(&mut self) -> i32 {
        self.running.say("wait\n");
        let line = self.running.wait_for(&format!("ended {} with", self.starts));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// All that the program has said, and its holder.
    pub fn said(&self) -> String {
        self.running.said()
    }

    /// Waits until the program has said so often that it listens.
    pub fn listening(&self, times: usize) {
        let come = Deadline::after(PATIENCE).until(|| (self.said().matches("listening https://").count() >= times).then_some(()));
        assert!(come.is_some(), "it doesn't listen: {}", self.said());
    }
}

/// Where a manager hears how the daemon is.
pub struct Ear {
    socket: UnixDatagram,
    folder: TempDir,
}

impl Ear {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("postern-notify-").tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
        Self { socket, folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("notify")
    }

    /// What the daemon says next; nothing if it is silent for three seconds.
    pub fn next(&self) -> Option<String> {
        let mut buffer = [0; 4096];
        let length = self.socket.recv(&mut buffer).ok()?;
        Some(String::from_utf8(buffer[..length].to_vec()).unwrap())
    }

    /// Waits until it says this, and answers all of what it says with it.
    #[track_caller]
    pub fn wait_for(&self, word: &str) -> String {
        let mut heard = Vec::new();
        let said = Deadline::after(PATIENCE).until(|| {
            let said = self.next()?;
            heard.push(said.clone());
            said.contains(word).then_some(said)
        });
        said.unwrap_or_else(|| panic!("it never said {word}: {heard:?}"))
    }

    /// Waits until it is silent for three seconds.
    #[track_caller]
    pub fn wait_for_silence(&self) {
        let silent = Deadline::after(PATIENCE).until(|| self.next().is_none().then_some(()));
        assert!(silent.is_some(), "it goes on");
    }
}
