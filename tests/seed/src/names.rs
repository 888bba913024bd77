//! Names, mail addresses and network addresses of people who don't exist.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::chance::Chance;

const FIRST: &[&str] = &[
    "ada",
    "alan",
    "barbara",
    "claude",
    "dennis",
    "edith",
    "frances",
    "grace",
    "hedy",
    "ivan",
    "joan",
    "katherine",
    "leslie",
    "margaret",
    "niklaus",
    "olga",
    "peter",
    "radia",
    "sophie",
    "tim",
    "ursula",
    "vera",
    "wilhelm",
    "xenia",
    "yuri",
    "zoe",
];

const LAST: &[&str] = &[
    "Abel", "Bassi", "Cantor", "Dirac", "Euler", "Fermi", "Gauss", "Hopper", "Ising", "Jordan", "Kepler", "Lovelace", "Meitner", "Noether",
    "Ohm", "Pascal", "Quine", "Riemann", "Shannon", "Turing",
];

const COMPANIES: &[&str] = &["example.com", "example.org", "example.net", "partner.example", "audit.example", "bank.example"];

/// A user name that nobody else has.
pub(crate) fn user(number: u64, chance: &mut Chance) -> (String, String) {
    let (first, last) = (chance.one_of(FIRST, "ada"), chance.one_of(LAST, "Lovelace"));
    let mut letters = first.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    (format!("{first}{number}"), format!("{capital} {last}"))
}

/// One of many recipients; some get many links.
pub(crate) fn recipient(chance: &mut Chance) -> String {
    let number = chance.mostly_small(60_000);
    let company = COMPANIES.get(usize::try_from(number).unwrap_or(0) % COMPANIES.len()).copied().unwrap_or("example.com");
    let first = FIRST.get(usize::try_from(number / 7).unwrap_or(0) % FIRST.len()).copied().unwrap_or("bob");
    format!("{first}.{number}@{company}")
}

/// An address inside: of an office, mostly of version 4.
pub(crate) fn inside(chance: &mut Chance) -> IpAddr {
    let number = chance.mostly_small(40_000);
    let [.., third, fourth] = number.to_be_bytes();
    if chance.percent(8) {
        return Ipv6Addr::new(0x2001, 0xdb8, 0x20, u16::from(third), 0, 0, 0, u16::from(fourth) + 1).into();
    }
    Ipv4Addr::new(10, 20, third, fourth).into()
}

/// An address outside.
pub(crate) fn outside(chance: &mut Chance) -> IpAddr {
    let [.., third, fourth] = chance.mostly_small(65_536).to_be_bytes();
    Ipv4Addr::new(203, third, 113, fourth).into()
}
