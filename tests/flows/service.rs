//! The daemon as a service: it takes the sockets that it is handed, gives none of those away who ask while it restarts, and says how it is.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use harness::clock::{Deadline, PATIENCE};
use harness::{Program, program};
use nix::sys::ptrace;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use openssl::ssl::{SslConnector, SslMethod, SslStream};

use crate::appliance::{Appliance, Kind};
use crate::manager::{Ear, Holder};

on_both_databases! {
    restarts_under_load_fail_no_request
    what_is_handed_over_counts_before_what_is_configured_and_is_left_alone
    the_watchdog_hears_nothing_when_a_writer_or_a_thread_that_answers_stands_still
    the_manager_is_told_what_an_administrator_wants_to_know
}

/// A slow machine is given time: nobody here is to be cut off for that.
const PATIENT: &str = "[limits]\nhandshake_seconds = 60\nheaders_seconds = 60\nstop_seconds = 60\nkeep_alive_seconds = 60\n\
                       requests_per_minute = 1000000\nrequests_at_once = 1000000\n";

/// The sockets of an appliance that has been stopped, as somebody else may hold them.
fn sockets(appliance: &Appliance) -> Vec<String> {
    vec![format!("https={}", appliance.port()), format!("admin={}", appliance.socket().display())]
}

/// Somebody who keeps a connection as long as the appliance lets them, and counts whatever HTTP doesn't allow as a failure.
struct Client<'a> {
    appliance: &'a Appliance,
    connector: SslConnector,
    kept: Option<SslStream<TcpStream>>,
    /// How many answers said that their connection ends.
    told: usize,
}

impl<'a> Client<'a> {
    fn new(appliance: &'a Appliance) -> Self {
        let mut connector = SslConnector::builder(SslMethod::tls()).unwrap();
        connector.set_ca_file(appliance.ca()).unwrap();
        Self { appliance, connector: connector.build(), kept: None, told: 0 }
    }

    fn connection(&mut self) -> SslStream<TcpStream> {
        // What the other end has closed before anything was asked is no connection any more (RFC 9112, section 9.5).
        if let Some(kept) = self.kept.take() {
            kept.get_ref().set_nonblocking(true).unwrap();
            let open = kept.get_ref().peek(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
            kept.get_ref().set_nonblocking(false).unwrap();
            if open {
                return kept;
            }
        }
        let stream = TcpStream::connect(("127.0.0.1", self.appliance.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        self.connector.connect("localhost", stream).unwrap()
    }

    /// Asks, and fails the test if no whole answer comes.
    fn ask(&mut self, keep: bool) {
        let mut connection = self.connection();
        let close = if keep { "" } else { "connection: close\r\n" };
        connection.write_all(format!("GET / HTTP/1.1\r\nhost: localhost\r\n{close}\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let head = loop {
            let mut piece = [0; 4096];
            let length = connection.read(&mut piece).unwrap();
            assert_ne!(length, 0, "cut off after {:?}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&piece[..length]);
            if let Some(end) = answer.windows(4).position(|end| end == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8(answer[..head].to_vec()).unwrap().to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 200 "), "{text}");
        let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        let mut rest = vec![0; length - (answer.len() - head)];
        connection.read_exact(&mut rest).unwrap();
        if text.contains("connection: close") {
            self.told += usize::from(keep);
        } else {
            self.kept = Some(connection);
        }
    }
}

/// Says that it is over, also when a test fails meanwhile.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn restarts_under_load_fail_no_request(kind: Kind) {
    let mut appliance = Appliance::with(kind, PATIENT);
    let stops = |appliance: &Appliance| appliance.operator().records(&["--event", "daemon.stopped"]).len();
    let stopped_before = stops(&appliance);
    appliance.stop();
    let mut holder = Holder::of(&sockets(&appliance), &appliance.posternd().arg("serve"));
    holder.start();
    holder.listening(1);
    let appliance = &appliance;
    let (over, asked, told) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        let over = &over;
        let _over = Over(over);
        let (asked, told) = (&asked, &told);
        for n in 0..6 {
            threads.spawn(move || {
                let mut client = Client::new(appliance);
                while !over.load(Ordering::Relaxed) {
                    // Every other one on a connection of its own.
                    client.ask(n % 2 == 0);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
                told.fetch_add(client.told, Ordering::Relaxed);
            });
        }
        // And an operator, who knows nothing of it.
        threads.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                appliance.operator().json(&["health"]);
            }
        });
        for restart in 1..=3 {
            let before = asked.load(Ordering::Relaxed);
            let more = Deadline::after(PATIENCE).until(|| (asked.load(Ordering::Relaxed) >= before + 60).then_some(()));
            assert!(more.is_some(), "nobody is answered any more: {}", holder.said());
            holder.stop();
            assert_eq!(holder.wait(), 0, "{}", holder.said());
            holder.start();
            holder.listening(restart + 1);
        }
        let before = asked.load(Ordering::Relaxed);
        let more = Deadline::after(PATIENCE).until(|| (asked.load(Ordering::Relaxed) >= before + 60).then_some(()));
        assert!(more.is_some(), "nobody is answered after the last restart: {}", holder.said());
    });
    assert!(told.load(Ordering::Relaxed) >= 3, "who keeps a connection is told that it ends");
    assert!(!holder.said().contains("cut off"), "{}", holder.said());
    assert_eq!(stops(appliance), stopped_before + 4, "each stop was one in good order");
}

fn what_is_handed_over_counts_before_what_is_configured_and_is_left_alone(kind: Kind) {
    let mut appliance = Appliance::with(kind, "");
    appliance.stop();
    let socket = appliance.folder().join("handed-over.sock");
    let listen = [format!("https={}", appliance.port()), "https=0".to_owned(), "proxy=0".to_owned(), format!("admin={}", socket.display())];
    // The configuration names another address, which nobody may open then.
    let mut holder = Holder::of(&listen, &appliance.posternd().arg("serve").env("POSTERN__LISTEN__ADDRESS", "192.0.2.1:1"));
    let mode = || fs::metadata(&socket).unwrap().permissions().mode() & 0o777;
    holder.start();
    holder.listening(1);
    fs::set_permissions(&socket, PermissionsExt::from_mode(0o660)).unwrap();
    let number = fs::metadata(&socket).unwrap().ino();
    assert_eq!(appliance.wire().get("/").status, 200);
    assert!(
        holder.said().contains(&format!("admin {}", socket.display())) && holder.said().contains(" proxy 127.0.0.1:"),
        "{}",
        holder.said()
    );
    let health = || program("posternctl").arg("--socket").arg(&socket).args(["--json", "health"]).finish();
    assert!(health().success(), "{}", health().stderr);
    holder.stop();
    assert_eq!(holder.wait(), 0, "{}", holder.said());
    assert_eq!((fs::metadata(&socket).unwrap().ino(), mode()), (number, 0o660));
    // Nor when it is killed; and the next one starts at once.
    holder.start();
    holder.listening(2);
    holder.kill();
    assert_eq!(holder.wait(), -9);
    holder.start();
    holder.listening(3);
    assert!(health().success(), "{}", health().stderr);
    assert_eq!((fs::metadata(&socket).unwrap().ino(), mode()), (number, 0o660));
    assert!(!appliance.socket().exists(), "the configured one is not made beside it");
}

/// Stops a thread of a process where it is, until this is dropped.
struct Frozen(Pid);

impl Frozen {
    /// All threads of this name.
    fn all(process: u32, name: &str) -> Vec<Self> {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap().map(|task| task.unwrap().path());
        let named = tasks.filter(|task| fs::read_to_string(task.join("comm")).unwrap().trim() == name);
        let frozen: Vec<_> = named.map(|task| Self::thread(task.file_name().unwrap().to_str().unwrap())).collect();
        assert!(!frozen.is_empty(), "no thread is named {name}");
        frozen
    }

    fn thread(number: &str) -> Self {
        let thread = Pid::from_raw(number.parse().unwrap());
        ptrace::seize(thread, ptrace::Options::empty()).unwrap();
        ptrace::interrupt(thread).unwrap();
        waitpid(thread, Some(WaitPidFlag::__WALL)).unwrap();
        Self(thread)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // Who has ended meanwhile needs no thawing.
        let _ = ptrace::detach(self.0, None);
    }
}

fn the_watchdog_hears_nothing_when_a_writer_or_a_thread_that_answers_stands_still(kind: Kind) {
    let mut appliance = Appliance::with(kind, "");
    appliance.stop();
    let ear = Ear::new();
    let serve = |for_whom: &str| {
        let program = appliance.posternd().arg("serve").env("NOTIFY_SOCKET", ear.path()).env("WATCHDOG_USEC", "1500000");
        if for_whom.is_empty() { program } else { program.env("WATCHDOG_PID", for_whom) }
    };
    let daemon = serve("").spawn();
    daemon.wait_for("listening ");
    ear.wait_for("WATCHDOG=1");
    let writers = (0..if kind == Kind::Sqlite { 1 } else { 4 }).map(|n| format!("writer-{n}"));
    let writers: Vec<_> = writers.flat_map(|name| Frozen::all(daemon.id(), &name)).collect();
    ear.wait_for_silence();
    drop(writers);
    ear.wait_for("WATCHDOG=1");
    // One of those that answer is enough.
    for which in 0..3 {
        let mut all = Frozen::all(daemon.id(), "actix-rt|system");
        let frozen = all.swap_remove(which);
        drop(all);
        ear.wait_for_silence();
        drop(frozen);
        ear.wait_for("WATCHDOG=1");
    }
    daemon.signal(Signal::SIGTERM);
    assert_eq!(daemon.finish().code, 0);
    // What is meant for another process is none of ours.
    let daemon = serve("1").spawn();
    ear.wait_for("READY=1");
    ear.wait_for_silence();
    daemon.signal(Signal::SIGTERM);
    assert_eq!(daemon.finish().code, 0);
}

fn the_manager_is_told_what_an_administrator_wants_to_know(kind: Kind) {
    let mut appliance = Appliance::with(kind, "");
    appliance.stop();
    let ear = Ear::new();
    let settings = appliance.folder().join("conf.d/story.toml");
    fs::write(&settings, "").unwrap();
    let daemon = appliance.posternd().arg("serve").env("NOTIFY_SOCKET", ear.path()).spawn();
    let said = ear.wait_for("READY=1");
    assert!(said.contains("STATUS=Open to this machine only: set gate.recipients and gate.owners in "), "{said}");
    assert!(said.contains("posternd.toml, then `systemctl reload posternd`"), "{said}");
    daemon.wait_for("posternctl user invite NAME");
    let reload = |text: &str| {
        fs::write(&settings, text).unwrap();
        daemon.signal(Signal::SIGHUP);
        let reloading = ear.wait_for("RELOADING=1");
        assert!(reloading.lines().any(|line| line.strip_prefix("MONOTONIC_USEC=").is_some_and(|time| time.parse::<u64>().is_ok())));
        ear.wait_for("READY=1")
    };
    let said = reload("[gate]\nrecipients = [\"10.20.0.0/16\", \"::1/128\"]\nowners = [\"10.20.0.0/16\"]\n");
    assert!(
        said.contains("STATUS=Serving https://127.0.0.1:") && said.contains("; 2 networks for recipients, 1 network for owners\n"),
        "{said}"
    );
    let said = reload("[gate]\nrecipients = [\"10.20.0.5/16\"]\n");
    assert!(said.contains("2 networks for recipients") && said.contains("The changed configuration was refused"), "{said}");
    daemon.signal(Signal::SIGTERM);
    let said = ear.wait_for("STOPPING=1");
    assert!(said.contains("EXTEND_TIMEOUT_USEC="), "{said}");
    assert_eq!(daemon.finish().code, 0);
}

#[test]
fn a_socket_that_is_not_what_its_name_says_ends_the_start_in_clear_words() {
    let appliance = Appliance::empty(Kind::Sqlite);
    let port = appliance.port();
    let path = appliance.folder().join("handed-over.sock");
    let cases = [
        ("posternd.socket=0".to_owned(), "has none of the names https, proxy and admin: its unit needs one as FileDescriptorName="),
        (format!("https={}", path.display()), "\"https\" is no TCP socket that listens"),
        ("https=datagram".to_owned(), "\"https\" is no TCP socket that listens"),
        ("admin=0".to_owned(), "\"admin\" is no Unix socket that listens"),
    ];
    for (socket, words) in cases {
        let _ = fs::remove_file(&path);
        let mut holder = Holder::of(std::slice::from_ref(&socket), &appliance.posternd().arg("serve"));
        holder.start();
        assert_eq!(holder.wait(), 78, "{socket}: {}", holder.said());
        assert!(holder.said().contains(words), "{socket}: {}", holder.said());
    }
    // Numbers that are meant for another process are left alone.
    let foreign = appliance.posternd().arg("serve").env("LISTEN_PID", "1").env("LISTEN_FDS", "9").env("LISTEN_FDNAMES", "https");
    let foreign = foreign.env("POSTERN__LISTEN__ADDRESS", format!("127.0.0.1:{port}")).finish();
    assert_eq!(foreign.code, 75, "{}", foreign.stderr);
}

#[test]
fn a_database_has_one_daemon_and_a_killed_one_leaves_it_free() {
    let mut appliance = Appliance::prepared(Kind::Sqlite);
    let second = appliance.posternd().arg("serve").env("POSTERN__ADMIN__SOCKET", appliance.folder().join("other.sock")).finish();
    assert_eq!(second.code, 75, "{}", second.stderr);
    assert!(second.stderr.contains("another daemon serves the database") && second.stderr.contains("stop it first"), "{}", second.stderr);
    appliance.ada().share(&[]);
    for _ in 0..3 {
        appliance.crash();
    }
    let operator = appliance.operator();
    assert!(operator.json(&["health"])["version"].is_string());
}

#[test]
fn what_is_wrong_at_the_start_is_said_with_its_exit_code() {
    let mut appliance = Appliance::prepared(Kind::Sqlite);
    let serve = |name: &str, value: &str| appliance.posternd().arg("serve").env(name, value);
    let told = |program: Program, code: i32, words: &[&str]| {
        let ended = program.finish();
        assert_eq!(ended.code, code, "{}", ended.stderr);
        for word in words {
            assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
        }
    };
    let elsewhere = appliance.folder().join("elsewhere.sqlite").display().to_string();
    let taken = format!("127.0.0.1:{}", appliance.port());
    let taken = serve("POSTERN__LISTEN__ADDRESS", &taken).env("POSTERN__DATABASE__FILE", &elsewhere);
    told(taken, 75, &["can't listen on 127.0.0.1:", "another program listens there"]);
    let url = appliance.folder().join("nobody.url");
    fs::write(&url, "postgresql://postern@127.0.0.1:1/postern").unwrap();
    let nobody = serve("POSTERN__DATABASE__KIND", "postgresql").env("POSTERN__DATABASE__URL_FILE", url.display().to_string());
    told(nobody, 69, &["the database can't be opened"]);
    // A credential: first missing, then there.
    let credential = || {
        let program =
            serve("POSTERN__MAIL__TRANSPORT", "smtp").env("POSTERN__MAIL__SERVER", "localhost").env("POSTERN__MAIL__USERNAME", "postern");
        program.env("POSTERN__MAIL__PASSWORD_FILE", "credential:smtp").env("CREDENTIALS_DIRECTORY", appliance.folder().join("credentials"))
    };
    let missing = ["mail.password_file names the credential smtp", "/etc/postern/credentials/smtp", "systemctl restart posternd"];
    told(credential(), 78, &missing);
    fs::create_dir(appliance.folder().join("credentials")).unwrap();
    fs::write(appliance.folder().join("credentials/postern_smtp"), "hunter2").unwrap();
    // With it, it comes further: to the database, which another daemon has.
    told(credential(), 75, &["another daemon serves the database"]);
    appliance.stop();
    // A folder in which it may not write.
    let nobody = appliance.posternd().arg("serve").as_user("nobody").finish();
    assert_eq!(nobody.code, 78, "{}", nobody.stderr);
    assert!(nobody.stderr.contains("Permission denied") && nobody.stderr.contains("state"), "{}", nobody.stderr);
}
