//! The browser's side of Postern, embedded into the daemon: built from `app/` by `build.ts`, compressed ahead, in every language.
//!
//! Nothing here runs on the appliance, and no page loads anything from elsewhere.

mod denied;

pub use denied::{Facts, Why};

/// A file as the daemon serves it, in three encodings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its media type, for `Content-Type`.
    pub media_type: &'static str,
    /// Its bytes.
    pub plain: &'static [u8],
    /// Its bytes by brotli (RFC 7932).
    pub brotli: &'static [u8],
    /// Its bytes by gzip (RFC 1952).
    pub gzip: &'static [u8],
}

/// All pages in one language.
pub struct Edition {
    /// The language's tag (RFC 5646), for `Content-Language`.
    pub language: &'static str,
    /// The page behind every link, `GET /s/{link}`: the same for all, whether the link exists or not.
    pub recipient: File,
    /// The page at `GET /`.
    pub front: File,
    outside: &'static str,
    certificate: &'static str,
    nothing: &'static str,
    busy: &'static str,
    away: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// What stands before an asset's name in its address.
pub const ASSETS_PATH: &str = "/assets/";

/// The pages in the first of these languages (RFC 4647 ranges, dearest first) that there is, or else in English. Somebody who reads
/// one kind of Portuguese is better served with another one than with none.
pub fn edition<'a>(wanted: impl IntoIterator<Item = &'a str>) -> &'static Edition {
    let all = || std::iter::once(&ENGLISH).chain(OTHERS);
    let fits = |range: &str| {
        let exact = all().find(|edition| edition.language.eq_ignore_ascii_case(range));
        exact.or_else(|| all().find(|edition| primary(edition.language).eq_ignore_ascii_case(primary(range))))
    };
    wanted.into_iter().find_map(|range| if range == "*" { Some(&ENGLISH) } else { fits(range) }).unwrap_or(&ENGLISH)
}

/// The asset of this name. Names change with contents, so an asset may be kept for good.
pub fn asset(name: &str) -> Option<File> {
    ASSETS.iter().find(|(known, _)| *known == name).map(|(_, file)| *file)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests;
