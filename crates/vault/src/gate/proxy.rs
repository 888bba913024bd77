//! The PROXY protocol, versions 1 and 2, as HAProxy's specification has it: what a proxy says before anything else about whom it speaks for.
//!
//! Bytes go in, an address comes out. Nothing here asks whether the proxy may be believed; nothing is read past the header.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::canonical;

/// What version 2 begins with.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// What version 1 begins with.
const WORD: &[u8; 6] = b"PROXY ";

/// The longest line of version 1, with its end.
const LONGEST_LINE: usize = 107;

/// The head of version 2: signature, command, family, length.
const HEAD: usize = 16;

/// The most that may follow the head of version 2. Addresses take 36 bytes; the rest is what proxies tell besides, which isn't read.
const MOST_AFTER: usize = 2048;

/// What the bytes so far come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The header goes on for at least so many bytes.
    Further(usize),
    /// The header is complete: the proxy speaks for this address and port.
    For(SocketAddr),
    /// The header is complete: the proxy speaks for itself, as it does to see whether anybody is there.
    Itself,
}

/// The bytes are no header of the PROXY protocol, or one that names no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no header of the PROXY protocol that names an address")]
pub struct Unheard;

/// Reads a header as far as it has come. Whoever reads as many bytes as are said to follow, and no more, stands exactly behind it in the end.
///
/// # Errors
/// [`Unheard`].
pub fn hear(bytes: &[u8]) -> Result<Heard, Unheard> {
    // The shortest line of version 1 has 15 bytes, so both versions have these twelve.
    let Some(begin) = bytes.get(..SIGNATURE.len()) else {
        return Ok(Heard::Further(SIGNATURE.len() - bytes.len()));
    };
    if begin == SIGNATURE {
        return second(bytes);
    }
    if begin.starts_with(WORD) { first(bytes) } else { Err(Unheard) }
}

fn first(bytes: &[u8]) -> Result<Heard, Unheard> {
    let Some(line) = bytes.strip_suffix(b"\r\n") else {
        return if bytes.len() < LONGEST_LINE { Ok(Heard::Further(1)) } else { Err(Unheard) };
    };
    let line = std::str::from_utf8(line).map_err(|_| Unheard)?;
    let mut words = line.split(' ').skip(1);
    let four = match words.next() {
        Some("UNKNOWN") => return Ok(Heard::Itself),
        Some("TCP4") => true,
        Some("TCP6") => false,
        _ => return Err(Unheard),
    };
    let mut address =
        || words.next().and_then(|word| word.parse::<IpAddr>().ok()).filter(|address| address.is_ipv4() == four).ok_or(Unheard);
    let (source, _) = (address()?, address()?);
    let mut port = || words.next().filter(|word| !word.starts_with('+')).and_then(|word| word.parse::<u16>().ok()).ok_or(Unheard);
    let (port, _) = (port()?, port()?);
    if words.next().is_some() {
        return Err(Unheard);
    }
    Ok(Heard::For(SocketAddr::new(canonical(source), port)))
}

fn second(bytes: &[u8]) -> Result<Heard, Unheard> {
    let Some([command, family, high, low]) = bytes.get(SIGNATURE.len()..HEAD).and_then(|rest| <[u8; 4]>::try_from(rest).ok()) else {
        return Ok(Heard::Further(HEAD.saturating_sub(bytes.len()).max(1)));
    };
    let after = usize::from(u16::from_be_bytes([high, low]));
    if after > MOST_AFTER || bytes.len() > HEAD + after {
        return Err(Unheard);
    }
    let missing = HEAD + after - bytes.len();
    if missing > 0 {
        return Ok(Heard::Further(missing));
    }
    let said = bytes.get(HEAD..).unwrap_or_default();
    match (command, family) {
        (0x20, _) => Ok(Heard::Itself),
        // TCP over IPv4: source, destination, source port, destination port.
        (0x21, 0x11) => {
            let (source, port) = (said.first_chunk::<4>().ok_or(Unheard)?, port(said, 8, 12)?);
            Ok(Heard::For(SocketAddr::new(Ipv4Addr::from(*source).into(), port)))
        }
        (0x21, 0x21) => {
            let (source, port) = (said.first_chunk::<16>().ok_or(Unheard)?, port(said, 32, 36)?);
            Ok(Heard::For(SocketAddr::new(canonical(Ipv6Addr::from(*source).into()), port)))
        }
        // Datagrams, Unix sockets and connections of which nothing is known name nobody whom the gate could judge.
        _ => Err(Unheard),
    }
}

/// The source port, which stands here; addresses and ports end there.
fn port(said: &[u8], at: usize, end: usize) -> Result<u16, Unheard> {
    let ports = said.get(at..end).and_then(|ports| ports.first_chunk::<2>()).ok_or(Unheard)?;
    Ok(u16::from_be_bytes(*ports))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heard(source: &str) -> Result<Heard, Unheard> {
        Ok(Heard::For(source.parse().unwrap()))
    }

    fn v2(command: u8, family: u8, said: &[u8]) -> Vec<u8> {
        let length = u16::try_from(said.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, said].concat()
    }

    #[test]
    fn a_line_of_version_1_names_the_visitor() {
        assert_eq!(hear(b"PROXY TCP4 10.20.0.5 10.0.0.1 56324 443\r\n"), heard("10.20.0.5:56324"));
        assert_eq!(hear(b"PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n"), heard("[2001:db8::7]:56324"));
        assert_eq!(hear(b"PROXY TCP6 ::ffff:10.20.0.5 ::1 1 443\r\n"), heard("10.20.0.5:1"));
        assert_eq!(hear(b"PROXY UNKNOWN\r\n"), Ok(Heard::Itself));
        assert_eq!(hear(b"PROXY UNKNOWN ffff:f...f:ffff 1 2\r\n"), Ok(Heard::Itself));
    }

    #[test]
    fn a_header_of_version_2_names_the_visitor_and_may_say_more() {
        let four = [10, 20, 0, 5, 10, 0, 0, 1, 0xdc, 0x04, 0x01, 0xbb];
        assert_eq!(hear(&v2(0x21, 0x11, &four)), heard("10.20.0.5:56324"));
        assert_eq!(hear(&v2(0x21, 0x11, &[&four[..], &[4; 300]].concat())), heard("10.20.0.5:56324"));
        let mapped: Ipv6Addr = "::ffff:10.20.0.5".parse().unwrap();
        let six = [&mapped.octets()[..], &[0; 16], &[0, 1], &[1, 187]].concat();
        assert_eq!(hear(&v2(0x21, 0x21, &six)), heard("10.20.0.5:1"));
        assert_eq!(hear(&v2(0x20, 0x00, &[])), Ok(Heard::Itself));
        assert_eq!(hear(&v2(0x20, 0x11, &four)), Ok(Heard::Itself), "LOCAL leaves aside what stands behind it");
    }

    #[test]
    fn what_names_nobody_or_is_no_header_is_refused() {
        let four = [10, 20, 0, 5, 10, 0, 0, 1, 0xdc, 0x04, 0x01, 0xbb];
        let mut long = v2(0x21, 0x11, &four);
        long[14..16].copy_from_slice(&[0xff, 0xff]);
        for wrong in [
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00".to_vec(),
            b"PROXY TCP4 10.20.0.5 10.0.0.1 56324\r\n".to_vec(),
            b"PROXY TCP4 10.20.0.5 10.0.0.1 56324 443 1\r\n".to_vec(),
            b"PROXY TCP4 2001:db8::7 10.0.0.1 56324 443\r\n".to_vec(),
            b"PROXY TCP6 10.20.0.5 10.0.0.1 56324 443\r\n".to_vec(),
            b"PROXY TCP4  10.20.0.5 10.0.0.1 56324 443\r\n".to_vec(),
            b"PROXY TCP4 10.20.0.5 10.0.0.1 +5632 443\r\n".to_vec(),
            b"PROXY TCP4 10.20.0.5 10.0.0.1 65536 443\r\n".to_vec(),
            b"PROXY UDP4 10.20.0.5 10.0.0.1 56324 443\r\n".to_vec(),
            b"PROXY TCP4 \xff\xfe.0.5 10.0.0.1 56324 443\r\n".to_vec(),
            [b"PROXY UNKNOWN ".to_vec(), vec![b' '; 200]].concat(),
            v2(0x21, 0x11, &four[..11]),
            v2(0x21, 0x00, &four),
            v2(0x21, 0x31, &[0; 216]),
            v2(0x21, 0x12, &four),
            v2(0x22, 0x11, &four),
            v2(0x11, 0x11, &four),
            long,
        ] {
            assert_eq!(hear(&wrong), Err(Unheard), "{:?}", String::from_utf8_lossy(&wrong));
        }
    }

    #[test]
    fn whoever_reads_as_much_as_is_said_stands_exactly_behind_the_header() {
        let four = [10, 20, 0, 5, 10, 0, 0, 1, 0xdc, 0x04, 0x01, 0xbb];
        for header in [b"PROXY TCP4 10.20.0.5 10.0.0.1 56324 443\r\n".to_vec(), b"PROXY UNKNOWN\r\n".to_vec(), v2(0x21, 0x11, &four)] {
            let mut read = 0;
            while let Heard::Further(more) = hear(&header[..read]).unwrap() {
                read += more;
            }
            assert_eq!(read, header.len());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_ask_for_more_than_a_header_can_have(begin in 0..3_usize, rest in proptest::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [[&b""[..], SIGNATURE, WORD][begin], &rest].concat();
            if let Ok(Heard::Further(more)) = hear(&bytes) {
                prop_assert!((1..=HEAD + MOST_AFTER).contains(&(more + bytes.len())));
            }
        }
    }
}
