//! RFC 9807, appendix C.1.1: ristretto255, SHA-512, 3DH. The RFC's vectors stretch with the identity and
//! have a context; so the same library runs here with a suite that differs from ours in these two alone.
//! The numbers stand in `tests/vectors/rfc`.

use opaque_ke::ksf::Identity;
use opaque_ke::rand::{CryptoRng, Error, RngCore};
use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration, ClientRegistrationFinishParameters, CredentialResponse,
    Identifiers, RegistrationResponse, Ristretto255, TripleDh,
};
use serde_json::Value;

use super::{bytes, folder, from_disk, hex, list, text};

struct Rfc;

impl CipherSuite for Rfc {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2::Sha512>;
    type Ksf = Identity;
}

/// Randomness that was agreed upon beforehand.
struct Told(Vec<u8>);

impl RngCore for Told {
    fn next_u32(&mut self) -> u32 {
        panic!("nobody asks for this")
    }
    fn next_u64(&mut self) -> u64 {
        panic!("nobody asks for this")
    }
    fn fill_bytes(&mut self, out: &mut [u8]) {
        // A scalar is drawn as 64 bytes and reduced; the RFC gives the scalar itself, zeros complete it.
        let told = self.0.drain(..out.len().min(32)).collect::<Vec<_>>();
        out.fill(0);
        out[..told.len()].copy_from_slice(&told);
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Told {}

fn rfc() -> Value {
    let numbers = from_disk(&folder().join("rfc/rfc9807.json")).expect("the RFC's numbers");
    list(&numbers, "good")[0].clone()
}

/// What several members hold, in this order.
fn told(of: &Value, members: &[&str]) -> Told {
    Told(members.iter().flat_map(|member| bytes(of, member)).collect())
}

#[test]
fn registration_agrees_with_rfc_9807() {
    let rfc = rfc();
    let (it, password) = (&rfc["registration"], bytes(&rfc, "password"));
    let mut told = told(it, &["blind", "envelope_nonce"]);
    let started = ClientRegistration::<Rfc>::start(&mut told, &password).unwrap();
    assert_eq!(hex(&started.message.serialize()), text(it, "request"));
    let response = RegistrationResponse::deserialize(&bytes(it, "response")).unwrap();
    let parameters = ClientRegistrationFinishParameters::default();
    let finished = started.state.finish(&mut told, &password, response, parameters).unwrap();
    assert_eq!(hex(&finished.message.serialize()), text(it, "upload"));
    assert_eq!(hex(&finished.export_key), text(&rfc, "export_key"));
}

#[test]
fn sign_in_agrees_with_rfc_9807() {
    let rfc = rfc();
    let (it, password, context) = (&rfc["sign_in"], bytes(&rfc, "password"), bytes(&rfc, "context"));
    // The library draws the key share's seed before the nonce.
    let mut told = told(it, &["blind", "client_keyshare_seed", "client_nonce"]);
    let started = ClientLogin::<Rfc>::start(&mut told, &password).unwrap();
    assert_eq!(hex(&started.message.serialize()), text(it, "ke1"));
    let second = CredentialResponse::deserialize(&bytes(it, "ke2")).unwrap();
    let parameters = ClientLoginFinishParameters::new(Some(&context), Identifiers::default(), None);
    let finished = started.state.finish(&mut told, &password, second, parameters).unwrap();
    assert_eq!(hex(&finished.message.serialize()), text(it, "ke3"));
    assert_eq!(hex(&finished.export_key), text(&rfc, "export_key"));
    assert_eq!(hex(&finished.session_key), text(it, "session_key"));
}
