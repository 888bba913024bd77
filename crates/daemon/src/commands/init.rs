//! `posternd init`.

use std::path::Path;

use crate::Clock;
use crate::init::{Existing, authority_certificate, init};
use clap::Args;

use super::{Failed, load, say};

/// Make what an appliance needs before its first start
///
/// That is a certificate authority of its own, a certificate for the configured host names, the appliance's key and the sign-in setup.
/// Nothing that is there is overwritten.
#[derive(Debug, Args)]
pub struct Init {
    /// Keep what is there and make only what is missing
    #[arg(long)]
    if_missing: bool,
}

impl Init {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        let existing = if self.if_missing { Existing::Keep } else { Existing::Refuse };
        let made = init(&config, existing, Clock::system().now()).map_err(Failed::new)?;
        if made.is_empty() {
            return say("All of it is there already; nothing was made.");
        }
        for line in made {
            say(format_args!("made {line}"))?;
        }
        say(format_args!("Next: let browsers and programs trust {}, then `posternd serve`.", authority_certificate(&config).display()))
    }
}
