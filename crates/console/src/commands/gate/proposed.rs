//! A proposed gate: read from a file that is a whole configuration of posternd, or its section `[gate]` alone.
//!
//! Nothing here changes what posternd goes by.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;
use toml::Table;
use vault::gate::{Door, Gate, Networks};

use crate::failure::Failure;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// The section. What a file doesn't name is to stay as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposed {
    recipients: Option<Networks>,
    owners: Option<Networks>,
    #[serde(rename = "trusted_proxies")]
    _trusted_proxies: Option<Networks>,
    #[serde(rename = "hint")]
    _hint: Option<String>,
}

impl Proposed {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
        let mut bytes = Vec::new();
        // What says nothing of its length may have no end.
        let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
        let length = read.map_err(|error| wrong(error.to_string()))?;
        if u64::try_from(length).is_ok_and(|length| length > LONGEST) {
            return Err(wrong("it is too long for a configuration".to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
        Self::parse(&text).map_err(wrong)
    }

    /// These networks at these doors; a door without any given is to stay as it is.
    pub(crate) fn of(recipients: Option<Networks>, owners: Option<Networks>) -> Self {
        Self { recipients, owners, ..Self::default() }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let section = match table.remove("gate") {
            Some(section) => section,
            // Without any section it is the section itself.
            None if table.values().all(|value| !value.is_table()) => table.into(),
            None => return Err("there is no section [gate] in it".to_owned()),
        };
        let proposed: Self = section.try_into().map_err(|error| error.to_string())?;
        if proposed.recipients.is_none() && proposed.owners.is_none() {
            return Err("it names neither recipients nor owners: there is nothing to try".to_owned());
        }
        Ok(proposed)
    }

    /// The gate that would be; what isn't named is as it is now.
    pub(crate) fn over(self, now: Gate) -> Gate {
        Gate { recipients: self.recipients.unwrap_or(now.recipients), owners: self.owners.unwrap_or(now.owners) }
    }

    /// The doors whose networks it names.
    pub(crate) fn doors(&self) -> Vec<Door> {
        let named = [(Door::Recipients, self.recipients.is_some()), (Door::Owners, self.owners.is_some())];
        named.into_iter().filter(|(_, named)| *named).map(|(door, _)| door).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_whole_configuration_and_its_section_alone_propose_the_same() {
        for text in [
            "recipients = [\"10.20.0.0/16\"]\n",
            "[gate]\nrecipients = [\"10.20.0.0/16\"]\n",
            "[listen]\nworkers = 2\n[gate]\nrecipients = [\"10.20.0.0/16\"]\nhint = \"Join.\"\n[journal]\nlevel = \"info\"\n",
        ] {
            let proposed = Proposed::parse(text).unwrap();
            assert_eq!(proposed.doors(), [Door::Recipients]);
            let now = Gate { owners: Networks::read(["10.1.0.0/16"]).unwrap(), ..Gate::default() };
            let gate = proposed.over(now);
            assert!(gate.decide(Door::Recipients, "10.20.0.5".parse().unwrap()).admit().is_ok());
            assert!(gate.decide(Door::Owners, "10.1.0.5".parse().unwrap()).admit().is_ok(), "what isn't named stays");
        }
    }

    #[test]
    fn a_file_without_an_end_or_that_is_no_text_is_refused() {
        let said = |path: &Path| match Proposed::read(path) {
            Err(Failure::Usage(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(said(Path::new("/dev/zero")).contains("too long"));
        assert!(said(Path::new("/nowhere/gate.toml")).contains("/nowhere/gate.toml"));
        assert!(said(Path::new("/")).contains("/"));
        let file = std::env::temp_dir().join(format!("postern-proposed-{}.toml", std::process::id()));
        fs::write(&file, b"recipients = [\"\xff\"]").unwrap();
        assert!(said(&file).contains("UTF-8"));
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_file_that_proposes_nothing_or_what_makes_no_sense_is_refused() {
        for (text, why) in [
            ("", "nothing to try"),
            ("hint = \"Join.\"", "nothing to try"),
            ("recipient = []", "recipient"),
            ("recipients = [\"10.20.0.1/16\"]", "10.20.0.0/16"),
            ("[journal]\nlevel = \"info\"", "no section [gate]"),
            ("[gate", "gate"),
        ] {
            let said = Proposed::parse(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
