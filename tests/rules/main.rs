//! The rules of the house, kept by tests: what depends on what, where time is read, what documents name, how files look.
//! Nothing here starts the appliance; `make check` runs all of it before each commit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod arrows;
mod catalog;
mod completions;
mod documents;
mod installing;
mod looks;
mod manual;
mod migrations;
mod packages;
mod packaging;
mod pages;
mod text;
mod time;
mod types;
mod units;
