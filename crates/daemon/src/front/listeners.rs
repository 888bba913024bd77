//! The listeners of HTTPS: the one for everybody and the one for proxies, on the same workers, under the same bounds.
//!
//! Each connection passes [`super::meet`] before it is HTTP's.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::App;
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::{Listener, meet};
use crate::appliance::Appliance;
use crate::config::listen::Listen;
use crate::http::{entrance, routes};

/// The sockets at which HTTPS is answered.
pub struct Listeners {
    https: TcpListener,
    proxy: Option<TcpListener>,
}

impl Listeners {
    /// Takes the configured addresses.
    ///
    /// # Errors
    /// Which of them can't be had.
    pub fn bind(config: &Listen) -> io::Result<Self> {
        let bind = |address: SocketAddr| {
            TcpListener::bind(address).map_err(|error| io::Error::new(error.kind(), format!("can't listen on {address}: {error}")))
        };
        Ok(Self { https: bind(config.address)?, proxy: config.proxy().map(bind).transpose()? })
    }

    /// Where HTTPS is answered, and where proxies are.
    ///
    /// # Errors
    /// What the system says.
    pub fn addresses(&self) -> io::Result<(SocketAddr, Option<SocketAddr>)> {
        Ok((self.https.local_addr()?, self.proxy.as_ref().map(TcpListener::local_addr).transpose()?))
    }
}

/// The server that answers at these listeners.
///
/// # Errors
/// What the system says.
pub fn https(appliance: &Data<Appliance>, listeners: Listeners) -> io::Result<Server> {
    let limits = &appliance.config.limits;
    let workers = match appliance.config.listen.workers {
        0 => thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    };
    let server = Server::build()
        .workers(workers)
        .disable_signals()
        .max_concurrent_connections(limits.connections.div_ceil(workers.max(1)))
        .shutdown_timeout(limits.stop_seconds);
    let server = listen(server, appliance, Listener::Https, listeners.https)?;
    let server = match listeners.proxy {
        Some(proxy) => listen(server, appliance, Listener::Proxy, proxy)?,
        None => server,
    };
    Ok(server.run())
}

fn listen(server: ServerBuilder, appliance: &Data<Appliance>, listener: Listener, socket: TcpListener) -> io::Result<ServerBuilder> {
    let stopping = server.graceful_shutdown_signal();
    let (appliance, address) = (appliance.clone(), socket.local_addr()?);
    server.listen(format!("{listener:?}"), socket, move || {
        let (data, stopping) = (appliance.clone(), stopping.clone());
        let app = App::new().app_data(data.clone()).wrap(from_fn(entrance::entrance)).configure(routes::https);
        let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(KeepAlive::Timeout(Duration::from_secs(data.config.limits.keep_alive_seconds)))
            .client_request_timeout(Duration::from_secs(data.config.limits.headers_seconds))
            .client_disconnect_timeout(Duration::from_secs(2))
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, kept| {
                kept.insert(Arc::clone(&connection.met));
            })
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let data = data.clone();
            async move {
                let (connection, peer) = meet(&data, listener, stream).await.map_err(DispatchError::Io)?;
                Ok((connection, Protocol::Http1, Some(peer)))
            }
        })
        .and_then(http)
    })
}
