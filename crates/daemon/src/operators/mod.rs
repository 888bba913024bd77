//! What operators ask for, on the admin socket: who asks, the overview, users, shares, freezes, the audit log, the gate, the clock, health.
//!
//! Who asks is the kernel's answer, never a claim; and nobody here is ever shown a share's secret, link or token.

pub mod audit;
pub mod caller;
pub mod entrance;
pub mod freezes;
pub mod gate;
pub mod health;
pub mod mail;
pub mod me;
pub mod overview;
pub mod shares;
pub mod users;
