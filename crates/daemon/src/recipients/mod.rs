//! What recipients ask for: the page of a link, and its API.
//!
//! Nothing here tells a stranger anything: a link that doesn't exist and a wrong knock get one and the same answer.

pub mod links;
pub mod pages;
