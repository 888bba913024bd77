//! `[gate]`: from which networks the two doors open.

use serde::{Deserialize, Serialize};
use vault::gate::Networks;

/// From which networks the two doors open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Networks from which recipients may open links.
    pub recipients: Networks,
    /// Networks from which owners may sign in and work.
    pub owners: Networks,
    /// Proxies that stand in front and whose word about addresses is believed.
    pub trusted_proxies: Networks,
    /// What somebody outside is told to do: which network to join, whom to ask.
    pub hint: String,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            recipients: loopback(),
            owners: loopback(),
            trusted_proxies: Networks::default(),
            hint: "Connect to the company network and try again.".into(),
        }
    }
}

impl Gate {
    pub(super) fn check(&self) -> Result<(), String> {
        let length = self.hint.chars().count();
        if length > 300 || self.hint.chars().any(char::is_control) {
            return Err("gate.hint must be one line of at most 300 characters".into());
        }
        if self.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            return Err("gate.trusted_proxies names every address there is: whoever comes would be believed".into());
        }
        Ok(())
    }

    /// The gate that these networks make.
    pub fn rules(&self) -> vault::gate::Gate {
        vault::gate::Gate { recipients: self.recipients.clone(), owners: self.owners.clone() }
    }
}

// Nobody comes in from elsewhere before somebody has decided from where.
fn loopback() -> Networks {
    Networks::read(["127.0.0.0/8", "::1/128"]).unwrap_or_default()
}
