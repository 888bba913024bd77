//! Selections: as conditions on links, as columns, as what audit tells of.
//!
//! Nothing here changes a row.

use diesel::prelude::*;
use vault::event::Subject;
use vault::freeze::Selection;

use crate::links::OnLinks;
use crate::schema::links;
use crate::{Broken, rows};

/// The condition on links that this selection is.
pub(super) fn selected(selection: &Selection) -> OnLinks {
    match selection {
        Selection::Link(id) => Box::new(links::id.eq(id.as_bytes().to_vec())),
        Selection::Share(id) => Box::new(links::share.eq(id.as_bytes().to_vec())),
        Selection::Owner(id) => Box::new(links::owner.eq(id.as_bytes().to_vec())),
        Selection::Item(id) => Box::new(links::item.eq(id.as_bytes().to_vec())),
        Selection::Recipient(email) => Box::new(links::recipient_folded.eq(rows::folded(email))),
    }
}

/// A selection as a freeze's row holds it.
pub(super) fn selection(by: &str, value: &str) -> Result<Selection, Broken> {
    match by {
        "link" => rows::text(value).map(Selection::Link),
        "share" => rows::text(value).map(Selection::Share),
        "owner" => rows::text(value).map(Selection::Owner),
        "item" => rows::text(value).map(Selection::Item),
        "recipient" => rows::text(value).map(Selection::Recipient),
        _ => Err(Broken::Damaged("a selection doesn't read".to_owned())),
    }
}

/// What audit tells that a freeze of this selection was done to.
pub(super) fn subject(selection: &Selection) -> Subject {
    let nothing = Subject::default();
    match selection {
        Selection::Link(id) => Subject { link: Some(*id), ..nothing },
        Selection::Share(id) => Subject { share: Some(*id), ..nothing },
        Selection::Owner(id) => Subject { user: Some(*id), ..nothing },
        Selection::Item(id) => Subject { item: Some(*id), ..nothing },
        Selection::Recipient(_) => nothing,
    }
}

#[cfg(test)]
mod tests {
    use vault::{ItemId, LinkId, ShareId, UserId};

    use super::*;

    #[test]
    fn every_selection_reads_back() {
        let selections = [
            Selection::Link(LinkId::from_bytes([1; 16])),
            Selection::Share(ShareId::from_bytes([2; 16])),
            Selection::Owner(UserId::from_bytes([3; 16])),
            Selection::Item(ItemId::from_bytes([4; 16])),
            Selection::Recipient("bob@example.org".parse().unwrap()),
        ];
        for written in selections {
            assert_eq!(selection(written.kind(), &written.value()), Ok(written));
        }
    }
}
