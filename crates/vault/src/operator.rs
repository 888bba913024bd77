//! Operators: what the kernel says about who is at the admin socket decides what they may do.
//!
//! Nothing here believes a claim: user and groups come from the socket's peer credentials.

use serde::{Deserialize, Serialize};

use crate::Refusal;

/// What a caller of the admin socket may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read and act (root, or the operators' group).
    Operator,
    /// May only read (the auditors' group).
    Auditor,
}

/// What the kernel tells about the caller, set against the configured groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The effective user id is 0.
    pub root: bool,
    /// The user is in the operators' group.
    pub in_operators: bool,
    /// The user is in the auditors' group.
    pub in_auditors: bool,
}

impl Peer {
    /// The caller's role.
    ///
    /// # Errors
    /// [`Refusal::NotOperator`] for somebody in neither group.
    pub fn role(&self) -> Result<Role, Refusal> {
        match self {
            Self { root: true, .. } | Self { in_operators: true, .. } => Ok(Role::Operator),
            Self { in_auditors: true, .. } => Ok(Role::Auditor),
            _ => Err(Refusal::NotOperator),
        }
    }
}

impl Role {
    /// Whether this role may act.
    ///
    /// # Errors
    /// [`Refusal::NotAllowedToAct`] for an auditor.
    pub fn may_act(self) -> Result<(), Refusal> {
        match self {
            Self::Operator => Ok(()),
            Self::Auditor => Err(Refusal::NotAllowedToAct),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_and_operators_act_auditors_read_and_nobody_else_gets_in() {
        let peer = |root, in_operators, in_auditors| Peer { root, in_operators, in_auditors }.role();
        assert_eq!(peer(true, false, false), Ok(Role::Operator));
        assert_eq!(peer(false, true, true), Ok(Role::Operator));
        assert_eq!(peer(false, false, true), Ok(Role::Auditor));
        assert_eq!(peer(false, false, false), Err(Refusal::NotOperator));
        assert_eq!(Role::Auditor.may_act(), Err(Refusal::NotAllowedToAct));
        assert_eq!(Role::Operator.may_act(), Ok(()));
    }
}
