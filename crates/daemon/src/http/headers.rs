//! The headers of every answer.
//!
//! Nothing that the daemon sends may be framed, cached, referred from, guessed at or run by a page that isn't its own.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use vault::Timestamp;

use crate::clock;

/// What a page may do: show what the daemon itself sent, and nothing else. No script so far.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; worker-src 'none'";

const ALWAYS: [(&str, &str); 10] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
    ),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
];

const TRANSPORT: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// Puts them on. `host` is the name that the client asked for.
pub fn put(headers: &mut HeaderMap, host: Option<&str>, now: Timestamp) {
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if host.is_some_and(lasting) {
        headers.insert(HeaderName::from_static(TRANSPORT.0), HeaderValue::from_static(TRANSPORT.1));
    }
    // Clients make their ids on this clock.
    if let Ok(date) = HeaderValue::from_str(&clock::date(now)) {
        headers.insert(HeaderName::from_static("date"), date);
    }
}

/// Whether a browser may remember that this host speaks only HTTPS. `localhost` and bare addresses belong to whoever runs
/// something there next.
fn lasting(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let address = name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    let local = name == "localhost" || name.ends_with(".localhost");
    !address && !local && name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        put(&mut headers, Some(host), Timestamp::from_millis(784_111_777_000));
        headers
    }

    #[test]
    fn every_answer_forbids_framing_caching_referring_guessing_and_foreign_scripts() {
        let headers = headers("postern.example.com");
        let value = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
        let policy = value("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "worker-src 'none'", "trusted-types 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(value("referrer-policy"), "no-referrer");
        assert_eq!(value("cache-control"), "no-store");
        assert_eq!(value("x-content-type-options"), "nosniff");
        assert_eq!(value("cross-origin-opener-policy"), "same-origin");
        assert_eq!(value("cross-origin-resource-policy"), "same-origin");
        assert_eq!(value("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn only_a_real_host_name_is_remembered_as_https_alone() {
        for host in ["postern.example.com", "postern.example.com:8443", "POSTERN.example.com."] {
            assert!(headers(host).contains_key("strict-transport-security"), "{host}");
        }
        for host in
            ["localhost", "localhost:8443", "LOCALHOST.", "a.localhost", "10.20.0.2", "10.20.0.2:443", "[::1]:8443", "[::1]", "postern", ""]
        {
            assert!(!headers(host).contains_key("strict-transport-security"), "{host}");
        }
    }
}
