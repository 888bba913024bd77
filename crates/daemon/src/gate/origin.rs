//! Where a request comes from: the connection's own address, or, if that is a trusted proxy's, the one that its X-Forwarded-For names.
//!
//! `Forwarded` (RFC 7239), `X-Real-IP` and their like are never read: one header has one meaning, and a proxy that passes a second
//! one through from outside can't do harm with it.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderName, X_FORWARDED_FOR};
use vault::Refusal;
use vault::gate::canonical;
use vault::gate::hops::{Believed, believed};

use crate::front::connection::Met;
use crate::live::Rules;

const HEADER: HeaderName = X_FORWARDED_FOR;

/// Whose address counts, with the proxies that said so by the header; nothing for a connection without an address.
///
/// # Errors
/// A refusal, and whose word it was that isn't taken: [`Refusal::NotTrustedProxy`] for a proxy that was trusted when the connection
/// was opened and isn't any more, [`Refusal::ForwardedUnclear`].
pub fn origin(rules: &Rules, request: &ServiceRequest, met: &Met) -> Result<Option<Believed>, (Refusal, IpAddr)> {
    let Some(own) = request.peer_addr().map(|peer| canonical(peer.ip())) else { return Ok(None) };
    let trusted = &rules.config.gate.trusted_proxies;
    if let Some(proxy) = met.proxy.filter(|proxy| trusted.holding(*proxy).is_none()) {
        return Err((Refusal::NotTrustedProxy, proxy));
    }
    let chain: Vec<&[u8]> = request.headers().get_all(HEADER).map(|value| value.as_bytes()).collect();
    believed(own, &chain, trusted).map(Some).map_err(|refusal| (refusal, own))
}
