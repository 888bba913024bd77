//! `posternctl backup`
//!
//! What comes from the daemon is sealed before it touches a disk, and stands under its name only when it is whole and on the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use api::admin::backup::NewBackup;
use clap::Args;
use client::Client;
use serde::Serialize;
use vault::backup::Holds;

use crate::failure::Failure;
use crate::lines::{self, Passed};
use crate::sealing::To;
use crate::show::text::wrapped;
use crate::terminal::Terminal;

/// Make a backup of the appliance, sealed to a passphrase or a public key
///
/// The daemon goes on meanwhile; what is written is of one moment. It holds accounts, sealed items, shares and links, the audit log, the
/// appliance's keys and certificates, and the configuration for reading. It never holds what links open (no link lives on in a restored
/// appliance), sessions, or what waiting mail carries.
///
/// Without the sign-in setup, which is left out unless asked for, nobody can sign in after a restore on another machine; with it, whoever
/// opens the file can guess at passwords. So back that setup up once, apart: --only-sign-in. It never changes.
///
/// A passphrase is asked for at the terminal. Where standard input is no terminal, its first line is the passphrase.
///
/// The file is in the age format: `age -d FILE` opens it too.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Where to; `-` for standard output
    file: PathBuf,

    /// Seal to this public key (age1...), instead of a passphrase; may be repeated
    #[arg(long = "recipient", value_name = "KEY", conflicts_with = "passphrase_file")]
    recipients: Vec<String>,

    /// Take the passphrase from the first line of this file instead of asking for it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// Put the sign-in setup into it
    #[arg(long, conflicts_with = "only_sign_in")]
    with_sign_in: bool,

    /// Make a backup of the sign-in setup alone
    #[arg(long)]
    only_sign_in: bool,

    /// Write over a file that is there
    #[arg(long)]
    replace: bool,
}

/// The answer for programs.
#[derive(Serialize)]
struct Told<'a> {
    file: &'a Path,
    holds: Holds,
    rows: u64,
    contents: &'a str,
    bytes: u64,
}

impl Backup {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let out = self.file == Path::new("-");
        if !out {
            self.admit()?;
        }
        if out && io::stdout().is_terminal() {
            return Err(Failure::Usage("a backup is nothing for a terminal: name a file, or lead standard output elsewhere".to_owned()));
        }
        let to = To::of(&self.recipients, self.passphrase_file.as_deref(), terminal)?;
        if out {
            let passed = self.fetch(client, terminal, to, None)?;
            // Standard output is the backup; what is said goes elsewhere.
            return terminal.remark(&format!("{} rows, contents {}", passed.rows, passed.sha256));
        }
        let part = Part::beside(&self.file)?;
        let passed = self.fetch(client, terminal, to, Some(&part))?;
        let bytes = part.keep(&self.file, self.replace)?;
        self.tell(terminal, &passed, bytes)
    }

    /// Whether a backup may have this name. What stands in a link's or a device's place would be another thing afterwards.
    fn admit(&self) -> Result<(), Failure> {
        let file = self.file.display();
        Err(Failure::File(match fs::symlink_metadata(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => format!("{file} can't be made: {error}"),
            Ok(there) if !there.is_file() => {
                format!("{file} is there already and is no ordinary file: name another, or `-` for standard output")
            }
            Ok(_) if self.replace => return Ok(()),
            Ok(_) => format!("{file} is there already: name another file, or say --replace"),
        }))
    }

    fn holds(&self) -> Holds {
        match (self.only_sign_in, self.with_sign_in) {
            (true, _) => Holds::SignIn,
            (false, true) => Holds::ApplianceWithSignIn,
            (false, false) => Holds::Appliance,
        }
    }

    /// Has the backup made, and writes it sealed into this file, or to standard output.
    fn fetch(&self, client: &Client, terminal: &mut Terminal<'_>, to: To, part: Option<&Part>) -> Result<Passed, Failure> {
        let watched = io::stderr().is_terminal();
        let json = terminal.json;
        let (out, err) = (&mut terminal.out, &mut terminal.err);
        let mut target: Box<dyn Write + '_> = match part {
            Some(part) => Box::new(&part.file),
            None => Box::new(out),
        };
        // A passphrase takes its time, and the daemon waits a minute for nobody: so it is asked afterwards.
        let mut sealed = to.seal(BufWriter::with_capacity(1 << 20, &mut target))?;
        let from = BufReader::with_capacity(1 << 20, client.backup(&NewBackup { holds: self.holds() })?);
        let remark = |text: &str| {
            if watched && !json {
                // A closed standard error is no reason to stop.
                let _ = writeln!(err, "{text}");
            }
        };
        let passed = lines::pass(from, &mut sealed, remark)?;
        let mut written = sealed.finish()?;
        written.flush()?;
        Ok(passed)
    }

    fn tell(&self, terminal: &mut Terminal<'_>, passed: &Passed, bytes: u64) -> Result<(), Failure> {
        if terminal.json {
            let (rows, contents) = (passed.rows, passed.sha256.as_str());
            return terminal.json(&Told { file: &self.file, holds: self.holds(), rows, contents, bytes });
        }
        let held = lines::held(self.holds());
        terminal.line(&format!("{}: {held}, {} rows, {} KiB.", self.file.display(), passed.rows, bytes.div_ceil(1024)))?;
        terminal.line(&format!("Contents, as audit knows them: {}", passed.sha256))?;
        let note = match self.holds() {
            Holds::Appliance => {
                "The sign-in setup isn't in it: without that file nobody can sign in after a restore elsewhere. It never changes, so one backup of it, \
                 kept apart from this one, is enough: `posternctl backup --only-sign-in FILE`."
            }
            Holds::ApplianceWithSignIn => "Whoever opens it can guess at everybody's password: keep it as you would keep those.",
            _ => "Keep it apart from the appliance's backups: whoever has both can guess at everybody's password.",
        };
        terminal.lines(wrapped(note, ""))
    }
}

/// A file that isn't whole yet; it goes if it never is.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn beside(path: &Path) -> Result<Self, Failure> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = PathBuf::from(name);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.map(|file| Self { file, path: path.clone() })
            .map_err(|error| Failure::File(format!("{} can't be made: {error}", path.display())))
    }

    /// Gives it its name, and answers how long it is in bytes.
    fn keep(self, path: &Path, replace: bool) -> Result<u64, Failure> {
        let kept = (|| {
            self.file.sync_all()?;
            if replace {
                fs::rename(&self.path, path)?;
            } else {
                // A link fails where a rename would replace.
                fs::hard_link(&self.path, path)?;
            }
            // Where others may write they may exchange it, too.
            let (made, named) = (self.file.metadata()?, fs::symlink_metadata(path)?);
            if (made.dev(), made.ino()) != (named.dev(), named.ino()) {
                return Err(io::Error::other("somebody put another file in its place; name a folder where nobody else may write"));
            }
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
            Ok(self.file.metadata()?.len())
        })();
        kept.map_err(|error: io::Error| Failure::File(format!("{} can't be made: {error}", path.display())))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.path);
    }
}
