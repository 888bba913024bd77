//! Operators see to the outbox: what waits and why, try again, drop, and whether messages arrive at all.

use harness::mail::{How, MailServer};

use crate::appliance::{Appliance, Kind};
use crate::people::text;
use crate::smtp::{failed, is, kept, payloads, share, through, wait_until};

on_both_databases! {
    a_test_message_tells_at_once_whether_mail_leaves
    test_messages_are_no_flood_and_speak_the_appliances_language
    an_operator_drops_a_message_after_saying_yes
    given_up_notices_are_all_tried_again_and_lists_come_in_pages
    check_config_says_what_is_wrong_with_the_way_out
}

fn a_test_message_tells_at_once_whether_mail_leaves(kind: Kind) {
    let mut server = MailServer::start(How::default());
    let mut appliance = Appliance::with(kind, &through(&server, ""));
    let operator = appliance.operator();
    let told = operator.json(&["mail", "test", "olga@example.com"]);
    assert!(told["accepted"] == true && text(&told, "/answer").contains("250 (2.0.0 kept for good)"), "{told}");
    assert_eq!(kept(&server).to("olga@example.com", "tries whether its messages arrive").len(), 1);
    server.behave("refuse-recipient");
    let said = operator.run(&["mail", "test", "olga@example.com"]);
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("Not accepted: the mail server answered 550 (5.1.1"), "{}{}", said.stdout, said.stderr);
    server.go_away();
    let said = operator.run(&["mail", "test", "olga@example.com"]);
    assert!(said.code == 1 && said.stdout.contains("can't be reached"), "{}", said.stdout);
    let records = operator.records(&["--event", "mail.tested"]);
    assert_eq!((records.len(), records[0]["details"]["to"].as_str()), (3, Some("olga@example.com")));
    assert!(operator.json(&["mail", "list"])["rows"].as_array().unwrap().is_empty(), "a test is in no outbox");
    appliance.settle("[mail]\ntransport = \"none\"\n");
    assert_eq!(operator.refused(&["mail", "test", "olga@example.com"]), (1, "no-mail-transport".to_owned()));
}

fn test_messages_are_no_flood_and_speak_the_appliances_language(kind: Kind) {
    let server = MailServer::start(How::default());
    let appliance = Appliance::with(kind, &through(&server, "language = \"pt-BR\""));
    let operator = appliance.operator();
    for _ in 0..10 {
        operator.json(&["mail", "test", "olga@example.com"]);
    }
    assert_eq!(operator.refused(&["mail", "test", "olga@example.com"]), (1, "too-many-tests".to_owned()));
    assert_eq!(kept(&server).to("olga@example.com", "Content-Language: pt-BR").len(), 10);
    assert_eq!(operator.records(&["--event", "mail.tested"]).len(), 10);
    assert_eq!(operator.records(&["--event", "operator.refused"])[0]["refusal"], "too-many-tests");
    for hostile in [
        "olga@example.com\r\nBcc: eve@example.com",
        "\"a b\"@example.com",
        "olga@bücher.example",
        "olga@example.com\u{2028}x",
        "=?utf-8?q?a?=@x y",
    ] {
        assert_eq!(operator.run(&["mail", "test", hostile]).code, 2, "{hostile:?}");
    }
}

fn an_operator_drops_a_message_after_saying_yes(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("refuse-sender");
    let appliance = Appliance::with(kind, &through(&server, ""));
    let operator = appliance.operator();
    share(&appliance, &["bob@example.org"]);
    let id = text(&wait_until(&appliance, "bob@example.org", failed(1)), "/message");
    let asked = operator.run(&["mail", "drop", &id]);
    assert!(asked.code == 1 && asked.stderr.contains("not confirmed"), "{}", asked.stderr);
    assert_eq!(payloads(&appliance), 1);
    let dropped = operator.json(&["mail", "drop", &id, "--yes"]);
    assert_eq!((text(&dropped, "/state"), payloads(&appliance)), ("withdrawn".to_owned(), 0));
    assert_eq!(operator.refused(&["mail", "drop", &id, "--yes"]), (1, "nothing-to-send".to_owned()));
    assert_eq!(operator.refused(&["mail", "retry", &id]), (1, "nothing-to-send".to_owned()));
    let dropped = operator.records(&["--event", "mail.dropped"]);
    assert_eq!((dropped.len(), dropped[0]["details"]["message"].as_str()), (1, Some(id.as_str())));
    server.behave("well");
    kept(&server).wait_for("ada@example.com", "An operator took the message");
    assert!(kept(&server).to("bob@example.org", "").is_empty());
}

fn given_up_notices_are_all_tried_again_and_lists_come_in_pages(kind: Kind) {
    let server = MailServer::start(How::default());
    server.behave("refuse-recipient");
    let appliance = Appliance::with(kind, &through(&server, ""));
    let operator = appliance.operator();
    share(&appliance, &["bob@example.org"]);
    wait_until(&appliance, "bob@example.org", is("dead"));
    wait_until(&appliance, "ada@example.com", is("dead"));
    let page = operator.json(&["mail", "list", "--limit", "1", "--state", "dead"]);
    let next = operator.json(&["mail", "list", "--limit", "1", "--state", "dead", "--after", &text(&page, "/next")]);
    assert_eq!((text(&page, "/rows/0/to"), text(&next, "/rows/0/to")), ("ada@example.com".to_owned(), "bob@example.org".to_owned()));
    server.behave("well");
    let retried = operator.json(&["mail", "retry", "--all-dead"]);
    assert_eq!((&retried["tried"], &retried["gone"]), (&1.into(), &1.into()));
    wait_until(&appliance, "ada@example.com", is("sent"));
    assert_eq!(kept(&server).to("ada@example.com", "could not be").len(), 1);
    let said = operator.run(&["mail", "list", "--state", "dead"]).stdout;
    assert!(said.contains("1 try failed, last: the mail server answered 550") && said.contains("bob@example.org"), "{said}");
}

fn check_config_says_what_is_wrong_with_the_way_out(kind: Kind) {
    let server = MailServer::start(How::default());
    let appliance = Appliance::prepared(kind);
    let story = appliance.folder().join("conf.d/story.toml");
    let check = |settings: &str| {
        std::fs::write(&story, settings).unwrap();
        let checked = appliance.posternd().arg("check-config").finish();
        (checked.code, checked.stderr)
    };
    assert_eq!(check(&through(&server, "")), (0, String::new()));
    let nothing = server.kept().join("nothing.pem").display().to_string();
    for (settings, complaint) in [
        (through(&server, "security = \"none\"").replace("\"localhost\"", "\"mail.example.com\""), "mail.security"),
        (through(&server, "username = \"postern\""), "mail.password_file"),
        (through(&server, &format!("username = \"postern\"\npassword_file = \"{nothing}\"")), "nothing.pem"),
        (through(&server, "").replace("authority.crt", "behaviour"), "mail.ca_file"),
        (through(&server, "").replace("\"localhost\"", "\"\""), "mail.server is empty"),
    ] {
        let (code, said) = check(&settings);
        assert!(code == 78 && said.contains(complaint), "{settings}{said}");
    }
}
