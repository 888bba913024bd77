//! Operators at the admin socket: the kernel says who they are, their groups say what they may.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::people::{Operator, text};
use crate::users::{Group, User, reachable};

on_both_databases! {
    who_may_act_read_or_nothing_follows_from_the_groups_of_real_users
    the_admin_interface_is_not_on_the_network
    lists_come_in_pages_and_filters_narrow_them
    accounts_are_narrowed_by_what_they_may_do_and_whether_anybody_registered
    lanes_come_in_pages_and_verifying_walks_them_all
    health_says_how_the_appliance_is
}

fn who_may_act_read_or_nothing_follows_from_the_groups_of_real_users(kind: Kind) {
    let (operators, auditors) = (Group::new(), Group::new());
    let other = Group::new();
    let settings = format!("[admin]\noperators_group = \"{}\"\nauditors_group = \"{}\"\n", operators.0, auditors.0);
    let appliance = Appliance::with(kind, &settings);
    let (olga, otto, both) = (User::in_groups(&[&operators]), User::in_groups(&[&auditors]), User::in_groups(&[&auditors, &operators]));
    let nobody = User::in_groups(&[&other]);
    let copy = reachable("posternctl", appliance.folder());
    let root = appliance.operator();
    let acting = |user: &User| root.as_user(&user.0, &copy);
    let invite =
        |who: &Operator, name: &str| who.run(&["user", "invite", name, "--full-name", "X", "--email", "x@example.com", "--json"]).code;

    for (n, user) in [&olga, &both].into_iter().enumerate() {
        assert_eq!(invite(&acting(user), &format!("new{n}")), 0);
        acting(user).json(&["audit", "list"]);
    }
    for reading in [
        &["user", "list"][..],
        &["audit", "list"],
        &["share", "list"],
        &["share", "freezes"],
        &["health"],
        &["gate", "explain", "::1"],
        &["mail", "list"],
    ] {
        acting(&otto).json(reading);
        assert_eq!(acting(&nobody).refused(reading), (1, "not-operator".to_owned()), "{reading:?}");
    }
    assert_eq!(acting(&otto).run(&["audit", "verify"]).code, 0);
    let shared = appliance.ada().share(&[]);
    for writing in [
        &["user", "suspend", "ada"][..],
        &["user", "deny-external", "ada"],
        &["share", "revoke", &shared.share],
        &["share", "freeze", "--share", &shared.share, "--reason", "x"],
        &["clock", "accept", "--yes"],
        &["mail", "retry", "--all-dead"],
        &["mail", "drop", &shared.share, "--yes"],
        &["mail", "test", "olga@example.com"],
    ] {
        assert_eq!(acting(&otto).refused(writing), (1, "not-allowed-to-act".to_owned()), "{writing:?}");
        assert_eq!(acting(&nobody).refused(writing), (1, "not-operator".to_owned()), "{writing:?}");
    }
    let said = acting(&nobody).run(&["user", "list"]).stderr;
    assert!(said.contains(&operators.0) && said.contains(&auditors.0), "which group to join is said: {said}");
    let said = acting(&otto).run(&["user", "suspend", "ada"]).stderr;
    assert!(said.contains(&operators.0), "{said}");
    appliance.recipient("bob").see(shared.link());

    let refused = root.records(&["--event", "operator.refused"]);
    assert_eq!(refused.len(), 7 + 8 + 8 + 2);
    let uid = nix::unistd::User::from_name(&nobody.0).unwrap().unwrap().uid;
    let who = format!("{}({uid})", nobody.0);
    assert_eq!(root.records(&["--event", "operator.refused", "--who", &who]).len(), 7 + 8 + 1);
    let invited = root.records(&["--event", "account.invited", "--actor", "operator"]);
    assert!(invited.iter().any(|record| text(record, "/who").starts_with(&format!("{}(", olga.0))), "{invited:?}");
}

fn the_admin_interface_is_not_on_the_network(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let wire = appliance.wire();
    for path in ["/api/v1/admin/users", "/api/v1/admin/audit", "/api/v1/admin/health", "/api/v1/admin/shares"] {
        assert_eq!(wire.get(path).refusal(), (404, "not-found".to_owned()), "{path}");
        assert_eq!(wire.session(&appliance.ada().session()).get(path).status, 404, "{path}");
        assert_eq!(wire.post(path, &json!({})).status, 404, "{path}");
    }
}

fn lists_come_in_pages_and_filters_narrow_them(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let shares = [0; 3].map(|_| ada.share(&["--to", "bob@example.org", "--to", "carol@example.org"]));
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let from: Vec<&str> = after.iter().flat_map(|after| ["--after", after]).collect();
        let page = operator.json(&[&["share", "list", "--limit", "2"], &from[..]].concat());
        let rows = page["rows"].as_array().unwrap();
        assert!(rows.len() <= 2);
        seen.extend(rows.iter().map(|row| text(row, "/link")));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    let made: Vec<String> = shares.iter().flat_map(|share| share.links.iter().map(|link| link.id.clone())).collect();
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(seen), sorted(made));
    let count = |filter: &[&str]| operator.json(&[&["share", "list", "--all"], filter].concat())["rows"].as_array().unwrap().len();
    assert_eq!(count(&["--recipient", "bob@example.org"]), 3);
    assert_eq!(count(&["--share", &shares[0].share, "--state", "open"]), 2);
    assert_eq!((count(&["--owner", "ada"]), count(&["--owner", "nobody"]), count(&["--state", "revoked"])), (6, 0, 0));
    // What operators see of a link opens nothing.
    let told = operator.json(&["share", "list", "--all"]).to_string();
    for link in shares.iter().flat_map(|share| &share.links) {
        assert!(!told.contains(link.fragment()) && !told.contains(link.token.as_ref().unwrap()));
    }
}

fn accounts_are_narrowed_by_what_they_may_do_and_whether_anybody_registered(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let operator = appliance.operator();
    for (name, more) in [("bob", &[][..]), ("carol", &["--external"]), ("dave", &[])] {
        let invite = ["user", "invite", name, "--full-name", "X", "--email", "x@example.com"];
        operator.json(&[&invite[..], more].concat());
    }
    let page = |filter: &[&str]| operator.json(&[&["user", "list"], filter].concat());
    let names = |page: &Value| page["rows"].as_array().unwrap().iter().map(|row| text(row, "/name")).collect::<Vec<_>>();
    assert_eq!(names(&page(&["--external", "yes"])), ["ada", "carol"]);
    assert_eq!(names(&page(&["--external", "no", "--registered", "no"])), ["bob", "dave"]);
    assert_eq!(names(&page(&["--registered", "yes"])), ["ada"]);
    // A page is whole although others stand between its rows, and the next one goes on behind it.
    let first = page(&["--external", "yes", "--limit", "1"]);
    assert_eq!(names(&first), ["ada"]);
    assert_eq!(names(&page(&["--external", "yes", "--limit", "1", "--after", &text(&first, "/next")])), ["carol"]);
    assert_eq!(operator.run(&["user", "list", "--external", "perhaps"]).code, 2);
}

fn lanes_come_in_pages_and_verifying_walks_them_all(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let asked = |query: &str| -> Value {
        let mut socket = UnixStream::connect(appliance.socket()).unwrap();
        write!(socket, "GET /api/v1/admin/audit/lanes{query} HTTP/1.1\r\nHost: postern\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let json = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
        serde_json::from_str(json).unwrap()
    };
    let lanes = |page: &Value| page["rows"].as_array().unwrap().iter().map(|row| row["lane"].as_u64().unwrap()).collect::<Vec<_>>();
    let all = lanes(&asked(""));
    let mut walked = Vec::new();
    let mut query = "?limit=1".to_owned();
    loop {
        let page = asked(&query);
        assert!(lanes(&page).len() <= 1);
        walked.extend(lanes(&page));
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=1&after={next}"),
            None => break,
        }
    }
    assert_eq!(walked, all);
    assert_eq!(all.len() > 1, kind == Kind::Postgres);
    let verified = appliance.operator().json(&["audit", "verify"]);
    assert_eq!(verified["lanes"].as_array().unwrap().len(), all.len());
}

fn health_says_how_the_appliance_is(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let health = appliance.operator().json(&["health"]);
    let database = if kind == Kind::Sqlite { "sqlite" } else { "postgresql" };
    assert_eq!((&health["database"], &health["clock_behind"]), (&json!(database), &json!(false)));
    assert_eq!(health["journal_dropped"], 0);
}
