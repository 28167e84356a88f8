//! A project's own rules: `.flake-audit/rules/` in the root, files of the same format as ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::since::read_small;
use super::{Request, Texts, audit_tree, configure, excluding, in_workers};
use crate::discover;
use crate::error::Error;
use crate::judge::{Example, Expected, Rule, Rules, as_expected};

/// Folder of a project's own rules, in the root.
const FOLDER: &str = ".flake-audit/rules";
/// Rules that a project may have.
const MAX_RULES: usize = 200;
/// Entries of the folder that are looked at.
const MAX_ENTRIES: usize = 10_000;
/// A longer rule file is refused by whoever reads it; this much and one byte more are read.
const MAX_BYTES: usize = 256 << 10;

/// What became of a rule's examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Code of the rule.
    pub code: String,
    /// Id of the rule.
    pub id: String,
    /// Its file.
    pub path: String,
    /// Number of examples.
    pub examples: u32,
    /// What is wrong: the line of the rule file, and a text of one line or several.
    pub failures: Vec<(u32, String)>,
}

/// The rules that come with the program and those of a root.
pub(super) fn rules(root: &Path) -> Result<Rules, Error> {
    let files = files(root)?;
    Rules::with_own(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// The rule files of a root with their texts, in order of path: those directly in the folder, and one folder down.
pub(super) fn files(root: &Path) -> Result<Vec<(String, String)>, Error> {
    let folder = root.join(FOLDER);
    // A link may lead out of the workspace.
    let mut above = folder.ancestors().take(FOLDER.split('/').count());
    if above.any(Path::is_symlink) {
        return Err(Error::Input { path: folder, reason: "a symbolic link, which is never followed".to_owned() });
    }
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for (name, path, is_folder) in entries(&folder)? {
        if is_folder {
            let below = entries(&path)?.into_iter().filter(|(inner, _, is_folder)| !is_folder && is_rule(inner));
            found.extend(below.map(|(inner, path, _)| (format!("{FOLDER}/{name}/{inner}"), path)));
        } else if is_rule(&name) {
            found.push((format!("{FOLDER}/{name}"), path));
        }
    }
    found.sort();
    if found.len() > MAX_RULES {
        let reason = format!("{} rules; at most {MAX_RULES} are read", found.len());
        return Err(Error::Input { path: folder, reason });
    }
    let mut files = Vec::with_capacity(found.len());
    for (shown, path) in found {
        let bytes = read_small(&path, MAX_BYTES, true)?.unwrap_or_default();
        let text = String::from_utf8(bytes).map_err(|error| Error::Input {
            path: path.clone(),
            reason: format!("a rule file is UTF-8 (byte {})", error.utf8_error().valid_up_to()),
        })?;
        files.push((shown, text));
    }
    Ok(files)
}

fn is_rule(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "md") && name != "README.md"
}

/// Name, path and whether it is a folder, of what is in a folder that may be missing. Links are not followed.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf, bool)>, Error> {
    let failed = |error: std::io::Error| Error::Input { path: folder.to_path_buf(), reason: error.to_string() };
    let read = match fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut found = Vec::new();
    for entry in read.take(MAX_ENTRIES) {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() || kind.is_file() {
            found.push((entry.file_name().to_string_lossy().into_owned(), entry.path(), kind.is_dir()));
        }
    }
    Ok(found)
}

/// Runs every example of the project's own rules.
///
/// # Errors
/// When a rule file is wrong, or a folder for the examples cannot be made.
pub fn test_rules(root: &Path) -> Result<Vec<Tested>, Error> {
    let rules = rules(root)?;
    let own: Vec<&Rule> = rules.iter().filter(|rule| rule.path.starts_with(FOLDER)).collect();
    in_workers(&Request::default(), || {
        let mut tested = Vec::new();
        for rule in own {
            let mut failures: Vec<(u32, String)> = Vec::new();
            for example in &rule.examples {
                failures.extend(differs(&rules, rule, example)?.map(|why| (example.line, why)));
            }
            if !rule.examples.iter().any(|example| !example.good) && rule.unproven.is_none() {
                failures.push((1, "there is no `bad` example: nothing shows that the rule finds anything".to_owned()));
            }
            tested.push(Tested {
                code: rule.code.clone(),
                id: rule.id.clone(),
                path: rule.path.clone(),
                examples: rule.examples.len() as u32,
                failures,
            });
        }
        Ok(tested)
    })
}

/// How what a rule finds in an example differs from what its page says; `None` where it does not.
fn differs(rules: &Rules, rule: &Rule, example: &Example) -> Result<Option<String>, Error> {
    let folder = tempfile::tempdir()
        .map_err(|error| Error::Output { path: "a temporary folder".into(), reason: error.to_string() })?;
    let root = folder.path();
    for file in &example.files {
        let path = root.join(&file.path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.text));
        made.map_err(|error| Error::Output { path, reason: error.to_string() })?;
    }
    let mut request = Request {
        discover: discover::Request { paths: vec![root.to_path_buf()], ..discover::Request::default() },
        ..Request::default()
    };
    // A rule that is off by default is on in its own examples.
    if !example.files.iter().any(|file| file.path == super::CONFIG_FILE) {
        request.select = vec![rule.code.clone()];
    }
    let config = match configure(root, &request, rules) {
        Ok(config) => config,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let tree = Arc::new(discover::discover(&excluding(&request, &config))?);
    let audit = audit_tree(rules, config, &tree, &Texts::new(), &request);
    let of_rule = audit.findings.iter().filter(|finding| finding.code == rule.code);
    let mut found: Vec<(&str, Expected)> = of_rule
        .map(|finding| {
            let file = audit.sources.file(finding.primary.span.file);
            (file.path.as_str(), as_expected(file, finding.primary.span, &finding.message))
        })
        .collect();
    let all = example.files.iter().flat_map(|file| file.expected.iter().map(|e| (file.path.as_str(), e.clone())));
    let mut expected: Vec<(&str, Expected)> = all.collect();
    found.sort();
    expected.sort();
    let show = |(path, e): &(&str, Expected)| format!("{path}:{}:{}-{}: {}", e.line, e.column, e.end_column, e.message);
    let missing = expected.iter().filter(|one| !found.contains(one)).map(|one| format!("not found:  {}", show(one)));
    let surplus = found.iter().filter(|one| !expected.contains(one)).map(|one| format!("not said:   {}", show(one)));
    let lines: Vec<String> = missing.chain(surplus).collect();
    Ok((!lines.is_empty()).then(|| lines.join("\n")))
}
