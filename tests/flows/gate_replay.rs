//! Trying networks before they count: what the gate would say about an address behind proxies, and what would become of those who came lately.

use std::fs;

use serde_json::{Value, json};

use crate::appliance::{Appliance, Kind};
use crate::people::text;

on_both_databases! {
    the_gate_explains_which_hop_it_would_believe
    recorded_visits_run_through_proposed_networks_and_nothing_changes
}

fn the_gate_explains_which_hop_it_would_believe(kind: Kind) {
    let appliance = Appliance::with(kind, "[gate]\nrecipients = [\"10.99.0.0/16\"]\ntrusted_proxies = [\"10.0.0.2\", \"192.0.2.0/24\"]\n");
    let operator = appliance.operator();
    let explain = |words: &[&str]| operator.json(&[&["gate", "explain"], words].concat());
    let told = explain(&["10.99.0.5", "--via", "10.0.0.2"]);
    assert_eq!((text(&told, "/address").as_str(), &told["doors"][0]["matched"]), ("10.99.0.5", &json!("10.99.0.0/16")));
    assert_eq!(told["hops"], json!([{"address": "10.0.0.2", "trusted": "10.0.0.2/32"}]));
    let told = explain(&["10.99.0.5", "--via", "203.0.113.7"]);
    assert_eq!((text(&told, "/address").as_str(), &told["doors"][0]["matched"]), ("203.0.113.7", &Value::Null));
    assert_eq!(told["hops"], json!([{"address": "203.0.113.7", "trusted": null}]));
    let told = explain(&["10.99.0.5", "--via", "192.0.2.9", "--via", "::ffff:10.0.0.2"]);
    assert_eq!((text(&told, "/address").as_str(), told["hops"].as_array().unwrap().len()), ("10.99.0.5", 2));
    let told = explain(&["10.99.0.5", "--via", "203.0.113.7", "--via", "10.0.0.2"]);
    assert_eq!(text(&told, "/address"), "203.0.113.7", "a chain is believed up to the first hop that isn't");
    assert_eq!(explain(&["10.0.0.2"])["refusal"], "forwarded-unclear", "a proxy is never a visitor");
    let said = operator.run(&["gate", "explain", "10.99.0.5", "--via", "203.0.113.7"]).stdout;
    assert!(said.contains("via 203.0.113.7: not believed"), "{said}");
}

fn recorded_visits_run_through_proposed_networks_and_nothing_changes(kind: Kind) {
    let gate = "recipients = [\"10.20.0.0/16\", \"10.30.0.0/16\"]\nowners = [\"127.0.0.0/8\"]\n";
    let mut appliance = Appliance::prepared(kind);
    let shared = appliance.ada().share(&["--views", "9"]);
    appliance.reload(&format!("[gate]\n{gate}trusted_proxies = [\"127.0.0.1\"]\n"));
    let wire = appliance.wire();
    let check = |from: &str| {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", from)];
        wire.send(reqwest::Method::POST, &shared.link().path("check"), &headers, shared.link().check().to_string()).status
    };
    let visits = ["10.20.0.5", "10.20.0.5", "10.30.0.5", "10.40.0.5", "203.0.113.7"];
    assert_eq!(visits.map(check), [200, 200, 200, 403, 403]);
    let file = appliance.folder().join("proposed.toml");
    fs::write(&file, "[gate]\nrecipients = [\"10.30.0.0/16\", \"10.40.0.0/16\"]\n").unwrap();
    let before = appliance.operator().records(&["--event", "link.checked"]).len();
    let file = file.to_str().unwrap();
    let told = appliance.operator().json(&["gate", "replay", file]);
    let list = |name: &str| -> Vec<(String, u64)> {
        let rows = told[name].as_array().unwrap();
        rows.iter().map(|row| (text(row, "/address"), row["visits"].as_u64().unwrap())).collect()
    };
    assert_eq!(list("cut_off"), [("10.20.0.5".to_owned(), 2)]);
    assert_eq!(list("let_in"), [("10.40.0.5".to_owned(), 1)]);
    assert_eq!((&told["unchanged"], &told["complete"], &told["doors"]), (&json!(2), &json!(true), &json!(["recipients"])));
    assert!(told["cut_off"][0]["last_seen"].as_i64().unwrap() > 0);
    let said = appliance.operator().run(&["gate", "replay", file]).stdout;
    assert!(said.contains("Would be cut off: 1.") && said.contains("10.20.0.5") && said.contains("came in 2x"), "{said}");
    assert_eq!(appliance.operator().json(&["gate", "replay", file, "--most", "1"])["complete"], false);
    assert_eq!(appliance.operator().records(&["--event", "link.checked"]).len(), before);
    assert_eq!(check("10.20.0.5"), 200, "nothing was changed");
    // More than the log gives at once.
    for _ in 0..450 {
        assert_eq!(check("10.20.0.5"), 200);
    }
    let told = appliance.operator().json(&["gate", "replay", file]);
    assert_eq!((&told["cut_off"][0]["visits"], &told["complete"]), (&json!(453), &json!(true)));
    fs::write(file, "[gate]\nrecipient = []\n").unwrap();
    let wrong = appliance.operator().run(&["gate", "replay", file]);
    assert!(wrong.code == 2 && wrong.stderr.contains("recipient"), "{}", wrong.stderr);
}
