//! `posternd check-config`.

use std::path::Path;

use clap::Args;
use daemon::keys::Keys;
use daemon::tls;

use super::{Failed, load, say};

/// Say whether the configuration makes sense and the keys and certificates that it names can be used.
#[derive(Debug, Args)]
pub struct CheckConfig {}

impl CheckConfig {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        Keys::read(&config).map_err(Failed::not_configured)?;
        tls::check(&config).map_err(Failed::not_configured)?;
        say("The configuration is sound.")
    }
}
