//! What stands in columns, as the rules' types and back.
//!
//! Nothing here is guessed at: a column that doesn't read is [`Broken::Damaged`], and says which kind of thing it should have been.

use std::str::FromStr;

use vault::gate::Networks;
use vault::share::{Delivery, Views};
use vault::text::Email;
use vault::{Digest, FreezeId, ItemId, Language, LinkId, MessageId, ShareId, SignInId, Timestamp, UserId};

use crate::Broken;

/// An id that columns hold as its 16 raw bytes.
pub(crate) trait Id: Sized {
    fn from_raw(raw: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Id for $id {
            fn from_raw(raw: [u8; 16]) -> Self {
                Self::from_bytes(raw)
            }
        })*
    };
}

ids!(UserId SignInId ItemId ShareId LinkId FreezeId MessageId);

pub(crate) fn id<T: Id>(column: &[u8]) -> Result<T, Broken> {
    column.try_into().map(T::from_raw).map_err(|_| damaged("an id"))
}

pub(crate) fn digest(column: &[u8]) -> Result<Digest, Broken> {
    Digest::from_slice(column).ok_or_else(|| damaged("a digest"))
}

pub(crate) fn key(column: &[u8]) -> Result<[u8; 32], Broken> {
    column.try_into().map_err(|_| damaged("a key"))
}

pub(crate) fn text<T: FromStr>(column: &str) -> Result<T, Broken> {
    column.parse().map_err(|_| damaged("a text"))
}

pub(crate) fn time(column: i64) -> Timestamp {
    Timestamp::from_millis(column)
}

pub(crate) fn count(column: i32) -> Result<u32, Broken> {
    u32::try_from(column).map_err(|_| damaged("a count"))
}

/// A count for its column; one too large for it stays at the column's end.
pub(crate) fn count_column(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How many rows a statement touched.
pub(crate) fn touched(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

pub(crate) fn number(column: i64) -> Result<u64, Broken> {
    u64::try_from(column).map_err(|_| damaged("a number"))
}

/// A number for its column; one too large for it stays at the column's end, where no rule admits another.
pub(crate) fn number_column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn views(column: Option<i32>) -> Result<Views, Broken> {
    column.map_or(Ok(Views::Unlimited), |limit| count(limit).map(Views::Limited))
}

pub(crate) fn views_column(views: Views) -> Option<i32> {
    match views {
        Views::Limited(limit) => Some(count_column(limit)),
        Views::Unlimited => None,
    }
}

pub(crate) fn networks(column: &str) -> Result<Networks, Broken> {
    Networks::read(column.split_whitespace()).map_err(|_| damaged("a list of networks"))
}

pub(crate) fn networks_column(networks: &Networks) -> String {
    networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn delivery(column: &str, relayed: bool) -> Result<Delivery, Broken> {
    [Delivery::HandOver, Delivery::ByHand, Delivery::RelayBoth]
        .into_iter()
        .find(|delivery| delivery_columns(*delivery) == (column, relayed))
        .ok_or_else(|| damaged("a delivery"))
}

/// How link and token travel, and whether the link does as the token.
pub(crate) const fn delivery_columns(delivery: Delivery) -> (&'static str, bool) {
    match delivery {
        Delivery::RelayBoth => (Delivery::HandOver.name(), true),
        other => (other.name(), false),
    }
}

pub(crate) fn language(column: Option<&str>) -> Result<Option<Language>, Broken> {
    column.map(str::parse).transpose().map_err(|_| damaged("a language"))
}

/// An email address as it is found: most servers take its case for nothing, so a freeze must not be escaped by it.
pub(crate) fn folded(email: &Email) -> String {
    email.as_str().to_lowercase()
}

/// One digest over several parts, each with its length, for recognising the same bytes again.
pub(crate) fn digest_of(parts: &[&[u8]]) -> Digest {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let woven: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]).collect();
    Digest::of(&woven)
}

fn damaged(what: &str) -> Broken {
    Broken::Damaged(format!("{what} doesn't read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for written in [Views::Limited(3), Views::Unlimited] {
            assert_eq!(views(views_column(written)), Ok(written));
        }
        let written = Networks::read(["10.20.0.0/16", "2001:db8::/32"]).unwrap();
        assert_eq!(networks(&networks_column(&written)), Ok(written));
        assert_eq!(networks(""), Ok(Networks::default()));
        for known in Delivery::ALL {
            let (column, relayed) = delivery_columns(known);
            assert_eq!(delivery(column, relayed), Ok(known));
        }
        assert!(delivery(Delivery::ByHand.name(), true).is_err());
        assert_eq!(language(Some("pt-BR")), Ok(Some(Language::Portuguese)));
        assert!(language(Some("xx")).is_err());
    }

    #[test]
    fn a_damaged_column_is_an_error_and_no_guess() {
        assert!(id::<LinkId>(&[1; 15]).is_err());
        assert!(digest(&[1; 33]).is_err());
        assert!(count(-1).is_err() && number(-1).is_err() && views(Some(-1)).is_err());
        assert!(networks("10.20.0.0/99").is_err() && delivery("pigeon", false).is_err());
    }

    #[test]
    fn bytes_that_moved_from_one_part_to_the_next_are_other_bytes() {
        assert_ne!(digest_of(&[b"ab", b"c"]), digest_of(&[b"a", b"bc"]));
    }
}
