//! What the programs ask of the system they are installed on: nothing that Debian 12 or RHEL 9 lack.
//! Says nothing about systems that are older.

use crate::opened::{PROGRAMS, asked_of, needed_by, unpacked};

/// RHEL 9 has this C library, Debian 12 and Ubuntu 24.04 newer ones.
const C_LIBRARY: [u32; 2] = [2, 34];

/// Debian 12 and RHEL 9 have 3.0; symbols that came later are named after their version.
const OPENSSL: [u32; 3] = [3, 0, 0];

/// What the system brings. Databases are inside, so that they are those that were tested.
const SYSTEM: [&str; 6] = ["ld-linux-x86-64.so.2", "libc.so.6", "libcrypto.so.3", "libgcc_s.so.1", "libm.so.6", "libssl.so.3"];

#[test]
fn no_program_asks_for_a_newer_c_library_than_that_of_rhel_9() {
    for (package, program) in PROGRAMS {
        let asked = asked_of(&unpacked(package).join(program), "GLIBC");
        let newest = asked.last().unwrap_or_else(|| panic!("{program} asks for no C library: it wasn't read"));
        assert!(newest.as_slice() <= C_LIBRARY.as_slice(), "{program} asks for GLIBC {newest:?}");
    }
}

#[test]
fn no_program_asks_for_a_newer_openssl_than_that_of_debian_12() {
    for (package, program) in PROGRAMS {
        let asked = asked_of(&unpacked(package).join(program), "OPENSSL");
        let newest = asked.last().unwrap_or_else(|| panic!("{program} asks for no OpenSSL: it wasn't read"));
        assert!(newest.as_slice() <= OPENSSL.as_slice(), "{program} asks for OpenSSL {newest:?}");
    }
}

#[test]
fn the_system_brings_openssl_and_the_c_library_and_nothing_else() {
    for (package, program) in PROGRAMS {
        let needed = needed_by(&unpacked(package).join(program));
        assert!(needed.contains("libssl.so.3"), "{program} has a TLS library of its own: {needed:?}");
        // Other machines call their loader otherwise.
        let strange: Vec<_> = needed.iter().filter(|name| !SYSTEM.contains(&name.as_str()) && !name.starts_with("ld-linux")).collect();
        assert!(strange.is_empty(), "{program} needs {strange:?}");
    }
}
