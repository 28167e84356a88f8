//! Tokens in a person's words.

use rnix::SyntaxKind::{
    self, TOKEN_CUR_POS, TOKEN_ELLIPSIS, TOKEN_ELSE, TOKEN_IDENT, TOKEN_IN, TOKEN_INTERPOL_END, TOKEN_INTERPOL_START,
    TOKEN_L_BRACE, TOKEN_L_BRACK, TOKEN_L_PAREN, TOKEN_OR, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN, TOKEN_REC,
    TOKEN_SEMICOLON, TOKEN_STRING_CONTENT, TOKEN_STRING_END, TOKEN_STRING_START, TOKEN_THEN,
};

/// What the parser wanted.
pub(super) fn wanted(kinds: &[SyntaxKind]) -> String {
    let has = |kind| kinds.contains(&kind);
    if has(TOKEN_STRING_CONTENT) {
        return "the end of the string".to_owned();
    }
    if has(TOKEN_L_PAREN) && has(TOKEN_REC) {
        return "an expression".to_owned();
    }
    if has(TOKEN_IDENT) && (has(TOKEN_OR) || has(TOKEN_CUR_POS)) {
        return "an attribute name".to_owned();
    }
    if has(TOKEN_IDENT) && has(TOKEN_ELLIPSIS) {
        return "an argument name, `...` or `}`".to_owned();
    }
    let words: Vec<&str> = kinds.iter().map(|kind| one(*kind)).collect();
    words.join(" or ")
}

fn one(kind: SyntaxKind) -> &'static str {
    match kind {
        TOKEN_SEMICOLON => "`;`",
        TOKEN_R_BRACE | TOKEN_INTERPOL_END => "`}`",
        TOKEN_R_BRACK => "`]`",
        TOKEN_R_PAREN => "`)`",
        TOKEN_L_BRACE => "`{`",
        TOKEN_L_BRACK => "`[`",
        TOKEN_L_PAREN => "`(`",
        TOKEN_IN => "`in`",
        TOKEN_THEN => "`then`",
        TOKEN_ELSE => "`else`",
        TOKEN_IDENT => "a name",
        SyntaxKind::TOKEN_ASSIGN => "`=`",
        SyntaxKind::TOKEN_COLON => "`:`",
        SyntaxKind::TOKEN_AT => "`@`",
        TOKEN_STRING_START | TOKEN_STRING_END => "a string",
        TOKEN_INTERPOL_START => "`${`",
        _ => "something else",
    }
}

/// A token that was found.
pub(super) fn found(kind: SyntaxKind, text: &str) -> String {
    match kind {
        TOKEN_STRING_START | TOKEN_STRING_CONTENT => "a string".to_owned(),
        TOKEN_STRING_END => "the end of a string".to_owned(),
        _ => {
            let line = text.lines().next().unwrap_or("");
            let short: String = line.chars().take(40).flat_map(char::escape_debug).collect();
            format!("`{}`", short.replace("\\'", "'").replace("\\\"", "\""))
        }
    }
}
