//! What an operator's programs say on the admin socket, subject by subject.
//!
//! Nothing here claims who asks: the kernel tells the daemon.

pub mod audit;
pub mod backup;
mod freezes;
mod gate;
mod health;
mod mail;
mod me;
mod overview;
pub mod shares;
pub mod users;
