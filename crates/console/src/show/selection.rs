//! What a freeze was placed by, as people say it: an owner by name, everything else by what it is.
//!
//! Nothing here is looked up: the daemon tells the name beside the id.

use api::Selection;
use api::text::UserName;

/// `owner ada`, `share 01a1fb94-…`, `network 10.20.0.0/16`. An owner whom nobody knows any more is told by the end of the id.
pub(crate) fn told(selection: &Selection, owner: Option<&UserName>) -> String {
    match (selection, owner) {
        (Selection::Owner(_), Some(name)) => format!("owner {name}"),
        (Selection::Owner(id), None) => format!("owner {}", id.short()),
        _ => format!("{} {}", selection.kind(), selection.value()),
    }
}

/// The same for a line in a list, where every id is told by its end.
pub(crate) fn brief(selection: &Selection, owner: Option<&UserName>) -> String {
    match selection {
        Selection::Link(id) => format!("link {}", id.short()),
        Selection::Share(id) => format!("share {}", id.short()),
        Selection::Item(id) => format!("item {}", id.short()),
        _ => told(selection, owner),
    }
}
