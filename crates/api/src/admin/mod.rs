//! What operators' programs say on the admin socket: `/api/v1/admin/...`. Who asks is the kernel's answer, never a claim.

pub mod audit;
pub mod backup;
pub mod freezes;
pub mod gate;
pub mod health;
pub mod mail;
pub mod me;
pub mod overview;
pub mod shares;
pub mod users;
