//! A backup's lines as they pass through: whether they are whole, and what they say about themselves.
//!
//! Nothing of a row is looked at, and no more than one line is held.

use std::io::{BufRead, Read as _, Write};

use serde::Serialize;
use vault::backup::{End, Holds, LONGEST_LINE_BYTES, Line, Manifest, name};
use vault::digest::Digesting;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// How many bytes lie between two remarks on how far it is.
const BYTES_BETWEEN_REMARKS: u64 = 256 * 1024 * 1024;

/// A backup that passed through whole.
#[derive(Debug, Serialize)]
pub(crate) struct Passed {
    pub(crate) manifest: Manifest,
    pub(crate) rows: u64,
    /// The contents' name.
    pub(crate) sha256: String,
}

/// Passes all lines on, and answers what they were.
pub(crate) fn pass(mut from: impl BufRead, to: &mut impl Write, mut remark: impl FnMut(&str)) -> Result<Passed, Failure> {
    let (mut digest, mut manifest, mut rows, mut bytes) = (Digesting::default(), None, 0_u64, 0_u64);
    let mut line = Zeroizing::new(Vec::new());
    loop {
        line.clear();
        let read = (&mut from).take(LONGEST_LINE_BYTES).read_until(b'\n', &mut line);
        read.map_err(|error| Failure::File(format!("the backup can't be read on: it was changed or cut off on its way ({error})")))?;
        if line.last() != Some(&b'\n') {
            return Err(Failure::File("this backup isn't whole: it ends too early".to_owned()));
        }
        if manifest.is_none() {
            manifest = Some(manifest_of(&line)?);
        }
        to.write_all(&line)?;
        if line.starts_with(b"{\"end\":") {
            break;
        }
        rows += u64::from(line.starts_with(b"["));
        digest.take(&line);
        let before = bytes;
        bytes += line.len() as u64;
        if before / BYTES_BETWEEN_REMARKS < bytes / BYTES_BETWEEN_REMARKS {
            remark(&format!("{} MiB so far", bytes >> 20));
        }
    }
    let sha256 = name(digest.finish());
    let end = match serde_json::from_slice(&line) {
        Ok(Line::End { end }) => Some(end),
        _ => None,
    };
    let whole = end == Some(End { rows, sha256: sha256.clone() });
    match manifest {
        Some(manifest) if whole => Ok(Passed { manifest, rows, sha256 }),
        _ => Err(Failure::File("this backup is damaged: its contents aren't what its last line says".to_owned())),
    }
}

fn manifest_of(line: &[u8]) -> Result<Manifest, Failure> {
    serde_json::from_slice(line)
        .map_err(|_| Failure::File("this is no backup of Postern, or one of a version that isn't known here".to_owned()))
}

/// What a backup holds, for people.
pub(crate) const fn held(holds: Holds) -> &'static str {
    match holds {
        Holds::Appliance => "the appliance without its sign-in setup",
        Holds::ApplianceWithSignIn => "the appliance with its sign-in setup",
        Holds::SignIn => "the sign-in setup alone",
        Holds::Database => "the database alone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{"postern_backup":1,"holds":"appliance","version":"0.1.0","made_at":5,"appliance":"","database":"sqlite","schema":[],"sign_in":[],"lanes":[],"configuration":null}"#;

    fn backup(rows: &str) -> String {
        let body = format!("{MANIFEST}\n{rows}");
        let mut digest = Digesting::default();
        digest.take(body.as_bytes());
        let count = rows.lines().filter(|line| line.starts_with('[')).count();
        format!("{body}{{\"end\":{{\"rows\":{count},\"sha256\":\"{}\"}}}}\n", name(digest.finish()))
    }

    #[test]
    fn what_is_whole_passes_unchanged() {
        let (from, mut to) = (backup("{\"table\":\"x\"}\n[1]\n[2]\n"), Vec::new());
        let passed = pass(from.as_bytes(), &mut to, |_| ()).unwrap();
        assert_eq!((passed.rows, String::from_utf8(to).unwrap()), (2, from));
    }

    #[test]
    fn what_is_cut_or_changed_does_not() {
        let whole = backup("[1]\n[2]\n");
        for cut in [0, 10, whole.len() - 1, MANIFEST.len() + 1, MANIFEST.len() + 5] {
            assert!(pass(&whole.as_bytes()[..cut], &mut Vec::new(), |_| ()).is_err(), "{cut}");
        }
        assert!(pass(whole.replace("[1]", "[3]").as_bytes(), &mut Vec::new(), |_| ()).is_err());
        assert!(pass(whole.replace("[1]\n", "").as_bytes(), &mut Vec::new(), |_| ()).is_err());
    }
}
