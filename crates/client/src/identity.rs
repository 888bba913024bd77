//! The certificate by which this side shows who it is, with its private key, out of one file in PEM.
//!
//! Nothing of the key gets into an error, and no passphrase is asked for.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use reqwest::Identity;
use zeroize::Zeroizing;

use crate::{Answer, Error};

/// The most bytes that such a file may have.
const MOST_BYTES: u64 = 1024 * 1024;

/// Reads certificate, intermediates and key, in whatever order they stand.
///
/// # Errors
/// [`Error::Setup`] for a file that can't be read, that others may read, or in which certificate and key don't go together.
pub fn identity(file: &Path) -> Answer<Identity> {
    let identity = read(file).map_err(|wrong| Error::Setup(format!("the client certificate {}: {wrong}", file.display())));
    // OpenSSL keeps what was wrong for this thread, and would take it for a fault of the next connection.
    let _ = ErrorStack::get();
    identity
}

fn read(file: &Path) -> Result<Identity, String> {
    let pem = bytes(file)?;
    let mut certificates = X509::stack_from_pem(&pem).unwrap_or_default();
    if certificates.is_empty() {
        return Err("there is no certificate in it: a PEM file with certificate and private key is expected".to_owned());
    }
    let key = key(&pem)?;
    let own = certificates.iter().position(|one| one.public_key().is_ok_and(|public| public.public_eq(&key)));
    let own = certificates.remove(own.ok_or("the private key in it belongs to none of its certificates")?);
    let unusable = |error: ErrorStack| format!("it can't be used: {error}");
    let mut chain = own.to_pem().map_err(unusable)?;
    for between in certificates {
        chain.extend(between.to_pem().map_err(unusable)?);
    }
    let key = Zeroizing::new(key.private_key_to_pem_pkcs8().map_err(unusable)?);
    Identity::from_pkcs8_pem(&chain, &key).map_err(|error| format!("it can't be used: {}", error.without_url()))
}

/// The file's bytes, if nobody but its user may read them.
fn bytes(file: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let unreadable = |error: io::Error| format!("it can't be read ({error}); name another with --client-certificate FILE");
    let opened = File::open(file).map_err(unreadable)?;
    if opened.metadata().map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
        return Err("others may read the private key in it; take that away with `chmod 600`".to_owned());
    }
    let mut bytes = Zeroizing::new(Vec::new());
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err("it is too large for a certificate".to_owned());
    }
    Ok(bytes)
}

fn key(pem: &[u8]) -> Result<PKey<Private>, String> {
    let asked = Cell::new(false);
    // Without an answer of its own OpenSSL would ask for a passphrase at the terminal.
    let key = PKey::private_key_from_pem_callback(pem, |_| {
        asked.set(true);
        Ok(0)
    });
    key.map_err(|_| {
        if asked.get() {
            "the private key in it is under a passphrase, and none is asked for here: give it without, in a file that only you may read"
        } else {
            "there is no private key in it: certificate and key are expected in one PEM file"
        }
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use openssl::asn1::Asn1Time;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::hash::MessageDigest;
    use openssl::nid::Nid;
    use openssl::rsa::Rsa;
    use openssl::symm::Cipher;

    use super::*;

    fn ec() -> EcKey<Private> {
        EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()
    }

    fn certificate(key: &PKey<Private>) -> Vec<u8> {
        let mut builder = X509::builder().unwrap();
        builder.set_pubkey(key).unwrap();
        builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::days_from_now(9).unwrap()).unwrap();
        builder.sign(key, MessageDigest::sha256()).unwrap();
        builder.build().to_pem().unwrap()
    }

    /// What is said of a file with these parts, if it isn't taken.
    fn said(mode: u32, parts: &[&[u8]]) -> Option<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), parts.concat()).unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        identity(file.path()).err().map(|error| error.to_string())
    }

    #[test]
    fn certificate_and_key_are_taken_in_every_usual_form_and_order() {
        let (ec, rsa) = (ec(), Rsa::generate(2048).unwrap());
        let (by_ec, by_rsa) = (PKey::from_ec_key(ec.clone()).unwrap(), PKey::from_rsa(rsa.clone()).unwrap());
        let forms = [
            (&by_ec, by_ec.private_key_to_pem_pkcs8().unwrap()),
            (&by_ec, ec.private_key_to_pem().unwrap()),
            (&by_rsa, rsa.private_key_to_pem().unwrap()),
        ];
        let other = certificate(&PKey::from_ec_key(self::ec()).unwrap());
        for (key, pem) in forms {
            let own = certificate(key);
            for parts in [[&own[..], &other, &pem], [&pem, &own, &other], [&other, &pem, &own]] {
                assert_eq!(said(0o600, &parts), None);
            }
        }
    }

    #[test]
    fn a_file_that_shows_nobody_is_refused_in_words_that_say_why() {
        let key = PKey::from_ec_key(ec()).unwrap();
        let (own, pem) = (certificate(&key), key.private_key_to_pem_pkcs8().unwrap());
        let other = certificate(&PKey::from_ec_key(ec()).unwrap());
        let hidden = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"word").unwrap();
        let wrong: [(u32, &[&[u8]], &str); 7] = [
            (0o600, &[], "no certificate"),
            (0o600, &[&pem], "no certificate"),
            (0o600, &[&own], "no private key"),
            (0o600, &[&other, &pem], "belongs to none"),
            (0o600, &[&own, &hidden], "under a passphrase"),
            (0o640, &[&own, &pem], "others may read"),
            (0o604, &[&own, &pem], "others may read"),
        ];
        for (mode, parts, why) in wrong {
            let said = said(mode, parts).unwrap();
            assert!(said.contains(why) && said.contains("the client certificate /"), "{said}");
        }
        let said = identity(Path::new("/nowhere/laptop.pem")).unwrap_err().to_string();
        assert!(said.contains("/nowhere/laptop.pem") && said.contains("can't be read"), "{said}");
    }
}
