//! One page of the manual as it is written down, in the language of roff.
//!
//! Nothing here knows commands or configuration: sections, paragraphs and rows come in.

use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::{Failed, Issue};

/// What the manual as a whole is called.
const MANUAL: &str = "Postern";

/// A page that is being written.
pub struct Sheet {
    text: String,
}

impl Sheet {
    /// An empty page with its title.
    pub fn new(name: &str, section: u8, issue: &Issue) -> Self {
        let Issue { day, of } = issue;
        let made = ".\\\" Made by `make pages` from what the program itself says. Change that, not this.";
        let title = format!(".TH \"{}\" \"{section}\" \"{day}\" \"{of}\" \"{MANUAL}\"", name.to_uppercase());
        // Hyphenated words and stretched lines are hard to search for and to copy from.
        Self { text: format!("{made}\n{}{title}\n.nh\n.ad l\n", preamble()) }
    }

    /// What somebody else has rendered.
    pub fn add(&mut self, render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> Result<(), Failed> {
        let mut bytes = Vec::new();
        render(&mut bytes).map_err(|error| Failed(format!("a page can't be rendered: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| Failed(format!("a page isn't text: {error}")))?;
        let preamble = preamble();
        self.text.push_str(text.strip_prefix(&preamble).unwrap_or(&text));
        Ok(())
    }

    /// A section's heading.
    pub fn heading(&mut self, heading: &str) {
        self.put(Roff::new().control("SH", [heading]));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, words: impl Into<Vec<Inline>>) {
        // A heading begins one by itself, and what indexes manuals finds a page's name nowhere else.
        if !self.text.lines().last().is_some_and(|line| line.starts_with(".SH")) {
            self.put(Roff::new().control("PP", []));
        }
        self.put(Roff::new().text(words));
    }

    /// What is told of, and below it, what is told.
    pub fn row(&mut self, of: impl Into<Vec<Inline>>, told: &str) {
        self.put(Roff::new().control("TP", []).text(of).text([roman(told)]));
    }

    /// A section's pages, as `postern-share(1), postern(1)`.
    pub fn references(&mut self, pages: &[(String, u8)]) {
        let last = pages.len().saturating_sub(1);
        let words = pages.iter().enumerate().flat_map(|(at, (name, section))| {
            let end = if at == last { "" } else { ", " };
            [bold(name.clone()), roman(format!("({section}){end}"))]
        });
        self.put(Roff::new().text(words.collect::<Vec<_>>()));
    }

    /// The page. What stood between backticks is set in bold: roff has no backticks, it makes opening quotes of them.
    pub fn finish(self) -> Result<String, Failed> {
        let lines = self.text.lines().map(|line| if line.starts_with(".\\\"") { Ok(line.to_owned()) } else { marked(line) });
        Ok(lines.collect::<Result<Vec<_>, _>>()?.join("\n") + "\n")
    }

    fn put(&mut self, roff: &Roff) {
        let rendered = roff.render();
        self.text.push_str(rendered.strip_prefix(&preamble()).unwrap_or(&rendered));
    }
}

/// What begins everything that is rendered: how apostrophes are set. A page needs it once.
fn preamble() -> String {
    Roff::new().render()
}

fn marked(line: &str) -> Result<String, Failed> {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return Err(Failed(format!("a backtick without its second in {line:?}")));
    }
    let set = parts.iter().enumerate().map(|(at, part)| if at % 2 == 0 { (*part).to_owned() } else { format!("\\fB{part}\\fR") });
    Ok(set.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_bold() {
        assert_eq!(marked("Run `postern open` alone.").unwrap(), "Run \\fBpostern open\\fR alone.");
        assert!(marked("Run `postern open alone.").is_err());
    }
}
