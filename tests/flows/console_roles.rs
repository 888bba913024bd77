//! Who sits at the console: real users of this machine, of both groups and of none. The kernel says who they are, the daemon what they may.

use harness::Program;
use harness::screen::keys::{CTRL_C, ENTER, LEFT};

use crate::appliance::{Appliance, Kind};
use crate::desk::{Desk, LARGE, SMALL, coloured};
use crate::people::{Operator, text};
use crate::users::{Group, User, reachable};

on_both_databases! {
    a_member_of_the_operators_group_acts_at_the_console
    an_auditor_reads_and_sees_what_is_not_theirs_greyed_with_its_reason
    who_loses_the_group_meanwhile_is_refused_by_the_daemon_and_told
    who_is_in_neither_group_is_told_which_one_to_join
}

/// An appliance whose operators and auditors are in groups of their own.
struct House {
    appliance: Appliance,
    operators: Group,
    auditors: Group,
}

impl House {
    fn new(kind: Kind) -> Self {
        let (operators, auditors) = (Group::new(), Group::new());
        let settings = format!("[admin]\noperators_group = \"{}\"\nauditors_group = \"{}\"\n", operators.0, auditors.0);
        Self { appliance: Appliance::with(kind, &settings), operators, auditors }
    }

    /// This user at the admin socket.
    fn seat(&self, user: &User) -> Operator {
        self.appliance.operator().as_user(&user.0, &reachable("posternctl", self.appliance.folder()))
    }

    /// The last refusal of an operator in the audit log, as why and who.
    fn refused(&self) -> (String, String) {
        let refusals = self.appliance.operator().records(&["--event", "operator.refused"]);
        let last = refusals.last().unwrap();
        (text(last, "/refusal"), text(last, "/who"))
    }
}

fn a_member_of_the_operators_group_acts_at_the_console(kind: Kind) {
    let house = House::new(kind);
    let olga = User::in_groups(&[&house.operators]);
    let shared = house.appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&house.seat(&olga), SMALL);
    assert!(desk.shown().contains(&format!("{} (operator)", olga.0)), "{}", desk.shown());
    desk.press_for("2", "bob@example.com");
    desk.press_for("x", "This can't be undone");
    desk.press_for(&format!("{}{ENTER}", &shared.link().id[28..]), "Revoked: 1 link ended.");
    let record = house.appliance.operator().records(&["--event", "link.revoked"]).pop().unwrap();
    assert!(text(&record, "/who").starts_with(&format!("{}(", olga.0)), "{record}");
    assert_eq!(house.appliance.recipient("bob").refused(shared.link()).1, "revoked");
    desk.press(ENTER);
    desk.wait_until("closed the dialog", |screen| !screen.shown().contains("Revoke link"));
    desk.quit();
}

fn an_auditor_reads_and_sees_what_is_not_theirs_greyed_with_its_reason(kind: Kind) {
    let house = House::new(kind);
    let otto = User::in_groups(&[&house.auditors]);
    let shared = house.appliance.ada().share(&["--to", "bob@example.com"]);
    let seat = house.seat(&otto);
    let desk = Desk::of(&seat, LARGE);
    assert!(desk.shown().contains("(auditor: may read only)"), "{}", desk.shown());
    for (screen, seen) in
        [("2", "bob@example.com"), ("3", "ada@example.com"), ("4", "share.created"), ("6", "Recipients from"), ("7", "journal")]
    {
        desk.press(screen);
        desk.wait_until(&format!("showed {seen}"), |screen| screen.shown().to_lowercase().contains(&seen.to_lowercase()));
    }
    desk.press_for("2", "bob@example.com");
    // What acts stands there in another colour than what looks.
    let colour = |name: &str| {
        desk.look(|screen| {
            let (lines, columns) = (LARGE.0, LARGE.1);
            let line: String =
                (0..columns).map(|at| screen.cell(lines - 2, at).unwrap().contents().chars().next().unwrap_or(' ')).collect();
            let at = line.find(&format!(" {name} ")).unwrap_or_else(|| panic!("{line:?}"));
            let column = u16::try_from(line[..at].chars().count()).unwrap();
            screen.cell(lines - 2, column + 1).unwrap().fgcolor()
        })
    };
    assert_eq!([colour("revoke") == colour("freeze"), colour("revoke") == colour("details")], [true, false]);
    for (key, what) in [("x", "Revoke link"), ("f", "Freeze"), ("X", "Revoke share")] {
        desk.press(key);
        let word = "auditors may read only";
        desk.wait_until(&format!("said why not {what}"), |screen| {
            screen.shown().lines().any(|line| line.contains(what) && line.contains(word))
        });
    }
    desk.press_for("3", "ada@example.com");
    desk.press_for("n", "Invite somebody: auditors may read only");
    desk.quit();
    assert!(house.appliance.operator().records(&["--event", "operator.refused"]).is_empty(), "nothing was even asked");

    assert_eq!(seat.refused(&["share", "revoke", &shared.share]), (1, "not-allowed-to-act".to_owned()));
    let plain = coloured(seat.program(&["--plain"])).input(format!("share revoke {}\nshare list\n", shared.share)).finish();
    assert!(plain.stderr.contains(&house.operators.0) && plain.stdout.contains("bob@example.com"), "{plain:?}");
    let (why, who) = house.refused();
    assert!(why == "not-allowed-to-act" && who.starts_with(&otto.0), "{why} {who}");
    house.appliance.recipient("bob").see(shared.link());
}

fn who_loses_the_group_meanwhile_is_refused_by_the_daemon_and_told(kind: Kind) {
    let house = House::new(kind);
    let olga = User::in_groups(&[&house.operators]);
    let shared = house.appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&house.seat(&olga), SMALL);
    desk.press_for("2", "bob@example.com");
    desk.press_for("x", "This can't be undone");
    let id = shared.link().id[28..].to_owned();
    desk.press_for(&id, &format!("Confirm  {id}"));
    let moved = Program::named("usermod").args(["-G", &house.auditors.0, &olga.0]).finish();
    assert!(moved.success(), "{}", moved.stderr);
    // The console still believes that she may: the daemon decides, and what she typed stays.
    desk.press_for(ENTER, &house.operators.0);
    assert!(desk.shown().contains(&format!("Confirm  {id}")) && desk.shown().contains("Request"), "{}", desk.shown());
    assert_eq!(house.refused().0, "not-allowed-to-act");
    house.appliance.recipient("bob").see(shared.link());
    desk.press(&format!("{LEFT}{CTRL_C}{CTRL_C}"));
    desk.wait_until("ended", |screen| screen.ended() == Some(0));
}

fn who_is_in_neither_group_is_told_which_one_to_join(kind: Kind) {
    let house = House::new(kind);
    let stranger = User::in_groups(&[]);
    let seat = house.seat(&stranger);
    let screen = coloured(seat.program(&[])).on_screen(SMALL.0, SMALL.1);
    let (code, shown) = screen.finish();
    // What is left on the terminal can be read after the console has gone.
    let said = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, 1, "{shown}");
    assert!(said.contains("posternctl: ") && said.contains(&house.operators.0) && said.contains(&house.auditors.0), "{shown}");
    let (why, who) = house.refused();
    assert!(why == "not-operator" && who.starts_with(&stranger.0), "{why} {who}");
    assert_eq!(seat.refused(&["share", "list"]), (1, "not-operator".to_owned()));
    let plain = coloured(seat.program(&["--plain"])).input("share list\n").finish();
    assert!(plain.stderr.contains(&house.operators.0), "{plain:?}");
}
