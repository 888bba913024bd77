//! What an owner is told before the appliance mails both link and token.
//!
//! Nothing is relayed by somebody who didn't say yes to it.

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Says what it means, and asks once more.
pub fn agree(terminal: &mut Terminal) -> Result<(), Failure> {
    if !terminal.interactive() {
        return Err(Failure::usage("with --deliver relay-both the appliance learns link and token: not end to end")
            .hint("Say --yes where nobody can be asked."));
    }
    terminal.say("The appliance would mail both, the token first and the link a few minutes later. This is not end to end:");
    terminal.say("  while it mails, the appliance and every mail server on the way could open what you share;");
    terminal.say("  whoever reads the recipient's mailbox gets both.");
    terminal.say("It is marked on the share, and recorded. Handing over the link yourself is safer.");
    if terminal.agree("Mail both?")? { Ok(()) } else { Err(Failure::usage("nothing was shared")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nobody_can_be_asked_nothing_is_relayed() {
        let (mut terminal, results, _) = Terminal::scripted(false, "");
        assert!(agree(&mut terminal).is_err());
        assert_eq!(results.text(), "");
    }
}
