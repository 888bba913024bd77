//! Encodings: ctx, base64url, codes, padding, link addresses.

use serde_json::{Value, json};

use super::{File, bytes, hex, list, malformed, same, text, unhex, word};
use crate::crockford::{self, NotACode};
use crate::ctx::{ctx, fields};
use crate::link::{LinkSecret, LinkUrl, NotALink, Origin};
use crate::{id, padding};

pub(super) fn files() -> [File; 5] {
    [
        File {
            name: "ctx",
            about: "ctx(kind, fields). Malformed: bytes that are no encoding of that kind with two fields.",
            good: || {
                let case = |kind: &str, parts: &[&[u8]]| {
                    let list: Vec<_> = parts.iter().map(|part| hex(part)).collect();
                    json!({ "kind": kind, "fields": list, "bytes": hex(&ctx(kind, parts)) })
                };
                vec![
                    case("knock", &[]),
                    case("snapshot", &[&[5; 16]]),
                    case("link-wrap", &[&[5; 16], &[1; 16]]),
                    case("commit", &[&[0x17; 16], &1_u64.to_be_bytes()]),
                    case("a", &[b"bc", b""]),
                    case("a", &[b"b", b"c"]),
                    case("ab", &[&[0; 300]]),
                ]
            },
            malformed: || {
                let whole = ctx("pair", &[b"one", b"two"]);
                let case = |bytes: &[u8], error, why| malformed(json!({ "kind": "pair", "bytes": hex(bytes) }), error, why);
                vec![
                    case(&ctx("pear", &[b"one", b"two"]), "form", "another kind"),
                    case(&whole[1..], "form", "another prefix"),
                    case(&ctx("pair", &[b"one"]), "length", "a field too few"),
                    case(&ctx("pair", &[b"one", b"two", b""]), "length", "a field too many"),
                    case(&whole[..whole.len() - 1], "length", "cut short"),
                    case(&[&whole[..], &[0]].concat(), "length", "a byte more"),
                    case(b"", "form", "empty"),
                ]
            },
            read: |case| {
                let read = bytes(case, "bytes");
                if case.get("fields").is_none() {
                    return fields::<2>(text(case, "kind"), &read).map(|_| ()).map_err(word);
                }
                let parts: Vec<_> = list(case, "fields").iter().map(|it| unhex(it.as_str().unwrap())).collect();
                let parts: Vec<_> = parts.iter().map(Vec::as_slice).collect();
                same(read, ctx(text(case, "kind"), &parts))
            },
        },
        File {
            name: "base64url",
            about: "Text of bytes: base64url without padding, one text for each byte string.",
            good: || {
                let samples: [&[u8]; 6] = [b"", b"\0", b"\xfb\xff", b"abc", &[0xff; 4], &[7; 33]];
                samples.map(|it| json!({ "bytes": hex(it), "text": crate::text::encode(it) })).to_vec()
            },
            malformed: || {
                [
                    ("-_8=", "padding"),
                    ("+_8", "another alphabet"),
                    ("-_9", "stray bits"),
                    ("A", "half a byte"),
                    ("-_8\n", "white space"),
                    ("-_8é", "not ASCII"),
                ]
                .map(|(it, why)| malformed(json!({ "text": it }), "text", why))
                .to_vec()
            },
            read: |case| {
                let read = crate::text::decode(text(case, "text")).map_err(word)?;
                same(crate::text::encode(&read), text(case, "text").to_owned())?;
                same(read, bytes(case, "bytes"))
            },
        },
        File {
            name: "code",
            about: "Access tokens (10 bytes): shown as 'text'; what people may type instead stands in 'typed'.",
            good: || {
                let case =
                    |bytes: [u8; 10], typed: &[&str]| json!({ "bytes": hex(&bytes), "text": *crockford::show(&bytes), "typed": typed });
                vec![
                    case([0; 10], &["0000-0000-0000-0000", "OOOO oooo 0000 0000", " 0000000000000000\t"]),
                    case([0xff; 10], &["zzzz-zzzz-zzzz-zzzz", "ZZZZZZZZZZZZZZZZ"]),
                    case([0x08, 0x42, 0x10, 0x84, 0x21, 0x00, 0x44, 0x32, 0x14, 0xc7], &["lIiL-1111-o123-4567", "----1111 1111 0123 4567"]),
                    case([0xde, 0xad, 0xbe, 0xef, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05], &[]),
                ]
            },
            malformed: || {
                [
                    ("0000-0000-0000-000", "length", "a digit too few"),
                    ("0000-0000-0000-0000-0", "length", "a digit too many"),
                    ("", "length", "empty"),
                    ("0000-0000-0000-000U", "character", "U is no digit"),
                    ("0000_0000_0000_0000", "character", "an underscore"),
                    ("０000-0000-0000-0000", "character", "a full-width digit"),
                ]
                .map(|(it, error, why)| malformed(json!({ "text": it }), error, why))
                .to_vec()
            },
            read: |case| {
                let read = |typed: &str| {
                    crockford::read::<10>(typed).map_err(|error| match error {
                        NotACode::Character => "character".to_owned(),
                        NotACode::Length { .. } => "length".to_owned(),
                    })
                };
                let code = read(text(case, "text"))?;
                same(code.to_vec(), bytes(case, "bytes"))?;
                same(crockford::show(&code).to_string(), text(case, "text").to_owned())?;
                list(case, "typed").iter().try_for_each(|typed| same(read(typed.as_str().unwrap())?, code))
            },
        },
        File {
            name: "padding",
            about: "u32be(length) || data || zeros, to a multiple of 256 bytes and no longer than needed.",
            good: || {
                [0, 1, 252, 253, 508]
                    .map(|length| {
                        let data = vec![b'x'; length];
                        json!({ "data": hex(&data), "padded": hex(&padding::pad(&data).unwrap()) })
                    })
                    .to_vec()
            },
            malformed: || {
                let change = |why, change: fn(&mut Vec<u8>)| {
                    let mut padded = padding::pad(b"data").unwrap().to_vec();
                    change(&mut padded);
                    malformed(json!({ "padded": hex(&padded) }), "padding", why)
                };
                vec![
                    change("padding that says something", |b| b[255] = 1),
                    change("padding right behind the data that says something", |b| b[8] = 1),
                    change("longer than needed", |b| b.resize(512, 0)),
                    change("not a multiple of 256", |b| b.truncate(255)),
                    change("a length beyond the end", |b| b[2] = 1),
                    change("a huge length", |b| b[..4].fill(0xff)),
                    change("empty", Vec::clear),
                ]
            },
            read: |case| {
                let padded = bytes(case, "padded");
                let read = padding::unpad(&padded).map_err(word)?;
                same(padding::pad(read).unwrap().to_vec(), padded.clone())?;
                same(read.to_vec(), bytes(case, "data"))
            },
        },
        File {
            name: "url",
            about: "The text of a link, taken apart.",
            good: || {
                let case = |origin: &str, byte: u8| {
                    let secret = LinkSecret::from_bytes([byte; 32]);
                    let url = LinkUrl { origin: Origin::parse(origin).unwrap(), link: [byte; 16], secret };
                    json!({ "origin": origin, "link": hex(&url.link), "secret": hex(url.secret.expose()), "text": *url.to_text() })
                };
                vec![
                    case("https://localhost:8443", 0),
                    case("https://vault.example.org", 0xff),
                    case("https://10.20.0.5", 0x5a),
                    case("https://[2001:db8::1]:8443", 0xa5),
                ]
            },
            malformed: || {
                let secret = LinkSecret::from_bytes([7; 32]).to_fragment();
                let path = format!("https://localhost/s/{}", id::to_text(&[0xab; 16]));
                let whole = format!("{path}#{}", *secret);
                [
                    (String::new(), "scheme", "empty"),
                    (whole.replace("https", "http"), "scheme", "not encrypted"),
                    (whole.replace("localhost", "localhost:0"), "host", "no port"),
                    (whole.replace("localhost", "localhost@evil.example"), "host", "a user before the host"),
                    (whole.replace("localhost", "LOCALHOST"), "host", "capital letters"),
                    (whole.replace("/s/", "/t/"), "path", "another path"),
                    (whole.replace('#', "?a=b#"), "path", "a query"),
                    (whole.replace("abab", "ABAB"), "path", "capital letters in the id"),
                    (whole.replace("ab-", "-"), "path", "an id too short"),
                    (path.clone(), "no fragment", "the fragment is lost"),
                    (format!("{path}#"), "no fragment", "an empty fragment"),
                    (whole[..whole.len() - 4].to_owned(), "fragment", "cut short"),
                    (format!("{whole}AAAA"), "fragment", "longer"),
                    (format!("{path}#Ag{}", &secret[2..]), "version", "an unknown version"),
                ]
                .map(|(it, error, why)| malformed(json!({ "text": it }), error, why))
                .to_vec()
            },
            read: read_url,
        },
    ]
}

fn read_url(case: &Value) -> Result<(), String> {
    let url = LinkUrl::parse(text(case, "text")).map_err(|error| {
        match error {
            NotALink::Scheme => "scheme",
            NotALink::Host => "host",
            NotALink::Path => "path",
            NotALink::NoFragment => "no fragment",
            NotALink::Fragment => "fragment",
            NotALink::UnknownVersion(_) => "version",
        }
        .to_owned()
    })?;
    same(url.origin.as_str(), text(case, "origin"))?;
    same(url.link.to_vec(), bytes(case, "link"))?;
    same(url.secret.expose().to_vec(), bytes(case, "secret"))?;
    same(&**url.to_text(), text(case, "text"))
}
