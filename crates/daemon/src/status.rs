//! What an administrator is told of a daemon that serves: in `systemctl status` in one line, and once more in the journal when there is
//! something to do.
//!
//! Nothing here is secret: everybody on the machine may read it.

use std::net::SocketAddr;
use std::path::Path;

use vault::gate::Networks;

use crate::Config;
use crate::live::Rules;
use crate::tls::{self, Pair};

/// The line for `systemctl status`: what is served to whom, or what has to be done first. `file` is the configuration's.
pub fn line(rules: &Rules, https: SocketAddr, file: &Path) -> String {
    if closed(rules) {
        return format!(
            "Open to this machine only: set gate.recipients and gate.owners in {}, then `systemctl reload posternd`",
            file.display()
        );
    }
    let gate = &rules.config.gate;
    let served = format!("Serving https://{https}; {} for recipients, {} for owners", count(&gate.recipients), count(&gate.owners));
    if let Some(waits) = waits(&rules.config) {
        return format!("{served}; {waits}");
    }
    match unnamed(rules) {
        Some(hosts) => format!("{served}; the certificate doesn't name {hosts}: `posternd init --renew`, then `systemctl reload posternd`"),
        None => served,
    }
}

/// What has to be done before people can come in, for the journal.
pub fn next_steps(rules: &Rules, file: &Path) -> Vec<String> {
    let mut steps = Vec::new();
    if closed(rules) {
        let file = file.display();
        steps.push(format!(
            "open to this machine only. Next: in {file} set gate.recipients and gate.owners to the networks that people come from, and \
             tls.hosts to the names under which they reach this machine; then `posternd init --renew` and `systemctl restart posternd`; \
             then invite the first owner: `posternctl user invite NAME`"
        ));
    }
    if let Some(waits) = waits(&rules.config) {
        steps.push(waits);
    } else if let Some(hosts) = unnamed(rules) {
        steps.push(format!(
            "the certificate doesn't name {hosts}, which tls.hosts does, so browsers refuse it there. Next: `posternd init --renew`, or \
             with a certificate of your own `posternd init --help`; then `systemctl reload posternd`"
        ));
    }
    steps
}

/// What is said as long as a certificate that was asked for isn't there.
pub fn waits(config: &Config) -> Option<String> {
    Pair::of(config).waits.map(|request| {
        format!(
            "the certificate {} isn't there yet, and the appliance's own is shown: have your authority sign {}, then `posternd init --certificate \
             FILE` with what it gives you and `systemctl reload posternd`",
            config.path(&config.tls.certificate).display(),
            request.display()
        )
    })
}

/// Whether nobody from another machine can come in.
fn closed(rules: &Rules) -> bool {
    let gate = &rules.config.gate;
    gate.recipients.iter().chain(gate.owners.iter()).all(|network| network.addr().is_loopback())
}

fn count(networks: &Networks) -> String {
    match networks.iter().count() {
        1 => "1 network".to_owned(),
        many => format!("{many} networks"),
    }
}

fn unnamed(rules: &Rules) -> Option<String> {
    let missing = tls::unnamed(&rules.config).unwrap_or_default();
    (!missing.is_empty()).then(|| missing.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::{Existing, Source, init, init_from};
    use vault::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);
    const FILE: &str = "/etc/postern/postern.toml";

    fn rules(folder: &Path, change: impl FnOnce(&mut Config)) -> Rules {
        let mut config = Config::default();
        config.state.folder = folder.join("state");
        init(&config, Existing::Keep, NOW).unwrap();
        change(&mut config);
        Rules::read(config, NOW).unwrap()
    }

    fn told(rules: &Rules) -> String {
        line(rules, "[::]:443".parse().unwrap(), Path::new(FILE))
    }

    #[test]
    fn who_has_just_installed_it_is_told_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let rules = rules(folder.path(), |_| ());
        let line = told(&rules);
        assert!(
            line.starts_with("Open to this machine only") && line.contains(FILE) && line.contains("systemctl reload posternd"),
            "{line}"
        );
        let steps = next_steps(&rules, Path::new(FILE));
        assert!(steps.len() == 1 && steps[0].contains("posternctl user invite") && steps[0].contains("tls.hosts"), "{steps:?}");
    }

    #[test]
    fn an_appliance_that_is_open_says_where_and_to_how_many_networks() {
        let folder = tempfile::tempdir().unwrap();
        let rules = rules(folder.path(), |config| {
            config.gate.recipients = Networks::read(["10.20.0.0/16", "fd00:20::/64", "::1/128"]).unwrap();
        });
        assert_eq!(told(&rules), "Serving https://[::]:443; 3 networks for recipients, 2 networks for owners");
        assert_eq!(next_steps(&rules, Path::new(FILE)), Vec::<String>::new());
    }

    #[test]
    fn a_certificate_that_lacks_a_name_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let rules = rules(folder.path(), |config| {
            config.gate.recipients = Networks::read(["10.20.0.0/16"]).unwrap();
            config.tls.hosts = ["localhost", "postern.example.com"].map(String::from).into();
        });
        assert!(told(&rules).contains("the certificate doesn't name postern.example.com: `posternd init --renew`"), "{}", told(&rules));
        assert!(next_steps(&rules, Path::new(FILE))[0].contains("postern.example.com"));
    }

    #[test]
    fn while_a_certificate_is_asked_for_the_appliances_own_serves_and_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.state.folder = folder.path().join("state");
        config.gate.recipients = Networks::read(["10.20.0.0/16"]).unwrap();
        init(&config, Existing::Keep, NOW).unwrap();
        let own = Rules::read(config.clone(), NOW).unwrap().certificate;
        (config.tls.certificate, config.tls.key) = ("company.crt".into(), "company.key".into());
        init_from(&config, Existing::Refuse, &Source::Request, NOW).unwrap();
        // As at each start of the service, and after its own were lost.
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap(), Vec::<String>::new());
        let rules = Rules::read(config.clone(), NOW).unwrap();
        assert_eq!(rules.certificate, own);
        assert!(told(&rules).contains("company.csr") && told(&rules).contains("posternd init --certificate"), "{}", told(&rules));
        assert_eq!(next_steps(&rules, Path::new(FILE)).len(), 1);
        for name in ["server.crt", "server.key"] {
            std::fs::remove_file(config.state.folder.join(name)).unwrap();
        }
        assert_eq!(init(&config, Existing::Keep, NOW).unwrap().len(), 2);
        // Once it is there it counts.
        let [crt, key] = ["server.crt", "company.key"].map(|name| config.state.folder.join(name));
        std::fs::copy(crt, config.state.folder.join("company.crt")).unwrap();
        std::fs::copy(config.state.folder.join("server.key"), key).unwrap();
        assert_eq!(waits(&config), None);
        assert_ne!(Rules::read(config, NOW).unwrap().certificate, own);
    }
}
