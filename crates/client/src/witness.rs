//! Being told of each act before it is asked for: a program on the admin socket writes down elsewhere what it is about to do.
//!
//! Nothing here knows where that is written, and questions are told to nobody. The act's request bears the id that was told.

use std::fmt::{Debug, Formatter};
use std::sync::Arc;

use api::{RequestId, Timestamp, version_7};

use crate::clock::machine;
use crate::{Answer, Client, Error};

/// Who is told.
#[derive(Clone)]
pub(crate) struct Witness(Arc<dyn Fn(RequestId) + Send + Sync>);

impl Debug for Witness {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str("Witness")
    }
}

impl Client {
    /// The same way, where `witness` is told the request's id before each act is asked for. What only looks or counts is not told. On the
    /// admin socket alone: over HTTPS the daemon names requests itself.
    #[must_use]
    pub fn witnessed(&self, witness: impl Fn(RequestId) + Send + Sync + 'static) -> Self {
        let mut client = self.again();
        client.witness = Some(Witness(Arc::new(witness)));
        client
    }

    /// An id of this machine's time, for an act that no daemon is asked for. Nobody is told of it before [`Client::announce`].
    ///
    /// # Errors
    /// [`Error::Setup`] when the machine gives no randomness.
    pub fn request_id(&self) -> Answer<RequestId> {
        fresh(machine())
    }

    /// Tells the witness, where there is one, of an act that no daemon is asked for.
    pub fn announce(&self, request: RequestId) {
        if let Some(Witness(told)) = &self.witness {
            told(request);
        }
    }
}

impl Witness {
    /// Tells of an act, and answers the id that its request bears: of the daemon's time, or, before it is known, of this machine's.
    ///
    /// # Errors
    /// [`Error::Setup`] when the machine gives no randomness.
    pub(crate) fn told(&self, daemon: Option<Timestamp>) -> Answer<RequestId> {
        let id = fresh(daemon.unwrap_or_else(machine))?;
        (self.0)(id);
        Ok(id)
    }
}

fn fresh(at: Timestamp) -> Answer<RequestId> {
    let mut bytes = [0; 16];
    openssl::rand::rand_bytes(&mut bytes).map_err(|_| Error::Setup("this machine gives no randomness".to_owned()))?;
    Ok(RequestId::from_bytes(version_7(at, bytes)))
}
