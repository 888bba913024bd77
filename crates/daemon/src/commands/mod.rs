//! The commands of `posternd`, one file each. A command's doc comment is its help.

mod check_config;
mod init;
mod serve;

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use daemon::Config;

/// Something failed.
const FAILED: u8 = 1;

/// The configuration, or a file that it names, is missing or wrong (EX_CONFIG of sysexits.h).
const NOT_CONFIGURED: u8 = 78;

/// Postern's daemon: the small guarded door through which secrets leave the vault.
#[derive(Debug, Parser)]
#[command(
    name = "posternd",
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 78 the configuration or a file that it names is missing or wrong."
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// The configuration. Files in conf.d beside it are laid over it, and POSTERN__SECTION__KEY in the environment over those.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    CheckConfig(check_config::CheckConfig),
    Init(init::Init),
}

/// Why a command failed: an exit code and a sentence.
pub struct Failed {
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

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        let config = self.config.as_deref();
        let done = match self.command {
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
}

fn load(file: Option<&Path>) -> Result<Config, Failed> {
    Config::load(file).map_err(Failed::not_configured)
}

fn say(line: impl fmt::Display) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Failed::new)
}
