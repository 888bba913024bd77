//! What an administrator decides once for everybody: bounds that no owner's choice can pass.
//!
//! Nothing here applies a bound: each rule does that where it decides.

use serde::{Deserialize, Serialize};

/// The appliance's policy. Its keys are those of `[policy]` in the configuration; unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The longest time from creation to expiry of a share, in hours. At least 1; 720 (30 days) unless changed.
    pub maximum_expiry_hours: u32,
    /// Whether an owner may share a link that needs no access token.
    pub links_without_token: bool,
    /// Whether an owner may have the appliance mail links as well as tokens: it then learns both, which is not end to end.
    pub relay_both: bool,
    /// How long after its token a link is mailed, in minutes.
    pub relay_gap_minutes: u32,
    /// The most recipients that one share may have.
    pub maximum_recipients: u32,
    /// The largest sealed item body or snapshot, in bytes.
    pub maximum_sealed_bytes: u32,
    /// How long a session lasts after signing in, in minutes.
    pub session_minutes: u32,
    /// How long an invitation can be used, in hours.
    pub invitation_hours: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            maximum_expiry_hours: 720,
            links_without_token: false,
            relay_both: false,
            relay_gap_minutes: 5,
            maximum_recipients: 50,
            maximum_sealed_bytes: 1024 * 1024,
            session_minutes: 12 * 60,
            invitation_hours: 72,
        }
    }
}

impl Policy {
    /// Says which value makes no sense, in words for the person who wrote the configuration.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn check(&self) -> Result<(), String> {
        let bounds = [
            ("maximum_expiry_hours", self.maximum_expiry_hours, 1, 24 * 365),
            ("relay_gap_minutes", self.relay_gap_minutes, 1, 24 * 60),
            ("maximum_recipients", self.maximum_recipients, 1, 1000),
            ("maximum_sealed_bytes", self.maximum_sealed_bytes, 4096, 16 * 1024 * 1024),
            ("session_minutes", self.session_minutes, 5, 7 * 24 * 60),
            ("invitation_hours", self.invitation_hours, 1, 24 * 30),
        ];
        for (name, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                return Err(format!("policy.{name} is {value}; it must lie between {least} and {most}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_sound() {
        assert_eq!(Policy::default().check(), Ok(()));
    }

    #[test]
    fn a_bound_that_makes_no_sense_is_named() {
        let policy = Policy { maximum_expiry_hours: 0, ..Policy::default() };
        assert!(policy.check().unwrap_err().contains("policy.maximum_expiry_hours is 0"));
    }
}
