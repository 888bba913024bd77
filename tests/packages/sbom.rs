//! The bill of what the programs are made of, as it ships: complete, true, and in a form that scanners read.
//! It is compared with Cargo.lock and with the programs themselves, not with the tool that made it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use harness::tree::top;
use serde_json::Value;

use crate::opened::{PROGRAMS, SHIPPED, said, unpacked};

#[test]
fn the_bill_is_a_cyclonedx_document_whose_parts_are_all_named_licensed_and_reachable() {
    for package in SHIPPED {
        let bill = bill(package);
        assert_eq!(
            (bill["bomFormat"].as_str(), bill["specVersion"].as_str(), bill["version"].as_u64()),
            (Some("CycloneDX"), Some("1.6"), Some(1))
        );
        assert_eq!(bill["metadata"]["component"]["version"], env!("CARGO_PKG_VERSION"));
        let mut known = BTreeSet::from([bill["metadata"]["component"]["bom-ref"].as_str().unwrap()]);
        for part in parts(&bill) {
            let name = &part["name"];
            assert!(part["purl"].as_str().is_some_and(|purl| purl.starts_with("pkg:")), "{name} has no address");
            assert!(part["licenses"][0]["expression"].as_str().is_some_and(|licence| !licence.contains('/')), "{name} has no licence");
            assert!(known.insert(part["bom-ref"].as_str().unwrap()), "{name} stands there twice");
        }
        for arrow in bill["dependencies"].as_array().unwrap() {
            let ends = arrow["dependsOn"].as_array().unwrap().iter().chain([&arrow["ref"]]);
            for end in ends {
                assert!(known.contains(end.as_str().unwrap()), "{end} is used and not in the bill");
            }
        }
    }
}

#[test]
fn every_crate_in_the_bill_has_the_hash_of_the_lock_file() {
    let lock: toml::Table = toml::from_str(&fs::read_to_string(top().join("Cargo.lock")).unwrap()).unwrap();
    let text = |value: &toml::Value, key: &str| value.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let locked: BTreeMap<String, String> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (format!("{} {}", text(one, "name"), text(one, "version")), text(one, "checksum")))
        .collect();
    for package in SHIPPED {
        let bill = bill(package);
        let crates: Vec<&Value> = parts(&bill).filter(|part| part["purl"].as_str().unwrap().starts_with("pkg:cargo/")).collect();
        assert!(crates.len() > 50, "{package} is made of {} crates only", crates.len());
        for part in crates {
            let id = format!("{} {}", part["name"].as_str().unwrap(), part["version"].as_str().unwrap());
            assert_eq!(part["hashes"][0]["content"].as_str(), locked.get(&id).map(String::as_str), "{id}");
        }
    }
}

#[test]
fn every_crate_that_a_program_itself_names_is_in_its_bill_and_in_the_list_of_licences() {
    for (package, program) in PROGRAMS {
        let bill = bill(package);
        let listed: BTreeSet<String> =
            parts(&bill).map(|part| format!("{}-{}", part["name"].as_str().unwrap(), part["version"].as_str().unwrap())).collect();
        let notices = unzipped(package, "THIRD-PARTY.gz");
        let named = named_by(&fs::read(unpacked(package).join(program)).unwrap());
        assert!(named.len() > 10, "{program} names {named:?}");
        for name in named {
            assert!(listed.contains(&name), "{program} holds {name}, which its bill doesn't");
        }
        for part in parts(&bill).filter(|part| part["hashes"].is_array()) {
            let line = format!("\n{} {}: ", part["name"].as_str().unwrap(), part["version"].as_str().unwrap());
            assert!(notices.contains(&line), "THIRD-PARTY lacks {line}");
        }
    }
}

#[test]
fn the_databases_inside_of_the_daemon_are_in_its_bill_and_in_no_other() {
    let holds = |package: &str, name: &str| parts(&bill(package)).any(|part| part["name"] == name && part["cpe"].is_string());
    for library in ["sqlite", "libpq"] {
        assert!(holds("postern", library), "the daemon's bill lacks {library}");
        assert!(!holds("postern-cli", library), "the owner's command holds {library}");
    }
    assert!(!parts(&bill("postern")).any(|part| part["name"] == "postern-seal"), "the daemon can't open what it keeps");
}

fn bill(package: &str) -> Value {
    serde_json::from_str(&unzipped(package, &format!("{package}.cdx.json.gz"))).unwrap()
}

fn parts(bill: &Value) -> impl Iterator<Item = &Value> {
    bill["components"].as_array().unwrap().iter()
}

fn unzipped(package: &str, name: &str) -> String {
    said(Command::new("gzip").arg("-dc").arg(unpacked(package).join("usr/share/doc").join(package).join(name)))
}

/// The crates whose files a program names where it may panic: `NAME-VERSION`.
fn named_by(program: &[u8]) -> BTreeSet<String> {
    let words = String::from_utf8_lossy(program);
    words.split("/usr/src/crates/").skip(1).filter_map(|rest| Some(rest.split_once('/')?.0.to_owned())).collect()
}
