//! Pages for who isn't answered as they asked: told in words, with what whoever helps them wants to know.
//!
//! Nothing gets into a page but through [`fill`], which escapes all of it.

use crate::Edition;

/// Why somebody isn't answered as they asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Their address is outside the allowed networks.
    Outside,
    /// Their device has shown no certificate that counts.
    Certificate,
    /// There is nothing at the address.
    Nothing,
    /// They, or who shares their address, ask too often.
    Busy,
    /// The appliance can't.
    Away,
}

/// What such a page tells, as plain text.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Which network to join and whom to ask, in the administrator's words.
    pub hint: &'a str,
    /// The visitor's own address, as the appliance saw it.
    pub address: &'a str,
    /// The request's id, by which its line in the journal is found.
    pub request: &'a str,
    /// After how many seconds to come back.
    pub seconds: &'a str,
}

impl Edition {
    /// The page that says why. Its style stands inside ([`crate::DENIED_STYLE`]), and it needs nothing else.
    pub fn denied(&self, why: Why, facts: &Facts<'_>) -> String {
        let template = match why {
            Why::Outside => self.outside,
            Why::Certificate => self.certificate,
            Why::Nothing => self.nothing,
            Why::Busy => self.busy,
            Why::Away => self.away,
        };
        fill(template, facts)
    }
}

/// Puts facts where `[[name]]` stands. What was put in is never looked at again.
fn fill(template: &str, facts: &Facts<'_>) -> String {
    let mut parts = template.split("[[");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("]]").unwrap_or(("", part));
        let fact = match name {
            "hint" => facts.hint,
            "address" => facts.address,
            "request" => facts.request,
            "seconds" => facts.seconds,
            _ => "",
        };
        fact.chars().for_each(|letter| escape(&mut page, letter));
        page.push_str(rest);
    }
    page
}

/// Safe between tags and within quotes alike.
fn escape(page: &mut String, letter: char) {
    match letter {
        '&' => page.push_str("&amp;"),
        '<' => page.push_str("&lt;"),
        '>' => page.push_str("&gt;"),
        '"' => page.push_str("&quot;"),
        '\'' => page.push_str("&#39;"),
        other => page.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'_> = Facts { hint: "Ask <b>\"O'Hara\" & Co</b>.", address: "192.0.2.7", request: "[[hint]]", seconds: "7" };

    #[test]
    fn whatever_a_page_is_given_stays_text() {
        let page = fill("<p title=\"[[hint]]\">[[hint]]</p>", &FACTS);
        let hint = "Ask &lt;b&gt;&quot;O&#39;Hara&quot; &amp; Co&lt;/b&gt;.";
        assert_eq!(page, format!("<p title=\"{hint}\">{hint}</p>"));
    }

    #[test]
    fn a_fact_that_looks_like_a_hole_is_not_filled() {
        assert_eq!(fill("[[request]] [[seconds]]", &FACTS), "[[hint]] 7");
    }

    #[test]
    fn a_template_that_is_broken_still_makes_a_page() {
        assert_eq!(fill("a [[seconds", &FACTS), "a seconds");
        assert_eq!(fill("a [[nonsense]] b", &FACTS), "a  b");
    }
}
