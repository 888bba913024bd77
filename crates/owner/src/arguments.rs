//! What may stand on the command line, and what must not: a secret in an argument is in the shell's history and in the list of processes.
//!
//! Nothing here repeats a link that it refuses.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::commands::Command;
use crate::failure::{EXIT_CODES, Exit, Failure};

/// What `--help` says besides, where `-h` doesn't.
const MORE: &str = "\
Files:
  ~/.config/postern
      The folder in which this program remembers what follows, unless --home
      names another. Only its user may read it.
  server.json
      The appliance used last, the name that signed in there, and where the
      file lies that --client-certificate named for it. The file stays there.
  authority.pem
      The certificate authorities that --ca named for it.
  session.json
      The session. What opens the account stands in it only sealed, under a key
      that the appliance keeps for this session.
  attempts/
      Views that were begun and not shown yet, so that none is spent twice.
  seen-*.json
      The newest state of each item that was seen, so that an appliance that
      serves an older one is found out.

Environment:
  XDG_CONFIG_HOME
      The configuration folder that is used instead of ~/.config.";

/// Keep secrets in a Postern vault and hand them out: sealed here, opened only where they are meant to be.
///
/// Passwords, secrets, links, tokens and codes are asked for at the terminal. Where standard input is no terminal, they are read
/// from it, one line for each question, in the order in which they would be asked. They are never arguments.
#[derive(Debug, Parser)]
#[command(name = "postern", version, after_help = EXIT_CODES, after_long_help = format!("{EXIT_CODES}\n\n{MORE}"))]
#[command(disable_help_subcommand = true, max_term_width = 110)]
pub struct Arguments {
    #[command(flatten)]
    pub everywhere: Everywhere,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Everywhere {
    /// The appliance, like `https://postern.example.com`; the one used last, if not given
    #[arg(long, global = true, value_name = "URL", env = "POSTERN_SERVER", hide_env_values = true)]
    pub server: Option<String>,
    /// Trust exactly the certificate authorities in this PEM file; remembered with the appliance
    #[arg(long, global = true, value_name = "FILE", env = "POSTERN_CA", hide_env_values = true)]
    pub ca: Option<PathBuf>,
    /// Show the certificate in this PEM file, which holds its private key too, where one is asked for; remembered with the appliance
    #[arg(long, global = true, value_name = "FILE", env = "POSTERN_CLIENT_CERTIFICATE", hide_env_values = true)]
    pub client_certificate: Option<PathBuf>,
    /// Where this program remembers the appliance and the session; `postern` in the configuration folder, if not given
    #[arg(long, global = true, value_name = "DIR", env = "POSTERN_HOME", hide_env_values = true)]
    pub home: Option<PathBuf>,
    /// Print results, and failures, as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// Whether an argument holds a link, whole or in part.
pub fn names_a_link(argument: &str) -> bool {
    argument.split_once("/s/").is_some_and(|(_, rest)| rest.contains('#'))
}

/// Why a link is not taken from the arguments.
pub fn link_refused() -> Failure {
    Failure::new(
        Exit::Usage,
        "usage",
        "a link doesn't belong into the arguments: whoever sees the shell's history or the list of processes could open it",
    )
    .hint("Run `postern open` alone: it asks for link and token. Then remove this line from your shell's history.")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;

    fn read(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_command_takes_a_secret_as_an_argument() {
        for line in [
            "postern sign-in ada password",
            "postern sign-in --password x",
            "postern register code",
            "postern register --invitation code",
            "postern recover --code x",
            "postern password new",
            "postern item add account --password x",
            "postern item add api-secret --secret x",
            "postern item add note --body x",
            "postern item edit 1 --password x",
            "postern open --token x",
            "postern open --link x",
        ] {
            assert!(matches!(read(line).unwrap_err().kind(), ErrorKind::UnknownArgument), "{line}");
        }
    }

    #[test]
    fn a_link_is_recognised_wherever_it_stands() {
        let id = "0190163d-8694-739b-aea5-966c26f8ad91";
        for link in [format!("https://host/s/{id}#AQ"), format!("--link=https://host:8443/s/{id}#AQ"), format!("/s/{id}#AQ")] {
            assert!(names_a_link(&link), "{link}");
        }
        for other in ["https://host:8443", "a/s/b", "#5", "open"] {
            assert!(!names_a_link(other), "{other}");
        }
        let told = link_refused();
        assert_eq!(told.exit, Exit::Usage);
        assert!(told.message.contains("history"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_anything_is_asked() {
        for line in [
            "postern",
            "postern item",
            "postern item add",
            "postern item add wallet",
            "postern item show",
            "postern share create",
            "postern share create item",
            "postern share create item --to nobody",
            "postern share create item --to a@example.com --expires tomorrow",
            "postern share create item --to a@example.com --views 0",
            "postern share create item --to a@example.com --views 10001",
            "postern share create item --to a@example.com --views many",
            "postern share create item --to a@example.com --network 10.0.0.1/8",
            "postern share create item --to a@example.com --network intranet",
            "postern share create item --to a@example.com --label \u{1b}x",
            "postern share revoke",
            "postern sign-in --name .ada",
            "postern item show x --version 0",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_every_command_understands_may_stand_before_or_after_it() {
        let before = read("postern --home h --server https://a --ca c --client-certificate d --json item list").unwrap().everywhere;
        let after = read("postern item list --home h --server https://a --ca c --client-certificate d --json").unwrap().everywhere;
        for read in [before, after] {
            assert_eq!((read.home, read.ca, read.json), (Some("h".into()), Some("c".into()), true));
            assert_eq!(read.server.as_deref(), Some("https://a"));
            assert_eq!(read.client_certificate, Some("d".into()));
        }
    }

    #[test]
    fn the_command_reference_is_this() {
        let mut reference = String::new();
        let mut top = Arguments::command().term_width(100);
        top.build();
        write_help(&mut top, &mut reference);
        insta::assert_snapshot!("command_reference", reference);
    }

    fn write_help(command: &mut clap::Command, reference: &mut String) {
        // What every command understands is told once.
        if command.get_name() != "postern" {
            *command = command.clone().mut_args(|argument| if argument.is_global_set() { argument.hide(true) } else { argument });
        }
        let help = command.render_long_help().to_string();
        reference.push_str(&format!("## {}\n\n{}\n", command.get_bin_name().unwrap_or("postern").to_owned(), help.trim_end()));
        reference.push('\n');
        for below in command.get_subcommands_mut() {
            write_help(below, reference);
        }
    }
}
