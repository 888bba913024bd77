//! A mail server of one's own (aiosmtpd), with a certificate authority of its own, that can be told how to misbehave.
//! Never sends anything on, and never skips: without Python the tests fail and say what is missing.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};
use tempfile::TempDir;

use crate::clock::{Deadline, PATIENCE};
use crate::programs::{Program, Running};

/// How long fetching the server's packages may take, once for each build folder.
const FETCHING: Duration = Duration::from_secs(300);

/// How a mail server is to be.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// `starttls`, `tls` or `none`.
    pub security: &'static str,
    /// `name:password` that must be given before a message.
    pub account: Option<&'static str>,
    /// The one way of signing in that is offered, `LOGIN` or `PLAIN`; both where it isn't given.
    pub only: Option<&'static str>,
    /// The name in its certificate.
    pub host: &'static str,
}

impl Default for How {
    fn default() -> Self {
        Self { security: "starttls", account: None, only: None, host: "localhost" }
    }
}

/// A mail server on a port of its own, which it keeps while it is away.
pub struct MailServer {
    running: Option<Running>,
    how: How,
    port: u16,
    folder: TempDir,
}

impl MailServer {
    /// A running one that takes everything.
    pub fn start(how: How) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-mail-").tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("kept")).expect("the folder is ours");
        fs::write(folder.path().join("events"), "").expect("the folder is ours");
        certify(folder.path(), how.host);
        let mut server = Self { running: None, how, port: free_port(), folder };
        server.behave("well");
        server.come_back();
        server
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate authority that vouches for it.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.crt")
    }

    /// Where the messages lie that it took, as `.eml` files.
    pub fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// How it behaves from now on; `server.py` has the words.
    pub fn behave(&self, how: &str) {
        // Renamed, so that it never reads half a word.
        let (unfinished, file) = (self.folder.path().join("behaviour.new"), self.folder.path().join("behaviour"));
        fs::write(&unfinished, how).expect("the folder is ours");
        fs::rename(unfinished, file).expect("the folder is ours");
    }

    /// What happened so far, in order.
    pub fn events(&self) -> Vec<String> {
        let events = fs::read_to_string(self.folder.path().join("events")).expect("the folder is ours");
        events.lines().map(str::to_owned).collect()
    }

    /// How often this happened.
    pub fn count(&self, begin: &str) -> usize {
        self.events().iter().filter(|event| event.starts_with(begin)).count()
    }

    /// Waits until this has happened so often.
    #[track_caller]
    pub fn wait_for(&self, begin: &str, times: usize) {
        let come = Deadline::after(PATIENCE).until(|| (self.count(begin) >= times).then_some(()));
        assert!(come.is_some(), "{begin:?} didn't happen {times} times: {:?}", self.events());
    }

    /// Ends it at once: nobody answers at its port any more.
    pub fn go_away(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill();
        }
    }

    /// Starts it again at the same port.
    pub fn come_back(&mut self) {
        let mut program = Program::at(python())
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("mail/server.py"))
            .args(["--port", &self.port.to_string(), "--security", self.how.security])
            .arg("--folder")
            .arg(self.folder.path());
        for (name, value) in [("--account", self.how.account), ("--only", self.how.only)] {
            program = program.args(value.into_iter().flat_map(|value| [name, value]));
        }
        let running = program.spawn();
        running.wait_for("listening on port");
        self.running = Some(running);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a loopback");
    listener.local_addr().expect("it listens").port()
}

/// A certificate for this host, from an authority made for it alone.
fn certify(folder: &Path, host: &str) {
    let script = r#"
        set -e
        key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        openssl req -x509 $key -keyout authority.key -out authority.crt -days 2 -subj '/CN=Mail test authority'
        openssl req $key -keyout server.key -out server.csr -subj "/CN=$HOST"
        printf 'subjectAltName=DNS:%s' "$HOST" >extensions
        openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -extfile extensions -out server.crt
    "#;
    let made = Program::named("sh").args(["-c", script]).env("HOST", host).in_folder(folder).finish();
    assert!(made.success(), "openssl made no certificate:\n{}", made.stderr);
}

/// The interpreter that knows aiosmtpd: in an environment below the build's folder, made by whoever asks first.
fn python() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("mail/requirements.txt");
        let test = std::env::current_exe().expect("a test knows where it lies");
        let target = test.ancestors().find(|folder| folder.join(".rustc_info.json").is_file()).expect("tests lie in cargo's folder");
        let tools = target.join("tools");
        fs::create_dir_all(&tools).expect("cargo's folder is ours");
        // Another run may be making it at this moment; the lock goes with the file.
        let lock = File::create(tools.join("mail-server.lock")).expect("cargo's folder is ours");
        let _held = Flock::lock(lock, FlockArg::LockExclusive).expect("a file can be locked");
        let place = tools.join("mail-server");
        let (python, ready) = (place.join("bin/python"), place.join("made-from.txt"));
        let wanted = fs::read_to_string(&requirements).expect("the requirements are there");
        if fs::read_to_string(&ready).ok().as_ref() != Some(&wanted) {
            let script = r#"
                rm -rf "$PLACE"
                python3 -m venv "$PLACE" || exit
                "$PLACE/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$REQUIREMENTS" || exit
                cp "$REQUIREMENTS" "$PLACE/made-from.txt"
            "#;
            let making = Program::named("sh").args(["-c", script]).env("PLACE", &place).env("REQUIREMENTS", &requirements);
            let made = making.env("PATH", "/usr/bin:/bin").spawn().finish_by(Deadline::after(FETCHING));
            assert!(made.success(), "aiosmtpd could not be installed (Debian: `apt-get install python3-venv`):\n{}{}", made.stdout, made.stderr);
        }
        python
    })
}
