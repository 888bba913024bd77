//! Reading intents and mirrored acts back from the systemd journal, through journalctl.
//!
//! Line by line, and of each only the fields that are compared: a long journal takes no more memory than a short one. Fields that begin
//! with an underscore are journald's own word; everything else anybody may have written.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use api::Timestamp;
use nix::unistd::{Group, Uid, getegid, getgroups};
use serde_json::{Map, Value};
use vault::event::INTENT;

use super::matching::{Effect, Intent};
use crate::failure::Failure;

/// The groups that may read all of the journal (systemd-journald.service(8)).
const GROUPS: [&str; 2] = ["systemd-journal", "adm"];

/// The fields that are compared.
const FIELDS: &str = "MESSAGE_ID,POSTERN_REQUEST,POSTERN_INTENT,POSTERN_COMMAND,POSTERN_EVENT,POSTERN_LANE,POSTERN_SEQ,POSTERN_AT,\
                      POSTERN_WHO,POSTERN_REFUSAL,_UID";

/// The longest line that is read: journalctl leaves out the values of fields longer than 4 KiB.
const LINE: u64 = 1024 * 1024;

/// What a line of the journal tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Intent(Intent),
    /// And when the journal took it, from whom by the kernel's word.
    Effect {
        effect: Effect,
        at: Timestamp,
        uid: u32,
    },
}

/// Whether whoever calls this sees everybody's lines.
///
/// # Errors
/// Which group to join.
pub(super) fn readable() -> Result<(), Failure> {
    let groups = getgroups().unwrap_or_default();
    let member = |name: &str| {
        let group = Group::from_name(name).ok().flatten();
        group.is_some_and(|group| groups.contains(&group.gid) || getegid() == group.gid)
    };
    if Uid::effective().is_root() || GROUPS.iter().any(|name| member(name)) {
        return Ok(());
    }
    Err(Failure::Closed(
        "you see only your own lines of the journal, and what others announced would seem missing. Run this as root, or join the group systemd-journal".to_owned(),
    ))
}

/// Reads what was written since then; `take` gets each line that tells of an intent or an act, oldest first.
///
/// # Errors
/// There is no journalctl, it failed, or `take` did.
pub(super) fn read(since: Timestamp, mut take: impl FnMut(Told) -> Result<(), Failure>) -> Result<(), Failure> {
    let broken = |what: &str| Failure::Journal(format!("the journal can't be read: {what}"));
    let mut journalctl = Command::new("journalctl")
        .args(["--no-pager", "--quiet", "--output=json"])
        .arg(format!("--output-fields={FIELDS}"))
        .arg(format!("--since=@{}", since.as_millis().div_euclid(1000)))
        // Either the one or the other.
        .args([format!("MESSAGE_ID={}", INTENT.message_id).as_str(), "+", "POSTERN_ACTOR=operator"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| broken(&format!("journalctl does not start ({error})")))?;
    let mut taken = Ok(());
    if let Some(out) = journalctl.stdout.take() {
        let mut lines = BufReader::new(out);
        let mut line = Vec::new();
        while taken.is_ok() {
            line.clear();
            let read = lines.by_ref().take(LINE).read_until(b'\n', &mut line).map_err(|error| broken(&error.to_string()))?;
            if read == 0 {
                break;
            }
            // What isn't JSON, or lacks what it should have, tells of nothing.
            if let Some(told) = serde_json::from_slice(&line).ok().as_ref().and_then(told) {
                taken = take(told);
            }
        }
    }
    if taken.is_err() {
        // It is only read from; ended early, it has nothing to lose.
        let _ = journalctl.kill();
    }
    let ended = journalctl.wait_with_output().map_err(|error| broken(&error.to_string()))?;
    taken?;
    if ended.status.success() { Ok(()) } else { Err(broken(String::from_utf8_lossy(&ended.stderr).trim())) }
}

fn told(entry: &Map<String, Value>) -> Option<Told> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let micros: i64 = text("__REALTIME_TIMESTAMP")?.parse().ok()?;
    let taken = Timestamp::from_millis(micros / 1000);
    if text("MESSAGE_ID") == Some(INTENT.message_id) {
        return Some(Told::Intent(Intent {
            request: text("POSTERN_REQUEST")?.parse().ok()?,
            at: taken,
            uid: text("_UID")?.parse().ok()?,
            intent: text("POSTERN_INTENT").unwrap_or_default().to_owned(),
            command: text("POSTERN_COMMAND").unwrap_or_default().chars().take(200).collect(),
        }));
    }
    let at: jiff::Timestamp = text("POSTERN_AT")?.parse().ok()?;
    let effect = Effect {
        request: text("POSTERN_REQUEST").and_then(|request| request.parse().ok()),
        at: Timestamp::from_millis(at.as_millisecond()),
        event: text("POSTERN_EVENT")?.to_owned(),
        who: text("POSTERN_WHO").unwrap_or_default().to_owned(),
        lane: text("POSTERN_LANE")?.parse().ok()?,
        seq: text("POSTERN_SEQ")?.parse().ok()?,
        refused: text("POSTERN_REFUSAL").is_some_and(|refusal| !refusal.is_empty()),
        // That is the audit log's word alone.
        backup_made_at: None,
    };
    Some(Told::Effect { effect, at: taken, uid: text("_UID")?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: &Value) -> Option<Told> {
        told(value.as_object().unwrap())
    }

    const REQUEST: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

    #[test]
    fn an_intent_is_read_with_the_kernels_word_for_who_wrote_it() {
        let line = json!({"MESSAGE_ID": INTENT.message_id, "__REALTIME_TIMESTAMP": "1700000000123456", "_UID": "1000",
            "POSTERN_REQUEST": REQUEST, "POSTERN_INTENT": "share.revoke", "POSTERN_COMMAND": "posternctl share revoke x"});
        let Some(Told::Intent(intent)) = of(&line) else { panic!() };
        assert_eq!((intent.uid, intent.at.as_millis(), intent.request.to_string().as_str()), (1000, 1_700_000_000_123, REQUEST));
        // Of a line that journald did not stamp, or that names no request, nothing follows.
        for without in ["_UID", "POSTERN_REQUEST", "__REALTIME_TIMESTAMP"] {
            let mut line = line.clone();
            line.as_object_mut().unwrap().remove(without);
            assert_eq!(of(&line), None, "{without}");
        }
    }

    #[test]
    fn a_mirrored_act_is_read_by_its_fields_and_anything_else_is_passed_over() {
        let line = json!({"POSTERN_EVENT": "share.revoked", "POSTERN_LANE": "1", "POSTERN_SEQ": "7", "POSTERN_REQUEST": REQUEST,
            "POSTERN_AT": "2026-03-01T14:05:00.005Z", "POSTERN_WHO": "olga(1000)", "__REALTIME_TIMESTAMP": "1772373900100000", "_UID": "998"});
        let Some(Told::Effect { effect, at, uid }) = of(&line) else { panic!() };
        assert_eq!((at.as_millis(), uid), (1_772_373_900_100, 998));
        assert_eq!((effect.lane, effect.seq, effect.refused, effect.at.as_millis()), (1, 7, false, 1_772_373_900_005));
        for other in [json!({}), json!({"POSTERN_EVENT": "x"}), json!({"POSTERN_SEQ": [1, 2], "POSTERN_LANE": null, "POSTERN_AT": "now"})] {
            assert_eq!(of(&other), None);
        }
        let mut unstamped = line;
        unstamped.as_object_mut().unwrap().remove("_UID");
        assert_eq!(of(&unstamped), None, "journald did not say who wrote it");
    }
}
