//! Clients with real addresses: network namespaces inside and outside the allowed networks, by IPv4 and by IPv6.
//! Never touches the machine's own network: the daemon too has a namespace of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use harness::{Finished, Program};

use crate::appliance::{Appliance, Kind};
use crate::configuration::Wish;
use crate::link::Link;
use crate::people::{SECRET, refusal, text};

on_both_databases! {
    who_comes_from_inside_opens_and_who_comes_from_outside_does_not_whatever_the_protocol
}

/// A network namespace, gone with the value together with the cables that end in it.
pub struct Namespace(pub String);

impl Namespace {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ptn-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        ip(&["netns", "add", &name]);
        let namespace = Self(name);
        namespace.ip(&["link", "set", "lo", "up"]);
        namespace
    }

    pub fn ip(&self, words: &[&str]) {
        ip(&[&["-n", &self.0], words].concat());
    }

    /// Lays a cable from here to there, each end with these addresses.
    pub fn connect(&self, there: &Self, name: &str, here_has: &[&str], there_has: &[&str]) {
        self.ip(&["link", "add", name, "type", "veth", "peer", "name", name, "netns", &there.0]);
        for (end, addresses) in [(self, here_has), (there, there_has)] {
            for address in addresses {
                // Without the usual wait for others who might have the same IPv6 address.
                let more: &[&str] = if address.contains(':') { &["nodad"] } else { &[] };
                end.ip(&[&["address", "add", address, "dev", name], more].concat());
            }
            end.ip(&["link", "set", name, "up"]);
        }
    }

    /// Runs a program of Postern's in here.
    pub fn run(&self, program: &Program) -> Finished {
        program.clone().within_network(&self.0).finish()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _gone = Program::named("ip").args(["netns", "delete", &self.0]).finish();
    }
}

fn ip(words: &[&str]) {
    let done = Program::named("ip").args(words).finish();
    assert!(done.success(), "ip {words:?}: {}", done.stderr);
}

fn who_comes_from_inside_opens_and_who_comes_from_outside_does_not_whatever_the_protocol(kind: Kind) {
    let (server, inside, outside) = (Namespace::new(), Namespace::new(), Namespace::new());
    server.connect(&inside, "castle", &["10.20.0.1/16", "fd00:20::1/64"], &["10.20.0.5/16", "fd00:20::5/64"]);
    server.connect(&outside, "world", &["203.0.113.1/24", "2001:db8::1/64"], &["203.0.113.7/24", "2001:db8::7/64"]);
    outside.ip(&["route", "add", "10.20.0.0/16", "via", "203.0.113.1"]);
    outside.ip(&["route", "add", "fd00:20::/64", "via", "2001:db8::1"]);
    let settings = "[listen]\naddress = \"[::]:0\"\n[gate]\nrecipients = [\"10.20.0.0/16\", \"fd00:20::/64\"]\nowners = [\"127.0.0.0/8\", \"::1/128\"]\n";
    let wish = Wish { settings: settings.to_owned(), namespace: Some(server.0.clone()), ..Wish::default() };
    let appliance = Appliance::prepared_with(kind, wish);
    // The owner sits at the appliance itself here.
    let create = ["share", "create", "Staging", "--by-hand", "--to", "bob@example.org", "--views", "9", "--json"];
    let shared = server.run(&appliance.ada().program(&create, &[]));
    assert!(shared.success(), "{}", shared.stderr);
    let link = Link::of(&serde_json::from_str::<serde_json::Value>(&shared.stdout).unwrap()["links"][0]);
    let at = |host: &str| Link { url: link.url.replace("localhost", host), ..link.clone() };
    let open = |from: &Namespace, whom: &str, host: &str| {
        let link = at(host);
        let lines = [link.url.as_str(), link.token.as_deref().unwrap()];
        from.run(&appliance.recipient(whom).program(&["open", "--yes", "--json"], &lines))
    };
    for host in ["10.20.0.1", "[fd00:20::1]"] {
        let seen = open(&inside, "bob", host);
        assert!(seen.success(), "{host}: {}", seen.stderr);
        assert_eq!(text(&serde_json::from_str(&seen.stdout).unwrap(), "/fields/password"), SECRET);
        assert_eq!(refusal(&["open"], &open(&outside, "eve", host)), (19, "outside-networks".to_owned()), "{host}");
    }
    let operator = appliance.operator();
    let from = |event: &str, address: &str| operator.records(&["--event", event, "--address", address]).len();
    // Addresses are recorded as people write them, also where the kernel wraps IPv4 into IPv6.
    for address in ["10.20.0.5", "fd00:20::5"] {
        assert_eq!((from("link.revealed", address), from("gate.denied", address)), (1, 0), "{address}");
    }
    for address in ["203.0.113.7", "2001:db8::7"] {
        assert_eq!((from("link.revealed", address), from("gate.denied", address)), (0, 1), "{address}");
    }
    assert_eq!(text(&operator.json(&["gate", "explain", "::ffff:10.20.0.5"]), "/address"), "10.20.0.5");
    // An owner who sits inside the recipients' networks is outside the owners'.
    let link = at("10.20.0.1");
    let server_url = link.url.split("/s/").next().unwrap();
    let there = crate::people::Owner::new("ada", appliance.folder().join("homes/ada-away"), server_url, &appliance.ca());
    let refused = inside.run(&there.program(&["sign-in", "--json"], &["ada", "x"]));
    assert_eq!(refusal(&["sign-in"], &refused), (19, "outside-networks".to_owned()));
}
