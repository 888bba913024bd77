//! What people do with Postern, told with the real programs as processes, on both databases: one file for each thing that is done.
//! Nothing is played here: what answers is `posternd`, what asks is `postern`, `posternctl`, or somebody who speaks HTTPS by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may end where something is wrong"
)]

#[macro_use]
mod appliance;
mod configuration;
mod desk;
mod link;
mod mail;
mod manager;
mod mutual_tls;
mod people;
mod prepared;
mod users;
mod wire;

mod accounts;
mod agreement;
mod audit;
mod backup;
mod bad_addresses;
mod bad_commands;
mod bad_relays;
mod bad_requests;
mod browser_sign_in;
mod certificates;
mod console_audit;
mod console_faults;
mod console_lost;
mod console_pictures;
mod console_plain;
mod console_roles;
mod console_shares;
mod console_silence;
mod console_users;
mod crash;
mod crowds;
mod drafts;
mod explanations;
mod first_share;
mod forged;
mod full_disk;
mod gate;
mod gate_replay;
mod guessing;
mod journal;
mod lost_database;
mod networks;
mod nothing_secret;
mod open_connections;
mod operators;
mod outbox;
mod proxies;
mod relay;
mod reload;
mod reports;
mod restores;
mod retries;
mod service;
mod sharing;
mod simultaneous;
mod slow_callers;
mod smtp;
mod smtp_losses;
mod terminals;
mod time_set_back;
mod witness;
