//! Items: what a daemon serves of one, and what its owner reads in it.

use serde_json::{Value, json};

use super::{File, bytes, fixed, hex, list, malformed, same, text, unhex, with, word};
use crate::Id;
use crate::account::{Account, KeyBundle, Root};
use crate::item::{Contents, Item, ItemKey, Records, Refusal, SealedEpoch, SealedVersion, Seen};
use crate::sign::SigningKey;
use crate::wrap::UnwrapKey;

const ITEM: Id = [0x17; 16];

pub(super) fn files() -> [File; 1] {
    [File {
        name: "item",
        about: "An item as its owner gets it: records oldest first, the current wrap, details and bodies of all versions. \
                'seen' is what the reader has seen before (null: nothing), 'newest' what it has seen afterwards.",
        good: || {
            let (owner, epochs, versions) = long();
            let whole = served(&owner, &epochs, &versions);
            let mut later = whole.clone();
            later["seen"] = newest(&owner, &epochs[..1], &versions[..2]);
            vec![served(&owner, &epochs[..1], &versions[..1]), whole, later]
        },
        malformed: malformed_items,
        read,
    }]
}

type Sealed = (Account, Vec<SealedEpoch>, Vec<SealedVersion>);

fn texts() -> [&'static str; 4] {
    ["1234", "2345", "3456", "4567"]
}

fn note(body: &str) -> Contents {
    Contents::Note { name: "Door".into(), body: body.into() }
}

/// An item with two versions in its first epoch and two in its second.
fn long() -> Sealed {
    let owner = Account { user: [0xa1; 16], root: Root::random().unwrap(), keys: KeyBundle::random().unwrap() };
    let (epoch, version) = Item::create(&owner, ITEM, &note(texts()[0])).unwrap();
    let (mut epochs, mut versions) = (vec![epoch], vec![version]);
    versions.push(open(&owner, &epochs, &versions).save(&owner, &note(texts()[1])).unwrap());
    let (epoch, version) = open(&owner, &epochs, &versions).start_epoch(&owner, &note(texts()[2])).unwrap();
    epochs.push(epoch);
    versions.push(version);
    versions.push(open(&owner, &epochs, &versions).save(&owner, &note(texts()[3])).unwrap());
    (owner, epochs, versions)
}

fn open(owner: &Account, epochs: &[SealedEpoch], versions: &[SealedVersion]) -> Item {
    let wrap = &epochs.last().unwrap().wrap;
    let epochs: Vec<_> = epochs.iter().map(|it| it.record.clone()).collect();
    let versions: Vec<_> = versions.iter().map(|it| it.record.clone()).collect();
    Item::open(owner, ITEM, &Records { epochs: &epochs, versions: &versions }, wrap, None).unwrap()
}

fn newest(owner: &Account, epochs: &[SealedEpoch], versions: &[SealedVersion]) -> Value {
    seen_value(&open(owner, epochs, versions).seen())
}

fn seen_value(seen: &Seen) -> Value {
    json!({
        "epoch": seen.epoch,
        "epoch_record": hex(&seen.epoch_record),
        "version": seen.version,
        "version_record": hex(&seen.version_record),
    })
}

fn served(owner: &Account, epochs: &[SealedEpoch], versions: &[SealedVersion]) -> Value {
    let contents = |version: u64| serde_json::to_string(&note(texts()[version as usize - 1])).unwrap();
    json!({
        "item": hex(&ITEM),
        "owner": {
            "user": hex(&owner.user),
            "root": hex(owner.root.expose()),
            "encryption": hex(owner.keys.encryption.expose()),
            "signing": hex(owner.keys.signing.expose()),
        },
        "epochs": epochs.iter().map(|it| json!({
            "record": hex(&it.record),
            "previous_key": it.previous_key.as_ref().map(|key| hex(key)),
        })).collect::<Vec<_>>(),
        "wrap": hex(&epochs.last().unwrap().wrap),
        "versions": versions.iter().map(|it| json!({
            "record": hex(&it.record),
            "details": hex(&it.details),
            "body": hex(&it.body),
            "text": contents(it.version),
        })).collect::<Vec<_>>(),
        "seen": null,
        "newest": newest(owner, epochs, versions),
    })
}

fn malformed_items() -> Vec<Value> {
    let (owner, epochs, versions) = long();
    let good = served(&owner, &epochs, &versions);
    let mut all = Vec::new();
    let mut add = |error: &str, why: &str, change: &dyn Fn(&mut Value)| {
        let mut case = good.clone();
        change(&mut case);
        all.push(malformed(case, error, why));
    };
    let flip = |value: &mut Value, at: usize| {
        let mut bytes = unhex(value.as_str().unwrap());
        let at = at % bytes.len();
        bytes[at] ^= 1;
        *value = hex(&bytes).into();
    };
    let push = |value: &mut Value| *value = (value.as_str().unwrap().to_owned() + "00").into();
    add("version", "an epoch record of an unknown version", &|it| flip(&mut it["epochs"][0]["record"], 0));
    add("signature", "an epoch record with another signature", &|it| flip(&mut it["epochs"][1]["record"], 1));
    add("length", "an epoch record with a byte more", &|it| push(&mut it["epochs"][1]["record"]));
    add("signature", "a version record with another signature", &|it| flip(&mut it["versions"][3]["record"], 1));
    add("form", "a version record in place of an epoch record", &|it| it["epochs"][0]["record"] = it["versions"][0]["record"].clone());
    add("length", "a version record cut short", &|it| it["versions"][0]["record"] = "01".into());
    add("opening", "an altered wrap", &|it| flip(&mut it["wrap"], 20));
    add("length", "a wrap with a byte more", &|it| push(&mut it["wrap"]));
    add("opening", "the first epoch's wrap in the second", &|it| it["wrap"] = hex(&epochs[0].wrap).into());
    let wrap = ItemKey::random().unwrap().wrap_for_owner(&owner.root, &ITEM, 2).unwrap();
    add("commitment", "a wrap of another key than the record promises", &|it| it["wrap"] = hex(&wrap).into());
    add("other bytes", "an altered body", &|it| flip(&mut it["versions"][3]["body"], 40));
    add("other bytes", "altered details", &|it| flip(&mut it["versions"][3]["details"], 40));
    add("other bytes", "an earlier version's body", &|it| it["versions"][3]["body"] = it["versions"][2]["body"].clone());
    add("opening", "an altered previous key", &|it| flip(&mut it["epochs"][1]["previous_key"], 20));
    add("chain", "a version left out", &|it| drop(it["versions"].as_array_mut().unwrap().remove(1)));
    add("chain", "the first epoch left out", &|it| drop(it["epochs"].as_array_mut().unwrap().remove(0)));
    add("chain", "a version of an older epoch at the end", &|it| it["versions"].as_array_mut().unwrap().truncate(2));
    add("chain", "no versions", &|it| it["versions"] = json!([]));
    add("chain", "no epochs", &|it| it["epochs"] = json!([]));
    add("other item", "another item's records", &|it| it["item"] = hex(&[0x18; 16]).into());
    add("other item", "another owner's records", &|it| it["owner"]["user"] = hex(&[0xa2; 16]).into());
    add("unknown keys", "an owner with other keys than the record's", &|it| it["owner"]["signing"] = hex(&[1; 32]).into());
    add("chain", "a fork of what was seen", &|it| {
        it["seen"] = it["newest"].clone();
        flip(&mut it["seen"]["version_record"], 0);
    });
    let older = served(&owner, &epochs[..1], &versions[..2]);
    all.push(malformed(with(&older, "seen", good["newest"].clone()), "older", "less than was seen"));
    let mut late = good.clone();
    late["seen"] = newest(&owner, &epochs[..1], &versions[..1]);
    late["versions"] = json!(list(&good, "versions")[2..]);
    all.push(malformed(late, "gap", "a version between what was seen and what is served is missing"));
    all
}

fn read(case: &Value) -> Result<(), String> {
    let owner = &case["owner"];
    let account = Account {
        user: fixed(owner, "user"),
        root: Root::from_bytes(fixed(owner, "root")),
        keys: KeyBundle {
            encryption: UnwrapKey::from_bytes(fixed(owner, "encryption")),
            signing: SigningKey::from_bytes(fixed(owner, "signing")),
            pins: Vec::new(),
        },
    };
    let epochs: Vec<_> = list(case, "epochs").iter().map(|it| bytes(it, "record")).collect();
    let versions: Vec<_> = list(case, "versions").iter().map(|it| bytes(it, "record")).collect();
    let keys: Vec<_> = list(case, "epochs").iter().rev().filter_map(|it| it["previous_key"].as_str().map(unhex)).collect();
    let seen = case["seen"].as_object().map(|_| seen(&case["seen"]));
    let records = Records { epochs: &epochs, versions: &versions };
    let item = Item::open(&account, fixed(case, "item"), &records, &bytes(case, "wrap"), seen.as_ref()).map_err(refusal)?;
    for (version, number) in list(case, "versions").iter().zip(1_u64..) {
        let last = number == item.version().version;
        let body = bytes(version, "body");
        let contents = if last { item.contents(&body) } else { item.earlier_contents(number, &body, back(&item, &keys, number)) };
        let contents = contents.map_err(refusal)?;
        same(serde_json::to_string(&contents).unwrap(), text(version, "text").to_owned())?;
        if last {
            same(item.details(&bytes(version, "details")).map_err(refusal)?, contents.details())?;
        }
    }
    same(seen_value(&item.seen()), case["newest"].clone())
}

/// In these vectors the first two versions are of the first epoch.
fn back<'a>(item: &Item, keys: &'a [Vec<u8>], version: u64) -> &'a [Vec<u8>] {
    if item.epoch().epoch == 2 && version <= 2 { keys } else { &[] }
}

fn seen(value: &Value) -> Seen {
    Seen {
        epoch: value["epoch"].as_u64().unwrap(),
        epoch_record: fixed(value, "epoch_record"),
        version: value["version"].as_u64().unwrap(),
        version_record: fixed(value, "version_record"),
    }
}

fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::Sealed(error) => return word(error),
        Refusal::OtherItem => "other item",
        Refusal::Chain => "chain",
        Refusal::Gap => "gap",
        Refusal::Older => "older",
        Refusal::Author => "author",
        Refusal::UnknownKeys => "unknown keys",
        Refusal::Commitment => "commitment",
        Refusal::OtherBytes => "other bytes",
    }
    .to_owned()
}
