//! Which appliance a command speaks to, and as whom: what was given, what the environment says, what is remembered.
//!
//! Nothing the daemon says about one's own keys is believed: they are derived from what was opened here.

use std::path::PathBuf;

use api::account::Account as Told;
use api::account::SignedIn as Begun;
use api::text::UserName;
use api::{Sealed, Secret, Timestamp};
use client::{Client, SignedIn};
use seal::account::{Account, KeptKey, Root};

use crate::clock;
use crate::failure::Failure;
use crate::home::{Home, Kept, Remembered};

/// How far two clocks that agree may lie apart, in milliseconds: a second that is cut off, and an answer's way.
const AGREEING_MILLIS: i64 = 2000;

/// Where a command works.
pub struct Place {
    /// The folder of what is remembered.
    pub home: Home,
    server: Option<String>,
    authority: Option<PathBuf>,
    certificate: Option<PathBuf>,
}

/// An owner who has signed in, with everything open that a command needs.
pub struct Session {
    /// The folder of what is remembered.
    pub home: Home,
    /// What the daemon says of the account.
    pub told: Told,
    /// The account itself.
    pub account: Account,
    /// The appliance's address.
    pub server: String,
    client: Client,
    token: Secret,
}

impl Place {
    /// The place that the arguments and the environment name.
    pub fn new(
        home: Option<PathBuf>,
        server: Option<String>,
        authority: Option<PathBuf>,
        certificate: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        Ok(Self { home: Home::at(home)?, server, authority, certificate })
    }

    /// The appliance that was named, or the one used last.
    pub fn server(&self) -> Result<String, Failure> {
        let server = match &self.server {
            Some(server) => server.trim_end_matches('/').to_owned(),
            None => self.home.remembered()?.map(|remembered| remembered.server).ok_or_else(|| {
                Failure::usage("it is not known which appliance is meant")
                    .hint("Name it with --server https://HOST, or set POSTERN_SERVER.")
            })?,
        };
        // Links are made from it, so it has to be written as links write it.
        seal::link::Origin::parse(&server).map_err(|_| {
            Failure::usage(format!("{server} is no address of an appliance"))
                .hint("Write it like https://postern.example.com, in lower case.")
        })?;
        Ok(server)
    }

    /// A way to the appliance.
    pub fn client(&self) -> Result<Client, Failure> {
        self.client_of(&self.server()?)
    }

    /// A way to this appliance. A remembered authority or certificate counts only for the appliance that it was given for.
    pub fn client_of(&self, server: &str) -> Result<Client, Failure> {
        Ok(Client::https(server, self.authority_of(server)?.as_deref(), self.certificate_of(server)?.as_deref())?)
    }

    /// The name signed in with last at this appliance.
    pub fn name(&self) -> Result<Option<UserName>, Failure> {
        let server = self.server()?;
        Ok(self.home.remembered()?.filter(|remembered| remembered.server == server).and_then(|remembered| remembered.name))
    }

    /// Remembers the appliance, its authorities, the name, and where the certificate lies that is shown to it.
    pub fn remember(&self, name: &UserName) -> Result<(), Failure> {
        let server = self.server()?;
        let authority = self.authority_of(&server)?;
        let read =
            |path: PathBuf| std::fs::read(&path).map_err(|error| Failure::machine(format!("{} can't be read: {error}", path.display())));
        let authority = authority.map(read).transpose()?;
        let absolute = |path: PathBuf| {
            std::path::absolute(&path).map_err(|error| Failure::machine(format!("it is not known where {} lies: {error}", path.display())))
        };
        let client_certificate = self.certificate_of(&server)?.map(absolute).transpose()?;
        self.home.remember(&Remembered { server, name: Some(name.clone()), client_certificate }, authority.as_deref())
    }

    fn certificate_of(&self, server: &str) -> Result<Option<PathBuf>, Failure> {
        if self.certificate.is_some() {
            return Ok(self.certificate.clone());
        }
        let same = self.home.remembered()?.filter(|remembered| remembered.server == server);
        Ok(same.and_then(|remembered| remembered.client_certificate))
    }

    fn authority_of(&self, server: &str) -> Result<Option<PathBuf>, Failure> {
        if self.authority.is_some() {
            return Ok(self.authority.clone());
        }
        let same = self.home.remembered()?.is_some_and(|remembered| remembered.server == server);
        Ok(if same { self.home.authority() } else { None })
    }
}

impl Session {
    /// Keeps what a right sign-in gave, its root sealed under the session's key.
    pub fn begin(place: &Place, begun: Begun, root: &Root) -> Result<(), Failure> {
        let account = &begun.account;
        let key = KeptKey::from_bytes(account.kept_key.0);
        let kept = Kept {
            server: place.server()?,
            user: account.user,
            session: begun.session.clone(),
            expires_at: begun.expires_at,
            root: Sealed(root.keep(&key, account.user.as_bytes())?),
        };
        place.home.keep(&kept)?;
        place.remember(&account.name)
    }

    /// Goes on with the session that is kept.
    pub fn resume(place: &Place) -> Result<Self, Failure> {
        let Some(kept) = place.home.session()? else { return Err(Failure::not_signed_in("you are not signed in")) };
        let server = place.server()?;
        if server != kept.server {
            return Err(Failure::not_signed_in(format!("you are signed in at {}, not at {server}", kept.server)));
        }
        let client = place.client()?;
        let told = client.signed_in(&kept.session).account()?;
        if told.user != kept.user {
            return Err(Failure::integrity("the appliance answered with somebody else's account"));
        }
        let user = *kept.user.as_bytes();
        let root = Root::open_kept(&kept.root.0, &KeptKey::from_bytes(told.kept_key.0), &user)?;
        let account = opened(&told, root)?;
        Ok(Self { home: place.home.clone(), told, account, server, client, token: kept.session })
    }

    /// The way to the daemon, as this owner.
    pub fn daemon(&self) -> SignedIn<'_> {
        self.client.signed_in(&self.token)
    }

    /// The time for new ids. The daemon tells its own to a second; where this machine's clock agrees, its milliseconds keep what is
    /// made within one second in order.
    pub fn id_time(&self) -> Timestamp {
        agreed(self.now(), clock::now())
    }

    /// The daemon's time, on which expiries are made.
    pub fn now(&self) -> Timestamp {
        self.client.daemon_time().unwrap_or_else(clock::now)
    }
}

fn agreed(daemon: Timestamp, machine: Timestamp) -> Timestamp {
    let apart = daemon.millis_since(machine).max(machine.millis_since(daemon));
    if apart <= AGREEING_MILLIS { machine } else { daemon }
}

/// Opens an account with its root, and holds what the daemon says of its keys against what was opened.
pub fn opened(told: &Told, root: Root) -> Result<Account, Failure> {
    let account = Account::open(*told.user.as_bytes(), root, &told.keys.0)?;
    let own = account.keys.public()?;
    if own.encryption != told.public.encryption.0 || own.signing != told.public.signing.0 {
        return Err(Failure::integrity("the appliance gives out other public keys for you than your own"));
    }
    Ok(account)
}

/// Does it once more if the answer was lost on the way. Only for what may be asked twice.
pub fn again<T>(ask: impl Fn() -> Result<T, client::Error>) -> Result<T, client::Error> {
    match ask() {
        Err(error) if error.lost() => ask(),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machines_clock_counts_only_where_it_agrees_with_the_daemons() {
        let daemon = Timestamp::from_millis(1_700_000_000_000);
        for (millis, counts) in [(0, true), (2000, true), (-2000, true), (2001, false), (-2001, false), (86_400_000, false)] {
            let machine = daemon.plus_millis(millis);
            assert_eq!(agreed(daemon, machine), if counts { machine } else { daemon }, "{millis}");
        }
    }
}
