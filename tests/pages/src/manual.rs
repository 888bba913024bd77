//! The manual pages of one program: one for itself, and one for each of its commands, as git has them.
//!
//! Nothing hidden from the help is shown here.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, bold, roman};

use crate::sheet::Sheet;
use crate::told::{self, Section};
use crate::{Failed, Issue};

const ENVIRONMENT: &str = "ENVIRONMENT";

/// A page, without its section in its name.
pub struct Page {
    pub name: String,
    pub text: String,
}

/// Where a page stands in the manual.
struct Place<'a> {
    program: &'a Command,
    section: u8,
    /// The pages above, the program's first.
    above: Vec<String>,
    /// The pages that it leads to besides those above.
    beside: Vec<(String, u8)>,
    issue: &'a Issue,
}

/// The pages of a program and of its commands.
pub fn pages(program: Command, section: u8, beside: &[(&str, u8)], issue: &Issue) -> Result<Vec<Page>, Failed> {
    // `help` is about commands; in the manual their pages are.
    let mut program = program.disable_help_subcommand(true).subcommand_help_heading("COMMANDS");
    program.build();
    let beside = beside.iter().map(|(name, section)| ((*name).to_owned(), *section)).collect();
    let mut pages = Vec::new();
    write(&program, Place { program: &program, section, above: Vec::new(), beside, issue }, &mut pages)?;
    Ok(pages)
}

fn write(command: &Command, place: Place<'_>, pages: &mut Vec<Page>) -> Result<(), Failed> {
    let name = name(command);
    pages.push(Page { name: name.clone(), text: page(command, &name, &place)? });
    let visible: Vec<&Command> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    for below in &visible {
        let others = visible.iter().map(|other| self::name(other)).filter(|other| *other != self::name(below));
        let beside = others.map(|other| (other, place.section)).collect();
        let above = place.above.iter().cloned().chain([name.clone()]).collect();
        write(below, Place { above, beside, ..place }, pages)?;
    }
    Ok(())
}

/// The page's name, `postern-share-create`.
fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &Command, name: &str, place: &Place<'_>) -> Result<String, Failed> {
    let mut sheet = Sheet::new(name, place.section, place.issue);
    // The help's line of usage, which also says what excludes what.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let whole = command.clone().override_usage(usage).subcommand_help_heading("COMMANDS");
    let whole = whole.mut_args(values_in_a_line);
    let own = if place.above.is_empty() { whole } else { whole.mut_args(|one| if everywhere(&one) { one.hide(true) } else { one }) };
    let man = Man::new(own.clone()).section(place.section.to_string());
    sheet.add(|out| man.render_name_section(out))?;
    sheet.add(|out| man.render_synopsis_section(out))?;
    description(command, &mut sheet);
    if own.get_arguments().any(|one| !one.is_hide_set()) {
        sheet.add(|out| man.render_options_section(out))?;
    }
    if let Some(program) = place.above.first() {
        options_of_every_command(command, program, place.section, &mut sheet);
    }
    if command.has_subcommands() {
        sheet.add(|out| man.render_subcommands_section(out))?;
    }
    let variables: Vec<&Arg> = own.get_arguments().filter(|one| !one.is_hide_set() && one.get_env().is_some()).collect();
    told_below(command, place.program, &variables, &mut sheet)?;
    sheet.heading("SEE ALSO");
    let above = place.above.iter().map(|above| (above.clone(), place.section));
    let mut pages: Vec<(String, u8)> = above.chain(place.beside.iter().cloned()).collect();
    pages.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    sheet.references(&pages);
    sheet.finish()
}

/// Whether every command has this option; then the program's page tells of it, once.
fn everywhere(option: &Arg) -> bool {
    option.is_global_set() || matches!(option.get_action(), ArgAction::Help | ArgAction::HelpLong | ArgAction::HelpShort)
}

/// The same option, with what it takes told in one line: a list of words that explain themselves needs no line for each.
fn values_in_a_line(option: Arg) -> Arg {
    let values = option.get_possible_values();
    let shown: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let taken = option.get_action().takes_values() && !option.is_hide_possible_values_set();
    if !taken || shown.is_empty() || shown.iter().any(|value| value.get_help().is_some()) {
        return option;
    }
    let names: Vec<&str> = shown.iter().map(|value| value.get_name()).collect();
    let help = option.get_long_help().or_else(|| option.get_help()).map(ToString::to_string).unwrap_or_default();
    option.hide_possible_values(true).help(format!("{help}: {}", names.join(", "))).long_help(None)
}

/// What the help says after its first line, which the page has as its name; that line, where nothing follows.
fn description(command: &Command, sheet: &mut Sheet) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    let rest: Vec<&str> = long.split("\n\n").skip(1).collect();
    sheet.heading("DESCRIPTION");
    if rest.is_empty() {
        sheet.paragraph([roman(sentence(&about))]);
    }
    for paragraph in rest {
        sheet.paragraph([roman(paragraph.replace('\n', " "))]);
    }
}

fn sentence(words: &str) -> String {
    if words.ends_with('.') { words.to_owned() } else { format!("{words}.") }
}

fn options_of_every_command(command: &Command, program: &str, section: u8, sheet: &mut Sheet) {
    let longs: BTreeSet<&str> =
        command.get_arguments().filter(|one| everywhere(one) && !one.is_hide_set()).filter_map(Arg::get_long).collect();
    let mut words: Vec<Inline> = Vec::new();
    for (at, long) in longs.iter().enumerate() {
        words.push(roman(match at {
            0 => "",
            _ if at + 1 == longs.len() => " and ",
            _ => ", ",
        }));
        words.push(bold(format!("--{long}")));
    }
    words.extend([
        roman(" are understood by every command: see "),
        bold(program),
        roman(format!("({section}), also for exit status, environment and files.")),
    ]);
    sheet.heading("OPTIONS OF EVERY COMMAND");
    sheet.paragraph(words);
}

/// Exit status, environment, files and examples, as the help has them.
fn told_below(command: &Command, program: &Command, variables: &[&Arg], sheet: &mut Sheet) -> Result<(), Failed> {
    let help = command.get_after_long_help().or_else(|| command.get_after_help()).map(ToString::to_string).unwrap_or_default();
    let mut sections = told::sections(&help)?;
    if !variables.is_empty() && !sections.iter().any(|section| section.heading == ENVIRONMENT) {
        let before = sections.iter().take_while(|section| section.heading == "EXIT STATUS").count();
        sections.insert(before, Section { heading: ENVIRONMENT, rows: Vec::new() });
    }
    for section in sections {
        sheet.heading(section.heading);
        if section.heading == ENVIRONMENT {
            for option in variables {
                let variable = option.get_env().unwrap_or_default().to_string_lossy().into_owned();
                let told = format!("Taken where `--{}` isn't given.", option.get_long().unwrap_or_default());
                sheet.row([bold(variable)], &told);
            }
        }
        for row in section.rows {
            if section.heading == "EXAMPLES" {
                taken(program, &row.of)?;
            }
            sheet.row([bold(row.of)], &row.told);
        }
    }
    Ok(())
}

/// Whether the program takes an example as it stands.
fn taken(program: &Command, example: &str) -> Result<(), Failed> {
    let read = program.clone().try_get_matches_from(words(example));
    read.map(|_| ()).map_err(|error| Failed(format!("the example {example:?} isn't taken: {error}")))
}

/// An example's words as a shell takes them: what stands in single quotes is one word. No example has quotes within a word.
fn words(example: &str) -> Vec<&str> {
    let parts = example.split('\'').enumerate();
    parts.flat_map(|(n, part)| if n % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(help: &str) -> Result<String, Failed> {
        let loud = Arg::new("loud").long("loud").env("LOUD").action(ArgAction::SetTrue).help("Say it `loudly`");
        let hidden = Command::new("secret").hide(true);
        let program = Command::new("x").about("Try").arg(loud).subcommand(Command::new("say").about("Say it")).subcommand(hidden);
        let pages = pages(program.after_long_help(help.to_owned()), 1, &[], &Issue::of(None)?)?;
        assert_eq!(pages.iter().map(|page| page.name.as_str()).collect::<Vec<_>>(), ["x", "x-say"]);
        Ok(pages.into_iter().map(|page| page.text).collect())
    }

    #[test]
    fn variables_of_options_are_told_of_in_their_place() {
        let page = page_of("Files:\n  /x\n      A file.\n\nExit codes:\n  0  done").unwrap();
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} isn't in {page}"));
        assert!(at(".SH \"EXIT STATUS\"") < at(".SH ENVIRONMENT") && at("\\fBLOUD\\fR") < at(".SH FILES"));
        assert!(at("Say it \\fBloudly\\fR") < at("x\\-say(1)") && !page.contains("secret"));
    }

    #[test]
    fn an_example_that_the_program_would_refuse_is_an_error() {
        assert!(page_of("Examples:\n  x --loud say\n      Says it.").unwrap().contains(".SH EXAMPLES"));
        assert!(page_of("Examples:\n  x --softly say\n      Says it.").is_err());
    }
}
