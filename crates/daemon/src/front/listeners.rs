//! The listeners of HTTPS, the one for everybody and the one for proxies, on the same threads and under the same bounds; and the operators'.
//!
//! What comes from elsewhere passes [`super::meet`] before it is HTTP's; operators are judged with each request. HTTP itself is made once,
//! and nobody's connection is without the patience that everybody's has.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_service::{IntoServiceFactory as _, Service as _, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, Error};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::connection::Connection;
use super::giving::Giving;
use super::inherited::Inherited;
use super::patience::Progress;
use super::seats::{self, Seats};
use super::serving::Serving;
use super::standing::{Standing, Visit, Watched};
use super::{Listener, meet};
use crate::appliance::Appliance;
use crate::config::listen::Listen;
use crate::http::{entrance, routes};
use crate::operators::{self, caller};

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
        let appliance = appliance.clone();
        let http = http(&appliance, &standing, entrance::entrance, routes::https);
        fn_service(move |(stream, listener, visit): (TcpStream, Listener, Visit)| {
            let appliance = appliance.clone();
            async move {
                let (connection, peer) = meet(&appliance, listener, stream).await.map_err(DispatchError::Io)?;
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
    let (appliance, standing, seats) = (appliance.clone(), serving.standing(), Seats::default());
    let service = move || {
        let (appliance, seats) = (appliance.clone(), seats.clone());
        let http = http(&appliance, &standing, operators::entrance::entrance, routes::admin);
        fn_service(move |(stream, (), visit): (UnixStream, (), Visit)| {
            let taken = caller::ask_kernel(&stream).ok_or_else(|| closed_out("the kernel does not say whose it is")).and_then(|user| {
                let seat = seats.take(user, appliance.clock.now()).map_err(|refusal| closed_out(refusal.name()))?;
                let connection = Connection::new(stream, Some(user), seat, &appliance.config.limits);
                Ok((Watched::new(connection, visit), Protocol::Http1, None))
            });
            std::future::ready(taken)
        })
        .and_then(http)
    };
    serving.open::<tokio::net::UnixListener, _, _, _>(vec![(socket, ())], 1, seats::ALL, service).await
}

/// Why a connection gets no further. Whoever it is gets no answer: there is nothing yet in which to say one.
fn closed_out(why: &'static str) -> DispatchError {
    DispatchError::Io(io::Error::new(io::ErrorKind::ConnectionAborted, why))
}

/// HTTP on connections of one kind: behind this entrance, with these routes, under the bounds that all of them have.
fn http<T, K, P, E, A>(
    appliance: &Data<Appliance>,
    standing: &Standing,
    entrance: E,
    routes: fn(&mut ServiceConfig),
) -> impl ServiceFactory<Taken<T, K, P>, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<T, K, P, E, A>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
    K: Clone + Unpin + 'static,
    P: Unpin + 'static,
    E: Fn(ServiceRequest, Next<BoxBody>) -> A + 'static,
    A: Future<Output = Result<ServiceResponse<BoxBody>, Error>> + 'static,
{
    let (limits, draining, stopping) = (&appliance.config.limits, standing.clone(), standing.clone());
    let app = App::new()
        .app_data(appliance.clone())
        .wrap(from_fn(entrance))
        .wrap_fn(move |request, service| {
            let progress = request.conn_data::<Arc<Progress>>().cloned().unwrap_or_default();
            let (working, answer, stopping) = (progress.begin(), service.call(request), stopping.clone());
            async move {
                let answer = answer.await?;
                drop(working);
                Ok(last(answer.map_body(|_, body| Giving::new(body, progress)), &stopping))
            }
        })
        .configure(routes);
    let app = app.into_factory().map_err(|error: Error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || drained(draining.clone()))
        .keep_alive(KeepAlive::Timeout(Duration::from_secs(limits.keep_alive_seconds)))
        .client_request_timeout(Duration::from_secs(limits.headers_seconds))
        .client_disconnect_timeout(GOODBYE)
        .on_connect_ext(|connection: &Watched<Connection<T, K, P>>, requests| connection.stream.note(requests))
        .finish(map_config(app, |()| AppConfig::default()))
}

/// A connection as HTTP takes it: with its protocol, and its address if it has one.
type Taken<T, K, P> = (Watched<Connection<T, K, P>>, Protocol, Option<SocketAddr>);

async fn drained(standing: Standing) {
    standing.draining().await;
}

/// Says that the connection ends with this answer, if the daemon stops.
fn last<B: MessageBody>(mut answer: ServiceResponse<B>, standing: &Standing) -> ServiceResponse<B> {
    if standing.is_stopping() {
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    answer
}
