//! Arguments that several commands share.

use std::io::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::discover;
use crate::report::Format;
use crate::run::Request;

/// What is audited, and by which rules.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// Directories or files to audit
    #[arg(value_name = "PATHS", default_value = ".")]
    paths: Vec<PathBuf>,

    /// Leave out files that match (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "What is read")]
    exclude: Vec<String>,

    /// Read files that .gitignore and .ignore leave out
    #[arg(long, help_heading = "What is read")]
    no_ignore: bool,

    /// Read hidden files
    #[arg(long, help_heading = "What is read")]
    hidden: bool,

    /// Configuration to use instead of flake-audit.toml in the root
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    config: Option<PathBuf>,

    /// Only these rules: codes, ids or families
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    select: Vec<String>,

    /// Not these rules: codes, ids or families
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    ignore: Vec<String>,

    /// Threads to use [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1024))]
    threads: Option<usize>,
}

impl Target {
    /// As the library wants it.
    pub(super) fn request(&self) -> Request {
        Request {
            discover: discover::Request {
                paths: self.paths.clone(),
                exclude: self.exclude.clone(),
                no_ignore: self.no_ignore,
                hidden: self.hidden,
                entire: false,
            },
            config: self.config.clone(),
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            threads: self.threads,
            ..Request::default()
        }
    }

    /// Says where a split was interrupted: what is audited then is a tree that nobody wrote.
    pub(super) fn tell_unfinished(&self) {
        if crate::run::is_unfinished(&self.request()) {
            let said = "a `flake-audit split --write` was interrupted (or is under way), and what is read here may be partly \
                        old and partly new; `flake-audit split --recover` puts the old files back";
            let _ = writeln!(anstream::stderr(), "flake-audit: {said}");
        }
    }
}

/// What is compared.
#[derive(Debug, clap::Args)]
pub(super) struct Against {
    /// Compare with where HEAD parted from a revision (`main`), or with a revision itself (`v1..`)
    #[arg(long, value_name = "REV", help_heading = "What is new")]
    pub(super) compare: Option<String>,
}

/// How it is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// Format on the terminal: text, json, sarif, html, github, markdown, gitlab, junit or rdjsonl
    #[arg(
        long,
        short,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(super) format: Format,

    /// Write a file too: .html, .json, .sarif, .md, .xml, .txt, or FORMAT:FILE (repeatable)
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Vec<PathBuf>,

    /// Findings only, one line each
    #[arg(long, short, help_heading = "Output", conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// Every output, finding, unknown place and duplicate
    #[arg(long, short, help_heading = "Output")]
    pub(super) verbose: bool,

    #[command(flatten)]
    pub(super) color: Color,
}

/// Whether to colour.
#[derive(Debug, clap::Args)]
pub(super) struct Color {
    /// When to colour.
    #[arg(
        help = "Colours: auto, always or never; auto heeds NO_COLOR and CLICOLOR_FORCE",
        long = "color",
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(super) when: When,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal
    Auto,
    /// Also into a pipe
    Always,
    /// Not at all
    Never,
}
