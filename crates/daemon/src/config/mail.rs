//! `[mail]`: how messages leave.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How messages leave. Sending by SMTP takes its place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Not at all: shares whose token would be mailed are refused, notices wait.
    None,
    /// As files in a folder, one for each message: for trying things out.
    File,
}

/// How messages leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The way out.
    pub transport: Transport,
    /// With `file`: the folder.
    pub folder: PathBuf,
    /// Who messages are from.
    pub from: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self { transport: Transport::None, folder: "mail".into(), from: "Postern <postern@localhost>".into() }
    }
}

impl Mail {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.from.parse::<lettre::message::Mailbox>() {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("mail.from is {:?}; write it like \"Postern <postern@example.com>\"", self.from)),
        }
    }
}
