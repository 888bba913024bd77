//! The console line by line: the same tasks through a pipe and in a terminal, for screen readers and bad lines.
//! Not one escape sequence, whatever is asked.

use std::fs;

use harness::{Running, Screen};
use serde_json::json;

use crate::appliance::Kind;
use crate::desk::{coloured, watched, witnessed};
use crate::people::{Operator, PASSWORD, text};

on_both_databases! {
    the_central_tasks_are_done_line_by_line_through_a_pipe
    the_central_tasks_are_done_line_by_line_at_a_terminal
}

/// Whoever is spoken to line by line.
trait Spoken {
    /// Says a line, and waits for what it brings.
    fn ask(&mut self, line: &str, answer: &str) -> String;
    /// Says a line that ends it.
    fn leave(&mut self, line: &str);
    /// All that was answered so far.
    fn heard(&self) -> Vec<u8>;
}

impl Spoken for Running {
    fn ask(&mut self, line: &str, answer: &str) -> String {
        self.say(&format!("{line}\n"));
        self.wait_for(answer);
        self.said()
    }

    fn leave(&mut self, line: &str) {
        self.say(&format!("{line}\n"));
    }

    fn heard(&self) -> Vec<u8> {
        self.said().into_bytes()
    }
}

impl Spoken for Screen {
    fn ask(&mut self, line: &str, answer: &str) -> String {
        self.press(&format!("{line}\r"));
        self.wait_for(answer);
        self.shown()
    }

    fn leave(&mut self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    fn heard(&self) -> Vec<u8> {
        self.written()
    }
}

fn the_central_tasks_are_done_line_by_line_through_a_pipe(kind: Kind) {
    tasks(kind, |operator| coloured(operator.program(&["--plain"])).spawn_listening(), |plain| plain.finish().code);
}

fn the_central_tasks_are_done_line_by_line_at_a_terminal(kind: Kind) {
    // High enough that nothing scrolls out, wide enough that no line is broken.
    tasks(kind, |operator| coloured(operator.program(&["--plain"])).on_screen(200, 160), |plain| plain.finish().0);
}

fn tasks<P: Spoken>(kind: Kind, opened: impl Fn(&Operator) -> P, ended: impl Fn(P) -> i32) {
    let (appliance, journal, operator) = watched(kind, "");
    let ada = appliance.ada();
    let mut plain = opened(&operator);
    let said = plain.ask("user invite bob --full-name 'Bob Shaw' --email bob@example.com", "postern register");
    let invitation = said.split_whitespace().find(|word| word.len() == 29 && word.matches('-').count() == 5).unwrap().to_owned();
    appliance.owner("bob").register(&invitation);
    appliance.owner("bob").sign_in(PASSWORD);
    witnessed(&operator, &journal, "account.invited", "user.invite");
    plain.ask("user allow-external bob", "bob");
    witnessed(&operator, &journal, "account.external_allowed", "user.allow-external");

    let (kept, ended_one) = (ada.share(&["--to", "bob@example.com"]), ada.share(&["--to", "carol@example.com"]));
    plain.ask("share list --owner ada --state open --recipient carol@example.com", &ended_one.link().id[28..]);
    plain.ask(&format!("posternctl share revoke --link {}", ended_one.link().id), "Revoked: 1 link ended.");
    assert_eq!(text(&witnessed(&operator, &journal, "link.revoked", "share.revoke"), "/link"), ended_one.link().id);

    plain.ask("share freeze --owner ada --count", "1 living link");
    assert!(operator.records(&["--event", "freeze.placed"]).is_empty());
    plain.ask("share freeze --owner ada --reason 'a lost laptop'", "To lift it");
    assert_eq!(ada.state_of(&kept), "frozen");
    let freeze = text(&operator.json(&["share", "freezes"]), "/rows/0/freeze");
    plain.ask(&format!("share unfreeze {freeze}"), "Lifted");
    assert_eq!(ada.state_of(&kept), "open");
    witnessed(&operator, &journal, "freeze.lifted", "share.unfreeze");

    plain.ask("audit verify", "every hash was computed anew and fits");
    let file = appliance.folder().join("proposed.toml");
    fs::write(&file, "[gate]\nrecipients = [\"10.30.0.0/16\"]\n").unwrap();
    plain.ask(&format!("gate replay {}", file.display()), "Would be cut off");
    // A list goes on where it ended, a mistake is answered, and what makes no sense is refused by the appliance alone.
    plain.ask("audit list --limit 2", "next shows it");
    plain.ask("next", "link.revoked");
    plain.ask("share lst", "unrecognized subcommand");
    plain.ask("share revoke 0190163d-8694-739b-aea5-966c26f8ad91", "there is no share");
    plain.ask("help", "leave; so does the end of the input");

    let heard = plain.heard();
    let strange = heard.iter().find(|byte| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t'));
    assert_eq!((strange, heard.contains(&0x9b)), (None, false), "{}", String::from_utf8_lossy(&heard));
    assert_eq!(operator.json(&["user", "list", "--name", "bob"])["rows"][0]["external_share"], json!(true));
    plain.leave("quit");
    assert_eq!(ended(plain), 0);
}
