//! A connection on which each reply follows what was asked, and none follows the one after which it turns to TLS.
//!
//! Who stands in between could send replies ahead, to be read as if they came under TLS (CVE-2011-0411). Here they end the connection.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// No server needs more for one reply, in bytes.
const LONGEST_REPLY: usize = 16 * 1024;

/// A connection on which each reply follows what was asked. Once it turns to TLS nobody can see any more what is a reply.
#[derive(Debug)]
pub struct Orderly<S> {
    stream: S,
    replies: Replies,
}

/// What was heard so far.
#[derive(Debug, Default)]
struct Replies {
    /// The reply under way.
    heard: Vec<u8>,
    /// Whether it is complete.
    complete: bool,
    /// Whether it answers STARTTLS.
    last: bool,
    /// Whether what follows is TLS.
    over: bool,
}

impl<S> Orderly<S> {
    /// Over this connection, whose server speaks first.
    pub fn new(stream: S) -> Self {
        Self { stream, replies: Replies::default() }
    }
}

impl Replies {
    fn asked(&mut self, command: &[u8]) {
        if !self.over {
            self.heard.clear();
            self.complete = false;
            self.last = command == b"STARTTLS\r\n";
        }
    }

    fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.over || bytes.is_empty() {
            return Ok(());
        }
        self.heard.extend_from_slice(bytes);
        if self.complete || self.heard.len() > LONGEST_REPLY {
            return Err(out_of_turn());
        }
        let mut end = 0;
        for line in self.heard.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            // The last line of a reply has no hyphen behind its code (RFC 5321, section 4.2.1).
            if line.ends_with(b"\n") && line.get(3) != Some(&b'-') {
                self.complete = true;
                break;
            }
        }
        if end < self.heard.len() {
            return Err(out_of_turn());
        }
        self.over = self.complete && self.last;
        Ok(())
    }
}

fn out_of_turn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "more was said than was asked for; somebody may stand in between")
}

impl<S: AsyncTokioStream> AsyncRead for Orderly<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        Poll::Ready(this.replies.hear(buf.filled().get(before..).unwrap_or_default()))
    }
}

impl<S: AsyncTokioStream> AsyncWrite for Orderly<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.replies.asked(bytes);
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl<S: AsyncTokioStream> AsyncTokioStream for Orderly<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeted() -> Replies {
        let mut replies = Replies::default();
        replies.hear(b"220 mail.example.com\r\n").unwrap();
        replies.asked(b"EHLO postern\r\n");
        replies
    }

    #[test]
    fn one_reply_for_each_question_turns_to_tls() {
        let mut replies = greeted();
        replies.hear(b"250-mail.example.com\r\n250-SI").unwrap();
        replies.hear(b"ZE\r\n250 STARTTLS\r\n").unwrap();
        replies.asked(b"STARTTLS\r\n");
        replies.hear(b"220 go\r\n").unwrap();
        assert!(replies.over);
        replies.hear(&[0x16, 3, 1]).unwrap();
    }

    #[test]
    fn a_reply_sent_ahead_ends_the_connection() {
        let mut replies = greeted();
        assert!(replies.hear(b"250 STARTTLS\r\n220 go\r\n").is_err());
        let mut replies = greeted();
        replies.hear(b"250 STARTTLS\r\n").unwrap();
        assert!(replies.hear(b"220 go\r\n").is_err(), "nobody had asked yet");
        let mut replies = greeted();
        replies.hear(b"250 STARTTLS\r\n").unwrap();
        replies.asked(b"STARTTLS\r\n");
        assert!(replies.hear(b"220 go\r\n250 AUTH PLAIN\r\n").is_err(), "the classical one");
        assert!(greeted().hear(&[b'-'; LONGEST_REPLY + 1]).is_err());
    }
}
