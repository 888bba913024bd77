//! The headers of every answer.
//!
//! Nothing that the daemon sends may be framed, cached, referred from, guessed at or run by a page that isn't its own.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue};
use vault::Timestamp;

use crate::clock;

/// What an answer is, for its headers. Whoever makes one that isn't for programs leaves this in its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For programs: JSON or nothing. Where a browser shows it nevertheless, it may do nothing at all.
    Data,
    /// A page with its script, its style and pictures that stand in it.
    Page,
    /// A page for whom is not let in: words, and the style that stands in it.
    Denied,
    /// A script or a style, whose name changes with its contents.
    Asset,
}

/// What no answer may do, whatever it is.
const NEVER: &str = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
     trusted-types 'none'; worker-src 'none'";

const STRICTEST: &str = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'; worker-src 'none'";

/// What a page loads and speaks to: the daemon that sent it, and nobody else.
const PAGE: &str = "script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'";

/// An asset is never another one under the same name, so it can be kept for as long as caches keep anything.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

const ALWAYS: [(&str, &str); 9] = [
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    (
        "permissions-policy",
        // The page of a link copies what was shared, when it is asked to; it reads no clipboard.
        "accelerometer=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
    ),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
];

const TRANSPORT: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// Puts them on. `host` is the name that the client asked for.
pub fn put(headers: &mut HeaderMap, kind: Kind, host: Option<&str>, now: Timestamp) {
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy(kind));
    if kind == Kind::Asset {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    }
    if host.is_some_and(lasting) {
        headers.insert(HeaderName::from_static(TRANSPORT.0), HeaderValue::from_static(TRANSPORT.1));
    }
    // Clients make their ids on this clock.
    if let Ok(date) = HeaderValue::from_str(&clock::date(now)) {
        headers.insert(HeaderName::from_static("date"), date);
    }
}

/// What a browser may do with such an answer.
pub fn policy(kind: Kind) -> HeaderValue {
    let sources = match kind {
        Kind::Data | Kind::Asset => None,
        Kind::Page => Some(PAGE.to_owned()),
        Kind::Denied => Some(format!("style-src 'sha256-{}'; img-src data:", web::DENIED_STYLE)),
    };
    let policy = sources.and_then(|sources| HeaderValue::from_str(&format!("default-src 'none'; {sources}; {NEVER}")).ok());
    policy.unwrap_or(HeaderValue::from_static(STRICTEST))
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

    fn headers(kind: Kind, host: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        put(&mut headers, kind, Some(host), Timestamp::from_millis(784_111_777_000));
        headers
    }

    #[test]
    fn every_answer_forbids_framing_referring_guessing_and_foreign_scripts() {
        for kind in [Kind::Data, Kind::Page, Kind::Denied, Kind::Asset] {
            let headers = headers(kind, "postern.example.com");
            let value = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
            let policy = value("content-security-policy");
            for part in [
                "default-src 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
                "worker-src 'none'",
            ] {
                assert!(policy.split("; ").any(|there| there == part), "{kind:?}: {part}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
            assert_eq!(value("referrer-policy"), "no-referrer");
            assert_eq!(value("x-content-type-options"), "nosniff");
            assert_eq!(value("cross-origin-opener-policy"), "same-origin");
            assert_eq!(value("cross-origin-resource-policy"), "same-origin");
            assert_eq!(value("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
        }
    }

    #[test]
    fn nothing_is_cached_but_assets_and_those_for_good() {
        for (kind, caching) in [(Kind::Data, "no-store"), (Kind::Page, "no-store"), (Kind::Denied, "no-store"), (Kind::Asset, FOR_GOOD)] {
            assert_eq!(headers(kind, "localhost").get("cache-control").unwrap(), caching, "{kind:?}");
        }
    }

    #[test]
    fn only_a_page_runs_a_script_and_only_its_own() {
        let policy = |kind| policy(kind).to_str().unwrap().to_owned();
        assert!(policy(Kind::Page).contains("; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "));
        for kind in [Kind::Data, Kind::Denied, Kind::Asset] {
            assert!(!policy(kind).contains("script-src") && !policy(kind).contains("connect-src"), "{kind:?}");
        }
        assert!(policy(Kind::Denied).contains("; style-src 'sha256-") && policy(Kind::Data).contains("; sandbox; "));
    }

    #[test]
    fn only_a_real_host_name_is_remembered_as_https_alone() {
        for host in ["postern.example.com", "postern.example.com:8443", "POSTERN.example.com."] {
            assert!(headers(Kind::Page, host).contains_key("strict-transport-security"), "{host}");
        }
        for host in
            ["localhost", "localhost:8443", "LOCALHOST.", "a.localhost", "10.20.0.2", "10.20.0.2:443", "[::1]:8443", "[::1]", "postern", ""]
        {
            assert!(!headers(Kind::Page, host).contains_key("strict-transport-security"), "{host}");
        }
    }
}
