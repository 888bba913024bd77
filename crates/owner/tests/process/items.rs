//! Items as an owner sees them, from an appliance that may withhold or exchange what it keeps.

use std::os::unix::fs::PermissionsExt as _;

use seal::account::{Account, KeptKey};
use seal::item::{Contents, Item, Records, SealedEpoch, SealedVersion};
use seal::opaque::ExportKey;
use seal::text::encode;
use seal::{Id, id};
use serde_json::{Value, json};

use crate::appliance::{Appliance, Said};
use crate::run::Machine;

const USER: Id = [0x33; 16];
const ITEM: Id = [0x44; 16];
const KEPT: [u8; 32] = [0x55; 32];

/// An owner who has signed in at a played appliance, with one item in two versions.
struct Owner {
    appliance: Appliance,
    machine: Machine,
    account: Account,
    epoch: SealedEpoch,
    first: SealedVersion,
    second: SealedVersion,
}

fn contents(password: &str) -> Contents {
    let empty = String::new;
    Contents::Account {
        name: "Staging".into(),
        url: empty(),
        username: empty(),
        password: password.into(),
        mfa_key: empty(),
        notes: empty(),
    }
}

fn owner() -> Owner {
    let appliance = Appliance::new();
    let machine = Machine::new(&appliance);
    let (account, _, sealed) = Account::create(USER, &ExportKey::from_bytes([1; 64])).unwrap();
    let kept = json!({
        "server": appliance.url, "user": id::to_text(&USER), "session": "session", "expires_at": 1_800_000_000_000_i64,
        "root": encode(&account.root.keep(&KeptKey::from_bytes(KEPT), &USER).unwrap()),
    });
    std::fs::create_dir(machine.home()).unwrap();
    std::fs::set_permissions(machine.home(), std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(machine.home().join("session.json"), kept.to_string()).unwrap();
    let (epoch, first) = Item::create(&account, ITEM, &contents("first password")).unwrap();
    let opened = {
        let records = Records { epochs: std::slice::from_ref(&epoch.record), versions: std::slice::from_ref(&first.record) };
        Item::open(&account, ITEM, &records, &epoch.wrap, None).unwrap()
    };
    let second = opened.save(&account, &contents("second password")).unwrap();
    let told = json!({
        "user": id::to_text(&USER), "name": "ada", "full_name": "Ada Lovelace", "email": "ada@example.com", "external_share": true,
        "root": encode(&sealed.root_by_password), "keys": encode(&sealed.bundle), "kept_key": encode(&KEPT),
        "public": {"encryption": encode(&sealed.public.encryption), "signing": encode(&sealed.public.signing)},
    });
    appliance.on("/account", Said::Right(told));
    Owner { appliance, machine, account, epoch, first, second }
}

impl Owner {
    fn row(&self, version: &SealedVersion) -> Said {
        let row = json!({
            "id": id::to_text(&ITEM), "owner": id::to_text(&USER), "disabled": false, "shared": false, "updated_at": 0,
            "epoch": self.epoch_json(), "version": version_json(version),
        });
        Said::Right(json!({"rows": [row], "next": null}))
    }

    fn whole(&self, versions: &[&SealedVersion], body: &[u8]) -> Said {
        let saved: Vec<Value> = versions.iter().map(|version| json!({"version": version_json(version), "saved_at": 0})).collect();
        Said::Right(json!({
            "id": id::to_text(&ITEM), "owner": id::to_text(&USER), "disabled": false, "shared": false, "created_at": 0,
            "epochs": [self.epoch_json()], "versions": saved, "body": encode(body),
        }))
    }

    fn epoch_json(&self) -> Value {
        json!({"epoch": self.epoch.epoch, "record": encode(&self.epoch.record), "wrap": encode(&self.epoch.wrap)})
    }
}

fn version_json(version: &SealedVersion) -> Value {
    json!({"version": version.version, "epoch": version.epoch, "record": encode(&version.record), "details": encode(&version.details)})
}

fn one() -> String {
    format!("/items/{}", id::to_text(&ITEM))
}

#[test]
fn an_item_is_found_by_its_name_and_shown_with_its_secret() {
    let owner = owner();
    owner.appliance.on("/items", owner.row(&owner.second)).on(&one(), owner.whole(&[&owner.first, &owner.second], &owner.second.body));
    let listed = owner.machine.run(&["item", "list", "--json"], &[]);
    let told: Value = serde_json::from_str(&listed.results).unwrap();
    assert_eq!((&told["items"][0]["name"], &told["items"][0]["kind"]), (&json!("Staging"), &json!("account")));
    let shown = owner.machine.run(&["item", "show", "Staging", "--field", "password"], &[]);
    assert_eq!((shown.code, shown.results.as_str()), (0, "second password\n"), "{}", shown.remarks);
    let nothing = owner.machine.run(&["item", "show", "Production"], &[]);
    assert_eq!(nothing.code, 1, "{}", nothing.remarks);
}

#[test]
fn an_earlier_version_is_opened_on_demand() {
    let owner = owner();
    let version = format!("{}/versions/1", one());
    owner.appliance.on(&version, owner.whole(&[&owner.first, &owner.second], &owner.first.body));
    let id = id::to_text(&ITEM);
    let shown = owner.machine.run(&["item", "show", &id, "--version", "1", "--field", "password"], &[]);
    assert_eq!((shown.code, shown.results.as_str()), (0, "first password\n"), "{}", shown.remarks);
}

#[test]
fn an_appliance_that_serves_an_older_state_than_was_seen_is_found_out() {
    let owner = owner();
    owner.appliance.on("/items", owner.row(&owner.second));
    assert_eq!(owner.machine.run(&["item", "list"], &[]).code, 0);
    owner.appliance.on("/items", owner.row(&owner.first)).on(&one(), owner.whole(&[&owner.first], &owner.first.body));
    for arguments in [&["item", "list"][..], &["item", "show", &id::to_text(&ITEM)]] {
        let ended = owner.machine.run(arguments, &[]);
        assert_eq!(ended.code, 5, "{}", ended.remarks);
        assert!(ended.remarks.contains("older state") && !ended.results.contains("first password"), "{}", ended.remarks);
    }
}

#[test]
fn a_body_of_another_version_is_not_shown_as_this_one() {
    let owner = owner();
    owner.appliance.on(&one(), owner.whole(&[&owner.first, &owner.second], &owner.first.body));
    let ended = owner.machine.run(&["item", "show", &id::to_text(&ITEM)], &[]);
    assert_eq!((ended.code, ended.results.as_str()), (5, ""), "{}", ended.remarks);
}

#[test]
fn an_appliance_that_gives_out_other_keys_for_an_owner_is_found_out() {
    let owner = owner();
    let (_, _, other) = Account::create(USER, &ExportKey::from_bytes([2; 64])).unwrap();
    let own = owner.account.keys.seal(&owner.account.root, &USER).unwrap();
    owner.appliance.on(
        "/account",
        Said::Right(json!({
            "user": id::to_text(&USER), "name": "ada", "full_name": "Ada", "email": "ada@example.com", "external_share": true,
            "root": encode(&other.root_by_password), "keys": encode(&own), "kept_key": encode(&KEPT),
            "public": {"encryption": encode(&other.public.encryption), "signing": encode(&other.public.signing)},
        })),
    );
    let ended = owner.machine.run(&["item", "list"], &[]);
    assert_eq!(ended.code, 5, "{}", ended.remarks);
    assert!(ended.remarks.contains("other public keys"), "{}", ended.remarks);
}

#[test]
fn a_stolen_home_opens_nothing_once_the_session_has_ended() {
    let owner = owner();
    owner.appliance.on("/account", Said::No(401, "not-signed-in"));
    let ended = owner.machine.run(&["item", "list"], &[]);
    assert_eq!(ended.code, 4);
    assert!(ended.remarks.contains("postern sign-in"), "{}", ended.remarks);
    let kept = std::fs::read(owner.machine.home().join("session.json")).unwrap();
    let root = owner.account.root.expose();
    assert!(!kept.windows(32).any(|window| window == root) && !String::from_utf8_lossy(&kept).contains(&encode(root)));
}

#[test]
fn an_item_is_made_in_one_call_and_believed_only_after_it_is_read_back() {
    let owner = owner();
    let lines = ["Staging", "https://staging.example.com", "deploy", "s3cret", "", ""];
    owner.appliance.on("/items", vec![Said::Cut, Said::Raw("")]);
    let ended = owner.machine.run(&["item", "add", "account"], &lines);
    // The lost answer is asked for again with the same bytes; reading it back then finds nothing at this appliance.
    let made = owner.appliance.calls("/items");
    assert!(made.len() == 2 && made[0] == made[1], "{}", ended.remarks);
    assert_eq!(ended.code, 1, "{}", ended.remarks);
    let text = made[0].to_string();
    assert!(!text.contains("s3cret") && !text.contains("Staging") && !text.contains("deploy"));
    // The id is made on the appliance's clock, not on this machine's: 2031-01-01T12:00Z.
    assert!(made[0]["id"].as_str().unwrap().starts_with("01c03"), "{text}");
}
