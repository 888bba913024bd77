//! A house of one's own for each story: a store on an empty database, with its own clock and its own people.
//! Never skips: without PostgreSQL a story fails, naming the command that brings one.

mod parts;
mod remembered;

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
pub use parts::*;
use store::{
    AuditFilter, Call, Database, Failure, NewInvitation, NewItem, PendingSignIn, Purpose, SealedLink, SealedMail, SealedShare, Settings,
    ShareRow, SignedIn, Store,
};
use tempfile::TempDir;
use vault::event::Record;
use vault::gate::Networks;
use vault::share::{Delivery, NewLink, NewShare, Views};
use vault::text::UserName;
use vault::{Digest, ItemId, LinkId, MessageId, Policy, Refusal, RequestId, ShareId, SignInId, Timestamp, UserId};
use zeroize::Zeroizing;

/// From where people come unless a story says otherwise.
pub const OFFICE: &str = "10.20.0.5";

/// When stories begin.
const NOON: i64 = 1_790_000_000_000;

/// Tells each story on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($story:ident)*) => {
        mod sqlite {
            $(#[test]
            fn $story() {
                crate::support::tell(crate::support::Kind::Sqlite, super::$story);
            })*
        }
        mod postgres {
            $(#[test]
            fn $story() {
                crate::support::tell(crate::support::Kind::Postgres, super::$story);
            })*
        }
    };
}

#[derive(Clone, Copy)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub fn tell<F: Future<Output = ()>>(kind: Kind, story: impl FnOnce(House) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { story(House::open(kind).await).await });
}

pub struct House {
    pub store: Store,
    pub settings: Settings,
    clock: AtomicI64,
    made: AtomicU32,
    /// Kept for as long as the database is used.
    _folder: TempDir,
}

impl House {
    async fn open(kind: Kind) -> Self {
        let (database, folder) = match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                (Database::Sqlite(folder.path().join("postern.db")), folder)
            }
            Kind::Postgres => (Database::Postgres(empty_database()), tempfile::tempdir().unwrap()),
        };
        let copies = folder.path().join("copies");
        let settings = Settings { database, writers: 4, readers: 2, policy: Policy::default(), copies, now: Timestamp::from_millis(NOON) };
        let store = Store::open(settings.clone()).await.unwrap();
        Self { store, settings, clock: AtomicI64::new(NOON), made: AtomicU32::new(0), _folder: folder }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// A request from the office, a moment after the one before.
    pub fn call(&self) -> Call {
        self.call_from(OFFICE)
    }

    pub fn call_from(&self, address: &str) -> Call {
        self.clock.fetch_add(1, Ordering::SeqCst);
        Call { clock: self.now(), address: Some(address.parse().unwrap()), request: RequestId::from_bytes(self.id()) }
    }

    /// An id made just now: a UUIDv7.
    pub fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id[..6].copy_from_slice(&self.now().as_millis().to_be_bytes()[2..]);
        id[6] = 0x70;
        id[8] = 0x80;
        id[12..].copy_from_slice(&self.made.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        id
    }

    /// Invites, without registering.
    pub async fn invite(&self, name: &str) -> Result<Timestamp, Failure> {
        self.store.invite(&self.call(), &operator(), self.invitation(name)).await
    }

    pub fn invitation(&self, name: &str) -> NewInvitation {
        NewInvitation {
            user: UserId::from_bytes(self.id()),
            name: name.parse().unwrap(),
            full_name: format!("{name} Example").parse().unwrap(),
            email: format!("{name}@example.com").parse().unwrap(),
            external_share: true,
            code_hash: code(name),
            mail: None,
        }
    }

    /// The messages that are due.
    pub async fn due(&self) -> Vec<store::Message> {
        self.store.due_messages(&self.call(), 100).await.unwrap()
    }

    /// Somebody registered, signed in, and allowed to share outside.
    pub async fn owner(&self, name: &str) -> SignedIn {
        self.invite(name).await.unwrap();
        self.owner_registers(name).await
    }

    /// Uses the invitation, and signs in.
    pub async fn owner_registers(&self, name: &str) -> SignedIn {
        self.store.register(&self.call(), code(name), enrolment(name)).await.unwrap();
        self.sign_in(name).await.unwrap()
    }

    /// Signs in, as somebody who knows the password.
    pub async fn sign_in(&self, name: &str) -> Result<SignedIn, Failure> {
        let pending = self.begin(name).await?;
        self.finish(&pending).await
    }

    /// The first half of a sign-in.
    pub async fn begin(&self, name: &str) -> Result<PendingSignIn, Failure> {
        let name: UserName = name.parse().unwrap();
        let credential = self.store.begin_sign_in(&self.call(), &name).await?;
        let user = credential.map(|credential| credential.user);
        let pending = self.pending(Purpose::SignIn, user, name);
        self.store.keep_sign_in(&self.call(), pending.clone()).await?;
        Ok(pending)
    }

    /// The second half of a sign-in.
    pub async fn finish(&self, pending: &PendingSignIn) -> Result<SignedIn, Failure> {
        let pending = self.store.take_sign_in(&self.call(), pending.id, pending.purpose).await?;
        let session = Digest::of(&[b"session", pending.id.as_bytes()]);
        self.store.sign_in(&self.call(), &pending, session, [7; 32]).await?;
        self.store.signed_in(&self.call(), session).await
    }

    pub fn pending(&self, purpose: Purpose, user: Option<UserId>, name: UserName) -> PendingSignIn {
        let id = SignInId::from_bytes(self.id());
        PendingSignIn { id, purpose, user, name, state: Zeroizing::new(vec![9; 128]), begun_at: self.now() }
    }

    pub fn new_item(&self) -> NewItem {
        let id = ItemId::from_bytes(self.id());
        NewItem { id, epoch: epoch(1), version: version(1, 1), body: b"\x01sealed body 1".to_vec() }
    }

    pub async fn item(&self, owner: &SignedIn) -> ItemId {
        let new = self.new_item();
        self.store.create_item(&self.call(), owner, new.clone()).await.unwrap();
        new.id
    }

    /// A share for one recipient, one view and one hour; a story changes what it is about.
    pub fn new_share(&self) -> NewShare {
        NewShare {
            id: ShareId::from_bytes(self.id()),
            label: None,
            starts_at: self.now(),
            expires_at: self.now().plus_seconds(3600),
            views: Views::Limited(1),
            networks: Networks::default(),
            delivery: Delivery::ByHand,
            language: None,
            with_token: true,
            links: vec![self.new_link("bob@example.org")],
            sealed_bytes: 0,
        }
    }

    pub fn new_link(&self, recipient: &str) -> NewLink {
        let id = LinkId::from_bytes(self.id());
        NewLink { id, recipient: recipient.parse().unwrap(), knock_hash: knock(id).hash(), proof_hash: proof(id).hash() }
    }

    pub fn sealed(&self, new: &NewShare) -> SealedShare {
        let mail = |sealed: &[u8]| SealedMail { message: MessageId::from_bytes(self.id()), sealed: sealed.to_vec() };
        let link = |link: &NewLink| SealedLink {
            wrap: wrap(link.id),
            token: new.delivery.mails_token().then(|| mail(b"\x01sealed token")),
            secret: new.delivery.mails_link().then(|| mail(b"\x01sealed secret")),
        };
        SealedShare { snapshot: snapshot(new.id), links: new.links.iter().map(link).collect() }
    }

    /// Makes a share of an item, changed as the story says.
    pub async fn try_share(&self, owner: &SignedIn, item: ItemId, change: impl FnOnce(&mut NewShare)) -> Result<ShareRow, Failure> {
        let mut new = self.new_share();
        change(&mut new);
        let sealed = self.sealed(&new);
        self.store.create_share(&self.call(), owner, item, new, sealed).await
    }

    pub async fn share(&self, owner: &SignedIn, item: ItemId, change: impl FnOnce(&mut NewShare)) -> ShareRow {
        self.try_share(owner, item, change).await.unwrap()
    }

    /// A share with one link, from an owner and an item of their own.
    pub async fn link(&self, change: impl FnOnce(&mut NewShare)) -> (SignedIn, ShareId, LinkId) {
        let owner = self.owner("ada").await;
        let item = self.item(&owner).await;
        let share = self.share(&owner, item, change).await;
        (owner, share.id, share.links[0].id)
    }

    /// Reveals a link with the right token.
    pub async fn reveal(&self, link: LinkId, try_number: u8) -> Result<store::Revealed, Failure> {
        self.store.reveal_link(&self.call(), link, knock(link), proof(link), attempt(try_number)).await
    }

    /// Presents a wrong token.
    pub async fn guess(&self, link: LinkId) -> Refusal {
        refusal(self.store.check_link(&self.call(), link, knock(link), wrong_proof()).await)
    }

    /// Every audit record, oldest first.
    pub async fn records(&self) -> Vec<Record> {
        let mut found = self.store.audit_entries(AuditFilter::default(), None, 200).await.unwrap();
        assert!(found.len() < 200, "the story has outgrown one page");
        found.reverse();
        found.into_iter().map(|(record, _)| record).collect()
    }

    /// What audit told since this many records, as `event` or `event: refusal`.
    pub async fn told_since(&self, before: usize) -> Vec<String> {
        let told = |record: Record| if record.refusal.is_empty() { record.event } else { format!("{}: {}", record.event, record.refusal) };
        self.records().await.into_iter().skip(before).map(told).collect()
    }
}

fn empty_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("POSTERN_TEST_POSTGRES") else {
        panic!(
            "POSTERN_TEST_POSTGRES is not set, so there is no PostgreSQL to test on. \
             Run `make test`, or `cargo run -p postern-harness --bin with-postgres -- cargo test`."
        );
    };
    let name = format!("stories{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut conn = PgConnection::establish(&server).unwrap();
    // On a server that outlives many runs, an ended process's number comes again.
    conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).unwrap();
    conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}
