//! A certificate of somebody else's authority: taken from files, or asked for with a signing request (PKCS #10, RFC 2986).
//!
//! Nothing is taken that a daemon couldn't show to people under the configured names.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use openssl::hash::MessageDigest;
use openssl::stack::Stack;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509ReqBuilder, X509VerifyResult};
use vault::Timestamp;

use super::certificates::{named, new_key};
use crate::config::credentials;
use crate::tls::{begins, ends, private_key};
use crate::{Config, files};

/// Where the signing request is put.
pub fn request_file(config: &Config) -> PathBuf {
    config.path(&config.tls.certificate).with_extension("csr")
}

/// Puts a certificate and its key where the configuration says, once they are found to be right: they belong together, the certificate
/// names every host, and it hasn't ended. Without a key, the one that is there already must be its.
///
/// # Errors
/// What isn't right, or what the system says.
pub fn take(config: &Config, certificate: &Path, key: Option<&Path>, now: Timestamp) -> io::Result<Vec<String>> {
    let (to_certificate, to_key) = (config.path(&config.tls.certificate), config.path(&config.tls.key));
    let pem = files::given(certificate)?;
    let wrong = |path: &Path, what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", path.display()));
    let chain = X509::stack_from_pem(&pem).unwrap_or_default();
    let leaf = chain.first().ok_or_else(|| wrong(certificate, "there is no certificate in PEM in it"))?;
    let key_from = key.unwrap_or(&to_key);
    let key_pem = key.map_or_else(|| files::read(key_from), files::given)?;
    let private = private_key(key_from, &key_pem)?;
    if !leaf.public_key()?.public_eq(&private) {
        if chain.iter().any(|other| other.public_key().is_ok_and(|public| public.public_eq(&private))) {
            return Err(wrong(
                certificate,
                "the certificate that belongs to the key must stand first, each followed by the one that issued it",
            ));
        }
        return Err(wrong(certificate, &format!("this certificate does not belong to the key {}", key_from.display())));
    }
    let issued = |pair: &[X509]| matches!(pair, [one, issuer] if issuer.issued(one) == X509VerifyResult::OK);
    if let Some(at) = chain.windows(2).position(|pair| !issued(pair)) {
        let nth = if at == 0 {
            "2nd".to_owned()
        } else if at == 1 {
            "3rd".to_owned()
        } else {
            format!("{}th", at + 2)
        };
        return Err(wrong(
            certificate,
            &format!("the {nth} certificate did not issue the one before it: put each behind the one that it issued"),
        ));
    }
    let missing: Vec<&str> = config.tls.hosts.iter().map(String::as_str).filter(|host| !names(leaf, host)).collect();
    if !missing.is_empty() {
        return Err(wrong(certificate, &format!("the certificate does not name {}, which tls.hosts does", missing.join(", "))));
    }
    if ends(leaf)? <= now {
        return Err(wrong(certificate, "the certificate has ended"));
    }
    if begins(leaf)? > now {
        return Err(wrong(certificate, "the certificate has not begun to count yet: check this machine's clock, or wait"));
    }
    if [&config.tls.certificate, &config.tls.key].iter().any(|path| credentials::named(path).is_some()) {
        return Err(io::Error::other("tls.certificate and tls.key name credentials: put the files where those lie instead"));
    }
    if key.is_some() {
        files::create(&to_key, &key_pem, files::SECRET)?;
    }
    files::create(&to_certificate, &pem, files::PUBLIC)?;
    let mut made = vec![format!("{}: the certificate for {}", to_certificate.display(), config.tls.hosts.join(", "))];
    made.extend(key.map(|_| format!("{}: its key", to_key.display())));
    Ok(made)
}

/// Makes a key and a request that an authority signs.
///
/// # Errors
/// What is there already, or what the system says.
pub fn request(config: &Config) -> io::Result<Vec<String>> {
    let (to_key, to_request) = (config.path(&config.tls.key), request_file(config));
    let key = new_key()?;
    let mut builder = X509ReqBuilder::new()?;
    builder.set_version(0)?;
    let subject = named(config.tls.hosts.first().map_or("localhost", String::as_str))?;
    builder.set_subject_name(&subject)?;
    builder.set_pubkey(&key)?;
    let mut names = SubjectAlternativeName::new();
    for host in &config.tls.hosts {
        match host.parse::<IpAddr>() {
            Ok(address) => names.ip(&address.to_string()),
            Err(_) => names.dns(host),
        };
    }
    let mut extensions = Stack::new()?;
    extensions.push(names.build(&builder.x509v3_context(None))?)?;
    builder.add_extensions(&extensions)?;
    builder.sign(&key, MessageDigest::sha256())?;
    files::create(&to_key, &key.private_key_to_pem_pkcs8()?, files::SECRET)?;
    files::create(&to_request, &builder.build().to_pem()?, files::PUBLIC)?;
    Ok(vec![
        format!("{}: the certificate's key; it stays here", to_key.display()),
        format!("{}: the request, to be signed by your authority, for {}", to_request.display(), config.tls.hosts.join(", ")),
    ])
}

/// Whether a certificate stands for this host: by its alternative names alone, as browsers have it (RFC 9525).
pub fn names(certificate: &X509, host: &str) -> bool {
    let Some(names) = certificate.subject_alt_names() else { return false };
    let octets = host.parse::<IpAddr>().ok().map(|address| match address {
        IpAddr::V4(four) => four.octets().to_vec(),
        IpAddr::V6(six) => six.octets().to_vec(),
    });
    names.iter().any(|name| match &octets {
        Some(octets) => name.ipaddress() == Some(octets.as_slice()),
        None => name.dnsname().is_some_and(|name| covers(name, host)),
    })
}

/// Whether this name of a certificate covers the host. `*` stands for the first label alone.
fn covers(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host)
        || name.strip_prefix("*.").is_some_and(|rest| host.split_once('.').is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(rest)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use openssl::pkey::PKey;

    use super::super::{Existing, Source, init_from};
    use super::*;
    use crate::init::Authority;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.state.folder = folder.join("state");
        config.tls.hosts = ["postern.example.com", "10.20.0.2"].map(String::from).into();
        config
    }

    /// A company's certificate for these hosts, as files.
    fn company(folder: &Path, hosts: &[&str], at: Timestamp) -> (PathBuf, PathBuf) {
        let made = Authority::new("Example Inc.", at)
            .unwrap()
            .issue(&hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>(), at)
            .unwrap();
        let (certificate, key) = (folder.join("company.crt"), folder.join("company.key"));
        fs::write(&certificate, &made.certificate).unwrap();
        fs::write(&key, &made.key).unwrap();
        (certificate, key)
    }

    fn given(config: &Config, certificate: &Path, key: Option<&Path>) -> Result<Vec<String>, String> {
        let source = Source::Given { certificate: certificate.to_owned(), key: key.map(Path::to_owned) };
        init_from(config, Existing::Refuse, &source, NOW).map_err(|error| error.to_string())
    }

    #[test]
    fn a_company_certificate_is_taken_with_its_key_and_no_authority_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let (certificate, key) = company(folder.path(), &["*.example.com", "10.20.0.2"], NOW);
        assert_eq!(given(&config, &certificate, Some(&key)).unwrap().len(), 4);
        crate::tls::check(&config).unwrap();
        assert!(!super::super::authority_certificate(&config).exists());
        assert!(given(&config, &certificate, Some(&key)).unwrap_err().contains("is there already"));
    }

    #[test]
    fn a_certificate_that_could_not_be_shown_is_refused_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let refused = |certificate: &Path, key: &Path, why: &str| {
            let said = given(&config, certificate, Some(key)).unwrap_err();
            assert!(said.contains(why), "{said}");
            assert!(!config.path(&config.tls.key).exists() && !config.path(&config.keys.appliance).exists());
        };
        let (certificate, key) = company(folder.path(), &["postern.example.com"], NOW);
        refused(&certificate, &key, "does not name 10.20.0.2");
        refused(&key, &key, "no certificate in PEM");
        refused(&certificate, &certificate, "no private key in PEM");
        let other = tempfile::tempdir().unwrap();
        let (_, another) = company(other.path(), &["x.example.com"], NOW);
        refused(&certificate, &another, "does not belong to the key");
        let (certificate, key) = company(folder.path(), &["*.postern.example.com", "example.com", "10.20.0.2"], NOW);
        refused(&certificate, &key, "does not name postern.example.com");
        let (certificate, key) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW.plus_seconds(-900 * 86_400));
        refused(&certificate, &key, "has ended");
    }

    #[test]
    fn a_key_under_a_passphrase_is_refused_and_nobody_is_asked_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let (certificate, key) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW);
        let open = PKey::private_key_from_pem(&fs::read(&key).unwrap()).unwrap();
        fs::write(&key, open.private_key_to_pem_pkcs8_passphrase(openssl::symm::Cipher::aes_256_cbc(), b"secret").unwrap()).unwrap();
        let said = given(&config, &certificate, Some(&key)).unwrap_err();
        assert!(said.contains("company.key") && said.contains("passphrase"), "{said}");
        assert!(!config.path(&config.tls.key).exists());
        // A daemon that finds one in place says so, too.
        fs::create_dir_all(&config.state.folder).unwrap();
        fs::copy(&certificate, config.path(&config.tls.certificate)).unwrap();
        fs::copy(&key, config.path(&config.tls.key)).unwrap();
        let said = crate::tls::check(&config).unwrap_err().to_string();
        assert!(said.contains("server.key") && said.contains("passphrase"), "{said}");
    }

    #[test]
    fn a_chain_in_another_order_is_refused_and_the_right_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let (certificate, key) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW);
        let chain = X509::stack_from_pem(&fs::read(&certificate).unwrap()).unwrap();
        assert_eq!(chain.len(), 2);
        let put =
            |order: &[&X509]| fs::write(&certificate, order.iter().flat_map(|one| one.to_pem().unwrap()).collect::<Vec<_>>()).unwrap();
        put(&[&chain[1], &chain[0]]);
        let said = given(&config, &certificate, Some(&key)).unwrap_err();
        assert!(said.contains("must stand first"), "{said}");
        let other = Authority::new("Elsewhere", NOW).unwrap().certificate_pem().unwrap();
        put(&[&chain[0], &X509::from_pem(&other).unwrap(), &chain[1]]);
        let said = given(&config, &certificate, Some(&key)).unwrap_err();
        assert!(said.contains("the 2nd certificate did not issue the one before it"), "{said}");
        put(&[&chain[0], &chain[1]]);
        given(&config, &certificate, Some(&key)).unwrap();
    }

    #[test]
    fn what_is_no_certificate_at_all_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let (certificate, key) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW);
        let said = given(&config, Path::new("/dev/zero"), Some(&key)).unwrap_err();
        assert!(said.contains("larger than"), "{said}");
        let said = given(&config, &certificate, Some(Path::new("/dev/zero"))).unwrap_err();
        assert!(said.contains("larger than"), "{said}");
        assert!(given(&config, folder.path(), Some(&key)).unwrap_err().contains("can't read"));
        let file = folder.path().join("wrong.crt");
        let pem = fs::read(&certificate).unwrap();
        for wrong in [&b"\xff\xfe\0"[..], b"", &pem[..pem.len() / 3], &X509::from_pem(&pem).unwrap().to_der().unwrap()] {
            fs::write(&file, wrong).unwrap();
            assert!(given(&config, &file, Some(&key)).unwrap_err().contains("no certificate in PEM"));
        }
        let (early, key) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW.plus_seconds(9 * 86_400));
        assert!(given(&config, &early, Some(&key)).unwrap_err().contains("has not begun"));
        assert!(!config.path(&config.tls.key).exists() && !config.path(&config.keys.appliance).exists());
    }

    #[test]
    fn a_request_names_every_host_and_the_certificate_that_comes_of_it_is_taken() {
        use openssl::x509::X509Req;
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        assert_eq!(init_from(&config, Existing::Refuse, &Source::Request, NOW).unwrap().len(), 4);
        let request = X509Req::from_pem(&fs::read(request_file(&config)).unwrap()).unwrap();
        assert!(request.verify(&request.public_key().unwrap()).unwrap());
        let text = String::from_utf8(request.to_text().unwrap()).unwrap();
        assert!(text.contains("DNS:postern.example.com") && text.contains("IP Address:10.20.0.2"), "{text}");
        assert!(init_from(&config, Existing::Refuse, &Source::Request, NOW).unwrap_err().to_string().contains("is there already"));
        let (foreign, _) = company(folder.path(), &["postern.example.com", "10.20.0.2"], NOW);
        assert!(given(&config, &foreign, None).unwrap_err().contains("does not belong to the key"));
        let key = PKey::private_key_from_pem(&fs::read(config.path(&config.tls.key)).unwrap()).unwrap();
        let signed = Authority::new("Example Inc.", NOW).unwrap().issue_for(&key, &config.tls.hosts, NOW).unwrap();
        let certificate = folder.path().join("signed.crt");
        fs::write(&certificate, signed).unwrap();
        assert_eq!(given(&config, &certificate, None).unwrap().len(), 1);
        crate::tls::check(&config).unwrap();
    }
}
