//! Who is signed in: a value that only the store's session lookup makes.
//!
//! A handler that takes it has been checked; one that forgets to can't call what asks for it.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use store::Failure;
use vault::{Digest, Refusal};
use zeroize::Zeroizing;

use super::answer::No;
use super::asked::Asked;
use crate::gate::denials::What;
use crate::random;

/// An owner who has signed in.
pub struct SignedIn(store::SignedIn);

impl Deref for SignedIn {
    type Target = store::SignedIn;

    fn deref(&self) -> &store::SignedIn {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = No;
    type Future = Pin<Box<dyn Future<Output = Result<Self, No>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asked = Asked::from_request(request, payload);
        let session = session(request);
        Box::pin(async move {
            let asked = asked.await?;
            let call = asked.call();
            let found = match session {
                Some(session) => asked.store().signed_in(&call, hash(&session)).await,
                None => Err(Failure::Refused(Refusal::NotSignedIn)),
            };
            if let Err(Failure::Refused(refusal)) = &found {
                asked.appliance().denied(What::NoSession, *refusal, &call).await;
            }
            Ok(Self(found?))
        })
    }
}

/// What the store remembers of a session.
pub fn hash(session: &[u8; 32]) -> Digest {
    Digest::of(&[session])
}

/// `Authorization: Bearer`, exactly once (RFC 6750, section 2.1).
fn session(request: &HttpRequest) -> Option<Zeroizing<[u8; 32]>> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    random::read(token).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_one_whole_bearer_token_is_a_session() {
        let token = random::text(&[7; 32]);
        let read = |values: &[&str]| {
            let request = values.iter().fold(TestRequest::default(), |request, value| request.append_header((AUTHORIZATION, *value)));
            session(&request.to_http_request()).map(|session| *session)
        };
        assert_eq!(read(&[&format!("Bearer {token}")]), Some([7; 32]));
        assert_eq!(read(&[&format!("bearer {token}")]), Some([7; 32]));
        let twice = format!("Bearer {token}");
        for wrong in [&[][..], &["Bearer"], &["Bearer "], &["Bearer abc"], &[&token], &["Basic AAAA"], &[&twice, &twice]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
