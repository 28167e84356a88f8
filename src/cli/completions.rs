//! `flake-audit completions SHELL`.

use std::process::ExitCode;

use clap::CommandFactory as _;

use super::{Cli, Failure, terminal};

/// Print what a shell needs to complete our arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  flake-audit completions bash > ~/.local/share/bash-completion/completions/flake-audit
  flake-audit completions fish > ~/.config/fish/completions/flake-audit.fish
  flake-audit completions zsh > DIRECTORY/_flake-audit    # a directory of $fpath")]
pub(super) struct Args {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    // Into memory first: the generator takes a writer that fails for a bug.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "flake-audit", &mut script);
    terminal::print(|out| out.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, ValueEnum as _};

    #[test]
    fn every_shell_completes_every_command() {
        for shell in clap_complete::Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut super::Cli::command(), "flake-audit", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in super::Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }
}
