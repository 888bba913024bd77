//! Stories of operators who look for accounts: by name, by standing, by what somebody may do.

use store::UserFilter;
use vault::account::Standing;

use crate::support::*;

on_both_databases! {
    accounts_are_listed_by_name_page_by_page
    accounts_are_found_by_how_their_name_begins_and_by_standing
    accounts_are_found_by_permission_and_registration_page_by_page
}

async fn accounts_are_listed_by_name_page_by_page(house: House) {
    for name in ["mary", "ada", "zoe", "bob"] {
        house.invite(name).await.unwrap();
    }
    house.owner_registers("bob").await;
    let first = house.store.users(UserFilter::default(), None, 3).await.unwrap();
    let names = |rows: &[store::UserRow]| rows.iter().map(|row| row.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&first), ["ada", "bob", "mary"]);
    assert_eq!(first.iter().map(|row| row.registered).collect::<Vec<_>>(), [false, true, false]);
    assert!(first[1].signed_in_at.is_some() && first[0].signed_in_at.is_none());
    assert_eq!(names(&house.store.users(UserFilter::default(), Some(first[2].name.clone()), 3).await.unwrap()), ["zoe"]);
}

async fn accounts_are_found_by_how_their_name_begins_and_by_standing(house: House) {
    for name in ["a_b", "a_c", "axb", "bob"] {
        house.invite(name).await.unwrap();
    }
    house.store.set_standing(&house.call(), &operator(), &"a_c".parse().unwrap(), Standing::Suspended).await.unwrap();
    for (name, standing, expected) in [
        (Some("a"), None, vec!["a_b", "a_c", "axb"]),
        (Some("a_"), None, vec!["a_b", "a_c"]),
        (Some("a"), Some(Standing::Active), vec!["a_b", "axb"]),
        (None, Some(Standing::Suspended), vec!["a_c"]),
        (Some("c"), None, vec![]),
    ] {
        let filter = UserFilter { name: name.map(|name| name.parse().unwrap()), standing, ..UserFilter::default() };
        let found = house.store.users(filter, None, 10).await.unwrap();
        let mut found: Vec<&str> = found.iter().map(|row| row.name.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{name:?} {standing:?}");
    }
}

async fn accounts_are_found_by_permission_and_registration_page_by_page(house: House) {
    for name in ["ada", "bob", "eve", "mary", "zoe"] {
        house.invite(name).await.unwrap();
    }
    for name in ["bob", "zoe"] {
        house.owner_registers(name).await;
    }
    let may = ["ada", "zoe"];
    for name in ["ada", "bob", "eve", "mary", "zoe"] {
        house.store.set_external_share(&house.call(), &operator(), &name.parse().unwrap(), may.contains(&name)).await.unwrap();
    }
    for (external, registered, expected) in [
        (Some(true), None, vec!["ada", "zoe"]),
        (Some(false), None, vec!["bob", "eve", "mary"]),
        (None, Some(true), vec!["bob", "zoe"]),
        (None, Some(false), vec!["ada", "eve", "mary"]),
        (Some(true), Some(true), vec!["zoe"]),
        (Some(false), Some(false), vec!["eve", "mary"]),
    ] {
        let filter = UserFilter { external, registered, ..UserFilter::default() };
        // Pages are whole: of two rows each as long as there are more.
        let (mut found, mut after): (Vec<String>, _) = (Vec::new(), None);
        loop {
            let page = house.store.users(filter.clone(), after, 2).await.unwrap();
            found.extend(page.iter().map(|row| row.name.to_string()));
            after = page.last().map(|row| row.name.clone());
            if page.len() < 2 {
                break;
            }
        }
        assert_eq!(found, expected, "{external:?} {registered:?}");
    }
}
