//! A client's certificate: asked for in the handshake, judged with each request, so that who has none is told in words instead of being cut off.
//!
//! It is never judged once for all: what counts are the authorities and the clock of each request's own moment.

use std::io;
use std::path::Path;
use std::sync::Arc;

use openssl::error::ErrorStack;
use openssl::ssl::SslRef;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};
use vault::{Refusal, Timestamp};

/// What the other end of a connection has shown. The handshake has proved that it has the key.
#[derive(Debug, Default)]
pub struct Shown {
    /// Whose certificates it was asked for; nothing means that it wasn't asked.
    asked: Option<Arc<Authorities>>,
    /// Its certificate, then those between it and its authority.
    chain: Vec<X509>,
}

impl Shown {
    /// What was shown in this handshake, in which certificates of these authorities were asked for.
    pub fn of(connection: &SslRef, asked: Option<Arc<Authorities>>) -> Self {
        // Whatever the handshake found wrong with it is for the judge, and not for the next connection on this thread.
        let _ = ErrorStack::get();
        let between = connection.peer_cert_chain().into_iter().flatten().map(ToOwned::to_owned);
        Self { asked, chain: connection.peer_certificate().into_iter().chain(between).collect() }
    }

    /// Whether it lets somebody through a door that asks, by these authorities, for a certificate that counts at this time.
    ///
    /// # Errors
    /// [`Refusal::CertificateRequired`], [`Refusal::CertificateNotValid`]; [`Refusal::ConnectionOutdated`] if the connection is older
    /// than these authorities: on a new one the other end may have another certificate to show.
    pub fn admit(&self, authorities: &Authorities, now: Timestamp) -> Result<(), Refusal> {
        let refusal = match self.chain.split_first() {
            Some((certificate, between)) if authorities.count(certificate, between, now) => return Ok(()),
            Some(_) => Refusal::CertificateNotValid,
            None => Refusal::CertificateRequired,
        };
        Err(if self.asked.as_deref() == Some(authorities) { refusal } else { Refusal::ConnectionOutdated })
    }
}

/// The authorities whose certificates count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorities(pub Vec<X509>);

impl Authorities {
    /// Reads them from a file in PEM.
    ///
    /// # Errors
    /// Which file is missing, or holds none.
    pub fn read(path: &Path) -> io::Result<Self> {
        let authorities = X509::stack_from_pem(&crate::files::read(path)?).unwrap_or_default();
        if authorities.is_empty() {
            let text = format!("{} holds no certificate of an authority in PEM", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(Self(authorities))
    }

    /// Whether a certificate counts. What can't be judged doesn't.
    fn count(&self, certificate: &X509, between: &[X509], now: Timestamp) -> bool {
        let issued = self.issued(certificate, between, now);
        // OpenSSL keeps what was wrong for this thread, and would take it for a fault of the next connection that it serves.
        let _ = ErrorStack::get();
        issued.unwrap_or(false)
    }

    fn issued(&self, certificate: &X509, between: &[X509], now: Timestamp) -> Result<bool, ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        for authority in &self.0 {
            store.add_cert(authority.clone())?;
        }
        let mut param = X509VerifyParam::new()?;
        param.set_time(now.as_millis() / 1000);
        // Each authority in the file counts by itself, also one that another has issued.
        param.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
        store.set_param(&param)?;
        store.set_purpose(X509PurposeId::SSL_CLIENT)?;
        let mut untrusted = Stack::new()?;
        for one in between {
            untrusted.push(one.clone())?;
        }
        X509StoreContext::new()?.init(&store.build(), certificate, &untrusted, |context| context.verify_cert())
    }
}

#[cfg(test)]
mod tests {
    use openssl::asn1::Asn1Time;
    use openssl::bn::BigNum;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::hash::MessageDigest;
    use openssl::nid::Nid;
    use openssl::pkey::{PKey, Private};
    use openssl::x509::X509NameBuilder;
    use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);
    const HOUR: i64 = 3600;

    type Held = (X509, PKey<Private>);

    /// A certificate that counts from an hour before now until so many seconds after it.
    fn certificate(name: &str, authority: bool, seconds: i64, issuer: Option<&Held>) -> Held {
        let key = PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()).unwrap();
        let mut subject = X509NameBuilder::new().unwrap();
        subject.append_entry_by_nid(Nid::COMMONNAME, name).unwrap();
        let subject = subject.build();
        let at = |seconds: i64| Asn1Time::from_unix(NOW.as_millis() / 1000 + seconds).unwrap();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&subject).unwrap();
        builder.set_issuer_name(issuer.map_or(&*subject, |(issuer, _)| issuer.subject_name())).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&at(-HOUR)).unwrap();
        builder.set_not_after(&at(seconds)).unwrap();
        let usage = if authority { BasicConstraints::new().critical().ca().build() } else { ExtendedKeyUsage::new().client_auth().build() };
        builder.append_extension(usage.unwrap()).unwrap();
        builder.sign(issuer.map_or(&key, |(_, key)| key), MessageDigest::sha256()).unwrap();
        (builder.build(), key)
    }

    fn asked(authorities: &[&Held]) -> Arc<Authorities> {
        Arc::new(Authorities(authorities.iter().map(|(certificate, _)| certificate.clone()).collect()))
    }

    fn shown(asked: &Arc<Authorities>, chain: &[&Held]) -> Shown {
        Shown { asked: Some(Arc::clone(asked)), chain: chain.iter().map(|(certificate, _)| certificate.clone()).collect() }
    }

    #[test]
    fn a_certificate_that_ends_while_its_connection_is_open_counts_no_more() {
        let authority = certificate("Devices", true, 99 * HOUR, None);
        let authorities = asked(&[&authority]);
        let shown = shown(&authorities, &[&certificate("laptop-7", false, HOUR, Some(&authority))]);
        assert_eq!(shown.admit(&authorities, NOW), Ok(()));
        assert_eq!(shown.admit(&authorities, NOW.plus_seconds(HOUR + 1)), Err(Refusal::CertificateNotValid));
        assert_eq!(
            shown.admit(&authorities, NOW.plus_seconds(-HOUR - 1)),
            Err(Refusal::CertificateNotValid),
            "nor does it before it begins"
        );
    }

    #[test]
    fn an_authority_that_ends_takes_its_certificates_with_it() {
        let authority = certificate("Devices", true, HOUR, None);
        let authorities = asked(&[&authority]);
        let shown = shown(&authorities, &[&certificate("laptop-7", false, 99 * HOUR, Some(&authority))]);
        assert_eq!(shown.admit(&authorities, NOW), Ok(()));
        assert_eq!(shown.admit(&authorities, NOW.plus_seconds(HOUR + 1)), Err(Refusal::CertificateNotValid));
    }

    #[test]
    fn who_was_asked_by_other_authorities_may_come_again() {
        let (authority, other) = (certificate("Devices", true, 99 * HOUR, None), certificate("Devices", true, 99 * HOUR, None));
        let laptop = certificate("laptop-7", false, HOUR, Some(&authority));
        let (now, before) = (asked(&[&authority]), asked(&[&other]));
        assert_eq!(shown(&before, &[&laptop]).admit(&now, NOW), Ok(()), "what counts now counts");
        assert_eq!(shown(&before, &[]).admit(&now, NOW), Err(Refusal::ConnectionOutdated));
        assert_eq!(shown(&now, &[&laptop]).admit(&before, NOW), Err(Refusal::ConnectionOutdated));
        assert_eq!(Shown::default().admit(&now, NOW), Err(Refusal::ConnectionOutdated), "nobody had asked");
        let read_anew = Authorities(vec![X509::from_pem(&authority.0.to_pem().unwrap()).unwrap()]);
        assert_eq!(shown(&now, &[]).admit(&read_anew, NOW), Err(Refusal::CertificateRequired), "the same, read once more");
    }

    #[test]
    fn an_issuing_authority_counts_alone_and_what_its_own_issuer_signs_besides_does_not() {
        let root = certificate("Example Inc.", true, 99 * HOUR, None);
        let (devices, servers) = (certificate("Devices", true, HOUR, Some(&root)), certificate("Servers", true, HOUR, Some(&root)));
        let authorities = asked(&[&devices]);
        let laptop = certificate("laptop-7", false, HOUR, Some(&devices));
        assert_eq!(shown(&authorities, &[&laptop]).admit(&authorities, NOW), Ok(()));
        let foreign = certificate("laptop-7", false, HOUR, Some(&servers));
        assert_eq!(shown(&authorities, &[&foreign, &servers, &root]).admit(&authorities, NOW), Err(Refusal::CertificateNotValid));
        // The whole company's: then those in between come with the certificate.
        let company = asked(&[&root]);
        assert_eq!(shown(&company, &[&laptop]).admit(&company, NOW), Err(Refusal::CertificateNotValid));
        assert_eq!(shown(&company, &[&laptop, &devices]).admit(&company, NOW), Ok(()));
    }

    #[test]
    fn a_certificate_that_is_no_authoritys_issues_none() {
        let authority = certificate("Devices", true, 99 * HOUR, None);
        let authorities = asked(&[&authority]);
        let laptop = certificate("laptop-7", false, HOUR, Some(&authority));
        let child = certificate("laptop-8", false, HOUR, Some(&laptop));
        assert_eq!(shown(&authorities, &[&child, &laptop]).admit(&authorities, NOW), Err(Refusal::CertificateNotValid));
    }
}
