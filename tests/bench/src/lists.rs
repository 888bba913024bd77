//! Every list that the console shows, by every filter and every two of them, page after page through the API.

use api::Page;
use api::admin::shares::LinkRow;
use api::admin::users::User;
use client::admin::{shares, users};
use client::{Answer, Client};

use crate::clock::Watch;
use crate::numbers::Numbers;
use crate::{links, log};

/// As many rows as the console asks for.
pub const ROWS: u32 = 100;

/// No list is asked for longer than that, in milliseconds: a slow one is known to be slow by then.
const LONGEST_MILLIS: f64 = 20_000.0;

/// The same for two filters together: there are hundreds of those.
const LONGEST_PAIR_MILLIS: f64 = 1_500.0;

/// One list's pages.
#[derive(Clone, Debug)]
pub struct List {
    /// Which list, by which filter.
    pub name: String,
    /// Whether it is narrowed by two things.
    pub pair: bool,
    /// Milliseconds for each page.
    pub pages: Numbers,
    /// How many rows came.
    pub rows: usize,
}

/// Something to narrow by: what kind of thing, which, and the filter that says so.
pub struct Part<F> {
    /// Two of one kind narrow to nothing.
    pub kind: &'static str,
    /// For the table.
    pub name: String,
    /// The filter.
    pub filter: F,
}

/// Somebody who shares much, and something of theirs.
pub struct Known {
    /// A link of theirs.
    pub link: LinkRow,
    /// Who they are.
    pub owner: User,
}

/// The same way there and back with next to nothing to do: what of a page is the way.
pub fn baseline(client: &Client, calls: usize) -> Numbers {
    let mut numbers = Numbers::default();
    for _ in 0..calls.max(5) {
        let watch = Watch::start();
        client.freezes(None, 1).expect("the daemon answers");
        numbers.add(watch.millis());
    }
    numbers
}

/// Pages through every list.
pub fn all(client: &Client, pages: usize) -> Vec<List> {
    let known = known(client);
    let mut lists = vec![once("overview", || client.overview()), once("health", || client.health()), once("gate", || client.networks())];
    let asked = |filter: &shares::Filter, after: Option<&str>| client.link_rows(filter, after, ROWS);
    lists.extend(narrowed("shares", &links::parts(&known), links::both, pages, asked));
    let asked = |filter: &client::admin::audit::Filter, after: Option<&str>| client.audit(filter, after, ROWS);
    lists.extend(narrowed("audit", &log::parts(&known), log::both, pages, asked));
    let lane = client.audit_lanes().expect("the daemon answers").pop().expect("there is a log").lane;
    let place = |after: Option<&str>| after.map_or(0, |after| after.parse().expect("a lane goes on at a number"));
    lists.push(paged("audit, a lane".to_owned(), pages, LONGEST_MILLIS, |after| client.audit_lane(lane.0, place(after), ROWS)));
    for (name, standing, begins) in
        [("users", None, None), ("users, active", Some("active"), None), ("users, suspended", Some("suspended"), None)]
            .into_iter()
            .chain([("users, name", None, Some("k")), ("users, name and suspended", Some("suspended"), Some("k"))])
    {
        let filter = users::Filter { name: begins.map(str::to_owned), standing: standing.map(str::to_owned), ..users::Filter::default() };
        lists.push(paged(name.to_owned(), pages, LONGEST_MILLIS, |after| client.users(&filter, after, ROWS)));
    }
    for (name, external, registered) in [("users, external", Some(true), None), ("users, not registered", None, Some(false))] {
        let filter = users::Filter { external, registered, ..users::Filter::default() };
        lists.push(paged(name.to_owned(), pages, LONGEST_MILLIS, |after| client.users(&filter, after, ROWS)));
    }
    lists.push(paged("sessions".to_owned(), pages, LONGEST_MILLIS, |after| client.sessions(&known.owner.name, after, ROWS)));
    lists.push(paged("freezes".to_owned(), pages, LONGEST_MILLIS, |after| client.freezes(after, ROWS)));
    for state in [None, Some("waiting"), Some("sent"), Some("dead"), Some("withdrawn")] {
        let name = state.map_or_else(|| "mail".to_owned(), |state| format!("mail, {state}"));
        lists.push(paged(name, pages, LONGEST_MILLIS, |after| client.messages(state, after, ROWS)));
    }
    lists
}

/// Of the newest links the owner who has most of them.
fn known(client: &Client) -> Known {
    let newest = client.link_rows(&shares::Filter::default(), None, 200).expect("the daemon answers").rows;
    let of = |one: &LinkRow| newest.iter().filter(|row| row.owner == one.owner).count();
    let link = newest.iter().max_by_key(|row| of(row)).expect("there are links").clone();
    let filter = users::Filter { name: Some(link.owner.to_string()), ..users::Filter::default() };
    let found = client.users(&filter, None, ROWS).expect("the daemon answers").rows;
    Known { owner: found.into_iter().find(|user| user.name == link.owner).expect("every link has an owner"), link }
}

/// The whole list, then narrowed by each part, then by each two that can be said together.
fn narrowed<F: Default, T>(
    list: &str,
    parts: &[Part<F>],
    both: impl Fn(&F, &F) -> F,
    pages: usize,
    ask: impl Fn(&F, Option<&str>) -> Answer<Page<T>>,
) -> Vec<List> {
    let mut lists = vec![paged(list.to_owned(), pages, LONGEST_MILLIS, |after| ask(&F::default(), after))];
    for part in parts {
        lists.push(paged(format!("{list}, {}", part.name), pages, LONGEST_MILLIS, |after| ask(&part.filter, after)));
    }
    for (nth, one) in parts.iter().enumerate() {
        for other in parts.iter().skip(nth + 1).filter(|other| other.kind != one.kind) {
            let filter = both(&one.filter, &other.filter);
            let name = format!("{list}, {} and {}", one.name, other.name);
            let pair = paged(name, pages, LONGEST_PAIR_MILLIS, |after| ask(&filter, after));
            lists.push(List { pair: true, ..pair });
        }
    }
    lists
}

/// What a screen asks that is no list. Asked once, because the daemon keeps what it counted for a while.
fn once<T>(name: &str, ask: impl Fn() -> Answer<T>) -> List {
    let (mut pages, watch) = (Numbers::default(), Watch::start());
    ask().unwrap_or_else(|error| panic!("{name}: {error}"));
    pages.add(watch.millis());
    List { name: name.to_owned(), pair: false, pages, rows: 1 }
}

fn paged<T>(name: String, pages: usize, longest: f64, ask: impl Fn(Option<&str>) -> Answer<Page<T>>) -> List {
    let (mut list, mut after) = (List { name, pair: false, pages: Numbers::default(), rows: 0 }, None);
    let all = Watch::start();
    for _ in 0..pages {
        let watch = Watch::start();
        let page = ask(after.as_deref()).unwrap_or_else(|error| panic!("{}: {error}", list.name));
        list.pages.add(watch.millis());
        list.rows += page.rows.len();
        after = page.next;
        if after.is_none() || all.millis() > longest {
            break;
        }
    }
    list
}
