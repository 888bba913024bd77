//! `postern` as a process, against an appliance that these tests play: also one that lies, loses answers, or isn't Postern at all.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may end where something is wrong")]

mod accounts;
mod appliance;
mod items;
mod opening;
mod run;
