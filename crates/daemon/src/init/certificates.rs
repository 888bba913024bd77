//! An authority of the appliance's own, and the certificate that it issues: ECDSA on P-256, X.509 (RFC 5280).
//!
//! Nothing here reads the clock, and no certificate is ever issued to sign others.

use std::io;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};
use vault::Timestamp;
use zeroize::Zeroizing;

use crate::random;

/// How long the authority lives, in days.
const AUTHORITY_DAYS: i64 = 3650;

/// How long its certificates live, in days: the longest that every browser takes.
const CERTIFICATE_DAYS: i64 = 825;

/// An authority that signs.
pub struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

/// A certificate that was made, with its key, both in PEM.
pub struct Made {
    /// The certificate, followed by its authority's.
    pub certificate: Vec<u8>,
    /// Its private key.
    pub key: Zeroizing<Vec<u8>>,
}

impl Authority {
    /// A new authority for the appliance of this name.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn new(host: &str, now: Timestamp) -> io::Result<Self> {
        let key = new_key()?;
        let name = named(&format!("Postern authority of {host}"))?;
        let mut builder = begun(&name, &name, &key, now, AUTHORITY_DAYS)?;
        builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
        let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
        builder.append_extension(identifier)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(Self { certificate: builder.build(), key })
    }

    /// Reads an authority from PEM.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn read(certificate: &[u8], key: &[u8]) -> io::Result<Self> {
        Ok(Self { certificate: X509::from_pem(certificate)?, key: PKey::private_key_from_pem(key)? })
    }

    /// Its certificate in PEM.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn certificate_pem(&self) -> io::Result<Vec<u8>> {
        Ok(self.certificate.to_pem()?)
    }

    /// Its key in PEM.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn key_pem(&self) -> io::Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::new(self.key.private_key_to_pem_pkcs8()?))
    }

    /// A server's certificate for these host names and addresses, with a new key.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn issue(&self, hosts: &[String], now: Timestamp) -> io::Result<Made> {
        let key = new_key()?;
        let certificate = self.issue_for(&key, hosts, now)?;
        Ok(Made { certificate, key: Zeroizing::new(key.private_key_to_pem_pkcs8()?) })
    }

    /// A certificate for this key and these host names and addresses, followed by the authority's, in PEM.
    ///
    /// # Errors
    /// What the cryptographic library says.
    pub fn issue_for(&self, key: &PKey<Private>, hosts: &[String], now: Timestamp) -> io::Result<Vec<u8>> {
        let name = named(hosts.first().map_or("localhost", String::as_str))?;
        let mut builder = begun(&name, self.certificate.subject_name(), key, now, CERTIFICATE_DAYS)?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
        builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
        let mut names = SubjectAlternativeName::new();
        for host in hosts {
            match host.parse::<std::net::IpAddr>() {
                Ok(address) => names.ip(&address.to_string()),
                Err(_) => names.dns(host),
            };
        }
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let names = names.build(&context)?;
        let identifier = SubjectKeyIdentifier::new().build(&context)?;
        let issuer = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
        builder.append_extension(names)?;
        builder.append_extension(identifier)?;
        builder.append_extension(issuer)?;
        builder.sign(&self.key, MessageDigest::sha256())?;
        let mut certificate = builder.build().to_pem()?;
        certificate.extend(self.certificate.to_pem()?);
        Ok(certificate)
    }
}

pub(super) fn new_key() -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}

pub(super) fn named(name: &str) -> Result<X509Name, ErrorStack> {
    // X.520 bounds a common name at 64 characters; the names that count stand in the alternative names.
    let short: String = name.chars().take(64).collect();
    let mut builder = X509NameBuilder::new()?;
    builder.append_entry_by_nid(Nid::COMMONNAME, &short)?;
    Ok(builder.build())
}

fn begun(
    subject: &X509Name,
    issuer: &openssl::x509::X509NameRef,
    key: &PKey<Private>,
    now: Timestamp,
    days: i64,
) -> io::Result<X509Builder> {
    let seconds = now.as_millis() / 1000;
    let mut serial = random::bytes::<16>().map_err(io::Error::other)?;
    // A serial number is positive (RFC 5280, section 4.1.2.2).
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    let serial = BigNum::from_slice(&serial)?.to_asn1_integer()?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    // An hour back, for clients whose clocks are behind.
    let begins = Asn1Time::from_unix(seconds - 3600)?;
    let ends = Asn1Time::from_unix(seconds + days * 86_400)?;
    builder.set_not_before(&begins)?;
    builder.set_not_after(&ends)?;
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use openssl::x509::X509StoreContext;
    use openssl::x509::store::X509StoreBuilder;
    use openssl::x509::verify::X509VerifyParam;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    fn trusted(authority: &Authority, made: &Made, host: &str, after_days: i64) -> bool {
        let mut store = X509StoreBuilder::new().unwrap();
        store.add_cert(authority.certificate.clone()).unwrap();
        let mut param = X509VerifyParam::new().unwrap();
        param.set_time(NOW.as_millis() / 1000 + after_days * 86_400);
        match host.parse() {
            Ok(address) => param.set_ip(address).unwrap(),
            Err(_) => param.set_host(host).unwrap(),
        }
        store.set_param(&param).unwrap();
        let certificate = X509::from_pem(&made.certificate).unwrap();
        let chain = openssl::stack::Stack::new().unwrap();
        let mut context = X509StoreContext::new().unwrap();
        context.init(&store.build(), &certificate, &chain, |context| context.verify_cert()).unwrap()
    }

    #[test]
    fn who_trusts_the_authority_trusts_the_appliance_under_its_own_names_while_it_lasts() {
        let authority = Authority::new("postern.example.com", NOW).unwrap();
        let hosts = ["postern.example.com", "10.20.0.2", "::1"].map(String::from);
        let made = authority.issue(&hosts, NOW).unwrap();
        for host in &hosts {
            assert!(trusted(&authority, &made, host, 0), "{host}");
        }
        assert!(!trusted(&authority, &made, "other.example.com", 0));
        assert!(!trusted(&authority, &made, "10.20.0.3", 0));
        assert!(trusted(&authority, &made, "10.20.0.2", 824));
        assert!(!trusted(&authority, &made, "10.20.0.2", 826));
        let other = Authority::new("postern.example.com", NOW).unwrap();
        assert!(!trusted(&other, &made, "postern.example.com", 0));
    }
}
