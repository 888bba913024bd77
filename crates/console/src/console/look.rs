//! Colours and signs. Every meaning also has a word or a sign: what is told by colour alone isn't told.
//!
//! Nothing here draws. The terminal's own ground is kept, so that a scheme suits whatever somebody has set up.

use ratatui::style::{Color, Modifier, Style};

use crate::show::text::harmless;

/// The schemes' names, as `--theme` takes them.
pub(crate) const THEMES: [&str; 5] = ["dark", "light", "contrast", "basic", "none"];

/// What a text means; its colour follows from that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// What stands behind: headings of columns, units, borders.
    Faint,
    /// What carries the eye: the place where one is.
    Accent,
    /// All is well.
    Good,
    /// Look at it.
    Warn,
    /// Something is wrong, or can't be undone.
    Bad,
}

/// How everything looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The scheme's name.
    pub(crate) theme: &'static str,
    /// Only ASCII can be shown.
    pub(crate) ascii: bool,
    faint: Style,
    accent: Style,
    good: Style,
    warn: Style,
    bad: Style,
    chosen: Style,
    marked: Style,
}

/// What the environment says about the terminal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// `NO_COLOR` is set and not empty.
    pub(crate) no_color: bool,
    /// `TERM`.
    pub(crate) term: String,
    /// `COLORTERM`.
    pub(crate) colorterm: String,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set.
    pub(crate) locale: String,
}

impl Surroundings {
    /// What this process was given.
    pub(crate) fn of_process() -> Self {
        let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            no_color: given("NO_COLOR").is_some(),
            term: given("TERM").unwrap_or_default(),
            colorterm: given("COLORTERM").unwrap_or_default(),
            locale: given("LC_ALL").or_else(|| given("LC_CTYPE")).or_else(|| given("LANG")).unwrap_or_default(),
        }
    }

    /// The look for it. A theme that somebody asked for counts before all guessing.
    pub(crate) fn look(&self, theme: Option<&str>) -> Look {
        let many = self.term.contains("256") || matches!(self.colorterm.as_str(), "truecolor" | "24bit");
        let guessed = match self {
            _ if self.no_color || matches!(self.term.as_str(), "" | "dumb") || self.term.starts_with("vt") => "none",
            _ if many => "dark",
            _ => "basic",
        };
        let locale = self.locale.to_ascii_lowercase();
        Look { ascii: !(locale.contains("utf-8") || locale.contains("utf8")), ..Look::named(theme.unwrap_or(guessed)) }
    }
}

impl Look {
    /// The scheme of this name; `none` for a name that there isn't.
    pub(crate) fn named(theme: &str) -> Self {
        let (plain, bold) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
        // A row turned round as a whole: colours that are turned round one by one would make patches of it.
        let turned = Style::new().fg(Color::Reset).bg(Color::Reset).remove_modifier(Modifier::DIM).add_modifier(Modifier::REVERSED);
        let colours = |faint, accent, good, warn, bad, chosen, marked| (faint, accent, good, warn, bad, chosen, marked);
        let known = THEMES.into_iter().find(|name| *name == theme).unwrap_or("none");
        let of = |color: u8| Style::new().fg(Color::Indexed(color));
        let (faint, accent, good, warn, bad, chosen, marked) = match known {
            "dark" => colours(
                of(244),
                of(80).add_modifier(Modifier::BOLD),
                of(114),
                of(179),
                of(203),
                Style::new().bg(Color::Indexed(237)),
                of(80),
            ),
            "light" => colours(
                of(243),
                of(25).add_modifier(Modifier::BOLD),
                of(28),
                of(130),
                of(160),
                Style::new().bg(Color::Indexed(254)),
                of(25),
            ),
            "contrast" => {
                let of = |color| Style::new().fg(color).add_modifier(Modifier::BOLD);
                let chosen = turned.add_modifier(Modifier::BOLD);
                colours(
                    plain,
                    of(Color::LightCyan),
                    of(Color::LightGreen),
                    of(Color::LightYellow),
                    of(Color::LightRed),
                    chosen,
                    of(Color::LightCyan),
                )
            }
            "basic" => {
                let of = |color| Style::new().fg(color);
                let accent = of(Color::Cyan).add_modifier(Modifier::BOLD);
                colours(plain.add_modifier(Modifier::DIM), accent, of(Color::Green), of(Color::Yellow), of(Color::Red), turned, accent)
            }
            _ => colours(plain, bold, plain, bold, bold, plain.add_modifier(Modifier::REVERSED), bold),
        };
        Self { theme: known, ascii: false, faint, accent, good, warn, bad, chosen, marked }
    }

    /// The same signs in another scheme.
    pub(crate) fn with(&self, theme: &str) -> Self {
        Self { ascii: self.ascii, ..Self::named(theme) }
    }

    /// The style of a meaning.
    pub(crate) fn style(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => Style::new(),
            Tone::Faint => self.faint,
            Tone::Accent => self.accent,
            Tone::Good => self.good,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
        }
    }

    /// The ground of the row where one is.
    pub(crate) fn chosen(&self) -> Style {
        self.chosen
    }

    /// The ground of a QR code: dark modules on light, whatever colours the terminal has. Without colours it is as the terminal is.
    pub(crate) fn code(&self) -> Style {
        match self.theme {
            "none" => Style::new(),
            "dark" | "light" => Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(16)),
            _ => Style::new().fg(Color::White).bg(Color::Black),
        }
    }

    /// A row that is marked.
    pub(crate) fn marked(&self) -> Style {
        self.marked
    }

    /// A text that this terminal can be trusted with, and can show.
    pub(crate) fn text(&self, text: &str) -> String {
        let harmless = harmless(text);
        if !self.ascii || harmless.is_ascii() {
            return harmless;
        }
        harmless.chars().fold(String::new(), |mut out, letter| {
            match letter {
                '“' | '”' => out.push('"'),
                '…' => out.push('~'),
                '–' | '—' => out.push('-'),
                '·' => out.push('.'),
                '█' => out.push('#'),
                '×' => out.push('x'),
                '←' => out.push('<'),
                '→' => out.push('>'),
                '↑' => out.push('^'),
                '↓' => out.push('v'),
                letter if letter.is_ascii() => out.push(letter),
                letter => out.extend(letter.escape_unicode()),
            }
            out
        })
    }

    /// A sign, or what stands for it where there is only ASCII. The house's own signs only: each is one column wide.
    pub(crate) fn sign(&self, sign: &'static str) -> &'static str {
        if !self.ascii {
            return sign;
        }
        match sign {
            "●" => "o",
            "○" => "-",
            "◆" => "*",
            "✓" => "+",
            "✗" | "×" => "x",
            "‖" => "=",
            "▌" => ">",
            "│" => "|",
            "─" => "-",
            "…" => "~",
            "·" => ".",
            "→" => ">",
            "↑" => "^",
            "↓" => "v",
            "█" | "▇" | "▆" | "▅" => "#",
            "▄" | "▃" => "=",
            "▂" | "▁" => "_",
            other if other.is_ascii() => other,
            _ => "?",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(term: &str, colorterm: &str, no_color: bool) -> &'static str {
        Surroundings { no_color, term: term.to_owned(), colorterm: colorterm.to_owned(), locale: "C.UTF-8".to_owned() }.look(None).theme
    }

    #[test]
    fn the_terminal_gets_as_many_colours_as_it_says_it_has() {
        assert_eq!(guessed("xterm-256color", "", false), "dark");
        assert_eq!(guessed("xterm", "truecolor", false), "dark");
        assert_eq!(guessed("linux", "", false), "basic");
        for (term, no_color) in [("xterm-256color", true), ("dumb", false), ("", false), ("vt100", false)] {
            assert_eq!(guessed(term, "", no_color), "none", "{term}");
        }
    }

    #[test]
    fn a_theme_that_was_asked_for_counts_before_no_color() {
        let surroundings = Surroundings { no_color: true, ..Surroundings::default() };
        assert_eq!(surroundings.look(Some("light")).theme, "light");
    }

    #[test]
    fn a_row_that_is_turned_round_is_one_piece_whatever_stands_in_it() {
        for theme in ["contrast", "basic"] {
            let look = Look::named(theme);
            for tone in [Tone::Plain, Tone::Faint, Tone::Accent, Tone::Good, Tone::Warn, Tone::Bad] {
                let here = look.style(tone).patch(look.chosen());
                assert_eq!((here.fg, here.bg), (Some(Color::Reset), Some(Color::Reset)), "{theme} {tone:?}");
                assert!(here.add_modifier.contains(Modifier::REVERSED) && !here.add_modifier.contains(Modifier::DIM), "{theme} {tone:?}");
            }
        }
    }

    #[test]
    fn without_colours_nothing_is_coloured() {
        let look = Look::named("none");
        for tone in [Tone::Plain, Tone::Faint, Tone::Accent, Tone::Good, Tone::Warn, Tone::Bad] {
            assert_eq!((look.style(tone).fg, look.style(tone).bg), (None, None), "{tone:?}");
        }
        assert_eq!((look.chosen().bg, look.marked().fg), (None, None));
    }

    #[test]
    fn a_terminal_without_utf_8_is_sent_ascii_alone() {
        let look = Surroundings { locale: "POSIX".to_owned(), ..Surroundings::default() }.look(None);
        assert_eq!(look.text("Zoë “ok” … 李\u{1b}"), "Zo\\u{eb} \"ok\" ~ \\u{674e}\\u{1b}");
        for sign in ["●", "○", "◆", "✓", "✗", "×", "‖", "▌", "│", "─", "…", "·", "→", "↑", "↓", "█", "▁", "!"]
        {
            assert!(look.sign(sign).is_ascii() && look.sign(sign).len() == 1, "{sign}");
        }
    }
}
