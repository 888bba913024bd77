//! Accounts: the root's three seals, the recovery code, the key bundle, the fingerprint.

use serde_json::{Value, json};

use super::{File, altered, array, bytes, damaged, fixed, hex, list, malformed, same, text, with, word};
use crate::account::{Account, KeptKey, KeyBundle, Pin, PublicKeys, RecoveryCode, Root};
use crate::opaque::ExportKey;
use crate::{Id, aead, kdf, padding};

const USER: Id = [0xa1; 16];

pub(super) fn file() -> File {
    File {
        name: "account",
        about: "An account. 'root_by_*' and 'kept' seal the root, 'bundle' the private keys and the people met; 'fingerprint' is what people compare.",
        good: || vec![case(&[]), case(&[[0xb0; 16], [0xc1; 16]])],
        malformed: || {
            let good = case(&[]);
            let mut all = Vec::new();
            for member in ["root_by_password", "root_by_recovery", "kept"] {
                all.extend(damaged(&good, member));
                all.extend(altered(&good, member, "length"));
            }
            all.extend(damaged(&good, "bundle"));
            all.extend(altered(&good, "bundle", "opening"));
            let swapped = with(&good, "root_by_recovery", text(&good, "root_by_password"));
            all.push(malformed(swapped, "opening", "the password's seal instead of the recovery code's"));
            all.push(malformed(with(&good, "user", hex(&[0xa2; 16])), "opening", "another user"));
            all.extend(bundles(&good));
            all
        },
        read,
    }
}

/// Bundles that open, but don't hold what a bundle holds.
fn bundles(good: &Value) -> Vec<Value> {
    let key = crate::text::encode(&[3; 32]);
    let pin = format!(r#"{{"user":"{}","keys":{{"encryption":"{key}","signing":"{key}"}}}}"#, crate::text::encode(&[0xb0; 16]));
    let texts = [
        (format!(r#"{{"encryption":"{key}","signing":"{key}"}}"#), "no list of people"),
        (format!(r#"{{"encryption":"{key}","signing":"{key}","pins":[],"more":1}}"#), "an unknown member"),
        (format!(r#"{{"encryption":"{key}","encryption":"{key}","signing":"{key}","pins":[]}}"#), "a member twice"),
        (format!(r#"{{"signing":"{key}","encryption":"{key}","pins":[]}}"#), "another order"),
        (format!(r#"{{"encryption":"{key}","signing":"{key}=","pins":[]}}"#), "another spelling of a key"),
        (format!(r#"{{"encryption":"{key}","signing":"{key}","pins":[{pin},{pin}]}}"#), "somebody met twice"),
    ];
    let root = Root::from_bytes(fixed(good, "root"));
    let bundle_key = kdf::derive(root.expose(), b"", &crate::ctx::ctx("bundle-key", &[&USER])).unwrap();
    let seal = |text: &str| {
        let padded = padding::pad(text.as_bytes()).unwrap();
        hex(&aead::seal(bundle_key.expose(), &padded, &crate::ctx::ctx("bundle", &[&USER])).unwrap())
    };
    texts.iter().map(|(it, why)| malformed(with(good, "bundle", seal(it)), "form", why)).collect()
}

fn case(met: &[Id]) -> Value {
    let export_key = ExportKey::from_bytes([0xe0; 64]);
    let kept_key = KeptKey::random().unwrap();
    let (mut account, code, sealed) = Account::create(USER, &export_key).unwrap();
    for user in met {
        account.keys.pins.push(Pin { user: *user, keys: KeyBundle::random().unwrap().public().unwrap() });
    }
    let people: Vec<_> = account.keys.pins.iter().map(|pin| person(&pin.user, &pin.keys)).collect();
    json!({
        "user": hex(&USER),
        "root": hex(account.root.expose()),
        "export_key": hex(export_key.expose()),
        "root_by_password": hex(&sealed.root_by_password),
        "recovery_code": *code.show(),
        "recovery_proof": hex(code.proof(&USER).unwrap().expose()),
        "recovery_verifier": hex(&sealed.recovery_verifier),
        "root_by_recovery": hex(&sealed.root_by_recovery),
        "kept_key": hex(kept_key.expose()),
        "kept": hex(&account.root.keep(&kept_key, &USER).unwrap()),
        "encryption": hex(account.keys.encryption.expose()),
        "signing": hex(account.keys.signing.expose()),
        "public": person(&USER, &sealed.public),
        "fingerprint": sealed.public.fingerprint().to_string(),
        "fingerprint_bytes": hex(&sealed.public.fingerprint().0),
        "pins": people,
        "bundle": hex(&account.keys.seal(&account.root, &USER).unwrap()),
    })
}

fn person(user: &Id, keys: &PublicKeys) -> Value {
    json!({ "user": hex(user), "encryption": hex(&keys.encryption), "signing": hex(&keys.signing) })
}

fn read(case: &Value) -> Result<(), String> {
    let user = fixed(case, "user");
    let says = Root::from_bytes(fixed(case, "root"));
    let export_key = ExportKey::from_bytes(fixed(case, "export_key"));
    let root = Root::open_by_password(&bytes(case, "root_by_password"), &export_key, &user).map_err(word)?;
    same(&root, &says)?;
    let code = RecoveryCode::read(text(case, "recovery_code")).unwrap();
    same(*code.proof(&user).unwrap().expose(), fixed(case, "recovery_proof"))?;
    same(code.proof(&user).unwrap().verifier(), fixed(case, "recovery_verifier"))?;
    same(&Root::open_by_recovery(&bytes(case, "root_by_recovery"), &code, &user).map_err(word)?, &says)?;
    let kept_key = KeptKey::from_bytes(fixed(case, "kept_key"));
    same(&Root::open_kept(&bytes(case, "kept"), &kept_key, &user).map_err(word)?, &says)?;
    let account = Account::open(user, root, &bytes(case, "bundle")).map_err(word)?;
    same(*account.keys.encryption.expose(), fixed(case, "encryption"))?;
    same(*account.keys.signing.expose(), fixed(case, "signing"))?;
    let public = account.keys.public().unwrap();
    same(person(&user, &public), case["public"].clone())?;
    same(public.fingerprint().to_string(), text(case, "fingerprint").to_owned())?;
    same(public.fingerprint().0, array(text(case, "fingerprint_bytes")))?;
    let people: Vec<_> = account.keys.pins.iter().map(|pin| person(&pin.user, &pin.keys)).collect();
    same(people.as_slice(), list(case, "pins"))
}
