//! Sockets that the service manager opened and hands over (systemd.socket(5), sd_listen_fds(3)), told apart by their names.
//!
//! Nothing is guessed: a name that isn't known, or a socket that isn't what its name says, ends the start.

use std::io;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;

use listenfd::ListenFd;
use nix::sys::socket::{getsockopt, sockopt::AcceptConn};

/// What was handed over.
#[derive(Debug, Default)]
pub struct Inherited {
    /// Where HTTPS is answered; a socket unit may name several addresses.
    pub https: Vec<TcpListener>,
    /// Where proxies come in that speak the PROXY protocol.
    pub proxy: Vec<TcpListener>,
    /// The operators' socket.
    pub admin: Option<UnixListener>,
}

impl Inherited {
    /// Takes what was handed to this process, and clears the variables that told of it. To be called once, before there are threads.
    ///
    /// # Errors
    /// Which socket can't be taken, and what its unit should say.
    pub fn take() -> io::Result<Self> {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
        // Meant for another process, which passed them on by mistake: then the numbers may be anything.
        if number("LISTEN_PID") != Some(std::process::id()) {
            return Ok(Self::default());
        }
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut sockets = ListenFd::from_env();
        let mut inherited = Self::default();
        for at in 0..sockets.len() {
            inherited.put(&mut sockets, at, names.split(':').nth(at).unwrap_or_default())?;
        }
        Ok(inherited)
    }

    fn put(&mut self, sockets: &mut ListenFd, at: usize, name: &str) -> io::Result<()> {
        let wrong = |what: &str| told(format!("the socket that is handed over as {name:?} {what}"));
        match name {
            "https" | "proxy" => {
                let socket = sockets.take_tcp_listener(at).ok().flatten().filter(listens);
                let socket = socket.ok_or_else(|| wrong("is no TCP socket that listens: its unit needs ListenStream= with a port"))?;
                if name == "https" { &mut self.https } else { &mut self.proxy }.push(socket);
            }
            "admin" if self.admin.is_some() => return Err(wrong("comes twice, and operators have one")),
            "admin" => {
                let socket = sockets.take_unix_listener(at).ok().flatten().filter(listens);
                let socket = socket.ok_or_else(|| wrong("is no Unix socket that listens: its unit needs ListenStream= with a path"))?;
                self.admin = Some(socket);
            }
            _ => return Err(wrong("has none of the names https, proxy and admin: its unit needs one as FileDescriptorName=")),
        }
        Ok(())
    }
}

fn listens(socket: &impl AsFd) -> bool {
    getsockopt(socket, AcceptConn).unwrap_or(false)
}

fn told(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
