//! A rule's page as the help of an alert.

use crate::audit::RuleInfo;

/// The page with its examples captioned, and how to live with an alert.
pub(super) fn markdown(rule: &RuleInfo) -> String {
    let mut help = String::with_capacity(rule.help_markdown.len() + 256);
    let mut fence: Option<usize> = None;
    for line in rule.help_markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) => {
                if ticks >= open && line.trim_matches('`').trim().is_empty() {
                    fence = None;
                }
                help.push_str(line);
            }
            None if ticks >= 3 => {
                fence = Some(ticks);
                let words: Vec<&str> = line.trim_matches('`').split_whitespace().collect();
                help.push_str(&caption(&words));
                help.push_str(&"`".repeat(ticks));
                help.push_str(words.first().unwrap_or(&""));
            }
            None => help.push_str(line),
        }
        help.push('\n');
    }
    let (code, id) = (&rule.code, &rule.id);
    help.push_str(&format!(
        "\n---\n`flake-audit explain {code}` tells this at a terminal. `# flake-audit: ignore[{code}] reason` on the line \
         accepts a finding; `[rules.{id}]` in `flake-audit.toml` sets the level.\n"
    ));
    help
}

/// What an example shows, from the words behind its fence.
fn caption(words: &[&str]) -> String {
    let what = match words.get(1) {
        Some(&"bad") => "Found",
        Some(&"good") => "Fine",
        _ => return String::new(),
    };
    let file = words.iter().find_map(|word| word.strip_prefix("file="));
    let file = file.map(|file| format!(", `{file}`")).unwrap_or_default();
    format!("**{what}**{file}:\n\n")
}
