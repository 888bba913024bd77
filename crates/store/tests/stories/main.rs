//! What the store does for people, told on each database.
//!
//! Nothing here is skipped: without PostgreSQL the stories fail, and say how to bring one.

#![cfg(test)]

#[macro_use]
mod support;

mod accounts;
mod accounts_listed;
mod audit;
mod freezes;
mod freezes_end;
mod freezes_wide;
mod items;
mod links;
mod operators;
mod outbox;
mod outbox_ends;
mod recoveries;
mod refusals;
mod relays;
mod reports;
mod shares;
mod watches;
