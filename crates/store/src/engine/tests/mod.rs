//! What the engine promises, on both databases.

mod clock;
mod disk;
mod groups;
mod lanes;
mod opening;
mod servers;
