//! The document around the sections: head, policy, style, script.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::shown;
use crate::report::graph;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The whole document. `states` is how many maps a flake has at most: one of them is shown at a time, which the style
/// does by itself.
pub(super) fn document(name: &str, states: usize, body: &Markup) -> Markup {
    let style = style(states);
    // Only this style and this script: whatever else finds its way into the page is not obeyed (CSP Level 3, §8.1).
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        digest(&style),
        digest(SCRIPT)
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (shown(name)) " – flake audit" }
                style { (PreEscaped(&style)) }
            }
            body {
                svg.defs width="0" height="0" aria-hidden="true" { (graph::pattern()) }
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The style with a rule for each state of a map.
fn style(states: usize) -> String {
    let mut style = format!("{}{STYLE}", graph::STYLE);
    for state in 0..states {
        // Writing to a string cannot fail.
        let _ = write!(style, ".pick:has(.s{state}:checked)~.maps>.m{state}{{display:block}}");
    }
    style
}

fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_is_as_a_browser_computes_it() {
        // The example of CSP Level 3, §8.1 is of this kind; computed with `openssl dgst -sha256 -binary | base64`.
        assert_eq!(super::digest(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn style_and_script_do_not_end_their_elements() {
        assert!(!super::STYLE.contains("</") && !super::SCRIPT.contains("</"));
    }
}
