//! What people mistype or are told to trust: `postern` and `posternctl` say what is wrong, end with the right code, and spend nothing.

use serde_json::Value;

use crate::appliance::{Appliance, Kind};
use crate::link::wrong_token;
use crate::people::PASSWORD;

on_both_databases! {
    a_link_in_the_arguments_is_refused_and_a_damaged_one_named
    an_appliance_that_is_not_there_or_not_to_be_trusted_gets_nothing
    items_and_shares_that_are_not_there_are_named
    an_operator_who_mistypes_is_told_and_changes_nothing
    a_configuration_that_makes_no_sense_is_refused_before_anything_starts
}

fn a_link_in_the_arguments_is_refused_and_a_damaged_one_named(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, bob) = (appliance.ada(), appliance.recipient("bob"));
    let shared = ada.share(&[]);
    let link = shared.link();
    let token = link.token.as_deref().unwrap();
    for arguments in [&["open", &link.url][..], &["open", "--yes", token], &["open", &link.url, token]] {
        let ended = bob.program(arguments, &[&link.url, token]).finish();
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(!ended.stderr.contains(link.fragment()) && !ended.stderr.contains(token), "{}", ended.stderr);
    }
    let cut = &link.url[..link.url.len() - 5];
    let bare = link.url.split('#').next().unwrap();
    let newer = format!("{bare}#Ag{}", "A".repeat(42));
    for damaged in [cut, bare, &format!("{bare}#"), &newer, "nonsense", "", "http://localhost/s/x#y"] {
        let ended = bob.program(&["open", "--yes"], &[damaged, token]).finish();
        assert_eq!(ended.code, 17, "{damaged:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains(link.fragment()));
    }
    for mistyped in ["", "ABCD", "ABCD-EFGH-JKMN-PQR!", "ABCD-EFGH-JKMN-PQRS-TVWX"] {
        let ended = bob.open_with(link, Some(mistyped));
        assert_eq!(ended.code, 18, "{mistyped:?}: {}", ended.stderr);
    }
    let wrong = wrong_token();
    assert_eq!(bob.open_with(link, Some(&wrong)).code, 18);
    // What has not the form of a token is not sent, and so not counted.
    assert_eq!(ada.look_at(&shared)["links"][0]["failed_tokens"], 1);
    assert_eq!(bob.program(&["open"], &[&link.url, token]).finish().code, 2, "nobody is there to agree");
    assert_eq!(ada.views_used(&shared), 0);
    let forgiven = token.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    assert_eq!(bob.open_with(link, Some(&forgiven)).code, 0);
}

fn an_appliance_that_is_not_there_or_not_to_be_trusted_gets_nothing(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let shared = ada.share(&[]);
    let link = shared.link();
    let stranger = crate::people::Recipient::new(appliance.folder().join("homes/stranger"), &other_authority(&appliance));
    let ended = stranger.open(link);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("certificate"), "{}", ended.stderr);
    // The certificate is right, but for another name.
    let elsewhere = link.url.replace("localhost", "127.0.0.1");
    let ended = appliance.recipient("bob").program(&["open", "--yes"], &[&elsewhere, "x"]).finish();
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    appliance.stop();
    let ended = appliance.recipient("bob").open(link);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert_eq!(ada.refused(&["item", "list"], &[]), (3, "unreachable".to_owned()));
    let (code, name) = appliance.operator().refused(&["health"]);
    assert_eq!((code, name.as_str()), (3, "unreachable"));
    appliance.start();
    appliance.recipient("bob").see(link);
}

/// The certificate of an authority that has nothing to do with this appliance.
fn other_authority(appliance: &Appliance) -> std::path::PathBuf {
    let (key, file) = (appliance.folder().join("other.key"), appliance.folder().join("other.crt"));
    let made = harness::Program::named("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=Other"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&file)
        .finish();
    assert!(made.success(), "{}", made.stderr);
    file
}

fn items_and_shares_that_are_not_there_are_named(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let ada = appliance.ada();
    let nowhere = "0190163d-8694-739b-aea5-966c26f8ad91";
    assert_eq!(ada.refused(&["item", "show", "Nothing"], &[]), (1, "not-found".to_owned()));
    assert_eq!(ada.refused(&["item", "show", nowhere], &[]), (1, "not-found".to_owned()));
    assert_eq!(ada.refused(&["share", "show", nowhere], &[]), (1, "not-found".to_owned()));
    assert_eq!(ada.refused(&["share", "create", "Nothing", "--to", "bob@example.org"], &[]).0, 1);
    for wrong in [
        &["share", "create", "Staging"][..],
        &["share", "create", "Staging", "--to", "nobody"],
        &["share", "create", "Staging", "--to", "b@example.org", "--views", "0"],
        &["share", "create", "Staging", "--to", "b@example.org", "--expires", "never"],
        &["share", "create", "Staging", "--to", "b@example.org", "--expires", "2001-01-01 00:00"],
        &["item", "sing"],
    ] {
        assert_eq!(ada.run(wrong, &[]).code, 2, "{wrong:?}");
    }
    assert_eq!(ada.elsewhere().refused(&["item", "list"], &[]).0, 4);
    assert_eq!(ada.refused(&["password"], &[PASSWORD, "one new password", "another new password"]).0, 2);
    assert_eq!(ada.json(&["share", "list"], &[])["shares"], Value::Array(Vec::new()));
}

fn an_operator_who_mistypes_is_told_and_changes_nothing(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let operator = appliance.operator();
    let nowhere = "0190163d-8694-739b-aea5-966c26f8ad91";
    for wrong in [
        &["user", "invite", "Not A Name", "--full-name", "X", "--email", "x@example.com"][..],
        &["user", "invite", "x", "--full-name", "X", "--email", "nobody"],
        &["share", "freeze", "--owner", "ada"],
        &["share", "freeze", "--reason", "x"],
        &["audit", "list", "--event", "link.opened"],
        &["gate", "explain", "300.1.2.3"],
    ] {
        assert_eq!(operator.run(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(operator.refused(&["user", "suspend", "nobody"]), (1, "not-found".to_owned()));
    assert_eq!(operator.refused(&["share", "revoke", nowhere]), (1, "not-found".to_owned()));
    assert_eq!(operator.refused(&["share", "unfreeze", nowhere]), (1, "not-found".to_owned()));
    let long = "x".repeat(300);
    assert_eq!(operator.run(&["user", "invite", "x", "--full-name", &long, "--email", "x@example.com"]).code, 2);
    assert_eq!(operator.json(&["user", "list"])["rows"].as_array().unwrap().len(), 1);
}

fn a_configuration_that_makes_no_sense_is_refused_before_anything_starts(kind: Kind) {
    let mut appliance = Appliance::prepared(kind);
    let checked = appliance.posternd().arg("check-config").finish();
    assert!(checked.success(), "{}", checked.stderr);
    appliance.stop();
    let story = appliance.folder().join("conf.d/story.toml");
    for (wrong, words) in [
        ("[policy]\nmaximum_expirey_hours = 3\n", "did you mean maximum_expiry_hours?"),
        ("[gate]\nrecipients = [\"10.0.0.1/8\"]\n", "10.0.0.0/8"),
        ("[limits]\nbody_bytes = 5\n", "limits.body_bytes"),
        ("[policy\n", "story.toml"),
    ] {
        std::fs::write(&story, wrong).unwrap();
        for command in ["check-config", "serve"] {
            let ended = appliance.posternd().arg(command).finish();
            assert!(!ended.success() && ended.stderr.contains(words), "{command}: {}", ended.stderr);
        }
    }
    std::fs::write(&story, "").unwrap();
    let again = appliance.posternd().arg("init").finish();
    assert!(!again.success() && again.stderr.contains("there already"), "{}", again.stderr);
    std::fs::remove_file(appliance.state().join("sign-in.setup")).unwrap();
    let ended = appliance.posternd().arg("serve").finish();
    assert!(!ended.success() && ended.stderr.contains("sign-in.setup"), "{}", ended.stderr);
}
