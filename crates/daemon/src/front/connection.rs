//! A connection that was let in: its TLS stream, what is known of its other end, and its place among those of its address.
//!
//! Nothing is read or changed on the way through.

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

/// What is known of a connection's other end since it was opened. What it is worth is judged anew with each request.
#[derive(Debug, Default)]
pub struct Met {
    /// What it has shown as its certificate.
    pub shown: Shown,
    /// The proxy that said before TLS for whom it speaks, if one did.
    pub proxy: Option<IpAddr>,
}

/// A connection that was let in.
pub struct Connection {
    pub stream: SslStream<TcpStream>,
    pub met: Arc<Met>,
    /// Held as long as the connection; a trusted proxy needs none.
    pub _place: Option<Place>,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
