//! What stands on the command line before and around the commands.
//!
//! Nothing here takes a secret: arguments are visible to everybody on the machine.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::PossibleValuesParser;

use crate::commands::Command;
use crate::console::THEMES;
use crate::failure::EXIT_CODES;

/// What the options are called together that every command has.
const EVERYWHERE: &str = "Options of every command";

/// What `--help` says besides, where `-h` doesn't.
const MORE: &str = "\
Files:
  /run/postern-admin/admin.sock
      The socket at which posternd listens for operators, unless --socket names
      another.

Environment:
  TZ
      The time zone in which times are shown; the machine's own, if not set.
  NO_COLOR
      The console uses no colours, unless --theme names some.";

/// Operate a Postern appliance: users, shares, audit, gate, mail, clock, backups.
///
/// Without a command it opens the console: screens to look around in and act from, in this terminal.
///
/// Works over posternd's admin socket on this machine. What you may do follows from who you are there:
/// root and members of postern-operators may act, members of postern-auditors may read.
#[derive(Debug, Parser)]
#[command(name = "posternctl", version, after_help = EXIT_CODES, after_long_help = format!("{EXIT_CODES}\n\n{MORE}"))]
#[command(max_term_width = 100)]
pub(crate) struct Arguments {
    /// posternd's admin socket
    #[arg(
        long,
        global = true,
        help_heading = EVERYWHERE,
        value_name = "PATH",
        env = "POSTERN_ADMIN_SOCKET",
        default_value = "/run/postern-admin/admin.sock",
        hide_env_values = true
    )]
    pub(crate) socket: PathBuf,

    /// Answer with JSON: one value on one line; errors too, on standard error. Times are milliseconds since 1970
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,

    /// Without a command: take commands line by line instead of drawing, for screen readers and bad lines
    #[arg(long)]
    pub(crate) plain: bool,

    /// Without a command: the console's colours; otherwise the terminal is asked, and NO_COLOR counts
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(THEMES))]
    pub(crate) theme: Option<String>,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

    fn taken(line: &str) -> bool {
        Arguments::try_parse_from(line.replace("ID", ID).split_whitespace()).is_ok()
    }

    #[test]
    fn the_definition_of_the_commands_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_is_taken_as_it_is_documented() {
        for line in [
            "posternctl user invite ada --full-name=Ada --email ada@example.com --external --qr",
            "posternctl user list --limit 3 --after x",
            "posternctl user suspend ada",
            "posternctl user resume Ada",
            "posternctl user allow-external ada --json",
            "posternctl user deny-external ada --socket /tmp/x",
            "posternctl share list --owner ada --recipient bob@example.com --item ID --share ID --state used-up --all",
            "posternctl share revoke ID",
            "posternctl share revoke --link ID",
            "posternctl share freeze --owner ada --reason phished",
            "posternctl share freeze --owner ID --reason phished",
            "posternctl share freeze --recipient bob@example.com --count",
            "posternctl share unfreeze ID",
            "posternctl share freezes",
            "posternctl audit list --event link.revealed --actor recipient --who ID --address 10.20.0.5 --user ada --item ID --share ID --link ID --refused --explain",
            "posternctl audit verify --json",
            "posternctl audit witness --since 2026-11-20",
            "posternctl gate explain ::ffff:10.20.0.5",
            "posternctl clock accept --yes",
            "posternctl mail list --state dead --all",
            "posternctl mail retry ID",
            "posternctl mail retry --all-dead",
            "posternctl mail drop ID --yes",
            "posternctl mail test olga@example.com",
            "posternctl backup /srv/postern.age",
            "posternctl backup - --recipient age1x --recipient age1y",
            "posternctl backup /srv/postern.age --with-sign-in --passphrase-file /root/words --replace",
            "posternctl backup /srv/sign-in.age --only-sign-in",
            "posternctl restore /srv/postern.age --sign-in /srv/sign-in.age",
            "posternctl restore /srv/postern.age --identity /root/key.txt --replace --without-sign-in",
            "posternctl restore /srv/postern.age --check --json",
            "posternctl health",
        ] {
            assert!(taken(line), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_taken() {
        for line in [
            "posternctl user invite ada --full-name=Ada",
            "posternctl user invite .ada --full-name=Ada --email ada@example.com",
            "posternctl user invite ada --full-name=Ada --email nobody",
            "posternctl user list --all --limit 3",
            "posternctl user list --limit 0",
            "posternctl share list --state opened",
            "posternctl share list --share 0190163d",
            "posternctl share revoke",
            "posternctl share revoke ID --link ID",
            "posternctl share freeze --reason phished",
            "posternctl share freeze --owner ada --item ID --reason phished",
            "posternctl share freeze --owner ada",
            "posternctl share unfreeze",
            "posternctl audit list --event link.opened",
            "posternctl audit list --actor somebody",
            "posternctl audit witness --since yesterday",
            "posternctl audit list --address 10.20.0",
            "posternctl gate explain 10.20.0.0/16",
            "posternctl clock",
            "posternctl mail list --state lost",
            "posternctl mail retry",
            "posternctl mail retry ID --all-dead",
            "posternctl mail drop",
            "posternctl mail test nobody",
            "posternctl backup",
            "posternctl backup x --with-sign-in --only-sign-in",
            "posternctl backup x --recipient age1x --passphrase-file y",
            "posternctl restore",
            "posternctl restore x --check --replace",
        ] {
            assert!(!taken(line), "{line}");
        }
    }

    #[test]
    fn the_help_of_every_command_reads_as_it_was_approved() {
        let mut all = String::new();
        write(&mut Arguments::command().term_width(80), "", &mut all);
        insta::assert_snapshot!("help", all);
    }

    fn write(command: &mut clap::Command, above: &str, all: &mut String) {
        let name = format!("{above}{} ", command.get_name());
        all.push_str(&format!("=== {}\n{}\n", name.trim_end(), command.render_long_help()));
        // The whole command knows which options are for every command; it hands them down when it is built.
        command.build();
        for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
            write(below, &name, all);
        }
    }
}
