//! The console's pictures for the README: a day of a small house, looked at in a real terminal and drawn from its cells.
//! `make screenshots` writes them to docs/screenshots; every other run looks whether they could be drawn. No secret, link or token is in them.

use std::fs;

use harness::picture::svg;
use harness::screen::keys::{DOWN, ENTER, HOME};
use harness::tree::top;
use reqwest::Method;

use crate::appliance::{Appliance, Kind};
use crate::desk::Desk;
use crate::link::{attempt, wrong_token};
use crate::people::Shared;

/// What writes the pictures.
const WRITE: &str = "POSTERN_WRITE_SCREENSHOTS";

/// Lines and columns of the pictures; what the overview tells needs fewer lines.
const SIZE: (u16, u16) = (33, 120);
const OVERVIEW: (u16, u16) = (24, 120);

/// The share that is looked at, by its place in [`SHARED`]: it is seen, guessed at, and used up.
const LOOKED_AT: usize = 11;

/// From one hour to the next: views, wrong tokens, visits from outside.
const DAY: [(usize, usize, usize); 14] = [
    (1, 0, 0),
    (3, 0, 1),
    (6, 1, 0),
    (8, 0, 0),
    (11, 2, 1),
    (7, 0, 0),
    (4, 0, 0),
    (9, 1, 4),
    (12, 3, 1),
    (10, 0, 0),
    (7, 1, 0),
    (3, 0, 0),
    (2, 0, 0),
    (1, 0, 0),
];

/// What ada shares: with whom, what she calls it, and how. The stories below go by their places.
const SHARED: [(&str, &str, &[&str]); 16] = [
    ("ivan@example.com", "Printer, second floor", &["--expires", "1h"]),
    ("heidi@example.com", "Old staging host", &["--expires", "5d"]),
    ("grace@example.com", "Newsletter account", &["--expires", "5d"]),
    ("frank@example.com", "Router in the lobby", &["--views", "2", "--expires", "1w"]),
    ("erin@example.com", "Payroll portal", &["--starts", "2d", "--expires", "1w"]),
    ("dave@example.com", "Build server", &["--views", "3", "--expires", "5d"]),
    ("carol@example.com", "Wi-Fi, ground floor", &["--views", "unlimited", "--expires", "30d"]),
    ("bob@example.com", "Conference room screen", &["--views", "90", "--expires", "1w"]),
    ("wendy@example.com", "Door code, archive", &["--expires", "30d"]),
    ("walter@example.com", "Web statistics", &["--views", "5", "--expires", "5d"]),
    ("victor@example.com", "Domain registrar", &["--expires", "5d"]),
    ("trent@example.com", "Backup server", &["--views", "2", "--expires", "1w"]),
    ("sybil@example.com", "Photo library", &["--views", "unlimited", "--expires", "30d"]),
    ("rupert@example.com", "Travel portal", &["--expires", "1w"]),
    ("peggy@example.com", "Parcel service", &["--views", "10", "--expires", "30d"]),
    ("olivia@example.com", "Mailing house", &["--views", "5", "--expires", "5d"]),
];

struct House {
    appliance: Appliance,
    shares: Vec<Shared>,
}

impl House {
    /// What somebody asks about a link who comes from this address.
    fn visit(&self, n: usize, action: &str, body: serde_json::Value, from: &str) {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", from)];
        self.appliance.wire().send(Method::POST, &self.shares[n].link().path(action), &headers, body.to_string());
    }

    fn hour(&self, n: usize, (views, wrong, outside): (usize, usize, usize)) {
        for view in 0..views {
            let share = if (view + n).is_multiple_of(4) { 7 } else { 6 };
            self.visit(share, "reveal", self.shares[share].link().reveal(attempt()), &format!("10.20.{}.{}", view % 3, 5 + n));
        }
        for _ in 0..wrong {
            let guessed = self.shares[5].link().with_token(&wrong_token());
            self.visit(5, "check", guessed.check(), "10.20.0.41");
        }
        for _ in 0..outside {
            self.visit(7, "check", self.shares[7].link().check(), "203.0.113.7");
        }
    }
}

/// The appliance after so many hours of its day.
fn lived(hours: usize) -> House {
    let mut appliance = Appliance::prepared(Kind::Sqlite);
    let ada = appliance.ada();
    let shares = SHARED.map(|(to, label, how)| ada.share(&[&["--to", to, "--label", label], how].concat())).into();
    appliance.reload("[gate]\nrecipients = [\"10.20.0.0/16\"]\nowners = [\"127.0.0.0/8\"]\ntrusted_proxies = [\"127.0.0.1\"]\n");
    let mut house = House { appliance, shares };
    let operator = house.appliance.operator();
    for n in [2, 10, 9, 14] {
        house.visit(n, "reveal", house.shares[n].link().reveal(attempt()), "10.20.0.17");
    }
    for (n, hour) in DAY.into_iter().enumerate().take(hours) {
        house.hour(n, hour);
        let of = house.shares[LOOKED_AT].link();
        match n {
            1 | 8 => house.visit(LOOKED_AT, "reveal", of.reveal(attempt()), "10.20.0.17"),
            5 => house.visit(LOOKED_AT, "check", of.with_token(&wrong_token()).check(), "10.20.0.17"),
            _ => {}
        }
        house.appliance.restart_later(3600);
    }
    // Ten wrong tokens lock a link.
    for _ in 0..10 {
        house.visit(3, "check", house.shares[3].link().with_token(&wrong_token()).check(), "10.20.1.44");
    }
    operator.json(&["share", "revoke", &house.shares[1].share]);
    operator.json(&["share", "freeze", "--recipient", "dave@example.com", "--reason", "a lost laptop"]);
    house.hour(3, (4, 0, 2));
    house.visit(7, "reveal", house.shares[7].link().reveal(attempt()), "10.20.0.9");
    house
}

#[test]
fn the_consoles_pictures_are_drawn_from_a_real_terminal() {
    let write = std::env::var_os(WRITE).is_some();
    let house = lived(if write { DAY.len() } else { 2 });
    let desk = Desk::of(&house.appliance.operator(), OVERVIEW);
    let picture = |name: &str, title: &str, words: &[&str]| {
        desk.rest();
        let drawn = desk.look(|screen| svg(screen, title));
        for word in words {
            assert!(drawn.contains(word), "{word} is not in the picture {name}:\n{}", desk.shown());
        }
        let private = house.shares.iter().flat_map(|shared| [shared.link().fragment(), shared.link().token.as_deref().unwrap()]);
        assert!(private.into_iter().all(|private| !drawn.contains(private)), "{name}");
        if write {
            fs::write(top().join(format!("docs/screenshots/console-{name}.svg")), &drawn).unwrap();
        }
        drawn
    };
    desk.wait_for("locked after ten wrong tokens");
    let overview = picture(
        "overview",
        "The console's overview: links by state, the last 24 hours, and what needs somebody",
        &["LINKS", "SOMEBODY", "revealed"],
    );
    assert!(overview.matches("<rect").count() > 8, "bars are shapes");

    desk.resize(SIZE.0, SIZE.1);
    desk.press_for("2", "bob@example.com");
    desk.press(&DOWN.repeat(SHARED.len() - 1 - LOOKED_AT));
    desk.wait_until("reached trent", |screen| screen.shown().lines().any(|line| line.starts_with('▌') && line.contains("trent@")));
    desk.press_for(ENTER, "Backup server");
    desk.wait_until("showed its life", |screen| !screen.shown().contains("Asking") && screen.shown().contains("was revealed"));
    picture(
        "shares",
        "The console's shares: a list, and beside it one share with its life",
        &["bob@example.com", "frozen", "locked", "ada"],
    );
    desk.leave("Travels");

    desk.press_for("4", "link.locked");
    desk.press_for("v", "Whole:");
    // From the newest on down to the link that was locked.
    desk.press(HOME);
    for _ in 0..60 {
        if desk.shown().lines().any(|line| line.starts_with('▌') && line.contains("link.locked")) {
            break;
        }
        let before = desk.sent();
        desk.press(DOWN);
        desk.wait_until("moved", |screen| screen.sent() > before);
    }
    desk.press_for(ENTER, "alert: somebody must act now");
    picture(
        "audit",
        "The console's audit log: verified as a whole, and one event with what it means",
        &["link.locked", "Whole:", "10.20.1.44"],
    );
    desk.quit();
}
