//! Asking for a new password, twice.
//!
//! Nothing here judges a password but its length: what people choose is theirs, what can be guessed is told in the documents.

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// The shortest password, in characters (NIST SP 800-63B asks for eight).
const LEAST_CHARACTERS: usize = 8;

/// Asks for it and for its repetition.
pub fn ask(terminal: &mut Terminal) -> Result<Zeroizing<String>, Failure> {
    let password = terminal.ask_secret("New password: ")?;
    if password.chars().count() < LEAST_CHARACTERS {
        return Err(Failure::usage(format!("the password is too short: at least {LEAST_CHARACTERS} characters are needed"))
            .hint("A few unrelated words make a good one."));
    }
    let repeated = terminal.ask_secret("New password, again: ")?;
    if password == repeated { Ok(password) } else { Err(Failure::usage("the two passwords are not the same: nothing was changed")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_typed_twice_alike_and_is_not_short() {
        let asked = |lines| ask(&mut Terminal::scripted(false, lines).0);
        assert_eq!(*asked("long enough\nlong enough\n").unwrap(), "long enough");
        assert!(asked("long enough\nlong enuogh\n").unwrap_err().message.contains("not the same"));
        assert!(asked("short\nshort\n").unwrap_err().message.contains("too short"));
        assert!(asked("long enough\n").unwrap_err().message.contains("again"));
    }
}
