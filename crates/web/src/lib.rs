//! The browser's side of Postern, embedded.
//!
//! Nothing here runs: these are files, as the browser gets them.

/// A file for browsers.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// What it is, for the `Content-Type` header.
    pub content_type: &'static str,
    /// The file.
    pub bytes: &'static str,
}

/// What a browser shows for a link. It is the same for every link.
pub static LINK: Asset = Asset { content_type: "text/html; charset=utf-8", bytes: include_str!("../static/link.html") };

/// What a browser shows at the appliance's own address.
pub static WELCOME: Asset = Asset { content_type: "text/html; charset=utf-8", bytes: include_str!("../static/welcome.html") };

/// The style of both.
pub static STYLE: Asset = Asset { content_type: "text/css; charset=utf-8", bytes: include_str!("../static/style.css") };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_run_nothing_and_fetch_nothing_from_elsewhere() {
        for page in [LINK, WELCOME] {
            for forbidden in ["<script", "style=", "<style", "http://", "https://", "onclick", "<form", "<iframe"] {
                assert!(!page.bytes.contains(forbidden), "{forbidden}");
            }
            assert!(page.bytes.contains("/assets/style.css") && page.bytes.contains("lang=\"en\"") && page.bytes.contains("width=device-width"));
        }
        assert!(!STYLE.bytes.contains("url(") && !STYLE.bytes.contains("@import"));
    }

    #[test]
    fn a_link_page_says_that_nothing_was_spent_and_what_to_do() {
        assert!(LINK.bytes.contains("postern open") && LINK.bytes.contains("Nothing has been spent"));
    }
}
