//! An owner's account, from the invitation to the recovery, with the daemon's half of OPAQUE (RFC 9807) played.

use std::sync::{Arc, Mutex};

use opaque_ke::ksf::Identity;
use opaque_ke::{
    CipherSuite, CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload, Ristretto255, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh,
};
use rand::rngs::OsRng;
use seal::account::RecoveryCode;
use seal::text::{decode, encode};
use seal::{Id, id};
use serde_json::{Value, json};

use crate::appliance::{Appliance, Said};
use crate::run::{Ended, Machine};

const USER: Id = [0x66; 16];
const PASSWORD: &str = "correct horse battery";
const INVITATION: &str = "the-invitation";

struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Identity;
}

/// What a daemon would keep.
#[derive(Default)]
struct Kept {
    registered: Value,
    record: Vec<u8>,
    root: Value,
    recovery: Value,
    state: Vec<u8>,
}

fn bytes(value: &Value) -> Vec<u8> {
    decode(value.as_str().unwrap()).unwrap()
}

/// A daemon that knows one invitation and keeps one account.
fn vault() -> (Appliance, Machine, Arc<Mutex<Kept>>) {
    let appliance = Appliance::new();
    let machine = Machine::new(&appliance);
    let setup = Arc::new(ServerSetup::<Suite>::new(&mut OsRng));
    let kept = Arc::new(Mutex::new(Kept::default()));
    let begin = {
        let setup = Arc::clone(&setup);
        move |request: &Value| {
            let request = RegistrationRequest::deserialize(&bytes(request)).unwrap();
            encode(&ServerRegistration::<Suite>::start(&setup, request, b"ada").unwrap().message.serialize())
        }
    };
    let finish = |kept: &mut Kept, body: &Value| {
        let upload = RegistrationUpload::<Suite>::deserialize(&bytes(&body["upload"])).unwrap();
        kept.record = ServerRegistration::finish(upload).serialize().to_vec();
        kept.root = body["root"].clone();
    };
    let started = begin.clone();
    appliance.on(
        "/registration/start",
        Said::made(move |body| match body["invitation"] == INVITATION {
            true => Said::Right(json!({
                "user": id::to_text(&USER), "name": "ada", "full_name": "Ada Lovelace", "response": started(&body["request"]),
            })),
            false => Said::No(403, "invitation-not-valid"),
        }),
    );
    let keep = Arc::clone(&kept);
    appliance.on(
        "/registration/finish",
        Said::made(move |body| {
            let mut kept = keep.lock().unwrap();
            finish(&mut kept, body);
            kept.recovery = body["recovery"].clone();
            kept.registered = body.clone();
            Said::Raw("")
        }),
    );
    let keep = Arc::clone(&kept);
    appliance.on(
        "/sign-in/start",
        Said::made(move |body| {
            let mut kept = keep.lock().unwrap();
            let request = CredentialRequest::deserialize(&bytes(&body["request"])).unwrap();
            let record = ServerRegistration::<Suite>::deserialize(&kept.record).unwrap();
            let started =
                ServerLogin::<Suite>::start(&mut OsRng, &setup, Some(record), request, b"ada", ServerLoginParameters::default()).unwrap();
            kept.state = started.state.serialize().to_vec();
            Said::Right(json!({"sign_in": id::to_text(&[0x77; 16]), "response": encode(&started.message.serialize())}))
        }),
    );
    let keep = Arc::clone(&kept);
    appliance.on(
        "/sign-in/finish",
        Said::made(move |body| {
            let kept = keep.lock().unwrap();
            let state = ServerLogin::<Suite>::deserialize(&kept.state).unwrap();
            let last = CredentialFinalization::deserialize(&bytes(&body["finalization"])).unwrap();
            state.finish(last, ServerLoginParameters::default()).unwrap();
            Said::Right(json!({"session": "the-session", "expires_at": 2_000_000_000_000_i64, "account": account(&kept)}))
        }),
    );
    let keep = Arc::clone(&kept);
    appliance.on("/account", Said::made(move |_| Said::Right(account(&keep.lock().unwrap()))));
    let started = begin.clone();
    appliance.on("/password/start", Said::made(move |body| Said::Right(json!({"response": started(&body["request"])}))));
    let keep = Arc::clone(&kept);
    appliance.on(
        "/password/finish",
        Said::made(move |body| {
            finish(&mut keep.lock().unwrap(), body);
            Said::Raw("")
        }),
    );
    appliance.on("/recovery/user", Said::Right(json!({"user": id::to_text(&USER)})));
    let keep = Arc::clone(&kept);
    appliance.on(
        "/recovery/start",
        Said::made(move |body| {
            let kept = keep.lock().unwrap();
            if encode(&seal::sha256(&bytes(&body["proof"]))) != kept.recovery["verifier"] {
                return Said::No(403, "recovery-failed");
            }
            let recovery = id::to_text(&[0x78; 16]);
            let response = begin(&body["request"]);
            Said::Right(json!({"recovery": recovery, "user": id::to_text(&USER), "root": kept.recovery["root"], "response": response}))
        }),
    );
    let keep = Arc::clone(&kept);
    appliance.on(
        "/recovery/finish",
        Said::made(move |body| {
            let mut kept = keep.lock().unwrap();
            finish(&mut kept, body);
            kept.recovery = body["recovery_seal"].clone();
            Said::Raw("")
        }),
    );
    appliance.on("/sign-out", Said::Raw(""));
    appliance.on("/items", Said::Right(json!({"rows": [], "next": null})));
    (appliance, machine, kept)
}

fn account(kept: &Kept) -> Value {
    json!({
        "user": id::to_text(&USER), "name": "ada", "full_name": "Ada Lovelace", "email": "ada@example.com", "external_share": true,
        "root": kept.root, "keys": kept.registered["keys"], "public": kept.registered["public"], "kept_key": encode(&[0x55; 32]),
    })
}

fn right(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{}", ended.remarks);
    serde_json::from_str(&ended.results).unwrap()
}

fn registered(machine: &Machine) -> Value {
    right(&machine.run(&["register", "--json"], &[INVITATION, PASSWORD, PASSWORD]))
}

#[test]
fn an_owner_registers_signs_in_works_and_signs_out() {
    let (appliance, machine, _) = vault();
    let told = registered(&machine);
    assert_eq!((&told["name"], &told["full_name"]), (&json!("ada"), &json!("Ada Lovelace")));
    assert!(RecoveryCode::read(told["recovery_code"].as_str().unwrap()).is_ok());
    assert_eq!(told["fingerprint"].as_str().unwrap().split('-').count(), 8);
    let ended = machine.run(&["sign-in"], &["ada", PASSWORD]);
    assert!(ended.results.starts_with("Signed in as ada until 2033-05-18"), "{} {}", ended.results, ended.remarks);
    // From here on neither the address nor the authority need be named.
    let bare = |arguments: &[&str]| machine.run_bare(arguments, &[], std::process::Stdio::piped());
    assert_eq!(bare(&["item", "list"]).code, 0);
    assert_eq!(bare(&["sign-out"]).results, "Signed out.\n");
    assert_eq!(appliance.calls("/sign-out").len(), 1);
    assert_eq!(bare(&["item", "list"]).code, 4);
}

#[test]
fn nothing_that_opens_the_account_leaves_the_machine() {
    let (appliance, machine, _) = vault();
    let told = registered(&machine);
    machine.run(&["sign-in"], &["ada", PASSWORD]);
    let code = told["recovery_code"].as_str().unwrap();
    let raw = RecoveryCode::read(code).unwrap();
    for path in ["/registration/start", "/registration/finish", "/sign-in/start", "/sign-in/finish"] {
        let calls = appliance.calls(path);
        assert!(!calls.is_empty(), "{path}");
        let sent = json!(calls).to_string();
        for secret in [PASSWORD, code, &encode(PASSWORD.as_bytes()), &encode(raw.expose())] {
            assert!(!sent.contains(secret), "{path}");
        }
    }
}

#[test]
fn a_wrong_password_is_known_before_the_last_message_and_changes_nothing() {
    let (appliance, machine, _) = vault();
    registered(&machine);
    let ended = machine.run(&["sign-in"], &["ada", "a wrong password"]);
    assert_eq!(ended.code, 1);
    assert!(ended.remarks.contains("the name or the password is wrong"), "{}", ended.remarks);
    assert!(appliance.calls("/sign-in/finish").is_empty() && !machine.home().join("session.json").exists());
}

#[test]
fn an_invitation_that_does_not_count_and_passwords_that_differ_make_no_account() {
    let (appliance, machine, _) = vault();
    assert_eq!(machine.run(&["register"], &["guessed", PASSWORD, PASSWORD]).code, 1);
    assert_eq!(machine.run(&["register"], &[INVITATION, PASSWORD, "another password"]).code, 2);
    assert!(appliance.calls("/registration/finish").is_empty());
}

#[test]
fn a_changed_password_opens_the_same_account_and_the_old_one_opens_nothing() {
    let (_appliance, machine, kept) = vault();
    registered(&machine);
    machine.run(&["sign-in"], &["ada", PASSWORD]);
    let sealed_before = kept.lock().unwrap().root.clone();
    let ended = machine.run(&["password"], &[PASSWORD, "a new password", "a new password"]);
    assert_eq!(ended.code, 0, "{}", ended.remarks);
    assert_ne!(kept.lock().unwrap().root, sealed_before);
    assert_eq!(machine.run(&["item", "list"], &[]).code, 0);
    assert_eq!(machine.run(&["sign-in"], &["ada", PASSWORD]).code, 1);
    assert_eq!(machine.run(&["sign-in", "--name", "ada"], &["a new password"]).code, 0);
}

#[test]
fn a_recovery_code_sets_a_password_once_and_leaves_a_new_code() {
    let (_appliance, machine, _) = vault();
    let code = registered(&machine)["recovery_code"].as_str().unwrap().to_owned();
    let recover = |code: &str| machine.run(&["recover", "--json"], &["ada", code, "a new password", "a new password"]);
    let told = right(&recover(&code.to_lowercase().replace('-', " ")));
    assert_ne!(told["recovery_code"], json!(code));
    assert_eq!(machine.run(&["sign-in"], &["ada", "a new password"]).code, 0);
    assert_eq!(recover(&code).code, 1);
    assert_eq!(recover("not a code").code, 2);
    right(&recover(told["recovery_code"].as_str().unwrap()));
}

#[test]
fn an_appliance_that_exchanges_the_sealed_root_is_found_out() {
    let (_appliance, machine, kept) = vault();
    registered(&machine);
    let mut altered = bytes(&kept.lock().unwrap().root);
    *altered.last_mut().unwrap() ^= 1;
    kept.lock().unwrap().root = json!(encode(&altered));
    let ended = machine.run(&["sign-in"], &["ada", PASSWORD]);
    assert_eq!(ended.code, 5, "{}", ended.remarks);
    assert!(!machine.home().join("session.json").exists());
}
