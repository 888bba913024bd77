//! `posternctl user list`
//!
//! Nothing here shows more than the daemon tells: no password, no key.

use api::admin::users::User;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use client::Client;
use client::admin::users::Filter;
use vault::account::Standing;

use crate::failure::Failure;
use crate::paging::Paging;
use crate::show::table;
use crate::terminal::Terminal;

/// List the accounts by name
///
/// OUTSIDE says whether somebody may share with people outside the vault.
/// An account is invited until its person registers, then active or suspended.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only names that begin so
    #[arg(long, value_name = "BEGINNING")]
    name: Option<String>,

    /// Only accounts that may be used (active), or may not (suspended)
    #[arg(long, value_name = "STANDING", value_parser = PossibleValuesParser::new(["active", "suspended"]))]
    standing: Option<String>,

    /// Only accounts that may share with people outside the vault, or may not
    #[arg(long, value_name = "YES OR NO", value_parser = yes_or_no())]
    external: Option<bool>,

    /// Only accounts whose person has registered, or hasn't
    #[arg(long, value_name = "YES OR NO", value_parser = yes_or_no())]
    registered: Option<bool>,

    #[command(flatten)]
    paging: Paging,
}

impl List {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        let Self { name, standing, external, registered, .. } = self;
        let filter = Filter { name: name.clone(), standing: standing.clone(), external: *external, registered: *registered };
        self.paging.show(terminal, |after, limit| client.users(&filter, after, limit), lines)
    }
}

/// `yes` or `no`, as people answer.
fn yes_or_no() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["yes", "no"]).map(|answer| answer == "yes")
}

/// What one account is like, for the answer of a command that changed it.
pub(crate) fn told(terminal: &mut Terminal<'_>, user: &User, sentence: &str) -> Result<(), Failure> {
    if terminal.json { terminal.json(user) } else { terminal.line(&format!("{} ({}) {sentence}", user.name, user.full_name)) }
}

fn lines(terminal: &Terminal<'_>, users: &[User], first: bool) -> Vec<String> {
    let rows: Vec<_> = users.iter().map(|user| row(terminal, user)).collect();
    let headings: &[&str] = &["NAME", "STATE", "OUTSIDE", "LAST SIGN-IN", "PERSON"];
    table::lines((first && !rows.is_empty()).then_some(headings), &rows)
}

fn row(terminal: &Terminal<'_>, user: &User) -> Vec<String> {
    let state = match (user.standing, user.registered) {
        (Standing::Suspended, _) => "suspended",
        (Standing::Active, true) => "active",
        (Standing::Active, false) => "invited",
    };
    vec![
        user.name.to_string(),
        state.to_owned(),
        if user.external_share { "yes" } else { "no" }.to_owned(),
        user.signed_in_at.map_or_else(|| "never".to_owned(), |at| terminal.minute(at)),
        format!("{} <{}>", user.full_name, user.email),
    ]
}

#[cfg(test)]
mod tests {
    use api::{Timestamp, UserId};
    use jiff::tz::TimeZone;

    use super::*;

    fn user(name: &str, full_name: &str) -> User {
        User {
            user: UserId::from_bytes([1; 16]),
            name: name.parse().unwrap(),
            full_name: full_name.parse().unwrap(),
            email: format!("{name}@example.com").parse().unwrap(),
            standing: Standing::Active,
            external_share: true,
            registered: true,
            created_at: Timestamp::from_millis(1_700_000_000_000),
            signed_in_at: Some(Timestamp::from_millis(1_700_000_000_000)),
        }
    }

    #[test]
    fn accounts_are_listed_within_80_columns_with_long_names_whole() {
        let users = [
            user("ada", "Ada Lovelace"),
            User { registered: false, signed_in_at: None, external_share: false, ..user("bob", "李 小龙") },
            User { standing: Standing::Suspended, ..user("carol", &"Carol ".repeat(33)) },
        ];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { input: &mut input, out: &mut out, err: &mut err, json: false, zone: TimeZone::UTC };
        insta::assert_snapshot!(lines(&terminal, &users, true).join("\n"));
    }
}
