//! `posternd init`.

use std::io;
use std::path::{Path, PathBuf};

use crate::Clock;
use crate::init::{Existing, Source, authority_certificate, init_from, renew, request_file};
use clap::Args;

use super::{Failed, load, say};

/// Make what an appliance needs before its first start
///
/// That is a certificate authority of its own, a certificate for the configured host names, the appliance's key and the sign-in setup.
/// Nothing that is there is overwritten, and what is only half there is told and left alone. Run by root, it makes files for the user whom
/// the folder belongs to. With --certificate it takes a certificate that you have, and with --request it makes a key and
/// a request for your own authority to sign; then no authority is made.
#[derive(Debug, Args)]
pub struct Init {
    /// Keep what is there and make only what is missing
    #[arg(long)]
    if_missing: bool,

    /// Issue a new certificate from the appliance's own authority in the old one's place: for other names in tls.hosts, or for more time
    #[arg(long, conflicts_with_all = ["if_missing", "certificate", "request"])]
    renew: bool,

    /// Take this certificate, in PEM, followed by its intermediates. It must name every host of tls.hosts
    #[arg(long, value_name = "FILE", conflicts_with_all = ["if_missing", "request"])]
    certificate: Option<PathBuf>,

    /// The certificate's private key, in PEM. Without it the key that --request made must be the certificate's
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,

    /// Make a key and write a signing request instead of a certificate
    #[arg(long, conflicts_with = "if_missing")]
    request: bool,
}

impl Init {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        if self.renew {
            for line in renew(&config, Clock::system().now()).map_err(Failed::new)? {
                say(format_args!("made {line}"))?;
            }
            return say("Next: `systemctl reload posternd`.");
        }
        let existing = if self.if_missing { Existing::Keep } else { Existing::Refuse };
        let source = match (self.certificate, self.request) {
            (Some(certificate), _) => Source::Given { certificate, key: self.key },
            (None, true) => Source::Request,
            (None, false) => Source::Own,
        };
        let made = init_from(&config, existing, &source, Clock::system().now()).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Failed::not_configured(error)
            }
            _ => Failed::new(error),
        })?;
        if made.is_empty() {
            return say("All of it is there already; nothing was made.");
        }
        for line in made {
            say(format_args!("made {line}"))?;
        }
        match source {
            Source::Given { .. } => return say("Next: `posternd serve`."),
            Source::Request => {
                let request = request_file(&config);
                return say(format_args!(
                    "Next: have your authority sign {}, then `posternd init --certificate FILE` with what it gives you.",
                    request.display()
                ));
            }
            Source::Own => {}
        }
        say(format_args!("Next: let browsers and programs trust {}, then `posternd serve`.", authority_certificate(&config).display()))
    }
}
