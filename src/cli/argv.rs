//! `flake-audit [OPTIONS] [PATHS]` means `flake-audit report …`: the command is put first before clap reads
//! the line, so that `flake-audit --format json check .` means `check` as well.

use std::ffi::OsString;
use std::path::Path;

use clap::{Command, CommandFactory as _};

/// The arguments with the command in the first place; `report` where none is named.
pub(super) fn with_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let cli = super::Cli::command();
    let first = first_positional(&cli, &arguments);
    let named = first.filter(|at| {
        let word = arguments.get(*at).and_then(|word| word.to_str());
        word.is_some_and(|word| cli.find_subcommand(word).is_some())
    });
    let before = arguments.get(1..first.unwrap_or(arguments.len())).unwrap_or(&[]);
    let own = |word: &OsString| ["-h", "--help", "-V", "--version"].iter().any(|known| word == known);
    // `help` and `help check`, as many programs have it; a path of that name is `./help`.
    let asks = first == Some(1) && arguments[1] == "help" && !Path::new("help").exists();
    if asks {
        arguments.remove(1);
        arguments.push("--help".into());
    } else if let Some(at) = named {
        let command = arguments.remove(at);
        arguments.insert(1, command);
    } else if first.is_some() || !before.iter().any(own) {
        let at = arguments.len().min(1);
        arguments.insert(at, OsString::from("report"));
    }
    arguments
}

/// The command that the first word may be meant as, where it is neither one nor a path that is there.
pub(super) fn meant(arguments: &[OsString]) -> Option<String> {
    let cli = super::Cli::command();
    let word = arguments.get(first_positional(&cli, arguments)?)?.to_str()?;
    if cli.find_subcommand(word).is_some() || Path::new(word).exists() {
        return None;
    }
    let names = cli.get_subcommands().map(Command::get_name);
    let near = names.map(|name| (strsim::damerau_levenshtein(word, name), name)).min()?;
    (near.0 * 2 < word.chars().count() && near.0 <= 2).then(|| near.1.to_owned())
}

/// Where the first word stands that is neither an option nor an option's value. A word behind `--` is a path.
fn first_positional(cli: &Command, arguments: &[OsString]) -> Option<usize> {
    let mut at = 1;
    while let Some(word) = arguments.get(at) {
        let Some(text) = word.to_str() else { return Some(at) };
        if text == "--" {
            return None;
        }
        if !text.starts_with('-') || text == "-" {
            return Some(at);
        }
        at += if takes_next(cli, text) { 2 } else { 1 };
    }
    None
}

/// Whether an option's value is the next word. An option means the same in every command.
fn takes_next(cli: &Command, option: &str) -> bool {
    if option.starts_with("--") {
        return !option.contains('=') && takes_value(cli, |arg| arg.get_long() == option.strip_prefix("--"));
    }
    // A cluster: the first that takes a value takes the rest of the word, if there is a rest.
    let letters: Vec<char> = option.chars().skip(1).collect();
    let first = letters.iter().position(|letter| takes_value(cli, |arg| arg.get_short() == Some(*letter)));
    first.is_some_and(|at| at + 1 == letters.len())
}

fn takes_value(cli: &Command, is: impl Fn(&clap::Arg) -> bool) -> bool {
    let arguments = cli.get_subcommands().flat_map(Command::get_arguments);
    arguments.filter(|arg| is(arg)).any(|arg| arg.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use super::with_command;

    fn line(words: &str) -> String {
        let words = std::iter::once("flake-audit").chain(words.split_whitespace());
        let words = with_command(words.map(Into::into).collect());
        let words: Vec<_> = words.iter().skip(1).map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn report_is_the_default() {
        assert_eq!(line(""), "report");
        assert_eq!(line("."), "report .");
        assert_eq!(line("--format json ."), "report --format json .");
        assert_eq!(line("--output check --verbose"), "report --output check --verbose");
        assert_eq!(line("-o check"), "report -o check");
        assert_eq!(line("./check"), "report ./check");
        assert_eq!(line("-- check"), "report -- check");
        assert_eq!(line(". --help"), "report . --help");
    }

    #[test]
    fn a_command_that_is_misspelt_is_known() {
        let meant =
            |words: &str| super::meant(&format!("flake-audit {words}").split(' ').map(Into::into).collect::<Vec<_>>());
        assert_eq!(meant("chek ."), Some("check".to_owned()));
        assert_eq!(meant("--format json splitt"), Some("split".to_owned()));
        assert_eq!(["check", "src", "nonsense", "a"].map(meant), [None, None, None, None]);
    }

    #[test]
    fn a_command_is_found_behind_options() {
        assert_eq!(line("check ."), "check .");
        assert_eq!(line("--format json check ."), "check --format json .");
        assert_eq!(line("--format=json check ."), "check --format=json .");
        assert_eq!(line("-fjson check"), "check -fjson");
        assert_eq!(line("-qf json check"), "check -qf json");
    }

    #[test]
    fn help_and_version_are_the_programs() {
        assert_eq!(line("--help"), "--help");
        assert_eq!(line("-V"), "-V");
        assert_eq!(line("check --help"), "check --help");
        assert_eq!(line("help"), "--help");
        assert_eq!(line("help check"), "check --help");
    }
}
