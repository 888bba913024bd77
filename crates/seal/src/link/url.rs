//! The text of a link: `https://HOST[:port]/s/<link id>#<fragment>`. There is one text for each link;
//! nothing is mended, because what a program mends another may read differently.

use std::fmt;
use std::net::Ipv6Addr;

use zeroize::Zeroizing;

use crate::link::LinkSecret;
use crate::{Error, Id, id};

/// Where the appliance is: `https://` and a host with an optional port, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A whole link. It has no `Display`: [`LinkUrl::to_text`] shows the secret, knowingly.
#[derive(Debug, PartialEq, Eq)]
pub struct LinkUrl {
    /// Where to open it.
    pub origin: Origin,
    /// Which link.
    pub link: Id,
    /// Its secret.
    pub secret: LinkSecret,
}

/// Why a text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALink {
    /// It doesn't begin with `https://`.
    #[error("a link begins with https://; copy it again, whole")]
    Scheme,
    /// The host or its port isn't written as a link writes it.
    #[error("the host in the link is malformed; copy the link again, whole")]
    Host,
    /// What follows the host isn't a link's path.
    #[error("this is not a link to a shared item: after the host it should go on with /s/ and an id")]
    Path,
    /// There is nothing behind a `#`.
    #[error("the end of the link, from the # on, is missing; a mail program may have cut it off")]
    NoFragment,
    /// What is behind the `#` isn't a link's secret.
    #[error("the end of the link, after the #, is damaged; copy it again, whole")]
    Fragment,
    /// The link was made by a newer Postern.
    #[error("this link is of version {0}, which this program doesn't know; use a newer one")]
    UnknownVersion(u8),
}

impl Origin {
    /// Reads `https://HOST[:port]`: a host name, an IPv4 address, or an IPv6 address in brackets.
    pub fn parse(text: &str) -> Result<Self, NotALink> {
        let authority = text.strip_prefix("https://").ok_or(NotALink::Scheme)?;
        let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) = rest.split_once(']').ok_or(NotALink::Host)?;
            // The library writes an address in its one recommended form (RFC 5952).
            let right = address.parse::<Ipv6Addr>().is_ok_and(|read| read.to_string() == address);
            (right, port)
        } else {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (is_host(host), port)
        };
        if host && is_port(port) { Ok(Self(text.to_owned())) } else { Err(NotALink::Host) }
    }

    /// The text that [`Origin::parse`] reads.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl LinkUrl {
    /// The whole link, secret included.
    pub fn to_text(&self) -> Zeroizing<String> {
        let (link, fragment) = (id::to_text(&self.link), self.secret.to_fragment());
        Zeroizing::new(format!("{}/s/{link}#{}", self.origin, *fragment))
    }

    /// Reads what [`LinkUrl::to_text`] wrote. White space around it is no part of it.
    pub fn parse(text: &str) -> Result<Self, NotALink> {
        let text = text.trim();
        let rest = text.strip_prefix("https://").ok_or(NotALink::Scheme)?;
        let (address, fragment) = match text.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (text, None),
        };
        let host_ends = "https://".len() + rest.find(['/', '#']).unwrap_or(rest.len());
        let (origin, path) = address.split_at_checked(host_ends).ok_or(NotALink::Path)?;
        let origin = Origin::parse(origin)?;
        let link = path.strip_prefix("/s/").ok_or(NotALink::Path)?;
        let link = id::from_text(link).map_err(|_| NotALink::Path)?;
        let fragment = fragment.filter(|text| !text.is_empty()).ok_or(NotALink::NoFragment)?;
        let secret = LinkSecret::from_fragment(fragment).map_err(|error| match error {
            Error::UnknownVersion(version) => NotALink::UnknownVersion(version),
            _ => NotALink::Fragment,
        })?;
        Ok(Self { origin, link, secret })
    }
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=63).contains(&label.len()) && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_port(port: &str) -> bool {
    port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_origin_is_a_host_and_perhaps_a_port() {
        for right in [
            "https://localhost",
            "https://localhost:8443",
            "https://vault.example.org",
            "https://10.20.0.5:443",
            "https://[::1]:8443",
            "https://[2001:db8::1]",
            "https://xn--bcher-kva.example",
        ] {
            assert_eq!(Origin::parse(right).unwrap().to_string(), right);
        }
        assert_eq!(Origin::parse("http://localhost"), Err(NotALink::Scheme));
        for wrong in [
            "https://",
            "https://:8443",
            "https://localhost:",
            "https://localhost:0",
            "https://localhost:08443",
            "https://localhost:65536",
            "https://localhost:+1",
            "https://Localhost",
            "https://localhost/",
            "https://user@localhost",
            "https://a..b",
            "https://-a",
            "https://a-",
            "https://bücher.example",
            "https://a b",
            "https://[::1",
            "https://[0:0:0:0:0:0:0:1]",
            "https://[2001:DB8::1]",
            "https://::1",
        ] {
            assert_eq!(Origin::parse(wrong), Err(NotALink::Host), "{wrong}");
        }
    }

    #[test]
    fn each_way_in_which_a_link_is_damaged_is_named() {
        let secret = || LinkSecret::from_bytes([7; 32]);
        let origin = Origin::parse("https://localhost:8443").unwrap();
        let whole = LinkUrl { origin, link: [0xab; 16], secret: secret() }.to_text();
        let fragment = secret().to_fragment();
        let path = "https://localhost:8443/s/abababab-abab-abab-abab-abababababab";
        assert_eq!(*whole, format!("{path}#{}", *fragment));
        assert!(LinkUrl::parse(&format!(" {}\r\n", *whole)).is_ok());
        let why = |text: &str| LinkUrl::parse(text).unwrap_err();
        assert_eq!(why(""), NotALink::Scheme);
        assert_eq!(why(&whole.replace("https", "http")), NotALink::Scheme);
        assert_eq!(why(&whole.replace("https", "HTTPS")), NotALink::Scheme);
        assert_eq!(why(&whole.replace("localhost", "me@localhost")), NotALink::Host);
        assert_eq!(why(&whole.replace("/s/", "/t/")), NotALink::Path);
        assert_eq!(why(&whole.replace("/s/", "//s/")), NotALink::Path);
        assert_eq!(why(&whole.replace('#', "?token=1#")), NotALink::Path);
        assert_eq!(why(&whole.replace('#', "/#")), NotALink::Path);
        assert_eq!(why(&whole.replace("abab-", "ABAB-")), NotALink::Path);
        assert_eq!(why("https://localhost:8443"), NotALink::Path);
        assert_eq!(why("https://localhost:8443#a/b"), NotALink::Path);
        assert_eq!(why(path), NotALink::NoFragment);
        assert_eq!(why(&format!("{path}#")), NotALink::NoFragment);
        assert_eq!(why(&whole[..whole.len() - 1]), NotALink::Fragment);
        assert_eq!(why(&format!("{}#", *whole)), NotALink::Fragment);
        assert_eq!(why(&format!("{path}#Ag")), NotALink::UnknownVersion(2));
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let origin = Origin::parse("https://localhost").unwrap();
        let link = LinkUrl { origin, link: [1; 16], secret: LinkSecret::from_bytes([7; 32]) };
        assert!(format!("{link:?}").contains("LinkSecret(redacted)"));
    }

    proptest! {
        #[test]
        fn every_link_is_read_back(link: Id, secret: [u8; 32], port in 1_u16..) {
            let origin = Origin::parse(&format!("https://vault.example:{port}")).unwrap();
            let url = LinkUrl { origin, link, secret: LinkSecret::from_bytes(secret) };
            prop_assert_eq!(LinkUrl::parse(&url.to_text()), Ok(url));
        }

        #[test]
        fn whatever_is_read_is_what_would_be_written(text in "https://[a-z0-9:.\\[\\]]{1,12}/s/[0-9a-f-]{36}#AQ[A-Za-z0-9_-]{42}") {
            if let Ok(url) = LinkUrl::parse(&text) {
                prop_assert_eq!(&*url.to_text(), &text);
            }
        }
    }
}
