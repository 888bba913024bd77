//! The admin socket, as its own user meets it. Other users of the machine come in the tests of whole processes.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Ground, json, problem};

#[test]
fn an_invitation_is_shown_once_and_stands_in_no_list_and_no_audit() {
    let ground = Ground::plain();
    let made = ground.operator_post("/users", "{\"name\":\"ada\",\"full_name\":\"Ada Lovelace\",\"email\":\"ada@example.com\"}");
    assert_eq!(made.status(), 201);
    let made = json(made);
    let invitation = made["invitation"].as_str().unwrap().to_owned();
    assert_eq!(invitation.len(), 29);
    let users = ground.operator_get("/users").text().unwrap();
    let audit = ground.operator_get("/audit").text().unwrap();
    assert!(users.contains("\"ada\"") && !users.contains(&invitation) && !audit.contains(&invitation));
    let invited = ground.events("account.invited");
    assert_eq!((invited.len(), &invited[0]["details"]["name"], &invited[0]["actor"]), (1, &"ada".into(), &"operator".into()));
    let again = ground.operator_post("/users", "{\"name\":\"Ada\",\"full_name\":\"Another\",\"email\":\"a@example.com\"}");
    assert_eq!(problem(again).1, "name-taken");
}

#[test]
fn anybody_may_knock_at_the_socket_and_the_kernel_says_who_it_is() {
    let ground = Ground::plain();
    let mode = std::fs::metadata(&ground.config.admin.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
    ground.operator_post("/clock/accept", "");
    let accepted = ground.events("clock.accepted");
    assert_eq!(accepted[0]["who"], format!("{}({})", whoami(), nix::unistd::geteuid()));
}

fn whoami() -> String {
    nix::unistd::User::from_uid(nix::unistd::geteuid()).unwrap().unwrap().name
}

#[test]
fn lists_come_in_pages_to_their_end() {
    let ground = Ground::plain();
    for n in 0..5 {
        let body = format!("{{\"name\":\"user{n}\",\"full_name\":\"User\",\"email\":\"u{n}@example.com\"}}");
        assert_eq!(ground.operator_post("/users", &body).status(), 201);
    }
    for (path, whole) in [("/users", 5), ("/audit", 6)] {
        let (mut seen, mut after) = (0, String::new());
        loop {
            let page = json(ground.operator_get(&format!("{path}?limit=2{after}")));
            let rows = page["rows"].as_array().unwrap();
            assert!(rows.len() <= 2);
            seen += rows.len();
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, whole, "{path}");
    }
    let lane = json(ground.operator_get("/audit/lanes"))["rows"][0].clone();
    let along = json(ground.operator_get(&format!("/audit/lanes/{}?after=3&limit=2", lane["lane"])));
    assert_eq!(along["rows"][0]["record"]["seq"], 4);
    assert_eq!(lane["seq"], 6);
    let beyond = json(ground.operator_get(&format!("/audit/lanes/{}?after={}", lane["lane"], u64::MAX)));
    assert_eq!(beyond["rows"].as_array().unwrap().len(), 0);
}

#[test]
fn a_question_that_makes_no_sense_is_told() {
    let ground = Ground::plain();
    for path in [
        "/users?limit=x",
        "/users?colour=red",
        "/users?limit=1&limit=2",
        "/audit?after=1",
        "/gate/explain?address=here",
        "/shares?state=odd",
        "/shares?delivery=pigeon",
        "/shares?made_from=yesterday",
        "/shares?sort=size",
        "/shares?sort=expires&after=0190163d-8694-739b-aea5-966c26f8ad91",
        "/users?standing=invited",
        "/users/ada/sessions?colour=red",
    ] {
        assert_eq!(problem(ground.operator_get(path)).0, 400, "{path}");
    }
    assert_eq!(problem(ground.operator_post("/users/nobody/suspend", "")).0, 404);
    assert_eq!(problem(ground.operator_post("/shares/x/revoke", "")).0, 404);
    assert_eq!(problem(ground.operator_get("/nothing")).0, 404);
}

#[test]
fn health_and_gate_say_how_things_are() {
    let ground = Ground::plain();
    let health = json(ground.operator_get("/health"));
    assert_eq!((&health["database"], &health["clock_behind"]), (&"sqlite".into(), &false.into()));
    ground.pass(-3600);
    assert_eq!(json(ground.operator_get("/health"))["clock_behind"], true);
    let explained = json(ground.operator_get("/gate/explain?address=::ffff:127.0.0.1"));
    assert_eq!(explained["address"], "127.0.0.1");
    assert_eq!(explained["doors"][0]["matched"], "127.0.0.0/8");
}

#[test]
fn a_clock_that_falls_behind_is_told_once_until_it_is_accepted() {
    let ground = Ground::plain();
    ground.pass(-3600);
    while ground.events("clock.behind").is_empty() {
        std::thread::yield_now();
    }
    let told = ground.events("clock.behind");
    assert_eq!((told.len(), &told[0]["details"]["seconds"]), (1, &"3600".into()));
    assert_eq!(ground.operator_post("/clock/accept", "").status(), 200);
    assert_eq!(json(ground.operator_get("/health"))["clock_behind"], false);
}

#[test]
fn the_console_is_told_who_asks_and_what_there_is() {
    let ground = Ground::plain();
    let me = json(ground.operator_get("/me"));
    assert_eq!((me["user"].as_str(), me["uid"].as_u64()), (Some(whoami().as_str()), Some(nix::unistd::geteuid().as_raw().into())));
    assert_eq!(me["role"], "operator");
    let gate = json(ground.operator_get("/gate"));
    assert_eq!((&gate["recipients"][0], &gate["client_certificates"]), (&"127.0.0.0/8".into(), &"off".into()));
    let overview = json(ground.operator_get("/overview"));
    assert_eq!((overview["hours"].as_array().unwrap().len(), &overview["links"]["open"]), (24, &0.into()));
    assert!(overview["attention"]["disk_free_percent"].as_u64().is_some_and(|percent| percent <= 100));
    let health = json(ground.operator_get("/health"));
    assert!(health["disk"]["total_bytes"].as_u64() > health["disk"]["free_bytes"].as_u64());
    assert!(health["schema"].as_str().is_some_and(|schema| schema >= "20261121000500"), "{health}");
    let workers: Vec<&str> = health["workers"].as_array().unwrap().iter().map(|worker| worker["name"].as_str().unwrap()).collect();
    assert_eq!(workers, ["certificate", "denials", "mail", "mirror", "sweeper"]);
    assert!(health["workers"].as_array().unwrap().iter().all(|worker| worker["ok"] == true), "{health}");
    let invited = ground.operator_post("/users", "{\"name\":\"ada\",\"full_name\":\"Ada\",\"email\":\"a@example.com\"}");
    assert_eq!(invited.status(), 201);
    assert_eq!(json(ground.operator_get("/users/ada/sessions"))["rows"].as_array().unwrap().len(), 0);
    assert_eq!(json(ground.operator_post("/users/ada/sessions/end", ""))["sessions"], 0);
    assert_eq!(ground.events("account.sessions_ended").len(), 1);
    assert_eq!(problem(ground.operator_post("/users/nobody/sessions/end", "")).0, 404);
}

#[test]
fn a_caller_at_the_socket_names_its_request_and_audit_bears_the_name() {
    let ground = Ground::plain();
    let made = vault::RequestId::from_bytes(vault::version_7(ground.now(), [7; 16])).to_string();
    let sent = ground.operator_act_as("/clock/accept", &[made.as_str()]);
    assert_eq!((sent.status().as_u16(), sent.headers()["postern-request"].to_str().unwrap()), (200, made.as_str()));
    assert_eq!(ground.events("clock.accepted")[0]["request"], made);
    let old = vault::RequestId::from_bytes(vault::version_7(ground.now().plus_seconds(-301), [7; 16])).to_string();
    let of_another_version = "6f1f9c1e-5f55-4a58-9d3f-0c3f5d0d6a11";
    for wrong in [&[old.as_str()][..], &[of_another_version], &["x"], &[""], &[made.as_str(), made.as_str()]] {
        let (status, _, told) = problem(ground.operator_act_as("/clock/accept", wrong));
        assert_eq!(status, 400, "{wrong:?}");
        assert!(told["detail"].as_str().unwrap().contains("Postern-Request"), "{told}");
    }
    assert_eq!(ground.events("clock.accepted").len(), 1, "what was refused did nothing");
}
