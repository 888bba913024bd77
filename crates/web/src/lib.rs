//! The browser's side of Postern, embedded into the daemon.
//!
//! Nothing here runs on the appliance, and no page loads anything from elsewhere. The pages have no scripts yet: what they say is
//! true without.

/// A file as the daemon serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: &'static [u8],
    /// Its media type, for `Content-Type`.
    pub media_type: &'static str,
}

/// The page behind every link, `GET /s/{link}`: the same for all, whether the link exists or not.
pub const RECIPIENT: File = File { bytes: include_bytes!("../app/recipient/recipient.html"), media_type: HTML };

/// The page at `GET /`.
pub const FRONT: File = File { bytes: include_bytes!("../app/front/front.html"), media_type: HTML };

/// The pages' style, at [`STYLE_PATH`].
pub const STYLE: File = File { bytes: include_bytes!("../app/style/postern.css"), media_type: "text/css; charset=utf-8" };

/// Where the pages look for their style.
pub const STYLE_PATH: &str = "/assets/postern.css";

const HTML: &str = "text/html; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_load_nothing_but_their_own_style_and_run_nothing() {
        for page in [RECIPIENT, FRONT] {
            let text = std::str::from_utf8(page.bytes).unwrap();
            assert!(text.contains(&format!("<link rel=\"stylesheet\" href=\"{STYLE_PATH}\">")));
            for never in ["<script", "http://", "https://", " style=", "onclick", "<form", "<img", "@import"] {
                assert!(!text.contains(never), "{never}");
            }
        }
        assert!(!std::str::from_utf8(STYLE.bytes).unwrap().contains("url("));
    }

    #[test]
    fn pages_say_their_language_and_fit_a_phone() {
        for page in [RECIPIENT, FRONT] {
            let text = std::str::from_utf8(page.bytes).unwrap();
            assert!(text.starts_with("<!doctype html>\n<html lang=\"en\">"));
            assert!(text.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
        }
    }
}
