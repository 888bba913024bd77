//! What proxies say: headers of the PROXY protocol, and chains of forwarded addresses.
#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use vault::gate::proxy::{Heard, hear};
use vault::gate::{Networks, hops};

fuzz_target!(|said: &[u8]| {
    // As a daemon reads it: never more than is said to follow. Whoever does so stands at or before the end of what a header can be.
    let mut read = 0;
    while let Some(begun) = said.get(..read) {
        match hear(begun) {
            Ok(Heard::Further(more)) => {
                assert!(more > 0 && read + more <= 16 + 2048);
                read += more;
            }
            Ok(Heard::For(visitor)) => {
                assert_eq!(visitor.ip(), visitor.ip().to_canonical());
                break;
            }
            Ok(Heard::Itself) | Err(_) => break,
        }
    }
    let Ok(trusted) = Networks::read(["10.0.0.0/8"]) else { return };
    let proxy = IpAddr::from([10, 0, 0, 2]);
    if let Ok(believed) = hops::believed(proxy, &[said], &trusted) {
        assert!(trusted.holding(believed.address).is_none() && believed.hops.len() <= hops::MAXIMUM_HOPS);
    }
});
