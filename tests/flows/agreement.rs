//! What `seal` does in clients and what `vault` and the daemon do with it, held against each other and against the vectors.
//! The daemon never depends on `seal`, so this is the one place where both are seen.

use daemon::opaque::{Setup, finish_registration, finish_sign_in};
use harness::tree;
use serde_json::{Value, json};
use vault::LinkId;
use vault::link::{Attempt, Knock, Proof};
use vault::text::UserName;

fn vectors(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(tree::top().join("tests/vectors").join(name)).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    vectors["good"].as_array().unwrap().clone()
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    hex(value).try_into().unwrap()
}

#[test]
fn the_daemon_remembers_of_knock_proof_and_attempt_what_the_protocol_says() {
    let cases = vectors("link.json");
    assert!(cases.len() > 1);
    for case in cases {
        let link = LinkId::from_bytes(array(&case["link"]));
        assert_eq!(Knock::from_bytes(array(&case["knock"])).hash().as_bytes(), &array::<32>(&case["knock_hash"]));
        assert_eq!(Proof::from_bytes(array(&case["proof"])).hash().as_bytes(), &array::<32>(&case["proof_hash"]));
        assert_eq!(Attempt::from_bytes(array(&case["attempt"])).hash(link).as_bytes(), &array::<32>(&case["attempt_hash"]));
    }
}

#[test]
fn a_link_is_refused_for_every_secret_but_its_own() {
    let secret = seal::link::LinkSecret::random().unwrap();
    let link = [7; 16];
    let knock = secret.knock(&link).unwrap();
    assert_eq!(Knock::from_bytes(*knock.expose()).hash().as_bytes(), &knock.hash());
    let other = seal::link::LinkSecret::random().unwrap().knock(&link).unwrap();
    assert_ne!(Knock::from_bytes(*other.expose()).hash().as_bytes(), &knock.hash());
}

#[test]
fn what_a_client_registers_the_daemons_half_signs_in_and_both_have_the_same_key() {
    let name: UserName = "olga".parse().unwrap();
    let setup = Setup::generate().unwrap();
    let (registration, request) = seal::opaque::Registration::start("a password").unwrap();
    let response = setup.begin_registration(&name, &request).unwrap();
    let (upload, registered) = registration.finish(&response).unwrap();
    let record = finish_registration(&upload).unwrap();
    // The setup is read back as another start of the daemon would.
    let setup = Setup::from_file(&setup.to_file()).unwrap();
    let sign_in = |password: &str| {
        let (state, first) = seal::opaque::SignIn::start(password).unwrap();
        let begun = setup.begin_sign_in(&name, Some((setup.id(), &record)), &first).unwrap();
        state.finish(&begun.response).map(|verified| (finish_sign_in(&begun.state, &verified.finalization), verified.export_key))
    };
    let (right, export_key) = sign_in("a password").unwrap();
    assert!(right);
    assert!(export_key.expose() == registered.expose());
    assert!(sign_in("another password").is_err());
}

#[test]
fn a_record_made_long_ago_still_signs_in() {
    for case in vectors("sign_in.json") {
        let name: UserName = case["name"].as_str().unwrap().parse().unwrap();
        let record = hex(&case["record"]);
        let file = json!({"setup_id": "then", "server_setup": seal::text::encode(&hex(&case["setup"]))});
        let setup = Setup::from_file(file.to_string().as_bytes()).unwrap();
        let (state, first) = seal::opaque::SignIn::start(case["password"].as_str().unwrap()).unwrap();
        let begun = setup.begin_sign_in(&name, Some((setup.id(), &record)), &first).unwrap();
        let verified = state.finish(&begun.response).unwrap();
        assert!(finish_sign_in(&begun.state, &verified.finalization));
        assert_eq!(verified.export_key.expose().to_vec(), hex(&case["export_key"]));
    }
}
