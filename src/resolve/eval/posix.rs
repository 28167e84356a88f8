//! Regular expressions as Nix has them: POSIX extended syntax, the leftmost and longest match.
//!
//! The crate `regex` reads another syntax and takes the first alternative that fits. A pattern is translated, and
//! what cannot be translated is told apart: an error in Nix, or not known here.

use regex::Regex;

/// Largest compiled expression, in bytes.
const MAX_COMPILED: usize = 1 << 20;
/// Longest text in which the longest of several alternatives is looked for.
const MAX_ALTERNATIVES_TEXT: usize = 512;

/// Why a pattern has no expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Nix refuses it too.
    Invalid,
    /// Not supported here.
    Unsupported,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Matches anywhere.
    somewhere: Regex,
    /// Matches a whole text.
    whole: Regex,
    alternatives: bool,
    anchors: bool,
}

/// A match: where it begins and ends, and the text of its groups.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) groups: Vec<Option<String>>,
}

fn groups(captures: &regex::Captures) -> Vec<Option<String>> {
    captures.iter().skip(1).map(|group| group.map(|g| g.as_str().to_owned())).collect()
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, Refused> {
        let translated = translate(pattern)?;
        let compile = |text: &str| {
            regex::RegexBuilder::new(text)
                .size_limit(MAX_COMPILED)
                .dot_matches_new_line(true)
                .build()
                .map_err(|_| Refused::Unsupported)
        };
        Ok(Self {
            somewhere: compile(&translated.text)?,
            whole: compile(&format!("^(?:{})$", translated.text))?,
            alternatives: translated.alternatives,
            anchors: translated.anchors,
        })
    }

    /// The groups, where the whole text matches.
    pub(super) fn matches(&self, text: &str) -> Option<Vec<Option<String>>> {
        self.whole.captures(text).map(|captures| groups(&captures))
    }

    /// All matches from left to right, each the longest that begins where it begins. `None` where that cannot be said.
    pub(super) fn all(&self, text: &str) -> Option<Vec<Match>> {
        if self.alternatives && (self.anchors || text.len() > MAX_ALTERNATIVES_TEXT) {
            return None;
        }
        let (mut out, mut from) = (Vec::new(), 0);
        while from <= text.len() {
            let Some(captures) = self.somewhere.captures_at(text, from) else { break };
            let found = captures.get(0)?;
            let mut hit = Match { start: found.start(), end: found.end(), groups: groups(&captures) };
            if self.alternatives {
                let mut ends = (hit.end..=text.len()).rev().filter(|end| text.is_char_boundary(*end));
                if let Some((end, longer)) = ends.find_map(|e| Some((e, self.matches(&text[hit.start..e])?))) {
                    (hit.end, hit.groups) = (end, longer);
                }
            }
            from = hit.end;
            // What follows an empty match begins behind the next character.
            if hit.start == hit.end {
                from += text[hit.end..].chars().next().map_or(1, char::len_utf8);
            }
            out.push(hit);
        }
        Some(out)
    }
}

struct Translated {
    text: String,
    alternatives: bool,
    anchors: bool,
}

fn translate(pattern: &str) -> Result<Translated, Refused> {
    let mut out = Translated { text: String::with_capacity(pattern.len()), alternatives: false, anchors: false };
    let mut chars = pattern.chars().peekable();
    // Whether something stands before that can be repeated, and whether it is repeated already.
    let (mut atom, mut repeated) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('.' | '[' | '\\' | '(' | ')' | '*' | '+' | '?' | '{' | '|' | '^' | '$')) => {
                    out.text.push('\\');
                    out.text.push(c);
                }
                _ => return Err(Refused::Invalid),
            },
            '[' => bracket(&mut chars, &mut out.text)?,
            '*' | '+' | '?' | '{' if !atom => return Err(Refused::Invalid),
            '*' | '+' | '?' | '{' => {
                if repeated {
                    return Err(Refused::Unsupported);
                }
                repeated = true;
                out.text.push(c);
                if c == '{' {
                    for c in chars.by_ref() {
                        out.text.push(c);
                        if c == '}' {
                            break;
                        }
                    }
                }
                continue;
            }
            '|' => {
                (atom, repeated) = (false, false);
                out.alternatives = true;
                out.text.push(c);
                continue;
            }
            '(' => {
                (atom, repeated) = (false, false);
                out.text.push(c);
                continue;
            }
            '^' | '$' => {
                out.anchors = true;
                out.text.push(c);
            }
            ']' | '}' => {
                out.text.push('\\');
                out.text.push(c);
            }
            c => out.text.push(c),
        }
        (atom, repeated) = (true, false);
    }
    Ok(out)
}

/// `[…]`: a backslash means itself, and so does what the crate takes for set operations.
fn bracket(chars: &mut std::iter::Peekable<std::str::Chars>, out: &mut String) -> Result<(), Refused> {
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        match chars.next().ok_or(Refused::Invalid)? {
            ']' if !first => break,
            '[' if chars.peek() == Some(&':') => {
                let mut name = String::from("[");
                while !name.ends_with(":]") {
                    name.push(chars.next().ok_or(Refused::Invalid)?);
                }
                out.push_str(&name);
            }
            '[' if matches!(chars.peek(), Some('.' | '=')) => return Err(Refused::Unsupported),
            '-' if first || chars.peek() == Some(&']') => out.push_str("\\-"),
            c @ ('\\' | '[' | ']' | '&' | '~' | '^') => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        first = false;
    }
    out.push(']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).expect("a pattern").matches(text).is_some()
    }

    fn split(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let all = Pattern::new(pattern).expect("a pattern").all(text).expect("matches");
        all.iter().map(|m| (m.start, m.end)).collect()
    }

    #[test]
    fn brackets_are_read_as_posix_reads_them() {
        assert!(whole(r"[\.]", r"\") && whole(r"[a-z\-]+", "a-b") && whole("[]a]+", "]a") && whole("[a&&b]+", "&a"));
        assert!(whole("[[:alpha:]_-]+", "a_-b") && whole("[^]]", "x") && !whole("[^]]", "]"));
    }

    #[test]
    fn what_nix_refuses_is_refused() {
        for pattern in [r"\d", "(?:a)", r"a\/b", "*a", "[a", "(|*)"] {
            assert_eq!(Pattern::new(pattern).err(), Some(Refused::Invalid), "{pattern}");
        }
        assert_eq!(Pattern::new("a*?").err(), Some(Refused::Unsupported));
    }

    #[test]
    fn the_longest_alternative_and_empty_matches() {
        assert_eq!(split("a|ab", "xabz"), [(1, 3)]);
        assert_eq!(split("b*", "abc"), [(0, 0), (1, 2), (2, 2), (3, 3)]);
    }
}
