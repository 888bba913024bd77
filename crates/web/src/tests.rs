//! What holds of every page and asset that was built, in every language.

use super::*;

fn editions() -> impl Iterator<Item = &'static Edition> {
    std::iter::once(&ENGLISH).chain(OTHERS)
}

fn text(file: File) -> &'static str {
    std::str::from_utf8(file.plain).unwrap()
}

/// All pages: the two that are served, and five for whom is not answered.
fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    editions().flat_map(|edition| {
        [text(edition.recipient), text(edition.front), edition.outside, edition.certificate, edition.nothing, edition.busy, edition.away]
            .map(|page| (edition.language, page))
    })
}

#[test]
fn pages_load_nothing_but_assets_that_there_are() {
    for (language, page) in pages() {
        // The one name that a drawing in a page must bear; nothing is loaded from there.
        let page = page.replace("http://www.w3.org/2000/svg", "");
        for never in ["http://", "https://", " style=", "javascript:", "@import", "\"og:", "\"twitter:", "preload", "prefetch"] {
            assert!(!page.contains(never), "{language}: {never}");
        }
        for tag in page.split('<').filter(|tag| tag.contains("src=") || (tag.starts_with("link ") && tag.contains("href="))) {
            let address = tag.split(['"']).find(|part| part.starts_with('/') || part.starts_with("data:"));
            let address = address.unwrap_or_else(|| panic!("{language}: {tag}"));
            let known = address.strip_prefix(ASSETS_PATH).is_some_and(|name| asset(name).is_some());
            assert!(known || address.starts_with("data:"), "{language}: {address}");
        }
    }
}

#[test]
fn pages_say_their_language_fit_a_phone_and_are_in_no_search_engine() {
    for (language, page) in pages() {
        assert!(page.starts_with("<!doctype html>\n<html lang=\""), "{language}");
        assert!(page.contains(&format!("lang=\"{language}\"")), "{language}");
        assert!(page.contains("name=\"viewport\" content=\"width=device-width, initial-scale=1\""), "{language}");
        assert!(page.contains("name=\"robots\" content=\"noindex"), "{language}");
    }
}

/// A browser would ask for `/favicon.ico` otherwise, which lies behind the owners' door: each recipient would be denied and recorded there.
#[test]
fn pages_bring_their_icon_themselves() {
    for (language, page) in pages() {
        assert!(page.contains("<link rel=\"icon\" href=\"data:"), "{language}");
    }
}

#[test]
fn who_is_denied_gets_a_page_that_needs_nothing_else_and_has_what_helpers_ask_for() {
    for edition in editions() {
        let facts = Facts { hint: "Join the <VPN>.", address: "203.0.113.7", request: "0190163d", seconds: "12" };
        for why in [Why::Outside, Why::Certificate, Why::Nothing, Why::Busy, Why::Away] {
            let page = edition.denied(why, &facts);
            assert!(page.contains("203.0.113.7") && page.contains("0190163d"), "{why:?}");
            for never in ["[[", "{{", "<script", "src=", "/assets/"] {
                assert!(!page.contains(never), "{why:?} {never}");
            }
        }
        for why in [Why::Outside, Why::Certificate] {
            assert!(edition.denied(why, &facts).contains("Join the &lt;VPN&gt;."), "{why:?}");
        }
        assert!(edition.denied(Why::Busy, &facts).contains("12"));
    }
}

#[test]
fn the_language_is_the_first_that_there_is_or_english() {
    let language = |wanted: &[&str]| edition(wanted.iter().copied()).language;
    assert_eq!(language(&[]), "en");
    assert_eq!(language(&["pt-BR"]), "pt-BR");
    assert_eq!(language(&["PT-br", "en"]), "pt-BR");
    assert_eq!(language(&["pt-PT", "en"]), "pt-BR");
    assert_eq!(language(&["es-MX"]), "es");
    assert_eq!(language(&["tlh", "es", "pt-BR"]), "es");
    assert_eq!(language(&["en-GB", "es"]), "en");
    assert_eq!(language(&["*", "es"]), "en");
    assert_eq!(language(&["tlh", "", "-"]), "en");
}

#[test]
fn every_page_is_there_in_every_language_in_its_own_words() {
    let languages: Vec<_> = editions().map(|edition| edition.language).collect();
    assert_eq!(languages, ["en", "es", "pt-BR"]);
    for one in editions() {
        let alike = editions().filter(|other| other.front == one.front || other.outside == one.outside).count();
        assert_eq!(alike, 1, "{}", one.language);
    }
}

#[test]
fn an_asset_is_found_by_its_whole_name_alone() {
    for (name, file) in ASSETS {
        assert!(asset(name) == Some(*file));
        assert!(name.rsplit('.').nth(1).is_some_and(|hash| hash.len() == 16), "{name} says nothing of its contents");
    }
    for none in ["", "postern.css", "recipient.js", "../pages/front.en.html", "/"] {
        assert!(asset(none).is_none(), "{none}");
    }
}
