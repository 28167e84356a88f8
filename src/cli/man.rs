//! `flake-audit man`: the manual in roff, the commands one below the other.

use std::process::ExitCode;

use clap::CommandFactory as _;

use super::{Cli, Failure, terminal};

pub(super) fn run() -> Result<ExitCode, Failure> {
    let page = page()?;
    terminal::print(|out| out.write_all(&page))?;
    Ok(ExitCode::SUCCESS)
}

fn page() -> std::io::Result<Vec<u8>> {
    let mut program = Cli::command().name("flake-audit");
    program.build();
    let mut page = Vec::new();
    let whole = clap_mangen::Man::new(program.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_subcommands_section(&mut page)?;
    for command in program.get_subcommands() {
        let man = clap_mangen::Man::new(command.clone());
        page.extend_from_slice(format!(".SH {}\n", command.get_name().to_uppercase()).as_bytes());
        // The sections of a command are parts of its own.
        let mut parts = Vec::new();
        man.render_description_section(&mut parts)?;
        man.render_options_section(&mut parts)?;
        let parts = String::from_utf8_lossy(&parts)
            .replace(".SH DESCRIPTION\n", "")
            .replace(".SH OPTIONS", ".SS OPTIONS");
        page.extend_from_slice(parts.replace(".SH ", ".SS ").as_bytes());
    }
    whole.render_extra_section(&mut page)?;
    whole.render_version_section(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_has_its_section() {
        let page = String::from_utf8(super::page().unwrap()).unwrap();
        assert_eq!(page.matches(".TH ").count(), 1);
        for command in super::Cli::command().get_subcommands() {
            let heading = format!("\n.SH {}\n", command.get_name().to_uppercase());
            assert!(page.contains(&heading), "{heading}{page}");
        }
        assert!(page.contains("Examples:") && page.contains("fail\\-on"), "{page}");
    }
}
