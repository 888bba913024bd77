//! What the appliance mails beside tokens: links, where policy allows that it mails both, and invitations.
//! Never in one message, and nothing of it stays behind once it has left.

use crate::appliance::{Appliance, Kind};
use crate::link::Link;
use crate::nothing_secret::{absent, dump, hexed, search};
use crate::people::{PASSWORD, text};

on_both_databases! {
    link_and_token_come_in_messages_of_their_own_and_open_what_was_shared
    the_appliance_relays_nothing_without_policys_leave_or_the_owners_yes
    what_is_mailed_twice_or_not_as_said_is_refused
    a_recipient_is_written_to_in_the_language_that_the_owner_chose
    links_lead_to_the_public_address_whichever_the_owner_uses
    an_invitation_is_mailed_to_the_invited_person_and_its_maker_does_not_see_it
}

const RELAYING: &str = "[policy]\nrelay_both = true\nrelay_gap_minutes = 1\n";

/// The link in a message.
fn link_in(message: &str) -> Option<String> {
    let is_link = |word: &&str| word.starts_with("https://") && word.contains("/s/") && word.contains('#');
    message.split_whitespace().find(is_link).map(str::to_owned)
}

fn link_and_token_come_in_messages_of_their_own_and_open_what_was_shared(kind: Kind) {
    let mut appliance = Appliance::with(kind, RELAYING);
    let (ada, operator) = (appliance.ada(), appliance.operator());
    let told = ada.json(&["share", "create", "Staging", "--to", "bob@example.org", "--deliver", "relay-both", "--yes"], &[]);
    assert_eq!(
        (text(&told, "/delivery"), &told["links"][0]["link"], &told["links"][0]["token"]),
        ("relay-both".into(), &().into(), &().into())
    );
    let token = appliance.mail().wait_for_token("bob@example.org");
    assert_eq!(appliance.mail().all().len(), 1, "the link waits a minute more");

    let waiting = operator.json(&["mail", "list", "--state", "waiting"]);
    assert_eq!((waiting["rows"].as_array().unwrap().len(), text(&waiting, "/rows/0/about")), (1, "link".to_owned()));
    appliance.restart_later(61);
    let mail = appliance.mail().wait_for("bob@example.org", "/s/");
    let url = link_in(&mail).unwrap();
    assert!(url.starts_with(&format!("{}/s/{}#", appliance.url(), text(&told, "/links/0/id"))), "{url}");
    assert!(!mail.contains(&token) && appliance.mail().all().iter().filter(|mail| mail.contains(&token)).count() == 1);

    let link = Link { id: text(&told, "/links/0/id"), url, token: Some(token.clone()) };
    let messages = operator.json(&["mail", "list"]);
    assert!(messages["rows"].as_array().unwrap().iter().all(|row| row["state"] == "sent"), "{messages}");
    let bytes = link.secret();
    let tokens = [token.as_bytes().to_vec(), seal::link::Token::read(&token).unwrap().expose().to_vec()];
    let secrets: Vec<(String, Vec<u8>)> = tokens
        .into_iter()
        .map(|bytes| ("a token".to_owned(), bytes))
        .chain([link.fragment().as_bytes().to_vec(), bytes.to_vec()].map(|bytes| ("a link's secret".to_owned(), bytes)))
        .collect();
    search(&appliance.state(), &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &secrets);
        absent("the database", &dump(database), &hexed(&secrets));
    }

    appliance.recipient("bob").see(&link);
    assert_eq!(text(&ada.json(&["share", "show", &text(&told, "/id")], &[]), "/delivery"), "relay-both");
    assert!(ada.run(&["share", "list"], &[]).stdout.contains("not end to end"));
    assert!(operator.run(&["share", "list"]).stdout.contains("both by mail: not end to end"));
    assert_eq!(operator.records(&["--event", "share.created"])[0]["details"]["delivery"], "relay-both");
    assert_eq!(operator.events(&["--event", "share.relayed"]), ["share.relayed"]);
}

fn the_appliance_relays_nothing_without_policys_leave_or_the_owners_yes(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let relayed = ["share", "create", "Staging", "--to", "bob@example.org", "--deliver", "relay-both"];
    let with_yes = [&relayed[..], &["--yes"]].concat();
    assert_eq!(appliance.ada().refused(&with_yes, &[]).1, "relay-not-allowed");
    appliance.settle(RELAYING);
    let asked = appliance.ada().run(&relayed, &[]);
    assert!(asked.code == 2 && asked.stderr.contains("not end to end") && asked.stderr.contains("--yes"), "{}", asked.stderr);
    assert!(appliance.ada().json(&["share", "list"], &[])["shares"].as_array().unwrap().is_empty());
    assert!(appliance.mail().all().is_empty());
}

fn what_is_mailed_twice_or_not_as_said_is_refused(kind: Kind) {
    let appliance = Appliance::with(kind, RELAYING);
    let relayed = ["share", "create", "Staging", "--to", "bob@example.org", "--deliver", "relay-both", "--yes"];
    for wrong in [&["--no-token"][..], &["--by-hand"], &["--qr"]] {
        assert_eq!(appliance.ada().run(&[&relayed[..], wrong].concat(), &[]).code, 2, "{wrong:?}");
    }
    assert!(appliance.mail().all().is_empty());
}

fn a_recipient_is_written_to_in_the_language_that_the_owner_chose(kind: Kind) {
    let appliance = Appliance::with(kind, "[mail]\nlanguage = \"es\"\n");
    let ada = appliance.ada();
    let chosen = ada.json(&["share", "create", "Staging", "--to", "bob@example.org", "--language", "pt-BR"], &[]);
    assert_eq!(chosen["links"][0]["recipient"], "bob@example.org");
    appliance.mail().wait_for("bob@example.org", "Content-Language: pt-BR");
    let plain = ada.share_item("Staging", &["--to", "carol@example.org"]);
    appliance.mail().wait_for("carol@example.org", "Content-Language: es");
    let token = appliance.mail().wait_for_token("carol@example.org");
    appliance.recipient("carol").see(&plain.link().with_token(&token));
    appliance.mail().wait_for(&ada.email(), "Content-Language: es");
    assert_eq!(ada.run(&["share", "create", "Staging", "--to", "bob@example.org", "--language", "xx"], &[]).code, 2);
}

fn links_lead_to_the_public_address_whichever_the_owner_uses(kind: Kind) {
    let appliance = Appliance::with(kind, "[listen]\npublic_url = \"https://secrets.example.com:8443\"\n");
    let shared = appliance.ada().share(&[]);
    assert!(shared.link().url.starts_with("https://secrets.example.com:8443/s/"), "{}", shared.link().url);
    let said = appliance.ada().run(&["share", "create", "Staging", "--to", "bob@example.org", "--by-hand"], &[]);
    assert!(said.stderr.contains("https://secrets.example.com:8443"), "{}", said.stderr);
    for nonsense in ["http://a.example.com", "https://a.example.com/x", "https://A.example.com", "a.example.com", "https://a.example.com:0"]
    {
        std::fs::write(appliance.folder().join("conf.d/story.toml"), format!("[listen]\npublic_url = \"{nonsense}\"\n")).unwrap();
        let checked = appliance.posternd().arg("check-config").finish();
        assert!(checked.code == 78 && checked.stderr.contains("listen.public_url"), "{nonsense}: {}", checked.stderr);
    }
}

fn an_invitation_is_mailed_to_the_invited_person_and_its_maker_does_not_see_it(kind: Kind) {
    let mut appliance = Appliance::empty(kind);
    let (operator, grace) = (appliance.operator(), appliance.owner("grace"));
    let invite = ["user", "invite", "grace", "--full-name", "Grace Example", "--email", "grace@example.com", "--mail"];
    let told = operator.json(&invite);
    assert!(told["invitation"].is_null(), "{told}");
    let mail = appliance.mail().wait_for("grace@example.com", "postern --server");
    let invitation =
        mail.lines().find_map(|line| line.strip_prefix("    ").filter(|code| code.contains('-') && !code.contains(' '))).unwrap();
    assert!(mail.contains(&format!("postern --server {} register", appliance.url())), "{mail}");
    let mailed = operator.records(&["--event", "account.invitation_mailed"]);
    assert_eq!((mailed.len(), mailed[0]["details"]["to"].as_str()), (1, Some("grace@example.com")));

    let secrets = vec![("an invitation".to_owned(), invitation.as_bytes().to_vec())];
    search(&appliance.state(), &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &hexed(&secrets));
    }
    grace.register(invitation);
    grace.sign_in(PASSWORD);

    appliance.settle("[mail]\ntransport = \"none\"\n");
    let other = ["user", "invite", "hedy", "--full-name", "Hedy", "--email", "hedy@example.com", "--mail"];
    assert_eq!(operator.refused(&other), (1, "no-mail-transport".to_owned()));
}
