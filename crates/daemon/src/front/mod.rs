//! The front: what happens to a connection before its first request. Whose it is, whether there is a place for it, TLS.
//!
//! All of it is bounded by one time limit. Whoever is closed out here gets no answer: there is nothing yet in which to say one.

pub mod certificate;
pub mod connection;
pub mod crowd;
mod giving;
pub mod inherited;
mod listeners;
pub mod patience;
mod seats;
pub mod serving;
pub mod standing;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use openssl::ssl::Ssl;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;
use vault::gate::proxy::{Heard, hear};
use vault::gate::{canonical, household};
use vault::{Refusal, RequestId};

use crate::appliance::Appliance;
use crate::gate::denials::What;
use crate::live::Rules;
use crate::random;
use certificate::Shown;
use connection::{Connection, Met};
use crowd::Place;

pub use listeners::{Listeners, admin, https};

/// Which way a connection comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// From anybody, who begins with TLS.
    Https,
    /// From trusted proxies, who first say by the PROXY protocol for whom they speak.
    Proxy,
}

/// A connection that came by either of them. Trusted proxies need no place.
type Visitor = Connection<SslStream<TcpStream>, Arc<Met>, Option<Place<IpNet>>>;

/// Takes a connection in, or closes it.
///
/// # Errors
/// It is closed. Nobody needs to be told why but the log, and that has been done.
async fn meet(appliance: &Appliance, listener: Listener, stream: TcpStream) -> io::Result<(Visitor, SocketAddr)> {
    let rules = appliance.live.now();
    let limit = Duration::from_secs(rules.config.limits.handshake_seconds);
    match tokio::time::timeout(limit, welcome(appliance, &rules, listener, stream)).await {
        Ok(met) => met,
        Err(late) => Err(late.into()),
    }
}

async fn welcome(appliance: &Appliance, rules: &Rules, listener: Listener, mut stream: TcpStream) -> io::Result<(Visitor, SocketAddr)> {
    let trusted = &rules.config.gate.trusted_proxies;
    let mut peer = stream.peer_addr()?;
    let proxy = (listener == Listener::Proxy).then(|| canonical(peer.ip()));
    if proxy.is_some() {
        peer = match speaker(rules, &mut stream, peer).await {
            Ok(peer) => peer,
            Err(refusal) => return Err(closed(appliance, What::Proxy, refusal, peer.ip()).await),
        };
    }
    let address = canonical(peer.ip());
    let place = match trusted.holding(address) {
        Some(_) => None,
        None => match appliance.crowd.take(household(address), rules.config.limits.connections_per_address) {
            Ok(place) => Some(place),
            Err(refusal) => return Err(closed(appliance, What::Crowded, refusal, address).await),
        },
    };
    let ssl = Ssl::new(rules.acceptor.context())?;
    let mut stream = SslStream::new(ssl, stream)?;
    Pin::new(&mut stream).accept().await.map_err(io::Error::other)?;
    let met = Arc::new(Met { shown: Shown::of(stream.ssl(), rules.authorities.clone()), proxy });
    // What waits for a restart is as it was at the start.
    let connection = Connection::new(stream, met, place, &appliance.config.limits);
    Ok((connection, SocketAddr::new(address, peer.port())))
}

/// For whom a proxy speaks. Reads its header, and nothing behind it.
async fn speaker(rules: &Rules, stream: &mut TcpStream, peer: SocketAddr) -> Result<SocketAddr, Refusal> {
    if rules.config.gate.trusted_proxies.holding(peer.ip()).is_none() {
        return Err(Refusal::NotTrustedProxy);
    }
    let limit = Duration::from_secs(rules.config.limits.handshake_seconds);
    let header = async {
        let mut header = Vec::new();
        loop {
            match hear(&header).map_err(|_| Refusal::ProxyUnclear)? {
                Heard::For(visitor) => return Ok(visitor),
                // It speaks for nobody that it names. Were it let in, a header that a visitor sent through it would be believed.
                Heard::Itself => return Err(Refusal::ProxyUnclear),
                Heard::Further(more) => {
                    let begun = header.len();
                    header.resize(begun + more, 0);
                    let rest = header.get_mut(begun..).unwrap_or_default();
                    stream.read_exact(rest).await.map_err(|_| Refusal::ProxyUnclear)?;
                }
            }
        }
    };
    // A little sooner than the whole, so that a header that never ends is written down.
    tokio::time::timeout(limit.mul_f32(0.8), header).await.unwrap_or(Err(Refusal::ProxyUnclear))
}

/// Writes down why a connection is closed.
async fn closed(appliance: &Appliance, what: What, refusal: Refusal, address: IpAddr) -> io::Error {
    if let Ok(id) = random::id(appliance.clock.now()) {
        let call = appliance.call(Some(canonical(address)), RequestId::from_bytes(id));
        appliance.denied(what, refusal, &call).await;
    }
    io::Error::new(io::ErrorKind::ConnectionAborted, refusal.name())
}
