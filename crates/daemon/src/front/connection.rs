//! A connection that was let in: its stream, what is known of its other end, the patience with it, and its place.
//!
//! Nothing is read or changed on the way through; what comes to nothing is ended.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Extensions;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::certificate::Shown;
use super::patience::{Patience, Progress};
use crate::config::limits::Limits;

/// What is known of the other end of a connection with TLS since it was opened. What it is worth is judged anew with each request.
#[derive(Debug, Default)]
pub struct Met {
    /// What it has shown as its certificate.
    pub shown: Shown,
    /// The proxy that said before TLS for whom it speaks, if one did.
    pub proxy: Option<IpAddr>,
}

/// A connection that was let in, over a stream `T`; its requests are told `K` of its other end, and it holds the place `P`.
pub struct Connection<T, K, P> {
    stream: T,
    known: K,
    progress: Arc<Progress>,
    patience: Patience,
    /// Held as long as the connection.
    _place: P,
}

impl<T, K: Clone + 'static, P> Connection<T, K, P> {
    /// This stream, from whom this is known, with the patience that everybody has.
    pub fn new(stream: T, known: K, place: P, limits: &Limits) -> Self {
        let patience = Patience::new(Duration::from_secs(limits.keep_alive_seconds + limits.headers_seconds));
        Self { stream, known, progress: Arc::default(), patience, _place: place }
    }

    /// Notes for its requests what is known, and where they tell how far they have come.
    pub fn note(&self, requests: &mut Extensions) {
        requests.insert(self.known.clone());
        requests.insert(Arc::clone(&self.progress));
    }
}

impl<T, K, P> Connection<T, K, P> {
    fn poll_patience(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.patience.poll(&self.progress, context)
    }
}

impl<T: AsyncRead + Unpin, K: Unpin, P: Unpin> AsyncRead for Connection<T, K, P> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin, K: Unpin, P: Unpin> AsyncWrite for Connection<T, K, P> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_patience(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(bytes)) = &written {
            self.patience.written(*bytes);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
