//! `posternd restore`.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::Clock;
use crate::restore::{Told, Wish, restore};
use crate::serve::settings;
use clap::Args;
use nix::unistd::{Gid, Uid, User, setgid, setgroups, setuid};
use vault::RequestId;
use vault::event::Actor;

use super::{Failed, load, say};

/// Restore a backup that was opened already, from standard input
///
/// `posternctl restore` opens a backup and runs this. Started by root it does its work as the user whose folder the state folder is.
/// The daemon must not run. Nothing changes before the backup was read to its end and found right.
#[derive(Debug, Args)]
pub struct Restore {
    /// Put the backup in the place of the accounts that are there; a copy of them is kept
    #[arg(long)]
    replace: bool,

    /// Restore although nobody will be able to sign in but by recovery code
    #[arg(long)]
    without_sign_in: bool,

    /// Say what was done as one JSON value
    #[arg(long)]
    json: bool,

    /// The request's id that audit tells of it: `posternctl` has announced it in the journal under this one
    #[arg(long, value_name = "ID")]
    request: Option<RequestId>,
}

impl Restore {
    pub fn run(self, file: Option<&Path>) -> Result<(), Failed> {
        let config = load(file)?;
        let clock = Clock::system();
        let settings = settings(&config, clock.now()).map_err(Failed::not_configured)?;
        let by = operator();
        if self.request.is_some_and(|request| request.check_fresh(clock.now()).is_err()) {
            return Err(Failed::new("--request takes an id that was made within five minutes of this machine's clock"));
        }
        act_as_owner(&config.state.folder)?;
        let wish = Wish { replace: self.replace, without_sign_in: self.without_sign_in, request: self.request };
        let told = restore(&config, &settings, wish, &by, clock.now(), std::io::stdin().lock()).map_err(Failed::new)?;
        if self.json {
            return say(serde_json::to_string(&told).map_err(Failed::new)?);
        }
        tell(&told)
    }
}

/// Who restores, as the kernel names them.
fn operator() -> Actor {
    let uid = Uid::current();
    let name = User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
    Actor::Operator { uid: uid.as_raw(), name }
}

/// Files that root made in the state folder would shut the daemon out.
fn act_as_owner(folder: &Path) -> Result<(), Failed> {
    let there = folder.metadata().map_err(|error| {
        let folder = folder.display();
        Failed::not_configured(format!(
            "there is no state folder {folder} ({error}): make it for the daemon's user first (install -d -m 0700 -o postern -g postern {folder})"
        ))
    })?;
    if !Uid::effective().is_root() || there.uid() == 0 {
        return Ok(());
    }
    let dropped = setgroups(&[]).and_then(|()| setgid(Gid::from_raw(there.gid()))).and_then(|()| setuid(Uid::from_raw(there.uid())));
    dropped.map_err(|error| Failed::new(format!("can't act as the owner of {}: {error}", folder.display())))
}

fn tell(told: &Told) -> Result<(), Failed> {
    say(format_args!("Restored: {} rows of the backup made {} (contents {}).", told.rows, told.made_at, told.contents))?;
    say(format_args!(
        "Ended with it: every session; links: {}, waiting messages: {}, unused invitations: {}.",
        told.links_ended, told.messages_given_up, told.invitations_ended
    ))?;
    for path in &told.files {
        say(format_args!("put in place: {}", path.display()))?;
    }
    for path in &told.files_left {
        say(format_args!("not touched, since it lies outside the state folder: {}; the backup has another one", path.display()))?;
    }
    if let Some(copy) = &told.copy {
        say(format_args!("What was there before is kept in {}.", copy.display()))?;
    }
    say("Next: start the daemon, run `posternctl audit verify`, and do again what was decided since then: suspensions, permissions.")
}
