//! How the console looks: the screens' names above, the screen, its keys, the status line; dialogs over it.
//!
//! Nothing here changes anything, and nothing is drawn where it has no place: too small a terminal is told how large it should be.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, BorderType, Clear};
use vault::operator::Role;

use super::dialog::room;
use super::link::Link;
use super::look::Tone;
use super::screen::View;
use super::screens::Name;
use super::widgets::lines::{columns, cut, empty, put, row, rule, spans, width};
use super::{Console, LEAST};
use crate::show::text::sentence;

/// What a border is made of where there is only ASCII.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Console {
    /// Draws everything.
    pub(crate) fn view(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let has = format!("It has {} × {}; the console needs {} × {}.", area.width, area.height, LEAST.0, LEAST.1);
            return empty(
                frame,
                area,
                &self.look,
                &["This terminal is a little too small.", &has, "Make it larger, and everything is as it was. Ctrl-C leaves."],
            );
        }
        let view = View { look: &self.look, now: self.now, zone: &self.zone };
        self.names(frame, row(area, 0));
        self.banner(frame, row(area, 1));
        let body = Rect { y: area.y + 2, height: area.height - 4, ..area };
        if let Some((_, screen)) = self.screens.iter().find(|(name, _)| *name == self.at) {
            screen.draw(frame, body, &view);
        }
        self.keys(frame, row(area, area.height - 2));
        self.status(frame, row(area, area.height - 1));
        for (_, dialog) in &self.dialogs {
            self.dialog(frame, body, dialog.as_ref(), &view);
        }
    }

    fn names(&self, frame: &mut Frame<'_>, line: Rect) {
        let mut parts = vec![(" ".to_owned(), Tone::Plain)];
        for (n, name) in Name::ALL.into_iter().enumerate() {
            let here = name == self.at;
            let tone = if here { Tone::Accent } else { Tone::Faint };
            parts.push((format!("{} ", n + 1), Tone::Faint));
            let title = if here && self.look.theme == "none" { format!("[{}]", name.title()) } else { name.title().to_owned() };
            parts.extend([(title, tone), ("   ".to_owned(), Tone::Plain)]);
        }
        spans(frame, line, &self.look, &parts);
        if line.width < 90 {
            return;
        }
        let name = "postern ";
        let aside = columns(width(name)).min(line.width);
        put(frame, Rect { x: line.right() - aside, width: aside, ..line }, name, self.look.style(Tone::Faint));
    }

    /// A thin line, or, where the daemon is lost, the word that it is.
    fn banner(&self, frame: &mut Frame<'_>, line: Rect) {
        let Link::Lost(lost) = &self.link else { return rule(frame, line, &self.look) };
        let words = format!(" No answer from posternd; asking again, nothing typed is lost. {}", sentence(&lost.words));
        let words = cut(&self.look.text(&words), usize::from(line.width), &self.look);
        put(frame, line, &" ".repeat(usize::from(line.width)), self.look.chosen());
        put(frame, line, &words, self.look.chosen().patch(self.look.style(Tone::Bad)));
    }

    /// As many keys as fit, the most wanted first.
    fn keys(&self, frame: &mut Frame<'_>, line: Rect) {
        let refusal = self.who.refusal().is_some();
        let everywhere = [("?", "keys"), (":", "commands")];
        let keys: Vec<(&str, &str, bool)> = match self.dialogs.last() {
            Some((_, dialog)) => dialog.keys().into_iter().map(|(key, name)| (key, name, false)).collect(),
            None => {
                let screen = self.screens.iter().find(|(name, _)| *name == self.at);
                let own = screen.map(|(_, screen)| screen.keys()).unwrap_or_default();
                let tail: usize = everywhere.iter().map(|(key, name)| width(key) + width(name) + 3).sum();
                let mut room = usize::from(line.width).saturating_sub(tail + 1);
                let fits = own.iter().take_while(|hint| {
                    let wide = width(hint.keys) + width(hint.name) + 3;
                    let fits = wide <= room;
                    room = room.saturating_sub(wide);
                    fits
                });
                let own = fits.map(|hint| (hint.keys, hint.name, hint.acts && refusal));
                own.chain(everywhere.map(|(key, name)| (key, name, false))).collect()
            }
        };
        let mut parts = vec![(" ".to_owned(), Tone::Plain)];
        for (key, name, greyed) in keys {
            let tones = if greyed { (Tone::Faint, Tone::Faint) } else { (Tone::Accent, Tone::Plain) };
            parts.extend([(self.look.text(key), tones.0), (format!(" {name}  "), tones.1)]);
        }
        spans(frame, line, &self.look, &parts);
    }

    /// Who sits here, what was said last, and how the daemon is.
    fn status(&self, frame: &mut Frame<'_>, line: Rect) {
        let user = self.who.user.as_deref().unwrap_or_default();
        let who = match (user, self.who.role) {
            (_, None) => String::new(),
            (user, Some(Role::Operator)) => format!("{user} (operator)"),
            (user, Some(Role::Auditor)) => format!("{user} (auditor: may read only)"),
        };
        let (state, tone) = self.state();
        let right = columns(width(&state) + 1).min(line.width);
        let left = Rect { width: line.width - right, ..line };
        put(frame, Rect { x: line.right() - right, width: right, ..line }, &state, self.look.style(tone));
        let said = self.said.as_deref().map(|said| self.look.text(said)).unwrap_or_default();
        // What was said is read now; who sits here is known.
        let (text, tone) = if said.is_empty() { (self.look.text(&who), Tone::Faint) } else { (said, Tone::Accent) };
        spans(frame, left, &self.look, &[(" ".to_owned(), Tone::Plain), (text, tone)]);
    }

    fn state(&self) -> (String, Tone) {
        let own = env!("CARGO_PKG_VERSION");
        match (&self.link, &self.version) {
            (Link::New, _) => (self.look.text("asking posternd …"), Tone::Faint),
            (Link::Lost(_), _) => (format!("{} posternd is lost", self.look.sign("✗")), Tone::Bad),
            (Link::Up, Some(version)) if version != own => {
                (format!("! posternd is {}, this is {own}", self.look.text(version)), Tone::Warn)
            }
            (Link::Up, Some(version)) => (format!("{} posternd {}", self.look.sign("●"), self.look.text(version)), Tone::Faint),
            (Link::Up, None) => (format!("{} posternd answers", self.look.sign("●")), Tone::Faint),
        }
    }

    fn dialog(&self, frame: &mut Frame<'_>, body: Rect, dialog: &dyn super::Dialog, view: &View<'_>) {
        let most = room(body);
        let (wide, high) = dialog.size(most, view);
        let (wide, high) = (wide.min(most.0) + 4, high.min(most.1) + 2);
        let area = Rect { x: body.x + (body.width - wide) / 2, y: body.y + (body.height - high) / 2, width: wide, height: high };
        let tone = if dialog.grave() { Tone::Bad } else { Tone::Accent };
        let title = cut(&format!(" {} ", self.look.text(&dialog.title())), usize::from(wide.saturating_sub(4)), &self.look);
        let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(self.look.style(tone)).title(title);
        if self.look.ascii {
            block = block.border_set(ASCII);
        }
        let inner = block.inner(area);
        frame.render_widget(Clear, area);
        frame.render_widget(block, area);
        dialog.draw(frame, Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }, view);
    }
}
