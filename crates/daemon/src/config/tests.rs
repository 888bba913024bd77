//! The configuration as its writers meet it.

use std::fs;

use super::*;

fn read(text: &str) -> Result<Config, NotConfigured> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postern.toml");
    fs::write(&file, text).unwrap();
    Config::load(Some(&file))
}

fn complaint(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

/// The packaged file with every default switched on: `#key = value` becomes `key = value`; prose begins with `# `.
fn packaged() -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/postern.toml")).unwrap();
    let is_key = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
    let line = |line: &str| line.strip_prefix('#').filter(|rest| is_key(rest)).unwrap_or(line).to_owned() + "\n";
    text.lines().map(line).collect()
}

#[test]
fn the_packaged_file_names_every_key_with_its_default() {
    let named: serde_json::Value = Figment::from(Toml::string(&packaged())).extract().unwrap();
    let defaults = serde_json::to_value(Config::default()).unwrap();
    assert_eq!(named, defaults);
}

#[test]
fn the_packaged_file_explains_every_key() {
    let text = packaged();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_lowercase())) {
        assert!(lines[at - 1].starts_with("# "), "{line} has no explanation above it");
    }
}

#[test]
fn the_defaults_are_sound_and_let_nobody_in_from_elsewhere() {
    let config = read("").unwrap();
    assert_eq!(config, Config::default());
    let door = vault::gate::Door::Recipients;
    assert!(config.gate.rules().decide(door, "127.0.0.1".parse().unwrap()).admit().is_ok());
    assert!(config.gate.rules().decide(door, "10.0.0.1".parse().unwrap()).admit().is_err());
}

#[test]
fn an_unknown_key_is_refused_with_its_name_its_place_and_a_hint() {
    let said = complaint("[policy]\nmaximum_expirey_hours = 3\n");
    assert!(said.contains("policy.maximum_expirey_hours is not known"), "{said}");
    assert!(said.contains("did you mean maximum_expiry_hours?") && said.contains("postern.toml"), "{said}");
    let said = complaint("[gatte]\nowners = []\n");
    assert!(said.contains("the key gatte is not known") && said.contains("did you mean gate?"), "{said}");
    let said = complaint("[mail]\nsecret_sauce = 1\n");
    assert!(said.contains("known here are transport, folder, from"), "{said}");
}

#[test]
fn a_wrong_value_is_refused_with_the_name_of_its_key() {
    assert!(complaint("[listen]\naddress = \"here\"\n").contains("listen.address"));
    assert!(complaint("[policy]\nmaximum_expiry_hours = 0\n").contains("policy.maximum_expiry_hours is 0"));
    assert!(complaint("[limits]\nbody_bytes = 5\n").contains("limits.body_bytes is 5"));
    assert!(complaint("[gate]\nowners = [\"10.0.0.1/8\"]\n").contains("did you mean 10.0.0.0/8?"));
    assert!(complaint("[tls]\nhosts = [\"a b\"]\n").contains("tls.hosts"));
    assert!(complaint("[database]\nkind = \"postgresql\"\n").contains("database.url_file is empty"));
    assert!(complaint("[mail]\nfrom = \"nobody\"\n").contains("mail.from"));
    assert!(complaint("[admin\n").contains("postern.toml"));
}

#[test]
fn files_beside_it_are_laid_over_it_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postern.toml");
    fs::create_dir(folder.path().join("conf.d")).unwrap();
    fs::write(&file, "[limits]\nbody_seconds = 7\nstop_seconds = 7\n").unwrap();
    fs::write(folder.path().join("conf.d/20-later.toml"), "[limits]\nbody_seconds = 9\n").unwrap();
    fs::write(folder.path().join("conf.d/10-sooner.toml"), "[limits]\nbody_seconds = 8\n").unwrap();
    fs::write(folder.path().join("conf.d/notes.txt"), "not read").unwrap();
    let limits = Config::load(Some(&file)).unwrap().limits;
    assert_eq!((limits.body_seconds, limits.stop_seconds), (9, 7));
}

#[test]
fn a_file_that_was_named_must_be_there() {
    assert!(Config::load(Some(Path::new("/nowhere/postern.toml"))).unwrap_err().to_string().contains("/nowhere/postern.toml"));
}

#[test]
fn relative_paths_begin_from_the_state_folder() {
    let config = Config::default();
    assert_eq!(config.path(&config.database.file), Path::new("/var/lib/postern/postern.sqlite"));
    assert_eq!(config.path(Path::new("/run/x")), Path::new("/run/x"));
}
