//! The commands of `posternd`, one file each. A command's doc comment is its help.

mod check_config;
mod init;
mod serve;

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::Config;

/// Something failed.
const FAILED: u8 = 1;

/// The database was written by a newer version (EX_DATAERR of sysexits.h, as the others below).
const NEWER: u8 = 65;

/// The database can't be opened or reached (EX_UNAVAILABLE).
const UNREACHABLE: u8 = 69;

/// Somebody else has the address, the socket or the database (EX_TEMPFAIL).
const TAKEN: u8 = 75;

/// The configuration, or a file that it names, is missing or wrong (EX_CONFIG).
const NOT_CONFIGURED: u8 = 78;

/// What `--help` says about exit codes. Manual pages take this table as it is.
const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  failed
   2  wrong arguments
  65  the database was written by a newer version of Postern
  69  the database can't be opened or reached
  75  another program has the address, the socket or the database
  78  the configuration or a file or folder that it names is missing, wrong or not to be used";

/// What `--help` says besides, where `-h` doesn't.
const MORE: &str = "\
Files:
  /etc/postern/postern.toml
      The configuration, unless --config names another.
  /etc/postern/conf.d/*.toml
      Beside the configuration: laid over it, in the order of their names.
  /etc/postern/credentials
      Each file in it is a secret that the service is handed: the configuration names the file smtp as
      credential:smtp.
  /var/lib/postern
      The daemon's own folder (state.folder): database, keys, certificates.
  /run/postern-admin/admin.sock
      The operators' socket (admin.socket), through which posternctl speaks.

Environment:
  POSTERN__SECTION__KEY
      Laid over the files: POSTERN__LISTEN__ADDRESS is listen.address.
  NOTIFY_SOCKET, WATCHDOG_USEC
      Where systemd is told how the daemon is, and how often that it goes on.
  LISTEN_FDS, LISTEN_FDNAMES
      Sockets that systemd hands over: https, proxy, admin.
  CREDENTIALS_DIRECTORY
      Where systemd hands credentials over.";

/// Run a Postern appliance: the small guarded door through which secrets leave the vault
///
/// `posternd init` makes what the first start needs, `posternd check-config` tries the configuration, `posternd serve` serves. What owners
/// keep here was sealed on their machines and is opened on the recipients': this program can't read it.
#[derive(Debug, Parser)]
#[command(
    name = "posternd",
    version,
    after_help = EXIT_CODES,
    after_long_help = format!("{EXIT_CODES}\n\n{MORE}"),
    max_term_width = 110
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// The configuration; files in conf.d beside it are laid over it
    #[arg(long, global = true, value_name = "FILE", help_heading = "Options of every command")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    CheckConfig(check_config::CheckConfig),
    Init(init::Init),
}

/// Why a command failed: an exit code and a sentence.
struct Failed {
    code: u8,
    sentence: String,
}

impl Failed {
    fn new(error: impl fmt::Display) -> Self {
        Self { code: FAILED, sentence: error.to_string() }
    }

    fn not_configured(error: impl fmt::Display) -> Self {
        Self { code: NOT_CONFIGURED, sentence: error.to_string() }
    }
}

/// The commands with their help, for manual pages and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Does what this process was asked for.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config.as_deref();
    let done = match arguments.command {
        Command::Serve(serve) => serve.run(config),
        Command::CheckConfig(check) => check.run(config),
        Command::Init(init) => init.run(config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            // Nobody is left to be told when this fails too.
            let _ = writeln!(std::io::stderr(), "posternd: {}", failed.sentence);
            ExitCode::from(failed.code)
        }
    }
}

fn load(file: Option<&Path>) -> Result<Config, Failed> {
    Config::load(file).map_err(Failed::not_configured)
}

fn say(line: impl fmt::Display) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Failed::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FILE, credentials};

    #[test]
    fn the_help_names_the_files_that_are_used_unless_told_otherwise() {
        command().debug_assert();
        let usual = Config::default();
        for path in [Path::new(FILE), Path::new(credentials::FOLDER), &usual.state.folder, &usual.admin.socket] {
            assert!(MORE.lines().any(|line| line.trim() == path.display().to_string()), "{} isn't named", path.display());
        }
    }
}
