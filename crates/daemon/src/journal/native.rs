//! journald's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), for what `log` has no word for: alerts and critical events.
//!
//! Nothing here is large: a line fits into one datagram, or it is an error.

use std::io;
use std::os::unix::net::UnixDatagram;

use super::line::Line;

const SOCKET: &str = "/run/systemd/journal/socket";

/// Sends a line with this priority.
///
/// # Errors
/// What the socket says.
pub fn send(line: &Line, priority: u8) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to(&payload(line, priority), SOCKET)?;
    Ok(())
}

fn payload(line: &Line, priority: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    put(&mut out, "PRIORITY", &priority.to_string());
    put(&mut out, "MESSAGE", &line.message);
    put(&mut out, "SYSLOG_IDENTIFIER", "posternd");
    put(&mut out, "SYSLOG_PID", &std::process::id().to_string());
    put(&mut out, "TARGET", &line.target);
    for (name, value) in &line.fields {
        put(&mut out, name, value);
    }
    out
}

/// With its length in front, a value may hold anything, line ends included.
fn put(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(&(value.len() as u64).to_le_bytes());
    out.extend_from_slice(value.as_bytes());
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_a_line_end_makes_no_second_field() {
        let mut line = Line::warning("a\nPRIORITY=7".to_owned());
        line.fields.push(("POSTERN_REASON".to_owned(), "b\nc".to_owned()));
        let payload = payload(&line, 1);
        assert!(payload.starts_with(b"PRIORITY\n\x01\0\0\0\0\0\0\x001\nMESSAGE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=7\n"));
        assert!(payload.ends_with(b"POSTERN_REASON\n\x03\0\0\0\0\0\0\0b\nc\n"));
    }
}
