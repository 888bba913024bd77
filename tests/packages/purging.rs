//! What purging the `.deb` destroys, wherever an administrator has put it, and what it leaves alone. The script runs with folders of its own
//! over the machine's, so nothing of this machine is touched.

use harness::Program;
use harness::tree::top;

/// Runs the script where the data lie as these lines say. Answers with what is left of files.
fn purged(lie: &str) -> (i32, String) {
    let script = r#"
        for folder in /var/lib /etc /run; do mount -t tmpfs tmpfs "$folder"; done
        eval "$2"
        mkdir -p /etc/postern/conf.d /var/lib/precious /var/lib/postern/copies
        touch /etc/postern/conf.d/site.toml /var/lib/precious/others /var/lib/postern/postern.sqlite /var/lib/postern/copies/before
        ln -s ../precious /var/lib/postern/planted
        sh "$1" purge
        find /var/lib /etc /run ! -type d
    "#;
    let script = Program::named("unshare")
        .args(["--mount", "--propagation", "private", "bash", "-euo", "pipefail", "-c", script, "bash"])
        .arg(top().join("packaging/deb/postern.postrm"));
    let done = script.arg(lie).finish();
    let left = done.stdout.lines().filter(|line| line.starts_with('/')).collect::<Vec<_>>().join(" ");
    (done.code, left + &done.stderr)
}

#[test]
fn the_data_are_destroyed_also_on_a_disk_of_their_own_or_behind_a_link_and_what_a_planted_link_names_stays() {
    for lie in [
        "mkdir /var/lib/postern",
        "mkdir /var/lib/postern && mount -t tmpfs tmpfs /var/lib/postern",
        "mkdir /var/lib/elsewhere && ln -s elsewhere /var/lib/postern",
    ] {
        assert_eq!(purged(lie), (0, "/var/lib/precious/others".to_owned()), "{lie}");
    }
}

#[test]
fn what_could_not_be_destroyed_is_said() {
    let (code, told) = purged(
        "mkdir -p /var/lib/postern/kept && mount -t tmpfs tmpfs /var/lib/postern/kept && touch /var/lib/postern/kept/x \
                               && mount -o remount,ro /var/lib/postern/kept",
    );
    assert!(code == 0 && told.contains("not all of /var/lib/postern could be destroyed"), "{told}");
}
