//! HTTP: text into types on the way in, results into answers on the way out.
//!
//! Nothing here knows what is asked for; that stands with each feature, and all addresses stand in [`routes`].

pub mod answer;
pub mod asked;
pub mod body;
pub mod entrance;
mod headers;
pub mod pages;
pub mod routes;
pub mod signed_in;
mod status;
