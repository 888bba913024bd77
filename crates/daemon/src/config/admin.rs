//! `[admin]`: the socket for operators, and the groups that may use it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The socket for operators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// The Unix socket. Anybody may connect; the daemon decides by who the kernel says it is.
    pub socket: PathBuf,
    /// Members of this group may act.
    pub operators_group: String,
    /// Members of this group may only read.
    pub auditors_group: String,
}

impl Default for Admin {
    fn default() -> Self {
        Self {
            socket: "/run/postern-admin/admin.sock".into(),
            operators_group: "postern-operators".into(),
            auditors_group: "postern-auditors".into(),
        }
    }
}

impl Admin {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.socket.as_os_str().is_empty() {
            return Err("admin.socket is empty; name the path of the operators' socket".into());
        }
        // The kernel's bound for a socket's path (sun_path) is 108 bytes with its end.
        if self.socket.as_os_str().len() > 107 && self.socket.is_absolute() {
            return Err("admin.socket is longer than the 107 bytes that a socket's path may have".into());
        }
        Ok(())
    }
}
