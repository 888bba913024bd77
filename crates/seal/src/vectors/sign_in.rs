//! Sign-in: a server setup and a registered record. Whoever signs in with the password must come to the
//! same export key; a client with other Argon2id parameters doesn't.

use opaque_ke::{
    CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
};
use serde_json::{Value, json};

use super::{File, bytes, fixed, hex, malformed, same, text, with};
use crate::opaque::{Failure, Randomness, Registration, SignIn, Suite};

const NAME: &str = "olga";

pub(super) fn file() -> File {
    File {
        name: "sign_in",
        about: "OPAQUE: 'setup' is the daemon's serialized setup, 'record' what registration stored under 'name'. \
                Signing in with 'password' gives 'export_key'.",
        good: || vec![case("correct horse battery staple"), case("pässwörd 😀")],
        malformed: || {
            let good = case("correct horse battery staple");
            let other = case("correct horse battery staple");
            vec![
                malformed(with(&good, "password", "correct horse"), "wrong password", "another password"),
                malformed(with(&good, "name", "otto"), "wrong password", "another name"),
                malformed(with(&good, "record", text(&other, "record")), "wrong password", "a record of another setup"),
            ]
        },
        read,
    }
}

fn case(password: &str) -> Value {
    let mut rng = Randomness { failed: false };
    let setup = ServerSetup::<Suite>::new(&mut rng);
    let (registration, request) = Registration::start(password).unwrap();
    let request = RegistrationRequest::deserialize(&request).unwrap();
    let answer = ServerRegistration::start(&setup, request, NAME.as_bytes()).unwrap();
    let (upload, export_key) = registration.finish(&answer.message.serialize()).unwrap();
    let upload = RegistrationUpload::<Suite>::deserialize(&upload).unwrap();
    let record = ServerRegistration::finish(upload).serialize();
    json!({
        "setup": hex(&setup.serialize()),
        "name": NAME,
        "password": password,
        "record": hex(&record),
        "export_key": hex(export_key.expose()),
    })
}

fn read(case: &Value) -> Result<(), String> {
    let setup = ServerSetup::<Suite>::deserialize(&bytes(case, "setup")).unwrap();
    let record = ServerRegistration::deserialize(&bytes(case, "record")).unwrap();
    let (sign_in, first) = SignIn::start(text(case, "password")).unwrap();
    let first = CredentialRequest::deserialize(&first).unwrap();
    let mut rng = Randomness { failed: false };
    let (name, parameters) = (text(case, "name").as_bytes(), ServerLoginParameters::default());
    let started = ServerLogin::start(&mut rng, &setup, Some(record), first, name, parameters).unwrap();
    match sign_in.finish(&started.message.serialize()) {
        Ok(signed_in) => same(*signed_in.export_key.expose(), fixed(case, "export_key")),
        Err(Failure::WrongPassword) => Err("wrong password".into()),
        Err(other) => Err(other.to_string()),
    }
}
