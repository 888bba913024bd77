//! `posternd check-config`.

use std::path::Path;

use crate::keys::Keys;
use crate::{status, tls};
use clap::Args;

use super::{Failed, load, say};

/// Say whether the configuration makes sense and the keys and certificates that it names can be used
#[derive(Debug, Args)]
pub struct CheckConfig {}

impl CheckConfig {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        Keys::read(&config).map_err(Failed::not_configured)?;
        tls::check(&config).map_err(Failed::not_configured)?;
        crate::check_mail(&config).map_err(Failed::not_configured)?;
        say("The configuration is sound.")?;
        config.notes().into_iter().chain(status::waits(&config)).try_for_each(|note| say(format_args!("Note: {note}")))
    }
}
