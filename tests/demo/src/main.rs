//! `make demo`: the appliance on this machine, two owners, one item, one share; then what to try, ready to copy.
//!
//! Everything is done by the three programs themselves, run as processes; nothing here knows how they do it.

mod appliance;
mod program;
mod signals;

use std::process::ExitCode;

use appliance::Appliance;
use program::{Failed, Program, text_at};
use signals::Signals;

/// Both owners' password. This appliance listens on this machine alone and ends with Ctrl-C.
const PASSWORD: &str = "correct horse battery staple";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            say(&format!("demo: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failed> {
    // Before anything is started, so that no Ctrl-C is lost in between.
    let mut signals = Signals::catch()?;
    let mut appliance = Appliance::start()?;
    let story = tell(&appliance);
    if story.is_ok() {
        signals.wait(&mut appliance);
    }
    appliance.stop();
    story
}

/// Registers two owners, makes an item, shares it, and prints what a newcomer can try.
fn tell(appliance: &Appliance) -> Result<(), Failed> {
    let ada = register(appliance, "ada", "Ada Lovelace", "ada@example.com")?;
    register(appliance, "grace", "Grace Hopper", "grace@example.com")?;
    ada.run(
        &["item", "add", "account", "--json"],
        &["Staging server", "https://staging.example.com", "deploy", "s3cret-for-staging", "", ""],
    )?;
    let items = ada.run(&["item", "list", "--json"], &[])?;
    let item = text_at(&items, "/items/0/id")?;
    let share = ada.run(&["share", "create", &item, "--to", "bob@example.org", "--expires", "24h", "--json"], &[])?;
    let link = text_at(&share, "/links/0/link")?;
    let token = appliance.mailed_token()?;
    let opened = format!("printf '%s\\n' '{link}' '{token}' | {} open --yes --ca {}", appliance.program("postern"), appliance.ca());
    say(&format!("link: {link}"));
    say(&format!("token: {token}"));
    say(&format!("owner: {} --home {} sign-in (name ada, password {PASSWORD})", appliance.program("postern"), appliance.home("ada")));
    say(&format!("mail: {}", appliance.mail()));
    say(&format!("console: {} --socket {} share list", appliance.program("posternctl"), appliance.socket()));
    say(&format!("ca: {}", appliance.ca()));
    say(&format!("open: {opened}"));
    say("Postern is at https://localhost:8443. Ctrl-C ends it.");
    Ok(())
}

/// Invites somebody as an operator and registers them as themselves; gives their signed-in command line.
fn register(appliance: &Appliance, name: &str, full_name: &str, email: &str) -> Result<Program, Failed> {
    let invite = ["user", "invite", name, "--full-name", full_name, "--email", email, "--external", "--json"];
    let invited = appliance.operator().run(&invite, &[])?;
    let invitation = text_at(&invited, "/invitation")?;
    let owner = appliance.owner(name);
    owner.run(&["register", "--json"], &[&invitation, PASSWORD, PASSWORD])?;
    owner.run(&["sign-in", "--json"], &[name, PASSWORD])?;
    Ok(owner)
}

#[allow(clippy::print_stdout, reason = "the demo's whole purpose is to print")]
fn say(line: &str) {
    println!("{line}");
}
