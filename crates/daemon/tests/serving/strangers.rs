//! Strangers: what somebody learns who holds nothing.

use serde_json::Value;

use crate::support::{Ground, LINK, bytes, json, problem};

#[test]
fn looking_at_a_link_is_the_same_page_for_every_link_and_leaves_no_trace() {
    let ground = Ground::plain();
    let before = json(ground.operator_get("/audit"))["rows"].as_array().unwrap().len();
    let page = ground.get(&format!("/s/{LINK}")).text().unwrap();
    assert_eq!(page, ground.get("/s/anything").text().unwrap());
    assert_eq!(ground.https.head(ground.url(&format!("/s/{LINK}"))).send().unwrap().status(), 200);
    assert_eq!(json(ground.operator_get("/audit"))["rows"].as_array().unwrap().len(), before);
}

#[test]
fn a_link_that_does_not_exist_and_one_that_is_none_get_one_answer_and_one_event() {
    let ground = Ground::plain();
    let body = |fields: &[&str]| {
        let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\":\"{}\"", bytes(7, 32))).collect();
        format!("{{{}}}", fields.join(","))
    };
    let mut answers: Vec<Value> = Vec::new();
    for link in [LINK, "x", "019CA93F-2C00-7000-8000-000000000001"] {
        for (action, fields) in [
            ("knock", &["knock"][..]),
            ("check", &["knock", "proof"]),
            ("reveal", &["knock", "proof", "attempt"]),
            ("burn", &["knock", "proof"]),
            ("watch", &["knock", "proof"]),
            ("report", &["knock", "proof"]),
        ] {
            let (status, name, answer) = problem(ground.post(&format!("/api/v1/links/{link}/{action}"), &body(fields)));
            assert_eq!((status, name.as_str()), (404, "unknown-link"), "{link} {action}");
            answers.push(answer);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let events = ground.events("link.unknown");
    assert_eq!(events.len(), 6, "one for each action and minute");
    assert!(events.iter().all(|event| event["link"] == "" && event["address"] == "127.0.0.1"));
}

#[test]
fn nothing_of_an_owners_is_had_without_signing_in() {
    let ground = Ground::plain();
    for path in ["/account", "/items", "/shares", &format!("/items/{LINK}"), &format!("/shares/{LINK}")] {
        let answer = ground.get(&format!("/api/v1{path}"));
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        assert_eq!(problem(answer).1, "not-signed-in", "{path}");
    }
    let forged = ground.https.get(ground.url("/api/v1/items")).bearer_auth(bytes(9, 32)).send().unwrap();
    assert_eq!(problem(forged).0, 401);
    for path in ["/sign-out", &format!("/items/{LINK}/disable"), &format!("/shares/{LINK}/revoke")] {
        assert_eq!(problem(ground.post(&format!("/api/v1{path}"), "")).1, "not-signed-in", "{path}");
    }
    let told = ground.events("session.refused");
    assert_eq!(told.len(), 1, "one for this address and minute, however often it comes");
    assert_eq!((&told[0]["refusal"], &told[0]["address"]), (&Value::from("not-signed-in"), &Value::from("127.0.0.1")));
}

#[test]
fn a_name_that_does_not_exist_has_an_id_that_stays_the_same() {
    let ground = Ground::plain();
    let id = |name: &str| json(ground.post("/api/v1/recovery/user", &format!("{{\"name\":\"{name}\"}}")))["user"].clone();
    let nobody = id("nobody");
    assert_eq!(nobody, id("Nobody"));
    assert_ne!(nobody, id("somebody"));
    let (status, name, _) = problem(ground.post("/api/v1/recovery/user", "{\"name\":\"no body\"}"));
    assert_eq!((status, name.as_str()), (400, "bad-request"));
}

#[test]
fn whether_a_name_exists_does_not_show_in_its_id() {
    let ground = Ground::plain();
    let before = json(ground.post("/api/v1/recovery/user", "{\"name\":\"ada\"}"))["user"].clone();
    ground.pass(86_400);
    let body = "{\"name\":\"Ada\",\"full_name\":\"Ada Lovelace\",\"email\":\"ada@example.com\"}";
    assert_eq!(json(ground.operator_post("/users", body))["user"], before, "the account has the id that was told before it was made");
}

#[test]
fn an_invitation_that_is_none_is_refused_and_recorded() {
    let ground = Ground::plain();
    let body = format!("{{\"invitation\":\"AAAA-BBBB\",\"request\":\"{}\"}}", bytes(0, 32));
    let (status, name, _) = problem(ground.post("/api/v1/registration/start", &body));
    assert_eq!((status, name.as_str()), (403, "invitation-not-valid"));
    assert_eq!(ground.events("account.refused").len(), 1);
}

#[test]
fn the_operators_addresses_are_not_at_the_https_door() {
    let ground = Ground::plain();
    for path in ["/api/v1/admin/health", "/api/v1/admin/users", "/api/v1/admin/audit"] {
        assert_eq!(problem(ground.get(path)).0, 404, "{path}");
    }
}
