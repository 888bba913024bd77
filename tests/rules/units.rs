//! The units: how little the daemon can do on the machine, and that they and the daemon agree on names and times.
//! Nothing is started; whether a booted systemd does what they say is shown by the tests of packages.

use std::path::{Path, PathBuf};

use daemon::Config;
use daemon::config::credentials;
use harness::Program;
use harness::tree::text;

/// The most that `systemd-analyze security` may find, in tenths.
const EXPOSURE_AT_MOST: u32 = 12;

/// Lines that must not be there: they would hide who is at the admin socket, or change what a backup's files belong to.
const NEVER: &[&str] = &["PrivateUsers=", "DynamicUser=", "RuntimeDirectory="];

fn unit(name: &str) -> String {
    text(Path::new(&format!("packaging/systemd/{name}"))).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Every value that a unit gives this name.
fn values<'a>(unit: &'a str, name: &str) -> Vec<&'a str> {
    let lines = unit.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).filter(|(key, _)| *key == name).map(|(_, value)| value).collect()
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/systemd/posternd.service")
}

/// Whether this unit stays within the bound.
fn within(unit: &Path) -> (bool, String) {
    let threshold = format!("--threshold={EXPOSURE_AT_MOST}");
    let judged = Program::named("systemd-analyze").args(["security", "--offline=true", "--no-pager", &threshold]).arg(unit).finish();
    (judged.success(), format!("{}{}", judged.stdout, judged.stderr))
}

#[test]
fn the_service_is_exposed_to_little_and_one_line_less_is_noticed() {
    let (good, said) = within(&path());
    assert!(good, "{said}");
    let folder = tempfile::tempdir().unwrap();
    for line in
        ["NoNewPrivileges=yes", "ProtectSystem=strict", "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "PrivateDevices=yes"]
    {
        let whole = unit("posternd.service");
        assert!(whole.contains(&format!("{line}\n")), "{line} is missing");
        let less = folder.path().join("posternd.service");
        std::fs::write(&less, whole.replace(&format!("{line}\n"), "")).unwrap();
        assert!(!within(&less).0, "without {line} nothing is noticed");
    }
}

#[test]
fn no_unit_hides_who_is_at_the_admin_socket_or_hands_it_to_the_daemon() {
    for name in ["posternd.service", "posternd.socket", "posternd-admin.socket"] {
        let unit = unit(name);
        for never in NEVER {
            assert!(!unit.lines().any(|line| line.starts_with(never)), "{name} says {never}");
        }
    }
}

#[test]
fn the_sockets_are_where_the_daemon_would_listen_itself_and_have_the_names_that_it_knows() {
    let usual = Config::default();
    let (https, admin) = (unit("posternd.socket"), unit("posternd-admin.socket"));
    assert_eq!(values(&https, "ListenStream"), [usual.listen.address.port().to_string()]);
    assert_eq!(values(&https, "FileDescriptorName"), ["https"]);
    assert_eq!(values(&admin, "ListenStream"), [usual.admin.socket.display().to_string()]);
    assert_eq!(values(&admin, "FileDescriptorName"), ["admin"]);
    assert_eq!(values(&admin, "SocketMode"), ["0666"]);
    assert_eq!(values(&admin, "Service"), ["posternd.service"]);
}

#[test]
fn the_service_gives_the_daemon_the_time_and_the_descriptors_that_it_may_want() {
    let (service, usual) = (unit("posternd.service"), Config::default());
    let number = |name: &str| values(&service, name).first().and_then(|value| value.parse::<u64>().ok()).unwrap_or_default();
    assert!(number("TimeoutStopSec") > 2 * usual.limits.stop_seconds);
    assert!(number("WatchdogSec") >= 30);
    // The most that limits.connections may be, and a thousand for everything else.
    let mut most = Config::default();
    most.limits.connections = usize::try_from(number("LimitNOFILE")).unwrap() - 1000;
    assert!(most.check().is_err(), "more connections can be configured than there are descriptors");
}

#[test]
fn credentials_come_from_the_folder_that_the_daemon_tells_people_of() {
    assert_eq!(values(&unit("posternd.service"), "LoadCredential"), [format!("postern:{}", credentials::FOLDER)]);
}

#[test]
fn systemd_understands_every_line() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["posternd.service", "posternd.socket", "posternd-admin.socket"] {
        // The programs aren't installed on the machine that tests.
        let there = unit(name).replace("/usr/sbin/posternd", "/bin/true");
        std::fs::write(folder.path().join(name), there).unwrap();
    }
    let judged = Program::named("systemd-analyze").args(["verify", "--man=no", "--recursive-errors=no"]);
    let judged =
        judged.args(["posternd.service", "posternd.socket", "posternd-admin.socket"].map(|name| folder.path().join(name))).finish();
    let complaints: Vec<&str> = judged.stderr.lines().filter(|line| line.contains("postern")).collect();
    assert!(judged.success() && complaints.is_empty(), "{}", judged.stderr);
    std::fs::write(folder.path().join("posternd.service"), "[Service]\nExecStart=/bin/true\nProtectEverything=yes\n").unwrap();
    let wrong = Program::named("systemd-analyze").args(["verify", "--man=no"]).arg(folder.path().join("posternd.service")).finish();
    assert!(wrong.stderr.contains("ProtectEverything"), "an unknown line isn't noticed, so silence says nothing: {}", wrong.stderr);
}
