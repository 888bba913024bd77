//! What the gate is like, and what a proposal would change, as lines to draw.
//!
//! Nothing here decides anything.

use api::admin::gate::Networks;

use super::reading::Done;
use crate::commands::gate::visits::Changed;
use crate::console::look::Tone;
use crate::console::screen::View;
use crate::console::when::relative;
use crate::console::widgets::lines::{self, Line, width, wrapped};
use crate::show::time::minute;

/// The rules that hold now, at most so many columns wide.
pub(super) fn rules(now: &Networks, wide: usize, view: &View<'_>) -> Vec<Line> {
    let mut told = Vec::new();
    let mut fact = |name: &str, text: &str, tone: Tone| told.extend(lines::fact((name, 17), text, tone, wide, view.look));
    let mut list = |name: &str, networks: &[String], none: &str| match networks {
        [] => fact(name, none, Tone::Warn),
        some => fact(name, &some.join("  "), Tone::Plain),
    };
    list("Recipients from", &now.recipients, "nowhere: nobody can open a link");
    list("Owners from", &now.owners, "nowhere: nobody can sign in");
    match now.trusted_proxies.as_slice() {
        [] => fact("Trusted proxies", "none: the address of the connection counts", Tone::Faint),
        some => fact("Trusted proxies", &some.join("  "), Tone::Plain),
    }
    let certificates = match now.client_certificates.as_str() {
        "off" => "not asked for".to_owned(),
        "both" => "asked for at both doors".to_owned(),
        door => format!("asked for at the door for {door}"),
    };
    fact("Certificates", &certificates, if now.client_certificates == "off" { Tone::Faint } else { Tone::Plain });
    fact("Others are told", if now.hint.is_empty() { "nothing but that they are outside" } else { &now.hint }, Tone::Faint);
    fact("In force since", &format!("{}  ({})", minute(now.loaded_at, view.zone), relative(now.loaded_at, view.now)), Tone::Faint);
    told
}

/// What a proposal would change.
pub(super) fn outcome(done: &Done, wide: usize, view: &View<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut say = |text: &str, tone: Tone| lines.extend(wrapped(&view.look.text(text), wide).into_iter().map(|line| vec![(line, tone)]));
    let addresses = match done.addresses {
        1 => "1 address".to_owned(),
        several => format!("{several} addresses"),
    };
    say(&format!("{addresses} came since {}, each door counted apart.", minute(done.since, view.zone)), Tone::Plain);
    if !done.complete {
        say("Not all of the log was read: ask for fewer days.", Tone::Warn);
    }
    let lists =
        [("Would be cut off", "came in", &done.fate.cut_off, Tone::Bad), ("Would be let in", "denied", &done.fate.let_in, Tone::Good)];
    for (title, what, list, tone) in lists {
        if list.is_empty() {
            lines.push(vec![(format!("{title}: nobody."), Tone::Plain)]);
            continue;
        }
        lines.push(vec![(format!("{title}: {}", list.len()), tone)]);
        let addresses = list.iter().map(|one| width(&one.address.to_string())).max().unwrap_or_default();
        lines.extend(list.iter().map(|one| changed(one, what, addresses, view)));
    }
    lines.push(vec![(format!("No difference: {}.", done.fate.unchanged), Tone::Plain)]);
    if done.addresses == 0 || (done.fate.cut_off.is_empty() && done.fate.let_in.is_empty()) {
        let says = "Who never came stands in no log: a network that nobody has used yet shows no difference.";
        lines.extend(wrapped(says, wide).into_iter().map(|line| vec![(line, Tone::Faint)]));
    }
    lines
}

fn changed(one: &Changed, what: &str, addresses: usize, view: &View<'_>) -> Line {
    let address = one.address.to_string();
    vec![
        (format!("  {:10}  ", one.door.to_string()), Tone::Faint),
        (format!("{address:addresses$}  "), Tone::Plain),
        (format!("{what} {}x, last {}", one.visits, relative(one.last_seen, view.now)), Tone::Faint),
    ]
}
