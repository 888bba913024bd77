//! Who sits at the console, as the daemon tells it: the kernel's answer, never a claim.
//!
//! Nothing here lets anybody act: it only greys what would be refused. The daemon decides anyway.

use vault::operator::Role;

/// Who sits here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Who {
    /// The Unix user's name, once the daemon said it.
    pub(crate) user: Option<String>,
    /// What they may do, once the daemon said it.
    pub(crate) role: Option<Role>,
}

impl Who {
    /// Why acting makes no sense; nothing where it may.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        (self.role == Some(Role::Auditor)).then_some("auditors may read only")
    }
}
