//! Every list that the console shows, by every filter, page after page through the API.

use api::Page;
use client::admin::{audit, shares, users};
use client::{Answer, Client};

use crate::clock::Watch;
use crate::numbers::Numbers;

/// As many rows as the console asks for.
const ROWS: u32 = 100;

/// No list is asked for longer than that, in milliseconds: a slow one is known to be slow by then.
const LONGEST_MILLIS: f64 = 20_000.0;

/// One list's pages.
#[derive(Clone, Debug)]
pub struct List {
    /// Which list, by which filter.
    pub name: String,
    /// Milliseconds for each page.
    pub pages: Numbers,
    /// How many rows came.
    pub rows: usize,
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
    let mut lists = Vec::new();
    let newest = client.link_rows(&shares::Filter::default(), None, ROWS).expect("the daemon answers");
    // Somebody who shares much, and something of theirs.
    let some = newest.rows.into_iter().max_by_key(|row| row.owner.as_str().len()).expect("there are links");
    let (owner, recipient) = (some.owner.to_string(), some.recipient.to_string());
    let by = |change: &dyn Fn(&mut shares::Filter)| {
        let mut filter = shares::Filter::default();
        change(&mut filter);
        filter
    };
    let mut filters = vec![
        ("shares".to_owned(), shares::Filter::default()),
        ("shares, owner".to_owned(), by(&|filter| filter.owner = Some(owner.clone()))),
        ("shares, recipient".to_owned(), by(&|filter| filter.recipient = Some(recipient.clone()))),
        ("shares, recipient unknown".to_owned(), by(&|filter| filter.recipient = Some("nobody@example.com".to_owned()))),
        ("shares, item".to_owned(), by(&|filter| filter.item = Some(some.item.to_string()))),
        ("shares, share".to_owned(), by(&|filter| filter.share = Some(some.share.to_string()))),
        (
            "shares, owner and locked".to_owned(),
            by(&|filter| {
                filter.owner = Some(owner.clone());
                filter.state = Some("locked".to_owned());
            }),
        ),
    ];
    for state in ["waiting", "open", "used-up", "expired", "revoked", "frozen", "locked", "burnt"] {
        filters.push((format!("shares, {state}"), by(&|filter| filter.state = Some(state.to_owned()))));
    }
    for (name, filter) in filters {
        lists.push(paged(name, pages, |after| client.link_rows(&filter, after, ROWS)));
    }
    let person = client.users(&users::Filter::default(), None, 1).expect("the daemon answers").rows.pop().expect("there are accounts");
    for (name, filter) in events(&person, &some) {
        lists.push(paged(format!("audit, {name}"), pages, |after| client.audit(&filter, after, ROWS)));
    }
    lists.push(paged("users".to_owned(), pages, |after| client.users(&users::Filter::default(), after, ROWS)));
    lists.push(paged("freezes".to_owned(), pages, |after| client.freezes(after, ROWS)));
    for state in [None, Some("waiting"), Some("sent"), Some("dead"), Some("withdrawn")] {
        let name = state.map_or_else(|| "mail".to_owned(), |state| format!("mail, {state}"));
        lists.push(paged(name, pages, |after| client.messages(state, after, ROWS)));
    }
    lists
}

/// What the audit log is asked for: what is common, what is rare, what was never, and some of it together.
fn events(owner: &api::admin::users::User, some: &api::admin::shares::LinkRow) -> Vec<(&'static str, audit::Filter)> {
    let text = |text: &str| Some(text.to_owned());
    let none = audit::Filter::default;
    vec![
        ("everything", none()),
        ("link.revealed", audit::Filter { event: text("link.revealed"), ..none() }),
        ("link.locked", audit::Filter { event: text("link.locked"), ..none() }),
        ("clock.accepted", audit::Filter { event: text("clock.accepted"), ..none() }),
        ("actor owner", audit::Filter { actor: text("owner"), ..none() }),
        ("actor operator", audit::Filter { actor: text("operator"), ..none() }),
        ("an operator", audit::Filter { who: text("olga(1000)"), ..none() }),
        ("an owner's name", audit::Filter { who: text(owner.name.as_str()), ..none() }),
        ("address", audit::Filter { address: text("10.20.0.5"), ..none() }),
        ("address unknown", audit::Filter { address: text("192.0.2.1"), ..none() }),
        ("user", audit::Filter { user: Some(owner.user.to_string()), ..none() }),
        ("item", audit::Filter { item: Some(some.item.to_string()), ..none() }),
        ("share", audit::Filter { share: Some(some.share.to_string()), ..none() }),
        ("link", audit::Filter { link: Some(some.link.to_string()), ..none() }),
        ("refused", audit::Filter { refused: Some(true), ..none() }),
        ("not refused", audit::Filter { refused: Some(false), ..none() }),
        ("operator and refused", audit::Filter { actor: text("operator"), refused: Some(true), ..none() }),
        ("appliance and refused", audit::Filter { actor: text("appliance"), refused: Some(true), ..none() }),
        ("user and link.locked", audit::Filter { user: Some(owner.user.to_string()), event: text("link.locked"), ..none() }),
        ("address and link.locked", audit::Filter { address: text("10.20.0.5"), event: text("link.locked"), ..none() }),
        ("user and address", audit::Filter { user: Some(owner.user.to_string()), address: text("10.20.0.5"), ..none() }),
    ]
}

fn paged<T>(name: String, pages: usize, ask: impl Fn(Option<&str>) -> Answer<Page<T>>) -> List {
    let (mut list, mut after) = (List { name, pages: Numbers::default(), rows: 0 }, None);
    let all = Watch::start();
    for _ in 0..pages {
        let watch = Watch::start();
        let page = ask(after.as_deref()).unwrap_or_else(|error| panic!("{}: {error}", list.name));
        list.pages.add(watch.millis());
        list.rows += page.rows.len();
        after = page.next;
        if after.is_none() || all.millis() > LONGEST_MILLIS {
            break;
        }
    }
    list
}
