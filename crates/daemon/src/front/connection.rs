//! A connection that was let in: its TLS stream, what is known of its other end, and its place among those of its address.
//!
//! Nothing is read or changed on the way through; what comes to nothing is ended.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::certificate::Shown;
use super::crowd::Place;
use super::patience::{Patience, Progress};

/// What is known of a connection's other end since it was opened. What it is worth is judged anew with each request.
#[derive(Debug, Default)]
pub struct Met {
    /// What it has shown as its certificate.
    pub shown: Shown,
    /// The proxy that said before TLS for whom it speaks, if one did.
    pub proxy: Option<IpAddr>,
    /// How far its requests have come.
    pub progress: Progress,
}

/// A connection that was let in.
pub struct Connection {
    pub stream: SslStream<TcpStream>,
    pub met: Arc<Met>,
    pub patience: Patience,
    /// Held as long as the connection; a trusted proxy needs none.
    pub _place: Option<Place>,
}

impl Connection {
    fn poll_patience(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.patience.poll(&self.met.progress, context)
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
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
