//! What is done with accounts: each act said before in what it does to the person and to what they share.
//!
//! Nothing here decides whether it may be: the daemon does, and writes it down.

use api::admin::users::User;
use api::text::UserName;

use crate::console::call::Call;
use crate::console::dialog::act::Act;
use crate::console::dialog::field::{Field, Given};

/// The name, or how many there are.
fn whom(names: &[UserName]) -> String {
    match names {
        [one] => one.to_string(),
        several => format!("{} accounts", several.len()),
    }
}

fn each(names: &[UserName], call: fn(UserName) -> Call) -> impl Fn(&Given<'_>) -> Result<Vec<Call>, String> + use<> {
    let names = names.to_vec();
    move |_| Ok(names.iter().cloned().map(call).collect())
}

/// Suspends accounts.
pub(super) fn suspend(names: &[UserName]) -> Act {
    let says = [
        "They are signed out at once and can't sign in, and every link that they shared is frozen.",
        "Nothing is deleted: resuming brings the links back as they were. Only the sessions stay ended.",
    ];
    Act::new(format!("Suspend {}", whom(names)), &says, Box::new(each(names, Call::SuspendUser)))
}

/// Ends suspensions.
pub(super) fn resume(names: &[UserName]) -> Act {
    let says = [
        "They can sign in again, and their links live again.",
        "A link that was frozen by itself stays frozen, and time went on for all of them: one may have expired meanwhile.",
    ];
    Act::new(format!("Resume {}", whom(names)), &says, Box::new(each(names, Call::ResumeUser)))
}

/// Grants or takes back the permission to share outside the vault; the opposite of how this one has it comes first.
pub(super) fn external(user: &User, names: &[UserName]) -> Act {
    let (allow, deny) = ("may share with people outside", "may not share with people outside");
    let choices = if user.external_share { [deny, allow] } else { [allow, deny] };
    let first = !user.external_share;
    let says = [
        "Outside are people without an account: they open a link within the allowed networks, with an access token.",
        "Taking it back stops new shares only. Those made before live on: freeze or revoke them if they should not.",
    ];
    let taken = names.to_vec();
    let make = move |given: &Given<'_>| {
        let allowed = if given.choice(0) == 0 { first } else { !first };
        Ok(taken.iter().cloned().map(|name| Call::ExternalShare(name, allowed)).collect())
    };
    Act::new(format!("Sharing outside: {}", whom(names)), &says, Box::new(make)).field(Field::choice(
        "From now",
        "",
        choices.map(str::to_owned).into(),
    ))
}

/// Ends every session of an account.
pub(super) fn end_sessions(user: &User) -> Act {
    let says = [
        "Whoever is signed in there is signed out at once, on every device, and what they were doing is interrupted.",
        "They can sign in again with their password. To keep them out, suspend the account instead.",
    ];
    let title = format!("End every session of {}", user.name);
    Act::new(title, &says, Box::new(each(std::slice::from_ref(&user.name), Call::EndSessions))).confirmed_by(user.name.as_str())
}
