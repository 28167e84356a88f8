//! What comes from the tree is shown, never obeyed: it makes no markup, no link, no mention.

use super::super::text::push_escaped;

/// Text with its code in backquotes as code.
pub(super) fn inline(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A backquote without its other half is a character.
    let paired = parts.len() % 2 == 1;
    let mut shown = String::with_capacity(text.len() + 16);
    for (i, part) in parts.iter().enumerate() {
        if i % 2 == 1 && paired {
            shown.push_str(&code(part));
        } else {
            if i > 0 && !paired {
                shown.push_str("&#96;");
            }
            shown.push_str(&plain(part));
        }
    }
    shown
}

/// Code: as an element, because a code span ends at a backquote and a table's cell at a bar.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// Text in which nothing means anything to Markdown, HTML or GitHub.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Markup, tables, mentions (@), issues (#), links (http:), emoji (:x:), formulas ($).
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' | '@' | ':'
            | '$' | '^' | '"' | '\'' => shown.push_str(&format!("&#{};", u32::from(c))),
            '\n' | '\t' => shown.push(' '),
            c => push_escaped(&mut shown, c),
        }
    }
    // `www.` alone makes a link.
    shown.replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn code_is_code_and_nothing_else_is_markup() {
        assert_eq!(inline("`a|b` is <b>"), "<code>a&#124;b</code> is &lt;b&gt;");
        assert_eq!(inline("a ` b @me #1"), "a &#96; b &#64;me &#35;1");
        assert_eq!(inline("[x](http://y) ![](z)"), "&#91;x&#93;&#40;http&#58;//y&#41; &#33;&#91;&#93;&#40;z&#41;");
        assert_eq!(inline("`</code><script>`"), "<code>&lt;/code&gt;&lt;script&gt;</code>");
    }
}
