//! A whole daemon, in this process, on a free port, with a clock of the test's own: what it answers to right and wrong requests.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod admin;
mod bodies;
mod doors;
mod life;
mod pages;
mod strangers;
mod support;
