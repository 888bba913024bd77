//! What people install, tried as they do it: packages on booted machines of both Debian releases, told as stories.
//! Plain `cargo test` leaves this target out; `make test-appliance` builds the packages and runs it, as root.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod booted;
mod contents;
mod lint;
mod machine;
mod older;
mod opened;
mod packages;
mod purging;
mod reproducible;
mod sbom;
mod symbols;
