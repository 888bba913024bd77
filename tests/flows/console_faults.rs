//! What happens to terminals, and to those who open the console where it can't be opened: a clear word, the right exit code, nothing lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use harness::screen::keys::{ENTER, TAB};

use crate::appliance::{Appliance, Kind};
use crate::desk::{Desk, LARGE, SMALL, coloured};
use crate::people::Operator;
use crate::users::{User, reachable};

on_both_databases! {
    a_terminal_too_small_says_how_large_it_should_be_and_works_once_it_is
    another_size_takes_nothing_that_was_typed_and_swallows_no_key
    drawing_anew_asks_nothing_of_a_terminal_that_may_not_answer
    a_terminal_that_closes_ends_the_console_and_leaves_nobody_behind
    a_terminal_without_utf_8_gets_ascii_alone
    where_the_console_cannot_be_opened_a_word_and_the_exit_code_say_why
}

fn a_terminal_too_small_says_how_large_it_should_be_and_works_once_it_is(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::opening(&appliance.operator(), (10, 40));
    desk.wait_for("80 × 24");
    for (lines, columns) in [(24, 79), (23, 80), (1, 1), (2, 200)] {
        desk.resize(lines, columns);
    }
    desk.resize(SMALL.0, SMALL.1);
    desk.press_for("2", "bob@example.com");
    desk.resize(5, 20);
    desk.wait_until("said that it is too small", |screen| !screen.shown().contains("bob@example.com"));
    desk.resize(LARGE.0, LARGE.1);
    desk.wait_for("bob@example.com");
    desk.quit();
}

fn another_size_takes_nothing_that_was_typed_and_swallows_no_key(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&appliance.operator(), SMALL);
    desk.press_for("2", "bob@example.com");
    desk.press_for("f", "It takes 1 living link.");
    let mut typed = String::from("because");
    desk.press_for(&format!("{TAB}{TAB}{typed}"), &typed);
    // One key behind each size: it must come by itself, not with the one after it.
    for (n, size) in [LARGE, (30, 90), (5, 5), SMALL, (60, 200)].into_iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(n).unwrap());
        desk.resize(size.0, size.1);
        desk.press(&letter.to_string());
        typed.push(letter);
        if size != (5, 5) {
            desk.wait_for(&format!("Reason   {typed}"));
        }
    }
    desk.press_for(ENTER, "Frozen: 1 living link.");
    let freezes = appliance.operator().json(&["share", "freezes"]);
    assert_eq!(freezes["rows"][0]["reason"], "becauseabcde");
    desk.press(ENTER);
    desk.wait_for("‖ frozen");
    desk.quit();
}

fn drawing_anew_asks_nothing_of_a_terminal_that_may_not_answer(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com"]);
    let desk = Desk::of(&appliance.operator(), SMALL);
    desk.press_for("2", "bob@example.com");
    desk.press_for(&format!("f{TAB}{TAB}because"), "--reason=because");
    let ctrl_l = "\u{c}";
    desk.press_for(&format!("{ctrl_l} of this"), "--reason='because of this'");
    desk.press_for(ENTER, "Frozen: 1 living link.");
    desk.press(ENTER);
    desk.wait_for("‖ frozen");
    desk.quit();
}

fn a_terminal_that_closes_ends_the_console_and_leaves_nobody_behind(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com"]);
    for open_dialog in [false, true] {
        let desk = Desk::of(&appliance.operator(), SMALL);
        desk.press_for("2", "bob@example.com");
        if open_dialog {
            desk.press_for(&format!("f{TAB}{TAB}typed"), "--reason=typed");
        }
        let session = desk.id();
        assert_eq!(in_session(session), [session]);
        assert_eq!(desk.hang_up(), 0);
        assert!(in_session(session).is_empty());
    }
    let plain = coloured(appliance.operator().program(&["--plain"])).on_screen(SMALL.0, SMALL.1);
    plain.wait_for("postern>");
    let session = plain.id();
    plain.hang_up();
    assert!(in_session(session).is_empty());
    assert!(appliance.operator().records(&["--event", "freeze.placed"]).is_empty());
}

/// The processes of the terminal that this one leads, zombies left out.
fn in_session(leader: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let alive = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // Behind the name in brackets: state, parent, group, session.
        let facts: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        facts.get(3) == Some(&leader.to_string().as_str()) && facts[0] != "Z"
    };
    processes.filter(alive).collect()
}

fn a_terminal_without_utf_8_gets_ascii_alone(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    appliance.ada().share(&["--to", "bob@example.com", "--label", "Wi-Fi für Zoë · 李"]);
    let program = coloured(appliance.operator().program(&[])).env("LC_ALL", "C");
    let screen = program.on_screen(LARGE.0, LARGE.1);
    for (key, seen) in [
        ("2", "bob@example.com"),
        ("\r", "Wi-Fi f"),
        ("3", "ada@example.com"),
        ("4", "share.created"),
        ("6", "Recipients"),
        ("7", "ournal"),
        ("1", "NEEDS SOMEBODY"),
        ("?", "Overview"),
    ] {
        screen.press(key);
        screen.wait_for(seen);
    }
    let written = screen.written();
    assert!(written.is_ascii(), "{}", String::from_utf8_lossy(&written));
    screen.press("\x03");
    assert_eq!(screen.finish().0, 0);
}

fn where_the_console_cannot_be_opened_a_word_and_the_exit_code_say_why(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let nobody = User::in_groups(&[]);
    let opened = |operator: &Operator| {
        let (code, shown) = {
            let screen = coloured(operator.program(&[])).on_screen(SMALL.0, SMALL.1);
            screen.wait_until("ended", |screen| screen.ended().is_some());
            assert!(!screen.ever(|screen| screen.alternate_screen()), "the terminal was not taken:\n{}", screen.shown());
            screen.finish()
        };
        let plain = coloured(operator.program(&["--plain"])).input("health\n").finish();
        let said = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        (code, said, plain)
    };
    // No terminal.
    let piped = appliance.operator().run(&[]);
    assert_eq!(piped.code, 2);
    assert!(piped.stdout.is_empty() && piped.stderr.contains("--plain"), "{piped:?}");
    // A folder that is closed to whoever asks.
    let copy = reachable("posternctl", appliance.folder());
    let folder = appliance.socket().parent().unwrap().to_owned();
    let open = fs::metadata(&folder).unwrap().permissions();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
    let (code, said, plain) = opened(&appliance.operator().as_user(&nobody.0, &copy));
    fs::set_permissions(&folder, open).unwrap();
    assert!(code == 3 && said.contains("closed to you") && plain.stderr.contains("closed to you"), "{said} {plain:?}");
    // Nobody at the socket, then no socket at all.
    appliance.kill();
    let (code, said, plain) = opened(&appliance.operator());
    assert!(code == 3 && said.contains("left its socket behind") && plain.stderr.contains("left its socket behind"), "{said} {plain:?}");
    fs::remove_file(appliance.socket()).unwrap();
    let (code, said, plain) = opened(&appliance.operator());
    assert!(
        code == 3 && said.contains("there is no admin socket") && plain.stderr.contains("there is no admin socket"),
        "{said} {plain:?}"
    );
}
