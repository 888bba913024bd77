//! Accounts: invitations, registration, sign-in, sessions, password, recovery, and what operators decide about them.
//!
//! Nothing here sees a password, a recovery code, an invitation or a session token: records and digests come in.

mod invitation;
mod owner;
mod password;
mod recovery;
mod session;
mod sign_in;
mod throttle;
mod users;

pub use invitation::{Enrolment, Invited, NewInvitation};
pub(crate) use owner::{acting, owner_refused};
pub use password::NewPassword;
pub use recovery::{Recovered, Recovery};
pub use session::{AccountRow, SessionRow, SignedIn};
pub(crate) use sign_in::lapse;
pub use sign_in::{Credential, PendingSignIn, Purpose};
pub use users::{UserFilter, UserRow};
