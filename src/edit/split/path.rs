//! Relative paths, as Nix reads them, without a file system.

/// The folder of a file, `""` for the root.
pub(super) fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path hangs on the place of the file that it is written in.
pub(super) fn is_relative(literal: &str) -> bool {
    !literal.starts_with('/') && !literal.starts_with('~')
}

/// The path that a literal of a file means, relative to the root; as written where it is absolute. What leads out of
/// the root begins with `..`.
pub(super) fn canonical(file: &str, literal: &str) -> String {
    if is_relative(literal) { join(folder(file), literal) } else { literal.to_owned() }
}

/// The start of a computed path: what stands behind the last slash is kept as it is.
pub(super) fn canonical_start(file: &str, literal: &str) -> String {
    match literal.rsplit_once('/') {
        Some((head, rest)) if is_relative(literal) => format!("{}/{rest}", join(folder(file), head)),
        _ => literal.to_owned(),
    }
}

fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A literal for a path relative to the root, as it is written in `file`.
pub(super) fn literal(file: &str, path: &str) -> String {
    let from: Vec<&str> = folder(file).split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - same;
    let mut out = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    out.push_str(&to[same..].join("/"));
    if same == to.len() {
        // `./.`: a path must not end in a slash.
        out.push('.');
    }
    out
}

/// A literal of one file as another file must write it to mean the same; `None` where it may stay as it is.
pub(super) fn moved(literal_there: &str, whole: bool, from: &str, to: &str) -> Option<String> {
    if !is_relative(literal_there) || folder(from) == folder(to) {
        return None;
    }
    if whole {
        return Some(literal(to, &canonical(from, literal_there)));
    }
    let (head, rest) = literal_there.rsplit_once('/')?;
    let folder = literal(to, &canonical(from, head));
    let folder = folder.strip_suffix("/.").unwrap_or(&folder);
    Some(format!("{folder}/{rest}"))
}

/// Whether a path can be written without quotes.
pub(super) fn is_plain(path: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/');
    !path.is_empty() && path.chars().all(good) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::{canonical, canonical_start, literal, moved};

    #[test]
    fn paths_mean_the_same_from_elsewhere() {
        for (from, text, to, wanted) in [
            ("flake.nix", "./a.nix", "nix/b.nix", "../a.nix"),
            ("flake.nix", "./.", "nix/b.nix", "../."),
            ("flake.nix", "./nix/a/c", "nix/b.nix", "./a/c"),
            ("flake.nix", "../up", "nix/b.nix", "../../up"),
            ("flake.nix", "a/b", "nix/b.nix", "../a/b"),
            ("x/y/default.nix", "../z", "x/y/q/b.nix", "../../z"),
            ("x/default.nix", "./.", "x/q/b.nix", "../."),
            ("x/default.nix", "../.", "b.nix", "./."),
        ] {
            let got = moved(text, true, from, to).unwrap();
            assert_eq!(got, wanted, "{from} {text} {to}");
            assert_eq!(canonical(to, &got), canonical(from, text));
        }
        for (text, wanted) in [("./", "../"), ("./a/", "../a/"), ("./a/b-", "../a/b-"), ("nix/", "./")] {
            let got = moved(text, false, "flake.nix", "nix/b.nix").unwrap();
            assert_eq!(got, wanted, "{text}");
            assert_eq!(canonical_start("nix/b.nix", &got), canonical_start("flake.nix", text));
        }
        assert_eq!(moved("/a", true, "flake.nix", "nix/b.nix"), None);
        assert_eq!(literal("flake.nix", "nix/a.nix"), "./nix/a.nix");
        assert_eq!(literal("nix/a.nix", "nix/b.nix"), "./b.nix");
    }
}
