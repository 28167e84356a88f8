//! The text of new files and of what stands in the place of moved code.

use std::collections::BTreeSet;

use super::path;
use crate::resolve::ir::Name;

/// Columns up to which code stays on one line.
const WIDTH: usize = 100;
/// Columns up to which a file's arguments do.
const HEAD_WIDTH: usize = 80;

/// The start of a file's function, up to the colon.
pub(super) fn head(arguments: &BTreeSet<Name>) -> Option<String> {
    if arguments.is_empty() {
        return None;
    }
    let names: Vec<&str> = arguments.iter().map(|name| &**name).collect();
    let line = format!("{{ {} }}:", names.join(", "));
    if line.chars().count() <= HEAD_WIDTH {
        return Some(line);
    }
    Some(format!("{{\n  {},\n}}:", names.join(",\n  ")))
}

/// A whole file: its arguments, the namespaces that are opened, its value.
pub(super) fn file(arguments: &BTreeSet<Name>, withs: &[String], body: &str) -> String {
    let mut out = String::new();
    if let Some(head) = head(arguments) {
        out.push_str(&head);
        out.push('\n');
    }
    for namespace in withs {
        out.extend(["with ", namespace, ";\n"]);
    }
    out.push_str(body.trim_end());
    out.push('\n');
    out
}

/// Words set in lines of at most [`WIDTH`] columns, from a line that `used` columns are taken of.
fn filled(words: &[&str], used: usize, indent: &str) -> String {
    let (mut out, mut column) = (String::new(), used);
    for word in words {
        let length = word.chars().count();
        if column + 1 + length > WIDTH - 1 {
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
            out.push_str(word);
            column += length;
        } else {
            out.push(' ');
            out.push_str(word);
            column += 1 + length;
        }
    }
    out
}

/// A file that imports others.
#[derive(Clone, Copy)]
pub(super) struct Importer<'a> {
    /// Its path.
    pub(super) path: &'a str,
    /// How it says `import`.
    pub(super) word: &'static str,
}

impl<'a> Importer<'a> {
    /// A file that may have an `import` of its own.
    pub(super) fn new(path: &'a str, hidden: bool) -> Self {
        Self { path, word: if hidden { "builtins.import" } else { "import" } }
    }

    fn of(self, to: &str) -> String {
        format!("{} {}", self.word, path::literal(self.path, to.strip_suffix("/default.nix").unwrap_or(to)))
    }
}

/// `import ./x.nix { inherit a b; }`, as `from` writes it, on lines that begin with `indent`; `used` columns of the
/// first line are taken, and `behind` columns must be left.
pub(super) fn import(
    from: Importer,
    to: &str,
    arguments: &BTreeSet<Name>,
    indent: &str,
    used: usize,
    behind: usize,
) -> String {
    let import = from.of(to);
    if arguments.is_empty() {
        return import;
    }
    let names: Vec<&str> = arguments.iter().map(|name| &**name).collect();
    let line = format!("{import} {{ inherit {}; }}", names.join(" "));
    if used + line.chars().count() + behind <= WIDTH {
        return line;
    }
    let inner = format!("{indent}  ");
    let names = filled(&names, inner.chars().count() + "inherit".len(), &format!("{inner}  "));
    format!("{import} {{\n{inner}inherit{names};\n{indent}}}")
}

/// `import ./x.nix { inherit a b; c = "c"; }`, as [`import`] writes it, with arguments of which each has a value.
pub(super) fn call(
    from: Importer,
    to: &str,
    passed: &BTreeSet<Name>,
    given: &[(Name, String)],
    indent: &str,
    used: usize,
    behind: usize,
) -> String {
    if given.is_empty() {
        return import(from, to, passed, indent, used, behind);
    }
    let import = from.of(to);
    let names: Vec<&str> = passed.iter().map(|name| &**name).collect();
    let inherit = |names: &str| if passed.is_empty() { String::new() } else { format!("inherit{names};") };
    let values = || given.iter().map(|(name, value)| format!("{name} = {value};"));
    let words: Vec<String> = std::iter::once(inherit(&format!(" {}", names.join(" ")))).chain(values()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let line = format!("{import} {{ {} }}", words.join(" "));
    if !line.contains('\n') && used + line.chars().count() + behind <= WIDTH {
        return line;
    }
    let inner = format!("{indent}  ");
    let names = filled(&names, inner.chars().count() + "inherit".len(), &format!("{inner}  "));
    let lines = std::iter::once(inherit(&names)).chain(values()).filter(|line| !line.is_empty());
    let lines: String = lines.flat_map(|line| [inner.clone(), line, "\n".to_owned()]).collect();
    format!("{import} {{\n{lines}{indent}}}")
}

/// `inherit (import …) a b;`, on lines that begin with `indent`, which the first has already.
pub(super) fn inherit(from: Importer, to: &str, arguments: &BTreeSet<Name>, names: &[Name], indent: &str) -> String {
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let column = indent.chars().count();
    let source = import(from, to, arguments, indent, column + "inherit (".len(), ")".len());
    let line = format!("inherit ({source}) {};", names.join(" "));
    if !line.contains('\n') && column + line.chars().count() <= WIDTH {
        return line;
    }
    let inner = format!("{indent}  ");
    format!("inherit ({source})\n{inner}{};", filled(&names, inner.chars().count(), &inner).trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Importer<'_> {
        Importer::new(path, false)
    }

    fn names(words: &str) -> BTreeSet<Name> {
        words.split_whitespace().map(Name::from).collect()
    }

    #[test]
    fn short_code_stays_on_one_line() {
        assert_eq!(file(&names("pkgs lib"), &[], "1"), "{ lib, pkgs }:\n1\n");
        assert_eq!(file(&names(""), &["pkgs".into()], "[ git ]\n"), "with pkgs;\n[ git ]\n");
        assert_eq!(
            import(at("flake.nix"), "nix/a.nix", &names("b a"), "", 0, 0),
            "import ./nix/a.nix { inherit a b; }"
        );
        assert_eq!(import(at("nix/b.nix"), "nix/a/default.nix", &names(""), "", 0, 0), "import ./a");
        let inherited = inherit(at("flake.nix"), "a.nix", &names("x"), &["b".into(), "c".into()], "  ");
        assert_eq!(inherited, "inherit (import ./a.nix { inherit x; }) b c;");
    }

    #[test]
    fn long_code_is_broken() {
        let many = names(&(0..30).map(|n| format!("name{n:02}")).collect::<Vec<_>>().join(" "));
        assert!(file(&many, &[], "1").starts_with("{\n  name00,\n  name01,\n"));
        let call = import(at("flake.nix"), "nix/a.nix", &many, "    ", 4, 1);
        assert!(call.lines().all(|line| line.chars().count() <= 100), "{call}");
        assert!(call.ends_with(";\n    }"), "{call}");
    }
}
