//! `posternctl restore`
//!
//! Nothing here writes to the appliance: what was opened is handed to `posternd restore`, which changes nothing before all of it was right.
//! No daemon is asked, so the second witness is told here, when nothing but the end is left to hand over.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use api::RequestId;
use clap::Args;
use client::Client;
use zeroize::Zeroizing;

use crate::failure::{FAILED, Failure, REFUSED};
use crate::lines;
use crate::sealing::With;
use crate::show::text::harmless_lines;
use crate::terminal::Terminal;

/// Restore a backup on this machine, as root and with the daemon stopped
///
/// Stop the daemon and its sockets first: `systemctl stop posternd.socket posternd-admin.socket posternd`. The backup is read to its end
/// and checked before anything changes; after that either all of it counts or nothing does, whatever happens in between.
///
/// Afterwards everybody is signed out, no link lives (owners share anew), waiting mail is given up, and unused invitations have ended. What
/// was decided after the backup was made is not in it: suspensions, changed passwords, permissions. The configuration stays as it is here.
///
/// Passphrases are asked for at the terminal. Where standard input is no terminal, they are read from it, one line for each, the backup's
/// first.
///
/// It takes copies that an upgrade left in the state folder as well. Whoever has only the public key to which backups are sealed can make
/// a false one: compare the contents that --check tells with those in the audit log or the journal (backup.made).
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    file: PathBuf,

    /// The file of the private key to whose public key it is sealed
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,

    /// Take the passphrase from the first line of this file instead of asking for it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// The sign-in setup's own backup
    #[arg(long, value_name = "FILE")]
    sign_in: Option<PathBuf>,

    /// Take the passphrase of the sign-in setup's backup from the first line of this file
    #[arg(long, value_name = "FILE", requires = "sign_in")]
    sign_in_passphrase_file: Option<PathBuf>,

    /// Put the backup in the place of the accounts that are there; a copy of them is kept
    #[arg(long)]
    replace: bool,

    /// Restore although nobody will be able to sign in but by recovery code
    #[arg(long)]
    without_sign_in: bool,

    /// Only read the backup to its end and say what it is; nothing changes
    #[arg(long, conflicts_with_all = ["replace", "without_sign_in", "sign_in"])]
    check: bool,

    /// The configuration that posternd reads, if not the usual one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// posternd itself
    #[arg(long, value_name = "PROGRAM", default_value = "/usr/sbin/posternd")]
    posternd: PathBuf,
}

impl Restore {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let with = With { identity: self.identity.clone(), passphrase: self.passphrase_file.clone() };
        let from = with.open(&self.file, terminal)?;
        if self.check {
            return check(from, terminal);
        }
        let setup = self.setup(terminal)?;
        let request = client.request_id()?;
        let mut posternd = self.start(request)?;
        let handed = hand_over(from, &setup, &mut posternd);
        // Where something is wrong already there is nothing to announce.
        if handed.is_ok() && posternd.try_wait().is_ok_and(|ended| ended.is_none()) {
            client.announce(request);
        }
        // What was handed over counts from here on.
        drop(posternd.stdin.take());
        let ended = posternd.wait_with_output().map_err(|error| self.not_run(&error))?;
        // What went wrong on the way is the cause; what posternd says of it then is not.
        match handed {
            Err(Failure::Pipe) | Ok(()) => {}
            Err(failure) => return Err(failure),
        }
        // A backup says which version made it, for one, and whoever made the backup chose those words.
        terminal.out.write_all(harmless_lines(&String::from_utf8_lossy(&ended.stdout)).as_bytes())?;
        terminal.err.write_all(harmless_lines(&String::from_utf8_lossy(&ended.stderr)).as_bytes())?;
        match ended.status.code() {
            Some(0) => Ok(()),
            Some(1) => Err(Failure::Told(REFUSED)),
            Some(_) => Err(Failure::Told(FAILED)),
            None => Err(Failure::Machine(
                "posternd restore was killed: nothing has changed, or all of it as soon as the daemon starts".to_owned(),
            )),
        }
    }

    /// All of the sign-in setup's own backup: it is small, and must be known to be whole before the first backup is.
    fn setup(&self, terminal: &mut Terminal<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut setup = Zeroizing::new(Vec::new());
        if let Some(path) = &self.sign_in {
            let passphrase = self.sign_in_passphrase_file.clone().or_else(|| self.passphrase_file.clone());
            let with = With { identity: self.identity.clone(), passphrase };
            lines::pass(with.open(path, terminal)?, &mut *setup, |_| ())?;
        }
        Ok(setup)
    }

    fn start(&self, request: RequestId) -> Result<Child, Failure> {
        let mut command = Command::new(&self.posternd);
        command.arg("restore").arg("--request").arg(request.to_string());
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        for (option, wanted) in [("--replace", self.replace), ("--without-sign-in", self.without_sign_in)] {
            if wanted {
                command.arg(option);
            }
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(|error| self.not_run(&error))
    }

    fn not_run(&self, error: &io::Error) -> Failure {
        Failure::Machine(format!("{} can't be run: {error}", self.posternd.display()))
    }
}

fn hand_over(from: Box<dyn BufRead>, setup: &[u8], posternd: &mut Child) -> Result<(), Failure> {
    let Some(to) = &mut posternd.stdin else { return Ok(()) };
    lines::pass(from, to, |_| ())?;
    to.write_all(setup)?;
    Ok(to.flush()?)
}

fn check(from: Box<dyn BufRead>, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let passed = lines::pass(from, &mut io::sink(), |_| ())?;
    if terminal.json {
        return terminal.json(&passed);
    }
    let manifest = &passed.manifest;
    let made = terminal.second(manifest.made_at);
    terminal.line(&format!("Whole: {}, {} rows.", lines::held(manifest.holds), passed.rows))?;
    terminal.line(&format!("Made {made} by Postern {} on {}.", manifest.version, manifest.database))?;
    if !manifest.appliance.is_empty() {
        terminal.line(&format!("Appliance: {}", manifest.appliance))?;
    }
    for lane in &manifest.lanes {
        terminal.line(&format!("Audit lane {}: up to number {}, {}", lane.lane.0, lane.seq, lane.head))?;
    }
    terminal.line(&format!("Contents: {}", passed.sha256))
}
