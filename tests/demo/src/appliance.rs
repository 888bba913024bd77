//! The demo's appliance: one daemon in a folder of its own, replaced cleanly by the next start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{self, Signal};
use nix::unistd::{Gid, Group, Pid};

use crate::program::{Failed, Program};

/// Everything of the demo lives here, relative to the checkout: a Unix socket's path must be short.
const FOLDER: &str = "demo";

/// Where the owner's and the recipient's programs find the appliance.
const SERVER: &str = "https://localhost:8443";

/// How often something is looked for, fifty times a second, until patience ends.
const PATIENCE: u32 = 30 * 50;

/// A running daemon.
pub struct Appliance {
    daemon: Child,
    programs: PathBuf,
}

impl Appliance {
    /// Ends an earlier demo, begins a new folder, and starts the daemon in it.
    pub fn start() -> Result<Self, Failed> {
        let programs = std::env::current_exe()?.parent().map(Path::to_path_buf).unwrap_or_default();
        if !Path::new("Cargo.toml").exists() {
            return Err(Failed("start it at the top of the checkout, with `make demo`".to_owned()));
        }
        replace_earlier()?;
        for folder in ["", "state", "run", "mail"] {
            let path = Path::new(FOLDER).join(folder);
            fs::create_dir_all(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        }
        fs::write(config_file(), configuration()?)?;
        let posternd = Program { path: programs.join("posternd"), first: vec!["--config".to_owned(), config_file().display().to_string()] };
        posternd.call("init")?;
        let log = fs::File::create(Path::new(FOLDER).join("posternd.log"))?;
        let daemon = Command::new(&posternd.path)
            .args(&posternd.first)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|error| Failed(format!("posternd can't be started: {error}")))?;
        fs::write(pid_file(), daemon.id().to_string())?;
        let mut appliance = Self { daemon, programs };
        appliance.wait_until_listening()?;
        Ok(appliance)
    }

    /// Ends the daemon in good order and waits for it.
    pub fn stop(&mut self) {
        if self.running() {
            let _ = signal::kill(process(self.daemon.id()), Signal::SIGTERM);
        }
        let _ = self.daemon.wait();
        // The next demo may have written its own number already.
        if fs::read_to_string(pid_file()).is_ok_and(|pid| pid == self.daemon.id().to_string()) {
            let _ = fs::remove_file(pid_file());
        }
    }

    /// The operator's program.
    pub fn operator(&self) -> Program {
        Program { path: self.programs.join("posternctl"), first: vec!["--socket".to_owned(), self.socket()] }
    }

    /// An owner's program, with a home of its own.
    pub fn owner(&self, name: &str) -> Program {
        let first = ["--home", &self.home(name), "--server", SERVER, "--ca", &self.ca()].map(str::to_owned);
        Program { path: self.programs.join("postern"), first: first.to_vec() }
    }

    /// A program's path as people type it at the top of the checkout.
    pub fn program(&self, name: &str) -> String {
        let path = self.programs.join(name);
        let here = std::env::current_dir().unwrap_or_default();
        path.strip_prefix(here).unwrap_or(&path).display().to_string()
    }

    pub fn home(&self, name: &str) -> String {
        format!("{FOLDER}/{name}")
    }

    pub fn mail(&self) -> String {
        format!("{FOLDER}/mail")
    }

    pub fn socket(&self) -> String {
        format!("{FOLDER}/run/admin.sock")
    }

    pub fn ca(&self) -> String {
        format!("{FOLDER}/state/authority.crt")
    }

    /// Waits for the message with the token and reads it, as its recipient would.
    pub fn mailed_token(&self) -> Result<String, Failed> {
        for _ in 0..PATIENCE {
            for entry in fs::read_dir(self.mail())? {
                let message = fs::read_to_string(entry?.path()).unwrap_or_default();
                if let Some(token) = message.split_whitespace().find(|word| looks_like_token(word)) {
                    return Ok(token.to_owned());
                }
            }
            pause();
        }
        Err(Failed(format!("no token was mailed into {}; see {FOLDER}/posternd.log", self.mail())))
    }

    /// Whether the daemon still runs.
    pub fn running(&mut self) -> bool {
        matches!(self.daemon.try_wait(), Ok(None))
    }

    fn wait_until_listening(&mut self) -> Result<(), Failed> {
        let log = Path::new(FOLDER).join("posternd.log");
        for _ in 0..PATIENCE {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if said.lines().any(|line| line.starts_with("listening ")) {
                return Ok(());
            }
            if !self.running() {
                return Err(Failed(format!("posternd ended at once and said: {}", said.trim())));
            }
            pause();
        }
        Err(Failed(format!("posternd doesn't listen; see {}", log.display())))
    }
}

impl Program {
    fn call(&self, command: &str) -> Result<(), Failed> {
        let output = Command::new(&self.path)
            .args(&self.first)
            .arg(command)
            .output()
            .map_err(|error| Failed(format!("{} can't be started: {error}", self.path.display())))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failed(format!("posternd {command}: {}", String::from_utf8_lossy(&output.stderr).trim())))
    }
}

/// Ends the daemon of an earlier demo, if it still runs, and takes its folder away.
fn replace_earlier() -> Result<(), Failed> {
    let earlier = fs::read_to_string(pid_file()).ok().and_then(|text| text.trim().parse::<u32>().ok());
    if let Some(pid) = earlier.filter(|pid| is_daemon(*pid)) {
        let _ = signal::kill(process(pid), Signal::SIGTERM);
        let ended = (0..PATIENCE).any(|_| {
            pause();
            !is_daemon(pid)
        });
        if !ended {
            let _ = signal::kill(process(pid), Signal::SIGKILL);
            pause();
        }
    }
    match fs::remove_dir_all(FOLDER) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failed(format!("{FOLDER}/ can't be replaced: {error}"))),
        _ => Ok(()),
    }
}

/// Whether this process is a demo's daemon: a number alone may have passed to somebody else.
fn is_daemon(pid: u32) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut words = command.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    words.next().is_some_and(|program| program.ends_with("posternd")) && words.any(|word| word == config_file().display().to_string())
}

/// The demo's configuration. Whoever starts the demo is its operator, root or not.
fn configuration() -> Result<String, Failed> {
    let group = Group::from_gid(Gid::effective()).ok().flatten().map_or_else(|| "root".to_owned(), |group| group.name);
    Ok(format!(
        r#"[state]
folder = "{FOLDER}/state"

[listen]
address = "127.0.0.1:8443"

[admin]
socket = "../run/admin.sock"
operators_group = "{group}"

[mail]
transport = "file"
folder = "../mail"
"#
    ))
}

/// Sixteen digits in four groups, as tokens are written.
fn looks_like_token(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    groups.len() == 4 && groups.iter().all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()))
}

fn process(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX))
}

fn config_file() -> PathBuf {
    Path::new(FOLDER).join("postern.toml")
}

fn pid_file() -> PathBuf {
    Path::new(FOLDER).join("posternd.pid")
}

fn pause() {
    thread::sleep(Duration::from_millis(20));
}
