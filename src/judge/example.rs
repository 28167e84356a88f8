//! Examples of a rule: fenced blocks of its page, with the expected findings as carets under the code.
//!
//! The grammar is described in `rules/README.md`.

use crate::source::SourceFile;

/// One example: files that make up a small tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule must stay silent.
    pub good: bool,
    /// Line of the rule file at which it starts.
    pub line: u32,
    /// Its files, in the order of the page.
    pub files: Vec<ExampleFile>,
}

/// A file of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFile {
    /// Path in the tree.
    pub path: String,
    /// Text without the lines of carets.
    pub text: String,
    /// What the carets say, in order of place.
    pub expected: Vec<Expected>,
}

/// A finding that an example must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Line of the file (1-based).
    pub line: u32,
    /// First column (1-based).
    pub column: u32,
    /// One past the last column.
    pub end_column: u32,
    /// The exact message.
    pub message: String,
}

/// Reads the examples of a page; `first_line` is the line of the rule file at which the page starts.
///
/// # Errors
/// A sentence with the line.
pub(crate) fn parse(page: &str, first_line: u32) -> Result<Vec<Example>, (u32, String)> {
    let mut examples: Vec<Example> = Vec::new();
    let mut joined = false;
    let mut lines = page.lines().zip(first_line..);
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            joined &= line.trim().is_empty();
            continue;
        };
        let mut body = Vec::new();
        loop {
            match lines.next() {
                Some((end, _)) if end.trim_end() == "```" => break,
                Some((inner, _)) => body.push(inner),
                None => return Err((number, "this fence is not closed".to_owned())),
            }
        }
        let Some((good, path)) = fence(info).map_err(|message| (number, message))? else {
            joined = false;
            continue;
        };
        let file = file(path, &body).map_err(|message| (number, message))?;
        match examples.last_mut() {
            Some(last) if joined && last.good == good && !last.files.iter().any(|f| f.path == file.path) => {
                last.files.push(file);
            }
            _ => examples.push(Example { good, line: number, files: vec![file] }),
        }
        joined = true;
    }
    Ok(examples)
}

/// What a fence's info string says: good or bad, and the path; `None` for code that is no example.
fn fence(info: &str) -> Result<Option<(bool, String)>, String> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let (mut good, mut path) = (None, None);
    for word in words {
        match (word, word.strip_prefix("file=")) {
            ("good", _) => good = Some(true),
            ("bad", _) => good = Some(false),
            (_, Some(name)) => path = Some(name.to_owned()),
            _ => return Err(format!("`{word}` is neither `good`, `bad` nor `file=…`")),
        }
    }
    let Some(good) = good else { return Ok(None) };
    let path = match (path, language) {
        (Some(path), _) => path,
        (None, "nix") => "flake.nix".to_owned(),
        (None, "json") => "flake.lock".to_owned(),
        (None, "toml") => "flake-audit.toml".to_owned(),
        (None, _) => return Err(format!("a fence of `{language}` needs `file=…`")),
    };
    let safe = !path.starts_with('/') && !path.split('/').any(|part| part.is_empty() || part == "..");
    if safe && !path.contains('\\') { Ok(Some((good, path))) } else { Err(format!("`{path}` leaves the example")) }
}

fn file(path: String, body: &[&str]) -> Result<ExampleFile, String> {
    let mut text = String::new();
    let (mut kept, mut expected) = (0, Vec::new());
    for line in body {
        if let Some((column, width, message)) = carets(line) {
            if kept == 0 {
                return Err("carets stand under a line of code".to_owned());
            }
            let end_column = column + width;
            expected.push(Expected { line: kept, column, end_column, message });
        } else {
            kept += 1;
            text.push_str(line);
            text.push('\n');
        }
    }
    expected.sort();
    Ok(ExampleFile { path, text, expected })
}

/// Reads `#   ^^^^ message` (the `#` may be missing where the code begins at the start of its line).
fn carets(line: &str) -> Option<(u32, u32, String)> {
    let code = line.trim_start();
    let code = code.strip_prefix('#').unwrap_or(code).trim_start();
    let width = code.chars().take_while(|c| *c == '^').count();
    let message = code.get(width..)?.strip_prefix(' ')?.trim();
    if width == 0 || message.is_empty() {
        return None;
    }
    let column = line.chars().take_while(|c| *c != '^').count() + 1;
    Some((u32::try_from(column).ok()?, u32::try_from(width).ok()?, message.to_owned()))
}

/// What a finding looks like in an example: a span that runs over the end of its line ends there, and an
/// empty one is one column wide.
pub fn as_expected(file: &SourceFile, span: crate::source::Span, message: &str) -> Expected {
    let start = file.position(span.start);
    let end = file.position(span.end);
    let line_end = u32::try_from(file.line_text(start.line).chars().count()).unwrap_or(u32::MAX) + 1;
    let end_column = if end.line == start.line { end.column } else { line_end };
    let end_column = end_column.max(start.column + 1);
    Expected { line: start.line, column: start.column, end_column, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_of_one_word_are_one_example() {
        let page = "text\n\n```nix bad\n{ a = 1; }\n# ^ a message\n```\n\n```json bad\n{}\n^^ another\n```\n\nprose\n\n\
                    ```nix good file=a/b.nix\n{ }\n```\n```sh\nls\n```\n";
        let examples = parse(page, 10).expect("good");
        assert_eq!(examples.len(), 2);
        assert_eq!(examples[0].files[1].path, "flake.lock");
        let first = Expected { line: 1, column: 3, end_column: 4, message: "a message".to_owned() };
        assert_eq!(examples[0].files[0].expected, [first]);
        assert_eq!(examples[0].files[0].text, "{ a = 1; }\n");
        assert_eq!(examples[0].files[1].expected[0].column, 1);
        assert_eq!((examples[1].good, examples[1].line), (true, 24));
    }

    #[test]
    fn wrong_fences_are_refused() {
        assert!(parse("```nix bad\n", 1).is_err());
        assert!(parse("```nix bda\n```\n", 1).is_err());
        assert!(parse("```nix bad file=../x.nix\n```\n", 1).is_err());
        assert!(parse("```text good\n```\n", 1).is_err());
    }
}
