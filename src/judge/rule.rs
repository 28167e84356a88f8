//! Rules: what is said about them, and what runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::{self, Config, OptionValue, RuleSpec, Setting};
use crate::error::Error;
use crate::finding::{Confidence, Level};
use crate::judge::checks::Check;
use crate::judge::condition::Condition;
use crate::judge::example::Example;
use crate::judge::template::Template;
use crate::judge::{built_in, load};
use crate::measure::schema::{Anchor, Table};

/// A rule: one Markdown file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Code, `FA101`; never renamed or used again.
    pub code: String,
    /// Id, `oversized-flake`: the name of the file.
    pub id: String,
    /// What it finds, in a few words.
    pub title: String,
    /// Level of its findings.
    pub level: Level,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// Whether it runs without being asked for.
    pub default_on: bool,
    /// First version that has it.
    pub since: String,
    /// Tags, in the order of the file.
    pub tags: Vec<String>,
    /// Options with their default values.
    pub options: BTreeMap<String, OptionValue>,
    /// Why its examples cannot be run, where they cannot.
    pub unproven: Option<String>,
    /// Path of the file, as shown.
    pub path: String,
    /// The first paragraph of the page.
    pub summary: String,
    /// The page: Markdown without the front matter.
    pub page: String,
    /// Examples of the page.
    pub examples: Vec<Example>,
    pub(crate) body: Body,
    pub(crate) notes: Vec<Template>,
}

/// What runs.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    When(Box<When>),
    Check(&'static Check),
}

/// A condition over the rows of a table.
#[derive(Clone, Debug)]
pub(crate) struct When {
    pub(crate) table: &'static Table,
    pub(crate) anchor: &'static Anchor,
    pub(crate) condition: Condition,
    pub(crate) message: Template,
    pub(crate) escalate: Option<Escalate>,
}

/// A second condition: where it holds too, level and message are these.
#[derive(Clone, Debug)]
pub(crate) struct Escalate {
    pub(crate) condition: Condition,
    pub(crate) level: Level,
    pub(crate) message: Option<Template>,
}

impl Rule {
    /// `FA1` of `FA101`.
    pub fn family(&self) -> &str {
        config::family(&self.code)
    }

    /// The folder of its file (`size`), empty where the path has none.
    pub fn folder(&self) -> &str {
        let mut parts = self.path.rsplit('/').skip(1);
        parts.next().unwrap_or_default()
    }

    /// The name of its check, where a check decides.
    pub fn check(&self) -> Option<&'static str> {
        match &self.body {
            Body::Check(check) => Some(check.name),
            Body::When(_) => None,
        }
    }

    /// Options that its condition and its templates read; those of a check are in the check.
    pub fn options_read(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.notes.iter().flat_map(Template::options).collect();
        if let Body::When(when) = &self.body {
            names.extend(when.condition.options().chain(when.message.options()));
            if let Some(escalate) = &when.escalate {
                names.extend(escalate.condition.options());
                names.extend(escalate.message.iter().flat_map(Template::options));
            }
        }
        names
    }

    /// The level of its findings where they are escalated.
    pub fn raised(&self) -> Option<Level> {
        match &self.body {
            Body::Check(_) => None,
            Body::When(when) => when.escalate.as_ref().map(|escalate| escalate.level),
        }
    }

    /// Shapes of the messages that its front matter holds, holes written as `…`.
    pub fn message_shapes(&self) -> Vec<String> {
        match &self.body {
            Body::Check(_) => Vec::new(),
            Body::When(when) => std::iter::once(&when.message)
                .chain(when.escalate.iter().filter_map(|escalate| escalate.message.as_ref()))
                .map(Template::shape)
                .collect(),
        }
    }

    /// Whether the configuration lets it run: `ignore` wins over `select`, and a level that is set turns it on.
    pub fn runs(&self, config: &Config) -> bool {
        let named =
            |selectors: &[String]| selectors.iter().any(|selector| config::selects(selector, &self.code, &self.id));
        let set = config.rules.get(&self.code).and_then(|rule| rule.level);
        let on = if config.select.is_empty() { self.default_on || set.is_some() } else { named(&config.select) };
        on && set != Some(Setting::Off) && !named(&config.ignore)
    }

    /// The level that the configuration sets for all of its findings.
    pub fn level_set(&self, config: &Config) -> Option<Level> {
        match config.rules.get(&self.code)?.level? {
            Setting::At(level) => Some(level),
            Setting::Off => None,
        }
    }
}

/// A set of rules, in order of code.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// When one of them is wrong, which the tests rule out.
    pub fn built_in() -> Result<Self, Error> {
        Self::from_files(built_in::FILES.iter().map(|(path, text)| (*path, *text)))
    }

    /// The rules that come with the program, and a project's own: the path to show, and the text.
    ///
    /// # Errors
    /// As [`Rules::from_files`]; where a project's rule takes a code of ours, too.
    pub fn with_own<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut all = Self::built_in()?;
        for (path, text) in own {
            let rule = load::rule(path, text)?;
            if rule.code.starts_with("FA") {
                let message = "codes that begin with `FA` are the program's own: take other letters";
                return Err(load::error_at(path, text, &rule.code, message));
            }
            if let Some(other) = all.rules.iter().find(|other| other.code == rule.code || other.id == rule.id) {
                let taken = if other.code == rule.code { &rule.code } else { &rule.id };
                return Err(load::error_at(path, text, taken, &format!("`{taken}` is taken by {}", other.path)));
            }
            all.rules.push(rule);
        }
        all.rules.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(all)
    }

    /// Rules from files: the path to show, and the text.
    ///
    /// # Errors
    /// [`Error::Located`] for the first file that is wrong, or that takes a code or id twice.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut rules: Vec<Rule> = Vec::new();
        for (path, text) in files {
            let rule = load::rule(path, text)?;
            if let Some(other) = rules.iter().find(|other| other.code == rule.code || other.id == rule.id) {
                return Err(Error::Located(format!(
                    "error: {path}: `{}` ({}) is taken by {}",
                    rule.code, rule.id, other.path
                )));
            }
            rules.push(rule);
        }
        rules.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { rules })
    }

    /// The rules in order of code.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// A rule by code or id.
    pub fn find(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code == name || rule.id == name)
    }

    /// What the configuration needs to know of them.
    pub fn specs(&self) -> Vec<RuleSpec> {
        let spec =
            |rule: &Rule| RuleSpec { code: rule.code.clone(), id: rule.id.clone(), options: rule.options.clone() };
        self.rules.iter().map(spec).collect()
    }

    /// The rules as a Markdown table, for the front page.
    pub fn markdown_table(&self) -> String {
        let mut table = String::from("| code | rule | level | finds |\n|---|---|---|---|\n");
        for rule in &self.rules {
            let raised = rule.raised().map(|level| format!(" or {}", level_name(level))).unwrap_or_default();
            let level = format!("{}{raised}", level_name(rule.level));
            let off = if rule.default_on { "" } else { " (off)" };
            let title = rule.title.replace('|', "\\|");
            // Writing to a `String` cannot fail.
            let _ = writeln!(table, "| {} | [`{}`]({}) | {level}{off} | {title} |", rule.code, rule.id, rule.path);
        }
        table
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

impl<'a> IntoIterator for &'a Rules {
    type Item = &'a Rule;
    type IntoIter = std::slice::Iter<'a, Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
