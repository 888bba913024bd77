//! A house of one's own for each story: a store on an empty database, with its own clock and its own people.
//! Never skips: without PostgreSQL a story fails, naming the command that brings one.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use store::{
    AuditFilter, Call, Database, Enrolment, EpochBlobs, Failure, NewInvitation, NewItem, Operator, PendingSignIn, Purpose, SealedLink,
    SealedShare, SealedToken, Settings, ShareRow, SignedIn, Store, VersionBlobs,
};
use tempfile::TempDir;
use vault::event::Record;
use vault::gate::Networks;
use vault::link::{Attempt, Knock, Proof};
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
    _folder: Option<TempDir>,
}

impl House {
    async fn open(kind: Kind) -> Self {
        let (database, folder) = match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                (Database::Sqlite(folder.path().join("postern.db")), Some(folder))
            }
            Kind::Postgres => (Database::Postgres(empty_database()), None),
        };
        let settings = Settings { database, writers: 4, readers: 2, policy: Policy::default() };
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
        }
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
        let token = |_: &NewLink| SealedToken { message: MessageId::from_bytes(self.id()), sealed: b"\x01sealed token".to_vec() };
        let mailed = new.delivery == Delivery::HandOver;
        let links = new.links.iter().map(|link| SealedLink { wrap: wrap(link.id), token: mailed.then(|| token(link)) }).collect();
        SealedShare { snapshot: snapshot(new.id), links }
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

    /// Everything that the database remembers but for the audit log, one line for each row.
    pub fn remembered(&self) -> String {
        let tables = self.text(match self.settings.database {
            Database::Sqlite(_) => "SELECT group_concat(name, ' ') AS found FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)",
            Database::Postgres(_) => {
                "SELECT string_agg(tablename::text, ' ' ORDER BY tablename) AS found FROM pg_tables WHERE schemaname = 'public'"
            }
        });
        let told = |table: &&str| !table.starts_with("audit") && !table.starts_with("__");
        let rows = |table: &str| format!("{table}:\n{}\n\n", self.rows_of(table));
        // SQLite quotes bytes in capitals.
        tables.split(' ').filter(told).map(rows).collect::<String>().to_lowercase()
    }

    fn rows_of(&self, table: &str) -> String {
        match self.settings.database {
            Database::Sqlite(_) => {
                let columns =
                    self.text(&format!("SELECT group_concat('quote(' || name || ')', ' || '' '' || ') AS found FROM pragma_table_info('{table}')"));
                let rows = format!("SELECT {columns} AS line FROM {table} ORDER BY 1");
                self.text(&format!("SELECT coalesce(group_concat(line, char(10)), '') AS found FROM ({rows})"))
            }
            Database::Postgres(_) => {
                self.text(&format!("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS found FROM {table} t"))
            }
        }
    }

    /// Runs SQL behind the store's back.
    pub fn sql(&self, sql: &str) {
        match &self.settings.database {
            Database::Sqlite(file) => SqliteConnection::establish(file.to_str().unwrap()).unwrap().batch_execute(sql).unwrap(),
            Database::Postgres(address) => PgConnection::establish(address).unwrap().batch_execute(sql).unwrap(),
        }
    }

    fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Text)]
            found: String,
        }
        let found: Found = match &self.settings.database {
            Database::Sqlite(file) => {
                diesel::sql_query(sql).get_result(&mut SqliteConnection::establish(file.to_str().unwrap()).unwrap()).unwrap()
            }
            Database::Postgres(address) => diesel::sql_query(sql).get_result(&mut PgConnection::establish(address).unwrap()).unwrap(),
        };
        found.found
    }
}

pub fn operator() -> Operator {
    Operator { uid: 1000, name: "olga".to_owned() }
}

/// SHA-256 of the invitation's code.
pub fn code(name: &str) -> Digest {
    Digest::of(&[b"invitation", name.as_bytes()])
}

/// SHA-256 of the proof that a recovery code yields.
pub fn verifier(name: &str) -> Digest {
    Digest::of(&[b"recovery", name.as_bytes()])
}

pub fn enrolment(name: &str) -> Enrolment {
    Enrolment {
        record: format!("record of {name}").into_bytes(),
        setup: "2026-11".to_owned(),
        root: b"\x01sealed root".to_vec(),
        keys: b"\x01sealed keys".to_vec(),
        encryption_key: [1; 32],
        signing_key: [2; 32],
        fingerprint: format!("fingerprint of {name}"),
        recovery_root: b"\x01sealed root for the code".to_vec(),
        recovery_verifier: verifier(name),
    }
}

pub fn epoch(number: u64) -> EpochBlobs {
    let previous_key = (number > 1).then(|| b"\x01previous key".to_vec());
    EpochBlobs { epoch: number, record: format!("\x01epoch {number}").into_bytes(), wrap: b"\x01wrapped item key".to_vec(), previous_key }
}

pub fn version(number: u64, epoch: u64) -> VersionBlobs {
    VersionBlobs { version: number, epoch, record: format!("\x01version {number}").into_bytes(), details: b"\x01sealed name".to_vec() }
}

pub fn snapshot(share: ShareId) -> Vec<u8> {
    format!("\x01snapshot of {share}").into_bytes()
}

pub fn wrap(link: LinkId) -> Vec<u8> {
    format!("\x01wrap for {link}").into_bytes()
}

/// 32 bytes that only who holds the link could send.
pub fn knock_bytes(link: LinkId) -> [u8; 32] {
    *Digest::of(&[b"the secret of", link.as_bytes()]).as_bytes()
}

/// 32 bytes that only who holds link and token could send.
pub fn proof_bytes(link: LinkId) -> [u8; 32] {
    *Digest::of(&[b"the token of", link.as_bytes()]).as_bytes()
}

pub fn knock(link: LinkId) -> Knock {
    Knock::from_bytes(knock_bytes(link))
}

pub fn proof(link: LinkId) -> Proof {
    Proof::from_bytes(proof_bytes(link))
}

pub fn wrong_knock() -> Knock {
    Knock::from_bytes([0xa7; 32])
}

pub fn wrong_proof() -> Proof {
    Proof::from_bytes([0xb7; 32])
}

pub fn attempt(try_number: u8) -> Attempt {
    Attempt::from_bytes([0xc0 ^ try_number; 32])
}

/// The refusal that this must be.
pub fn refusal<T>(answer: Result<T, Failure>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(broken)) => panic!("broken instead of refused: {broken}"),
        Ok(_) => panic!("granted instead of refused"),
    }
}

/// Bytes as [`House::remembered`] shows them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    PgConnection::establish(&server).unwrap().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}
