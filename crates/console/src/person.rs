//! An account named on the command line: by its name, or by its id as audit tells it.
//!
//! Nothing here guesses: a name must be the whole name.

use std::str::FromStr;

use api::page::MAXIMUM_ROWS;
use api::text::UserName;
use api::{Page, UserId};
use client::admin::users::Filter;
use client::{Answer, Client};

use crate::failure::Failure;

/// An account, by name or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// By its id.
    Id(UserId),
    /// By the name signed in with.
    Name(UserName),
}

impl FromStr for Person {
    type Err = vault::text::NotTaken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // An id is also a lawful name. Nobody is called so, and audit speaks of ids.
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Name))
    }
}

impl Person {
    /// The account's id, looked up where it was named.
    pub(crate) fn id(&self, client: &Client) -> Result<UserId, Failure> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Name(name) => found(name, |after| client.users(&beginning_with(name), after, MAXIMUM_ROWS).map(named)),
        }
    }
}

/// Of all the accounts that begin so, the one that is called so comes first.
fn beginning_with(name: &UserName) -> Filter {
    Filter { name: Some(name.to_string()), ..Filter::default() }
}

fn named(page: Page<api::admin::users::User>) -> Page<(UserName, UserId)> {
    Page { rows: page.rows.into_iter().map(|user| (user.name, user.user)).collect(), next: page.next }
}

/// Walks the accounts, which come by name, until the name is found or passed.
fn found(name: &UserName, page: impl Fn(Option<&str>) -> Answer<Page<(UserName, UserId)>>) -> Result<UserId, Failure> {
    let mut after = None;
    loop {
        let Page { rows, next } = page(after.as_deref())?;
        if let Some((_, id)) = rows.iter().find(|(one, _)| one == name) {
            return Ok(*id);
        }
        let passed = rows.last().is_none_or(|(last, _)| last > name);
        match next {
            Some(next) if !passed => after = Some(next),
            _ => return Err(Failure::Missing("account", name.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_for(name: &str) -> Result<UserId, Failure> {
        let people = ["ada", "bob", "carol", "dave"];
        found(&name.parse().unwrap(), |after| {
            let from = after.map_or(0, |after| after.parse::<u8>().unwrap());
            let row = |at: u8| (people[usize::from(at)].parse().unwrap(), UserId::from_bytes([at; 16]));
            Ok(Page { rows: vec![row(from), row(from + 1)], next: (from == 0).then(|| "2".to_owned()) })
        })
    }

    #[test]
    fn a_name_is_found_on_any_page_and_a_wrong_one_is_said_to_be_wrong() {
        assert_eq!(look_for("ada").unwrap(), UserId::from_bytes([0; 16]));
        assert_eq!(look_for("Carol").unwrap(), UserId::from_bytes([2; 16]));
        for nobody in ["aaa", "adam", "zoe"] {
            assert!(matches!(look_for(nobody), Err(Failure::Missing("account", name)) if name == nobody));
        }
    }

    #[test]
    fn an_id_is_taken_as_an_id() {
        assert!(matches!("0190163d-8694-739b-aea5-966c26f8ad91".parse(), Ok(Person::Id(_))));
        assert!(matches!("Ada".parse(), Ok(Person::Name(name)) if name.as_str() == "ada"));
    }
}
