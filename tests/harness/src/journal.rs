//! A real systemd-journald in a private mount namespace, and what it has written.
//! Never touches the machine's own journal: `/run` and `/var/log` are fresh and empty in there, and gone with the namespace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::clock::{Deadline, PATIENCE};
use crate::programs::Program;
use crate::running::Running;

/// A journald of our own. Programs run [`Program::inside`] it; dropping it ends it.
#[derive(Debug)]
pub struct Journal {
    running: Running,
}

/// One entry of the journal: its fields by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry(BTreeMap<String, Value>);

impl Journal {
    /// Starts a journald and waits until it takes entries. Needs root, for the mount namespace.
    pub fn start() -> Self {
        assert!(
            nix::unistd::Uid::effective().is_root(),
            "A journal of our own needs a mount namespace, and that needs root: run `make test`, which asks for it."
        );
        let running = Program::named("unshare")
            .args(["--mount", "--propagation", "private", "--", "sh", "-euc", ENTER])
            .arg("sh")
            .arg(journald())
            .spawn();
        let journal = Self { running };
        // The second one is journalctl's, and comes a moment later.
        let sockets = ["socket", "io.systemd.journal"].map(|name| journal.seen_from_outside(&format!("/run/systemd/journal/{name}")));
        let ready = Deadline::after(PATIENCE).until(|| match journal.running.ended() {
            Some(code) => panic!("journald ended with code {code}:\n{}", journal.running.said()),
            None => sockets.iter().all(|socket| socket.exists()).then_some(()),
        });
        assert!(ready.is_some(), "journald isn't ready:\n{}", journal.running.said());
        journal.control("--flush");
        journal
    }

    /// The entries that match, oldest first. A match is journalctl's own: `FIELD=value`, of which several narrow each other.
    pub fn entries(&self, matches: &[&str]) -> Vec<Entry> {
        self.control("--sync");
        let found = Program::named("journalctl").args(["--no-pager", "--all", "--output=json"]).args(matches).inside(self).finish();
        assert!(found.success(), "journalctl failed: {}", found.stderr);
        let entries = found
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).map(Entry).unwrap_or_else(|error| panic!("journalctl said {line:?}: {error}")));
        entries.collect()
    }

    /// Waits until at least one entry matches, and answers all that do. For programs that write after they have answered.
    ///
    /// # Panics
    /// Fails the test, with the whole journal, when none comes.
    pub fn wait_for(&self, matches: &[&str]) -> Vec<Entry> {
        let found = Deadline::after(PATIENCE).until(|| {
            let entries = self.entries(matches);
            (!entries.is_empty()).then_some(entries)
        });
        found.unwrap_or_else(|| panic!("no entry with {matches:?} in {:#?}", self.entries(&[])))
    }

    /// Lets `journalctl -x` explain with this message catalogue, in this journal alone.
    pub fn learn(&self, catalog: impl AsRef<Path>) {
        let learnt = Program::named("sh").args(["-euc", LEARN, "sh"]).arg(catalog.as_ref()).inside(self).finish();
        assert!(learnt.success() && learnt.stderr.is_empty(), "journald doesn't take the catalogue: {}", learnt.stderr);
    }

    /// What `journalctl -x` shows of the entries that match, as a person reads it. [`Journal::learn`] goes before it.
    pub fn explained(&self, matches: &[&str]) -> String {
        self.control("--sync");
        let shown = Program::named("journalctl").args(["--no-pager", "--all", "-x"]).args(matches);
        let shown = shown.env("LC_ALL", "C.UTF-8").inside(self).finish();
        assert!(shown.success(), "journalctl failed: {}", shown.stderr);
        shown.stdout
    }

    /// The process whose mount namespace programs enter.
    pub(crate) fn namespace(&self) -> u32 {
        self.running.id()
    }

    /// A path inside the namespace, as the outside can reach it.
    fn seen_from_outside(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{path}", self.namespace()))
    }

    fn control(&self, order: &str) {
        let done = Program::named("journalctl").arg(order).inside(self).finish();
        assert!(done.success(), "journalctl {order} failed: {}", done.stderr);
    }
}

impl Entry {
    /// A field's value, if the entry has it. Bytes that are no UTF-8 are shown as well as they can be.
    pub fn field(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(bytes) => {
                let bytes = bytes.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok());
                Some(String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned())
            }
            other => Some(other.to_string()),
        }
    }

    /// The names of all its fields, for tests on what must never be written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Makes the namespace and becomes journald. A container may lack a machine id, without which journald doesn't start: it gets one that lasts as long as the namespace.
const ENTER: &str = r#"
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir -p /var/log/journal /run/systemd/journald.conf.d
printf '%s\n' '[Journal]' Storage=persistent ReadKMsg=no Audit=no RateLimitIntervalSec=0 Seal=no >/run/systemd/journald.conf.d/test.conf
if ! grep -qE '^[0-9a-f]{32}$' /etc/machine-id 2>/dev/null; then
    [ -e /etc/machine-id ] || : >/etc/machine-id
    tr -d - </proc/sys/kernel/random/uuid >/run/machine-id
    mount --bind /run/machine-id /etc/machine-id
fi
exec "$1"
"#;

/// Covers the machine's own catalogues with nothing but this one.
const LEARN: &str = r#"
mount -t tmpfs tmpfs /usr/lib/systemd/catalog
mkdir -p /var/lib/systemd/catalog
mount -t tmpfs tmpfs /var/lib/systemd/catalog
cp "$1" /usr/lib/systemd/catalog/
journalctl --update-catalog
"#;

fn journald() -> &'static Path {
    let known = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"];
    known
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("systemd-journald is not installed. `make test` installs it (Debian: `apt-get install systemd`)."))
}
