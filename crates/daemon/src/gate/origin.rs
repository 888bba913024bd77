//! Where a request comes from: the connection's own address, or, if that is a trusted proxy's, the one that its X-Forwarded-For names.
//!
//! `Forwarded` (RFC 7239), `X-Real-IP` and their like are never read: one header has one meaning, and a proxy that passes a second
//! one through from outside can't do harm with it.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderName, X_FORWARDED_FOR};
use vault::Refusal;
use vault::gate::{canonical, hops};

use crate::live::Rules;

const HEADER: HeaderName = X_FORWARDED_FOR;

/// The address that counts.
///
/// # Errors
/// [`Refusal::ForwardedUnclear`].
pub fn origin(rules: &Rules, request: &ServiceRequest) -> Result<Option<IpAddr>, Refusal> {
    let Some(own) = own_address(request) else { return Ok(None) };
    let chain: Vec<&[u8]> = request.headers().get_all(HEADER).map(|value| value.as_bytes()).collect();
    hops::believed(own, &chain, &rules.config.gate.trusted_proxies).map(|believed| Some(believed.address))
}

/// The connection's own address: its other end's, or what a trusted proxy said before TLS.
pub fn own_address(request: &ServiceRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| canonical(peer.ip()))
}
