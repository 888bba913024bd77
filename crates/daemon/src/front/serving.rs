//! The threads that take connections in and answer them, until they are told to stop.
//!
//! What was taken in is answered. What wasn't stays with the kernel, and if somebody else holds the socket too, the next daemon takes it.

use std::fmt::Debug;
use std::io;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_rt::{Arbiter, ArbiterHandle};
use actix_service::{Service, ServiceFactory};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use super::standing::{Standing, Visit};

/// How long to wait when the system can't give another connection: it has no more descriptors, or no memory.
const REST: Duration = Duration::from_millis(500);

/// How long a stop waits at most for clients that were taken in and have not asked yet, or are about to ask once more.
const PATIENCE: Duration = Duration::from_secs(3);

/// The threads that answer, and what they answer.
#[derive(Default)]
pub struct Serving {
    standing: Standing,
    threads: Vec<Arbiter>,
    accepting: Vec<JoinHandle<()>>,
}

/// A socket at which connections come in.
pub trait Socket: Sized + 'static {
    /// The socket as it is before it belongs to a thread.
    type Held: Send + 'static;
    /// A connection.
    type Stream: 'static;

    /// The same socket once more, for another thread.
    ///
    /// # Errors
    /// What the system says.
    fn again(held: &Self::Held) -> io::Result<Self::Held>;

    /// The socket as this thread waits at it.
    ///
    /// # Errors
    /// What the system says.
    fn waiting(held: Self::Held) -> io::Result<Self>;

    /// The next connection.
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>>;
}

impl Socket for TcpListener {
    type Held = std::net::TcpListener;
    type Stream = TcpStream;

    fn again(held: &Self::Held) -> io::Result<Self::Held> {
        held.try_clone()
    }

    fn waiting(held: Self::Held) -> io::Result<Self> {
        held.set_nonblocking(true)?;
        Self::from_std(held)
    }

    async fn next(&self) -> io::Result<TcpStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

impl Socket for UnixListener {
    type Held = StdUnixListener;
    type Stream = UnixStream;

    fn again(held: &Self::Held) -> io::Result<Self::Held> {
        held.try_clone()
    }

    fn waiting(held: Self::Held) -> io::Result<Self> {
        held.set_nonblocking(true)?;
        Self::from_std(held)
    }

    async fn next(&self) -> io::Result<UnixStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

impl Serving {
    /// What is known of all connections together.
    pub fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// A word to each of the threads.
    pub fn threads(&self) -> Vec<ArbiterHandle> {
        self.threads.iter().map(Arbiter::handle).collect()
    }

    /// Answers at these sockets, each with what it is called, on so many threads of their own, and at most so many connections at once.
    ///
    /// # Errors
    /// What the system says.
    pub async fn open<L, N, F, S>(&mut self, sockets: Vec<(L::Held, N)>, threads: usize, most: usize, factory: F) -> io::Result<()>
    where
        L: Socket,
        N: Copy + Send + 'static,
        F: Fn() -> S + Clone + Send + 'static,
        S: ServiceFactory<(L::Stream, N, Visit), Config = ()> + 'static,
        S::InitError: Debug,
    {
        let places = Arc::new(Semaphore::new(most));
        for _ in 0..threads {
            let sockets = sockets.iter().map(|(held, name)| Ok((L::again(held)?, *name))).collect::<io::Result<Vec<_>>>()?;
            let (factory, standing, places) = (factory.clone(), self.standing.clone(), Arc::clone(&places));
            let (tell, told) = oneshot::channel();
            let thread = Arbiter::try_new()?;
            thread.spawn_fn(move || {
                actix_rt::spawn(async move {
                    let _ = tell.send(begin::<L, N, S>(sockets, factory(), &standing, &places).await);
                });
            });
            self.threads.push(thread);
            let begun = told.await.map_err(|_| io::Error::other("a thread that should answer ended"))?;
            self.accepting.extend(begun?);
        }
        Ok(())
    }

    /// Takes in no more, answers what was asked, and ends every connection, within this time.
    pub async fn stop(self, within: Duration) {
        self.standing.stop();
        for task in &self.accepting {
            // It ends where it waits, never between a connection's coming and its being taken on.
            task.abort();
        }
        for task in self.accepting {
            let _ = task.await;
        }
        let ended = async {
            self.standing.drain(PATIENCE).await;
            self.standing.empty().await;
        };
        if tokio::time::timeout(within, ended).await.is_err() {
            log::warn!("{} connections had not ended after {} seconds and are cut off", self.standing.open(), within.as_secs());
        }
        for thread in &self.threads {
            thread.stop();
        }
    }
}

/// Begins to take connections in on this thread.
async fn begin<L: Socket, N, S>(
    sockets: Vec<(L::Held, N)>,
    factory: S,
    standing: &Standing,
    places: &Arc<Semaphore>,
) -> io::Result<Vec<JoinHandle<()>>>
where
    N: Copy + Send + 'static,
    S: ServiceFactory<(L::Stream, N, Visit), Config = ()> + 'static,
    S::InitError: Debug,
{
    let made = factory.new_service(()).await;
    let service = Rc::new(made.map_err(|error| io::Error::other(format!("what should answer can't be made: {error:?}")))?);
    let sockets = sockets.into_iter().map(|(held, name)| Ok((L::waiting(held)?, name))).collect::<io::Result<Vec<_>>>()?;
    let accept = |(socket, name)| {
        actix_rt::spawn(accept::<L, N, S::Service>(socket, name, Rc::clone(&service), standing.clone(), Arc::clone(places)))
    };
    Ok(sockets.into_iter().map(accept).collect())
}

/// Takes connections in for ever.
async fn accept<L: Socket, N, S>(socket: L, name: N, service: Rc<S>, standing: Standing, places: Arc<Semaphore>)
where
    N: Copy + 'static,
    S: Service<(L::Stream, N, Visit)> + 'static,
{
    loop {
        // Whoever finds no place waits with the kernel.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match socket.next().await {
            Ok(stream) => {
                let (visit, service) = (standing.enter(), Rc::clone(&service));
                actix_rt::spawn(async move {
                    // A connection's own failure is its own affair.
                    if std::future::poll_fn(|context| service.poll_ready(context)).await.is_ok() {
                        let _ = service.call((stream, name, visit)).await;
                    }
                    drop(place);
                });
            }
            Err(error) if is_that_connections(&error) => {}
            Err(error) => {
                log::error!("no further connection can be taken in just now: {error}");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Whether it went wrong for this connection alone.
fn is_that_connections(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
