//! A whole daemon, in this process, on a free port, with a clock of the test's own: what it answers to right and wrong requests.

mod admin;
mod bodies;
mod doors;
mod life;
mod strangers;
mod support;
