//! What the engine promises, on both databases.

mod clock;
mod disk;
mod groups;
mod lanes;
mod occupied;
mod opening;
mod servers;
