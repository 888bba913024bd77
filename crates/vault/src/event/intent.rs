//! What an operator's program tells the journal before it asks for something: the second witness beside the appliance's own records.
//!
//! It is no event: the appliance never writes it and no chain holds it. journald stamps who wrote it.

use super::table::{Entry, Priority};

/// The row of an intent. Its fields are `POSTERN_REQUEST`, `POSTERN_INTENT` and `POSTERN_COMMAND`; as with events, none is secret.
pub const INTENT: Entry = Entry {
    name: "operator.intends",
    message_id: "e3a828b640ce431e855d2ce97f133319",
    priority: Priority::Notice,
    details: &["request", "intent", "command"],
    message: "About to ask posternd for {intent}: {command}",
    explanation: "posternctl writes this under the caller's own identity before it asks posternd for an act; _UID and _PID are the \
                  kernel's word for who it was. The act itself is an event with the same POSTERN_REQUEST. Where no act \
                  and no refusal came of it, the daemon was down, the program was ended, or its caller is in neither of the groups. An act without an \
                  intent was not asked for by posternctl on this machine. `posternctl audit witness` compares the two.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Kind;

    #[test]
    fn an_intent_can_not_be_taken_for_an_event() {
        for entry in Kind::ALL.iter().map(|kind| kind.entry()) {
            assert!(entry.message_id != INTENT.message_id && entry.name != INTENT.name, "{}", entry.name);
        }
        assert!(INTENT.message_id.len() == 32 && INTENT.message_id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    }
}
