//! The listeners of HTTPS, the one for everybody and the one for proxies, on the same threads and under the same bounds; and the operators'.
//!
//! Each connection passes [`super::meet`] before it is HTTP's; the operators' own are judged with each request.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use std::{io, thread};

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_service::{IntoServiceFactory as _, Service as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use tokio::net::{TcpStream, UnixStream};

use super::connection::Connection;
use super::inherited::Inherited;
use super::serving::Serving;
use super::standing::{Standing, Visit, Watched};
use super::{Listener, meet};
use crate::appliance::Appliance;
use crate::config::listen::Listen;
use crate::http::{entrance, routes};
use crate::operators;

/// How many connections operators may have at once.
const OPERATORS: usize = 256;

/// How long the other end may take to take note of a connection's end.
const GOODBYE: Duration = Duration::from_secs(2);

/// The sockets at which HTTPS is answered.
pub struct Listeners {
    https: Vec<TcpListener>,
    proxy: Vec<TcpListener>,
}

impl Listeners {
    /// Takes what was handed over, and the configured addresses where nothing was.
    ///
    /// # Errors
    /// Which of them can't be had.
    pub fn bind(config: &Listen, inherited: &mut Inherited) -> io::Result<Self> {
        let own = |handed: &mut Vec<TcpListener>, address: Option<SocketAddr>| match (handed.is_empty(), address) {
            (true, Some(address)) => bind(address).map(|socket| vec![socket]),
            _ => Ok(std::mem::take(handed)),
        };
        Ok(Self { https: own(&mut inherited.https, Some(config.address))?, proxy: own(&mut inherited.proxy, config.proxy())? })
    }

    /// Where HTTPS is answered, and where proxies are; the first of each.
    ///
    /// # Errors
    /// What the system says.
    pub fn addresses(&self) -> io::Result<(SocketAddr, Option<SocketAddr>)> {
        let first = |sockets: &[TcpListener]| sockets.first().map(TcpListener::local_addr).transpose();
        let https = first(&self.https)?.ok_or_else(|| io::Error::other("there is no socket for HTTPS"))?;
        Ok((https, first(&self.proxy)?))
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => "; another program listens there: `ss -ltnp` shows which",
            io::ErrorKind::PermissionDenied => {
                "; a port below 1024 is systemd's to open: start posternd.socket, or name another in listen.address"
            }
            io::ErrorKind::AddrNotAvailable => "; this machine doesn't have the address that listen.address names",
            _ => "",
        };
        io::Error::new(error.kind(), format!("can't listen on {address}: {error}{hint}"))
    })
}

/// Answers at these listeners.
///
/// # Errors
/// What the system says.
pub async fn https(serving: &mut Serving, appliance: &Data<Appliance>, listeners: Listeners) -> io::Result<()> {
    let threads = match appliance.config.listen.workers {
        0 => thread::available_parallelism().map_or(2, usize::from),
        threads => threads,
    };
    let https = listeners.https.into_iter().map(|socket| (socket, Listener::Https));
    let sockets = https.chain(listeners.proxy.into_iter().map(|socket| (socket, Listener::Proxy))).collect();
    let (appliance, standing) = (appliance.clone(), serving.standing());
    let most = appliance.config.limits.connections;
    let service = move || {
        let (data, standing) = (appliance.clone(), standing.clone());
        let (limits, closing) = (&appliance.config.limits, standing.clone());
        let app = App::new()
            .app_data(data.clone())
            .wrap(from_fn(entrance::entrance))
            .wrap_fn(move |request, service| {
                let (answer, standing) = (service.call(request), closing.clone());
                async move { answer.await.map(|answer| last(answer, &standing)) }
            })
            .configure(routes::https);
        let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || draining(standing.clone()))
            .keep_alive(KeepAlive::Timeout(Duration::from_secs(limits.keep_alive_seconds)))
            .client_request_timeout(Duration::from_secs(limits.headers_seconds))
            .client_disconnect_timeout(GOODBYE)
            .on_connect_ext(|connection: &Watched<Connection>, kept| {
                kept.insert(connection.stream.shown);
            })
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |(stream, listener, visit): (TcpStream, Listener, Visit)| {
            let data = data.clone();
            async move {
                let (connection, peer) = meet(&data, listener, stream).await.map_err(DispatchError::Io)?;
                Ok((Watched::new(connection, visit), Protocol::Http1, Some(peer)))
            }
        })
        .and_then(http)
    };
    serving.open::<tokio::net::TcpListener, _, _, _>(sockets, threads, most, service).await
}

/// Answers at the operators' socket, on a thread of its own: however many come in from elsewhere, operators get through.
///
/// # Errors
/// What the system says.
pub async fn admin(serving: &mut Serving, appliance: &Data<Appliance>, socket: std::os::unix::net::UnixListener) -> io::Result<()> {
    let (appliance, standing) = (appliance.clone(), serving.standing());
    let service = move || {
        let (limits, standing, closing) = (&appliance.config.limits, standing.clone(), standing.clone());
        let app = App::new()
            .app_data(appliance.clone())
            .wrap(from_fn(operators::entrance::entrance))
            .wrap_fn(move |request, service| {
                let (answer, standing) = (service.call(request), closing.clone());
                async move { answer.await.map(|answer| last(answer, &standing)) }
            })
            .configure(routes::admin);
        let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || draining(standing.clone()))
            .keep_alive(KeepAlive::Timeout(Duration::from_secs(limits.keep_alive_seconds)))
            .client_request_timeout(Duration::from_secs(limits.headers_seconds))
            .client_disconnect_timeout(GOODBYE)
            .on_connect_ext(|connection: &Watched<UnixStream>, kept| operators::caller::ask_kernel(&connection.stream, kept))
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |(stream, (), visit): (UnixStream, (), Visit)| async move {
            Ok::<_, DispatchError>((Watched::new(stream, visit), Protocol::Http1, None))
        })
        .and_then(http)
    };
    serving.open::<tokio::net::UnixListener, _, _, _>(vec![(socket, ())], 1, OPERATORS, service).await
}

async fn draining(standing: Standing) {
    standing.draining().await;
}

/// Says that the connection ends with this answer, if the daemon stops.
fn last<B: MessageBody>(mut answer: ServiceResponse<B>, standing: &Standing) -> ServiceResponse<B> {
    if standing.is_stopping() {
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    answer
}
