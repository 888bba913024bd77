//! Backups that somebody made up: whole, with the right hash at their end, and wrong inside. None of them changes anything, and what is said
//! of them never repeats what stands in them.

use serde_json::{Value, json};
use vault::backup::{LONGEST_LINE_BYTES, name};
use vault::digest::Digesting;

use super::tests::{backed_up, fill, restore};
use super::{NotBackedUp, Restoring, Staged};
use crate::engine::ground::{Ground, NOON, run, verified};

/// A backup as its lines, without the last.
#[derive(Clone)]
struct Lines(Vec<String>);

impl Lines {
    fn of(backup: &[u8]) -> Self {
        let text = String::from_utf8(backup.to_vec()).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.pop();
        Self(lines)
    }

    /// The same with its true end.
    fn ended(&self) -> Vec<u8> {
        let body: String = self.0.iter().map(|line| format!("{line}\n")).collect();
        let mut digest = Digesting::default();
        digest.take(body.as_bytes());
        let rows = self.0.iter().filter(|line| line.starts_with('[')).count();
        format!("{body}{}\n", json!({"end": {"rows": rows, "sha256": name(digest.finish())}})).into_bytes()
    }

    /// Where a table's head stands.
    fn head(&self, table: &str) -> usize {
        self.0.iter().position(|line| line.starts_with(&format!("{{\"table\":\"{table}\""))).unwrap()
    }

    fn with(&self, change: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
        let mut changed = self.clone();
        change(&mut changed.0);
        changed.ended()
    }

    /// The line here, read, changed and written again.
    fn changed(&self, at: usize, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        self.with(|lines| {
            let mut value = serde_json::from_str(&lines[at]).unwrap();
            change(&mut value);
            lines[at] = value.to_string();
        })
    }
}

/// Every way in which one is wrong, with what it is.
fn wrong(right: &Lines) -> Vec<(&'static str, Vec<u8>)> {
    let (users, links) = (right.head("users"), right.head("links"));
    let row = |change: fn(&mut Vec<Value>)| right.changed(users + 1, |row| change(row.as_array_mut().unwrap()));
    let columns = |change: fn(&mut Vec<Value>)| right.changed(users, |head| change(head["columns"].as_array_mut().unwrap()));
    let schema = |schema: fn(Vec<Value>) -> Vec<Value>| {
        right.changed(0, |manifest| manifest["schema"] = schema(manifest["schema"].as_array().unwrap().clone()).into())
    };
    let file = |line: String| right.with(|lines| lines.insert(1, line));
    vec![
        ("a row that is nested very deeply", right.with(|lines| lines[users + 1] = "[".repeat(200_000))),
        ("a row of numbers where text belongs", row(|row| row.fill(json!(1)))),
        ("a row of text where bytes belong", row(|row| row[0] = json!("*** ada ***"))),
        ("a row that is too short", row(|row| drop(row.pop()))),
        ("a row that is too long", row(|row| row.push(Value::Null))),
        ("a row of nothing", row(|row| row.fill(Value::Null))),
        (
            "a number beyond 64 bits",
            right.with(|lines| lines[users + 1] = lines[users + 1].replace("1790000000000", "18446744073709551615")),
        ),
        ("a number that isn't whole", right.with(|lines| lines[users + 1] = lines[users + 1].replace("1790000000000", "0.5"))),
        ("a number that no program can read", right.with(|lines| lines[users + 1] = lines[users + 1].replace("1790000000000", "1e999"))),
        ("a row before any table", right.with(|lines| lines.insert(1, "[1]".to_owned()))),
        ("a row twice", right.with(|lines| lines.insert(users + 1, lines[users + 1].clone()))),
        ("a table twice", right.with(|lines| lines.extend_from_within(users..users + 2))),
        ("a table that none knows", right.changed(users, |head| head["table"] = json!("sqlite_schema"))),
        ("a table that no backup has", right.changed(users, |head| head["table"] = json!("sessions"))),
        ("a column that none knows", columns(|columns| columns[0][0] = json!("id\", \"name"))),
        ("a column twice", columns(|columns| columns[1] = columns[0].clone())),
        ("a column that holds something else", columns(|columns| columns[1][1] = json!("number"))),
        ("a table without columns", columns(Vec::clear)),
        ("a row whose people are missing", right.with(|lines| drop(lines.remove(users + 1)))),
        ("a link whose share is missing", right.with(|lines| drop(lines.drain(right.head("shares") + 1..links)))),
        ("a schema of nothing", schema(|_| Vec::new())),
        ("a schema of its last step alone", schema(|steps| steps[steps.len() - 1..].to_vec())),
        ("a schema of a later version", schema(|steps| [&steps[..], &[json!("29991231000001")]].concat())),
        ("a file twice", right.with(|lines| lines.insert(1, lines[1].clone()))),
        ("a file that isn't base64url", file(json!({"file": "appliance-key", "bytes": "../../etc"}).to_string())),
        ("a file of too many bytes", file(json!({"file": "x", "bytes": "A".repeat(3 << 20)}).to_string())),
        (
            "very many files",
            right.with(|lines| {
                lines.splice(1..1, (0..1000).map(|n| json!({"file": n.to_string(), "bytes": ""}).to_string())).for_each(drop)
            }),
        ),
        ("a line of no kind", right.with(|lines| lines.insert(2, "{\"table\":1}".to_owned()))),
        ("an end in the middle", right.with(|lines| lines.insert(2, "{\"end\":{\"rows\":0,\"sha256\":\"\"}}".to_owned()))),
        ("an empty line", right.with(|lines| lines.insert(2, String::new()))),
        ("a second backup that isn't the sign-in setup's", [right.ended(), right.ended()].concat()),
    ]
}

#[test]
fn a_backup_that_somebody_made_up_changes_nothing_and_is_not_repeated() {
    run(async {
        for ground in Ground::both() {
            let store = ground.open().await;
            fill(&ground);
            let right = Lines::of(&backed_up(&store).await);
            store.close().await;
            let before = verified(&ground.open().await).await;
            for (what, backup) in wrong(&right) {
                let said = restore(&ground, &backup, true).err().unwrap_or_else(|| panic!("{what} was restored")).to_string();
                assert!(!said.contains("ada") && !said.contains("etc") && said.len() < 300, "{what}: {said}");
            }
            assert_eq!(verified(&ground.open().await).await, before);
            assert_eq!(ground.number("SELECT count(*) AS n FROM wraps"), 1);
            assert!(ground.settings.copies.read_dir().map_or(0, Iterator::count) == 0, "the copies that were begun are gone");
            // What was changed above was what made it wrong.
            restore(&ground, &right.ended(), true).unwrap();
        }
    });
}

#[test]
fn a_line_without_end_is_given_up_before_it_fills_the_memory() {
    let ground = Ground::sqlite();
    let endless = std::io::BufReader::new(Endless(0));
    let Err(refused) = Staged::read(&ground.settings, Restoring { replace: false, at: NOON }, endless) else { panic!("it was taken") };
    assert!(matches!(refused, NotBackedUp::Stream(_)));
}

/// The same letter for ever; whoever reads much more than a line may have fails the test.
struct Endless(u64);

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(b'[');
        self.0 += buffer.len() as u64;
        assert!(self.0 < LONGEST_LINE_BYTES + (1 << 20));
        Ok(buffer.len())
    }
}
