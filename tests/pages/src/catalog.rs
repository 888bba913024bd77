//! postern.catalog, from which `journalctl -x` explains events: an entry for each row of vault's table of events, under its MESSAGE_ID.
//!
//! Nothing is told here that the table doesn't know. What journald's fields are called is `crates/daemon/src/journal/line.rs`.

use vault::event::{Entry, INTENT, Kind};

use crate::Failed;

/// Where `journalctl -x` leads to: URIs, as systemd's own entries have them.
const DOCUMENTATION: &str = "man:posternctl-audit-list(8) man:posternctl(8)";

/// Lines are shown behind three columns of decoration on terminals of 80.
const COLUMNS: usize = 77;

/// Fields that a message names and a record may lack, and the word that stands for one then: journald leaves the bare name of a field that isn't
/// there. The message itself, which `journalctl` shows above, tells the value where there is one.
const SOMETIMES: [(&str, &str, &str); 1] = [("account.refused", "name", "somebody")];

/// What the audit log can be asked for, by the field that every record of the kind has; the narrowest first.
const ASKED_BY: [(&str, &str); 5] =
    [("link", "--link"), ("share", "--share"), ("item", "--item"), ("name", "--user"), ("address", "--address")];

/// The file.
pub fn catalog() -> Result<String, Failed> {
    let mut text = "# Made by `make pages` from the table of events. `journalctl -x` shows it below each of them.\n".to_owned();
    for kind in Kind::ALL {
        text.push_str(&entry(kind.entry())?);
    }
    text.push_str(&explained(
        INTENT,
        "In the journal the act bears the same request:\n\n    journalctl POSTERN_REQUEST=@POSTERN_REQUEST@\n",
    )?);
    Ok(text)
}

fn entry(entry: Entry) -> Result<String, Failed> {
    let Entry { name, message, .. } = entry;
    let question = question(name, message);
    explained(
        entry,
        &format!("In the audit log this is {name}, number @POSTERN_SEQ@ of lane @POSTERN_LANE@.\nWhat belongs to it:\n\n    {question}\n"),
    )
}

/// An entry that ends with where to look further.
fn explained(entry: Entry, further: &str) -> Result<String, Failed> {
    let Entry { name, message_id, message, explanation, .. } = entry;
    // journald takes what stands between two of them for a field.
    if [message, explanation].iter().any(|words| words.contains('@')) {
        return Err(Failed(format!("the words for {name} hold an @, between which journald looks for fields")));
    }
    let subject = subject(name, message)?;
    let explanation = wrapped(explanation);
    Ok(format!("\n-- {message_id}\nSubject: {subject}\nDefined-By: Postern\nDocumentation: {DOCUMENTATION}\n\n{explanation}\n\n{further}"))
}

/// The message with journald's fields where values go.
fn subject(name: &str, message: &str) -> Result<String, Failed> {
    let mut parts = message.split('{');
    let mut subject = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (field, rest) = part.split_once('}').ok_or_else(|| Failed(format!("the message of {name} has a brace without its second")))?;
        match word_for(name, field) {
            Some(word) => subject.push_str(word),
            None => subject.push_str(&substituted(field)),
        }
        subject.push_str(rest);
    }
    Ok(subject)
}

/// The command that shows what else is known.
fn question(name: &str, message: &str) -> String {
    let named = |field: &str| message.contains(&format!("{{{field}}}")) && word_for(name, field).is_none();
    match ASKED_BY.iter().find(|(field, _)| named(field)) {
        Some((field, option)) => format!("posternctl audit list {option} {} --explain", substituted(field)),
        None => format!("posternctl audit list --event {name} --explain"),
    }
}

fn word_for(name: &str, field: &str) -> Option<&'static str> {
    SOMETIMES.iter().find(|(event, optional, _)| (*event, *optional) == (name, field)).map(|(_, _, word)| *word)
}

fn substituted(field: &str) -> String {
    format!("@POSTERN_{}@", field.to_ascii_uppercase())
}

fn wrapped(words: &str) -> String {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let filled = lines.last().map_or(0, |line| line.chars().count());
        if filled > 0 && filled + 1 + word.chars().count() > COLUMNS {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(message: &'static str, explanation: &'static str) -> Entry {
        Entry { message, explanation, ..Kind::LinkRefused.entry() }
    }

    #[test]
    fn values_stand_where_the_message_has_them_and_lead_to_the_narrowest_question() {
        let text = entry(row("{action} of {link} from {address}", "Words.")).unwrap();
        assert!(
            text.starts_with("\n-- 119c706d86364ebeae37bed352cb3dfa\nSubject: @POSTERN_ACTION@ of @POSTERN_LINK@ from @POSTERN_ADDRESS@\n")
        );
        assert!(text.ends_with("\n    posternctl audit list --link @POSTERN_LINK@ --explain\n"), "{text}");
        assert!(entry(row("It stopped", "Words.")).unwrap().ends_with("audit list --event link.refused --explain\n"));
    }

    #[test]
    fn what_a_record_may_lack_is_a_word_and_no_question() {
        let refused = Kind::AccountRefused.entry();
        let text = entry(refused).unwrap();
        assert!(text.contains("Subject: @POSTERN_ACTION@ as somebody from @POSTERN_ADDRESS@ was refused: @POSTERN_REFUSAL@\n"), "{text}");
        assert!(text.ends_with("--address @POSTERN_ADDRESS@ --explain\n"), "{text}");
    }

    #[test]
    fn lines_are_wrapped_and_what_journald_would_misread_is_an_error() {
        let long = wrapped(&"seven77 ".repeat(30));
        assert!(long.lines().count() == 4 && long.lines().all(|line| line.chars().count() <= COLUMNS), "{long}");
        assert!(entry(row("It stopped", "Write to root@localhost.")).is_err());
        assert!(entry(row("It {stopped", "Words.")).is_err());
    }
}
