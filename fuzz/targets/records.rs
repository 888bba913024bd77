//! Epoch records, version records and rosters; and a whole item made of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::account::{Account, KeyBundle, Root};
use seal::item::{EpochRecord, Item, Records, Roster, VersionRecord};
use seal::sign::SigningKey;
use seal::wrap::UnwrapKey;

fuzz_target!(|input: (Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<u8>)| {
    let (mut epochs, mut versions, wrap) = input;
    // The bytes that every record begins with would cost a fuzzer much time to find.
    for (records, kind) in [(&mut epochs, "epoch"), (&mut versions, "version")] {
        for record in records {
            *record = [&[1; 65][..], b"postern/1/", kind.as_bytes(), b"\0", &record[..]].concat();
        }
    }
    for record in &epochs {
        let _ = EpochRecord::parse(record);
    }
    for record in &versions {
        let _ = VersionRecord::parse(record);
    }
    if let Ok(roster) = Roster::from_bytes(&wrap) {
        assert_eq!(roster.to_bytes(), wrap);
    }
    let keys = KeyBundle { encryption: UnwrapKey::from_bytes([1; 32]), signing: SigningKey::from_bytes([2; 32]), pins: vec![] };
    let owner = Account { user: [0; 16], root: Root::from_bytes([3; 32]), keys };
    let records = Records { epochs: &epochs, versions: &versions };
    assert!(Item::open(&owner, [0; 16], &records, &wrap, None).is_err());
});
