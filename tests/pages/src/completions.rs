//! What shells complete, for one program.
//!
//! Nothing hidden from the help is offered: what is taken only to be refused in helpful words must not be learnt from a shell.

use clap::{Arg, ArgGroup, Command, ValueHint};
use clap_complete::{Shell, generate};

/// The scripts with the paths by which shells find them.
pub fn scripts(program: &Command) -> Vec<(String, Vec<u8>)> {
    let name = program.get_name().to_owned();
    let files = [
        (Shell::Bash, format!("completions/bash/{name}")),
        (Shell::Zsh, format!("completions/zsh/_{name}")),
        (Shell::Fish, format!("completions/fish/{name}.fish")),
    ];
    let scripts = files.into_iter().map(|(shell, path)| {
        let mut script = Vec::new();
        generate(shell, &mut visible(program), &name, &mut script);
        (path, script)
    });
    scripts.collect()
}

/// The same command without what is hidden: the generators would offer it. A command can't lose arguments, so it is made anew.
fn visible(command: &Command) -> Command {
    let arguments: Vec<&Arg> = command.get_arguments().filter(|one| !one.is_hide_set()).collect();
    let groups = command.get_groups().map(|group| {
        let members = group.get_args().filter(|id| arguments.iter().any(|one| one.get_id() == *id));
        ArgGroup::new(group.get_id().clone()).args(members.cloned()).multiple(true)
    });
    let mut seen = Command::new(command.get_name().to_owned())
        .args(arguments.iter().map(|one| hinted((*one).clone())))
        .groups(groups)
        .subcommands(command.get_subcommands().filter(|below| !below.is_hide_set()).map(visible));
    if let Some(about) = command.get_about() {
        seen = seen.about(about.clone());
    }
    if let Some(version) = command.get_version() {
        seen = seen.version(version.to_owned());
    }
    seen.disable_help_subcommand(command.is_disable_help_subcommand_set())
}

/// Names, addresses and ids are no files: shells complete files wherever nothing else is said.
fn hinted(argument: Arg) -> Arg {
    let silent = argument.get_action().takes_values() && argument.get_value_hint() == ValueHint::Unknown;
    if silent { argument.value_hint(ValueHint::Other) } else { argument }
}
