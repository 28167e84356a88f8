//! How to take code out of a file: which bytes go with a binding, a formal, a `with`. Works on the syntax tree,
//! because comments, commas and line ends count here.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use rnix::ast::{self, HasEntry};
use rnix::{SyntaxKind, SyntaxNode, SyntaxToken};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

use super::ir::Loc;
use crate::parse;

/// What goes: byte ranges in order of place that do not meet.
pub(crate) type Edits = Vec<Range<u32>>;

/// Steps (entries looked at, and pieces of lines) after which a file's further findings have no fix: what one fix costs
/// grows with the `let` and the line that it is in.
const MAX_WORK: usize = 1_000_000;
/// Bytes of a line that are looked through in one step.
const STEP: usize = 256;

/// A file's text, and the tree of all of it or of a piece.
pub(super) struct Cuts<'a> {
    root: SyntaxNode,
    /// Where the tree begins in the text.
    base: usize,
    text: Cow<'a, str>,
    work: Rc<Cell<usize>>,
}

/// The cuts of a text, made when they are first asked for: few files need any.
pub(super) struct Lazy<'a> {
    text: &'a str,
    /// Whether the text has a tape.
    plain: bool,
    /// Whether anybody wants cuts.
    wanted: bool,
    made: OnceCell<Option<Cuts<'a>>>,
    /// The last piece that was parsed by itself.
    piece: RefCell<Option<(Loc, Rc<Cuts<'a>>)>>,
    /// Bytes that were parsed in pieces.
    pieces: Cell<usize>,
    work: Rc<Cell<usize>>,
}

impl<'a> Lazy<'a> {
    pub(super) fn new(text: &'a str, plain: bool, wanted: bool) -> Self {
        let (made, piece, pieces, work) = Default::default();
        Self { text, plain, wanted, made, piece, pieces, work }
    }

    /// None where the text has no tree, or nobody wants cuts.
    pub(super) fn get(&self) -> Option<&Cuts<'a>> {
        let make = || {
            let green = parse::tree(self.text, self.plain)?;
            let root = SyntaxNode::new_root(green);
            // Some line ends may be others in the tree.
            let text = if self.plain { Cow::Borrowed(self.text) } else { Cow::Owned(root.text().to_string()) };
            Some(Cuts { root, base: 0, text, work: Rc::clone(&self.work) })
        };
        self.made.get_or_init(|| self.wanted.then(make).flatten()).as_ref()
    }

    /// What `of` takes out of the code from `start` to where its body begins, `body`. Of a whole text's tree that is
    /// little, and most of what is taken out stands in the first line: so that piece is parsed by itself where it can be.
    pub(super) fn cut(&self, start: u32, body: u32, of: impl Fn(&Cuts<'a>) -> Edits) -> Edits {
        match self.head(Loc { start, end: body }) {
            Some(head) => of(&head),
            None => self.get().map(of).unwrap_or_default(),
        }
    }

    /// Removes the word `rec` of the set that is at a place.
    pub(super) fn rec(&self, at: Loc) -> Edits {
        let word = at.start as usize..at.start as usize + 3;
        let has_tree = self.wanted && (self.plain || self.get().is_some());
        if !has_tree || self.text.get(word.clone()) != Some("rec") {
            return Edits::new();
        }
        let rest = &self.text[word.end..];
        one(word.start..word.end + (rest.len() - rest.trim_start_matches([' ', '\t']).len()))
    }

    /// A piece of code without its body, with its own tree.
    fn head(&self, at: Loc) -> Option<Rc<Cuts<'a>>> {
        if !self.wanted || !self.plain || self.made.get().is_some() {
            return None;
        }
        if let Some((_, known)) = self.piece.borrow().as_ref().filter(|(of, _)| *of == at) {
            return Some(Rc::clone(known));
        }
        let code = self.text.get(at.start as usize..at.end as usize)?;
        // The body's own parentheses are left out.
        let code = code.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '(');
        self.pieces.set(self.pieces.get().saturating_add(code.len()));
        if self.pieces.get() > self.text.len() {
            return None;
        }
        // On a line of its own, as the last may be a comment.
        let root = SyntaxNode::new_root(parse::tree(&format!("{code}\n0"), true)?);
        let (base, text, work) = (at.start as usize, Cow::Borrowed(self.text), Rc::clone(&self.work));
        let made = Rc::new(Cuts { root, base, text, work });
        *self.piece.borrow_mut() = Some((at, Rc::clone(&made)));
        Some(made)
    }
}

impl Cuts<'_> {
    pub(super) fn new(green: rowan::GreenNode) -> Self {
        let root = SyntaxNode::new_root(green);
        let text = Cow::Owned(root.text().to_string());
        Self { root, base: 0, text, work: Rc::default() }
    }

    /// The tree.
    pub(super) fn root(&self) -> &SyntaxNode {
        &self.root
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn offset(&self, offset: rowan::TextSize) -> usize {
        self.base + usize::from(offset)
    }

    fn range(&self, node: &SyntaxNode) -> Range<usize> {
        let range = node.text_range();
        self.offset(range.start())..self.offset(range.end())
    }

    fn token_range(&self, token: &SyntaxToken) -> Range<usize> {
        let range = token.text_range();
        self.offset(range.start())..self.offset(range.end())
    }

    /// Whether a node starts at one of some places.
    fn starts(&self, node: &SyntaxNode, places: &BTreeSet<u32>) -> bool {
        places.contains(&(self.offset(node.text_range().start()) as u32))
    }

    fn spend(&self, steps: usize) {
        self.work.set(self.work.get().saturating_add(steps));
    }

    /// The token that holds the byte at an offset. (`token_at_offset` looks at every child on the way.)
    fn token(&self, offset: usize) -> Option<SyntaxToken> {
        let at = rowan::TextRange::at(rowan::TextSize::new(offset.checked_sub(self.base)? as u32), 1.into());
        if !self.root.text_range().contains_range(at) {
            return None;
        }
        self.root.covering_element(at).into_token()
    }

    /// The innermost node of a kind around an offset; none where enough work was done on this file.
    fn around(&self, offset: u32, kind: SyntaxKind) -> Option<SyntaxNode> {
        if self.work.get() > MAX_WORK {
            return None;
        }
        self.token(offset as usize)?.parent_ancestors().find(|node| node.kind() == kind)
    }

    /// Removes the `let` bindings whose names start at `places`.
    pub(super) fn bindings(&self, places: &BTreeSet<u32>) -> Edits {
        let mut lets: Vec<SyntaxNode> = Vec::new();
        for place in places {
            let Some(found) = self.around(*place, SyntaxKind::NODE_LET_IN) else { return Edits::new() };
            if !lets.contains(&found) {
                lets.push(found);
            }
        }
        let mut all = Vec::new();
        let mut removed = 0;
        for one in lets.into_iter().filter_map(ast::LetIn::cast) {
            self.spend(one.syntax().green().children().len());
            let (edits, names) = self.of_let(&one, places);
            all.extend(edits);
            removed += names;
        }
        // Every name must have been found, or the rest would not be defined.
        if removed < places.len() { Edits::new() } else { disjoint(all) }
    }

    /// What goes from one `let`, and how many of the names that is.
    fn of_let(&self, one: &ast::LetIn, places: &BTreeSet<u32>) -> (Vec<Range<usize>>, usize) {
        let starts = |node: &SyntaxNode| self.starts(node, places);
        let (mut cuts, mut gone, mut kept, mut names) = (Vec::new(), Vec::new(), 0, BTreeSet::new());
        for entry in one.attrpath_values() {
            let first = entry.attrpath().and_then(|path| path.attrs().next());
            let Some(first) = first else { continue };
            if starts(first.syntax()) {
                names.insert(first.syntax().text().to_string());
            }
        }
        let attributes = names.len();
        let mut inherited = 0;
        for entry in one.entries() {
            match &entry {
                ast::Entry::AttrpathValue(value) => {
                    // `a.b = 1; a.c = 2;` are one binding.
                    let first = value.attrpath().and_then(|path| path.attrs().next());
                    if first.is_some_and(|first| names.contains(&first.syntax().text().to_string())) {
                        gone.push(self.range(value.syntax()));
                    } else {
                        kept += 1;
                    }
                }
                ast::Entry::Inherit(inherit) => {
                    let attrs: Vec<SyntaxNode> = inherit.attrs().map(|attr| attr.syntax().clone()).collect();
                    let dead: Vec<&SyntaxNode> = attrs.iter().filter(|attr| starts(attr)).collect();
                    inherited += dead.len();
                    if dead.len() == attrs.len() {
                        gone.push(self.range(inherit.syntax()));
                    } else {
                        kept += 1;
                        cuts.extend(dead.into_iter().map(|attr| self.word(self.range(attr))));
                    }
                }
            }
        }
        if kept == 0
            && let Some(cut) = self.whole_let(one, &gone)
        {
            return (vec![cut], attributes + inherited);
        }
        // Blank lines are seen to where neighbours have been made one.
        for cut in disjoint(gone.into_iter().map(|entry| self.entry(entry)).collect()) {
            let cut = cut.start as usize..cut.end as usize;
            let lines = self.opens_line(cut.start) && self.text[..cut.end].ends_with('\n');
            cuts.push(if lines { self.blank_lines(cut) } else { cut });
        }
        (cuts, attributes + inherited)
    }

    /// `let … in` with what stands behind it, up to the body; nothing where a comment would go that speaks of
    /// something else.
    fn whole_let(&self, one: &ast::LetIn, gone: &[Range<usize>]) -> Option<Range<usize>> {
        let keyword = self.token_range(&one.let_token()?);
        let end = self.token_range(&one.in_token()?);
        let cuts: Vec<Range<usize>> = gone.iter().map(|entry| self.entry(entry.clone())).collect();
        let mut at = keyword.end;
        for cut in cuts.iter().chain([&end]) {
            let between = self.text.get(at..cut.start.max(at))?;
            if !between.trim().is_empty() {
                return None;
            }
            at = at.max(cut.end);
        }
        let rest = &self.text[end.end..];
        let mut start = end.end + (rest.len() - rest.trim_start().len());
        // A body on the line of `in` stays there; `let` and `in` on lines of their own go with those lines.
        if !rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']) {
            start = end.end + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        }
        Some(keyword.start..start)
    }

    /// An entry of a `let`: with the lines that only it and its comments are on, and comment lines directly above.
    pub(super) fn entry(&self, entry: Range<usize>) -> Range<usize> {
        let text = &*self.text;
        let opens = self.opens_line(entry.start);
        match self.line_behind(entry.end) {
            Some(end) if opens => self.comments_above(self.line_start(entry.start))..end,
            _ => {
                // Something else is on its line.
                let rest = &text[entry.end..];
                if opens || text[..entry.start].trim_end_matches([' ', '\t']).ends_with("let") {
                    entry.start..entry.end + (rest.len() - rest.trim_start().len())
                } else {
                    let head = text[..entry.start].trim_end_matches([' ', '\t']).len();
                    head..entry.end
                }
            }
        }
    }

    /// Removes whole statements of a set, with their comments.
    pub(super) fn statements(&self, ranges: Vec<Range<usize>>) -> Edits {
        let mut cuts = Vec::new();
        for cut in disjoint(ranges.into_iter().map(|one| self.entry(one)).collect()) {
            let cut = cut.start as usize..cut.end as usize;
            let lines = self.opens_line(cut.start) && self.text[..cut.end].ends_with('\n');
            cuts.push(if lines { self.blank_lines(cut) } else { cut });
        }
        disjoint(cuts)
    }

    /// A name among others: with its line where it is alone on it, else with the white space before it.
    fn word(&self, word: Range<usize>) -> Range<usize> {
        match self.line_behind(word.end) {
            Some(end) if self.opens_line(word.start) => self.line_start(word.start)..end,
            _ => {
                let head = self.text[..word.start].trim_end_matches([' ', '\t']).len();
                if self.opens_line(word.start) {
                    let rest = &self.text[word.end..];
                    word.start..word.end + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
                } else {
                    head..word.end
                }
            }
        }
    }

    /// Removes the formals whose names start at `places`, all of one pattern.
    pub(super) fn formals(&self, places: &BTreeSet<u32>) -> Edits {
        let first = places.first().and_then(|place| self.around(*place, SyntaxKind::NODE_PATTERN));
        let Some(pattern) = first.and_then(ast::Pattern::cast) else { return Edits::new() };
        self.spend(pattern.syntax().green().children().len());
        let entries: Vec<SyntaxNode> = pattern.pat_entries().map(|entry| entry.syntax().clone()).collect();
        let starts = |node: &SyntaxNode| self.starts(node, places);
        if entries.iter().filter(|entry| starts(entry)).count() != places.len() {
            return Edits::new();
        }
        let (mut cuts, mut kept) = (Vec::new(), 0);
        for (number, entry) in entries.iter().enumerate() {
            if !starts(entry) {
                kept += 1;
                continue;
            }
            let own = self.range(entry);
            let behind = self.comma(entry, false);
            let before = self.comma(entry, true);
            let next = entries.get(number + 1).map(|next| self.range(next).start);
            let next = next.or_else(|| pattern.ellipsis_token().map(|token| self.token_range(&token).start));
            let lines = |from: usize, to: usize| {
                let end = self.line_behind(to).filter(|_| self.opens_line(from))?;
                Some(self.line_start(from)..end)
            };
            let cut = match (&behind, &before, next) {
                // `name,` on a line of its own.
                (Some(comma), _, _) if lines(own.start, comma.end).is_some() => lines(own.start, comma.end),
                // `, name` on a line of its own.
                (_, Some(comma), _) if kept > 0 && lines(comma.start, own.end).is_some() => lines(comma.start, own.end),
                (_, Some(comma), _) if kept > 0 => {
                    let head = self.text[..comma.start].trim_end().len();
                    Some(head..own.end)
                }
                (Some(comma), _, Some(next)) => {
                    let rest = &self.text[comma.end..next];
                    Some(own.start..comma.end + (rest.len() - rest.trim_start().len()))
                }
                (None, _, None) => Some(own),
                _ => None,
            };
            let Some(cut) = cut else { return Edits::new() };
            // A comment in the cut that is not on the line of the name may speak of another.
            if self.text[cut.clone()].matches('\n').count() > 1 && self.text[cut.clone()].contains('#') {
                return Edits::new();
            }
            cuts.push(cut);
        }
        disjoint(cuts)
    }

    /// The comma beside an entry, with nothing but white space and comments between.
    fn comma(&self, entry: &SyntaxNode, before: bool) -> Option<Range<usize>> {
        let mut next = if before { entry.prev_sibling_or_token() } else { entry.next_sibling_or_token() };
        while let Some(NodeOrToken::Token(token)) = next {
            match token.kind() {
                SyntaxKind::TOKEN_COMMA => return Some(self.token_range(&token)),
                kind if kind.is_trivia() => {
                    next = if before { token.prev_sibling_or_token() } else { token.next_sibling_or_token() };
                }
                _ => return None,
            }
        }
        None
    }

    /// Removes the `@name` of a pattern.
    pub(super) fn whole(&self, name: Loc) -> Edits {
        let Some(bind) = self.around(name.start, SyntaxKind::NODE_PAT_BIND) else { return Edits::new() };
        let own = self.range(&bind);
        let pattern = bind.parent().map(|pattern| self.range(&pattern));
        let leads = pattern.is_some_and(|pattern| pattern.start == own.start);
        let cut = if leads {
            let rest = &self.text[own.end..];
            own.start..own.end + (rest.len() - rest.trim_start().len())
        } else {
            self.text[..own.start].trim_end().len()..own.end
        };
        // A comment in between would come to stand elsewhere.
        if self.text[cut.clone()].contains(['#', '*']) { Edits::new() } else { one(cut) }
    }

    /// Removes `with X;` from an expression.
    pub(super) fn with(&self, at: Loc) -> Edits {
        let found = self.around(at.start, SyntaxKind::NODE_WITH).and_then(ast::With::cast);
        let Some(with) = found.filter(|with| with.body().is_some()) else { return Edits::new() };
        let own = self.range(with.syntax());
        let semicolon = with.semicolon_token().map(|token| self.token_range(&token).end);
        let Some(semicolon) = semicolon.filter(|_| own.start == at.start as usize) else { return Edits::new() };
        // Comments before the body stay with it.
        let rest = &self.text[semicolon..];
        let cut = own.start..semicolon + (rest.len() - rest.trim_start().len());
        let comment = self.text[own.start..semicolon].contains(['#']) || self.text[own.start..semicolon].contains("/*");
        if comment { Edits::new() } else { one(cut) }
    }

    fn line_start(&self, offset: usize) -> usize {
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        self.spend((offset - start) / STEP);
        start
    }

    /// Whether only white space stands before an offset on its line.
    fn opens_line(&self, offset: usize) -> bool {
        self.text[self.line_start(offset)..offset].trim().is_empty()
    }

    /// The end of the line, where nothing but white space and a comment follows.
    fn line_behind(&self, offset: usize) -> Option<usize> {
        let rest = &self.text[offset..];
        let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
        self.spend(line.len() / STEP);
        let code = line.trim();
        let comment = code.starts_with('#') || code.starts_with("/*") && code.find("*/") == Some(code.len() - 2);
        (code.is_empty() || comment).then_some(offset + line.len())
    }

    /// The start of the comments directly above a line that have their lines to themselves.
    fn comments_above(&self, line: usize) -> usize {
        let mut start = line;
        while start > 0 {
            // By the tree: a `#` may be in a string.
            let above = self.text[..start].trim_end_matches(['\n', '\r', ' ', '\t']).len();
            let token = above.checked_sub(1).and_then(|last| self.token(last));
            let comment = token
                .filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT)
                .map(|token| self.token_range(&token));
            let lines = self.text[above..start].matches('\n').count();
            match comment {
                Some(comment) if lines == 1 && self.opens_line(comment.start) => start = self.line_start(comment.start),
                _ => break,
            }
        }
        start
    }

    /// One of the blank lines around a cut goes too, so that none are left where code begins or ends, or twice.
    fn blank_lines(&self, cut: Range<usize>) -> Range<usize> {
        let before = self.text[..cut.start].trim_end_matches([' ', '\t']);
        let head = before.trim_end();
        let rest = &self.text[cut.end..];
        let behind = cut.end + (rest.len() - rest.trim_start().len());
        let blank_behind = self.line_start(behind) > cut.end;
        let blank_before = before[head.len()..].matches('\n').count() > 1;
        let starts = head.ends_with("let") && !blank_before;
        if blank_behind && (blank_before || starts) {
            cut.start..self.line_start(behind)
        } else if blank_before && self.text[behind..].starts_with("in") && !blank_behind && self.ends(behind) {
            let line = self.text[head.len()..].find('\n').map_or(cut.start, |at| head.len() + at + 1);
            line..cut.end
        } else {
            cut
        }
    }

    /// Whether a `let` ends at an offset.
    fn ends(&self, offset: usize) -> bool {
        self.token(offset).is_some_and(|token| token.kind() == SyntaxKind::TOKEN_IN)
    }
}

/// A single cut.
fn one(cut: Range<usize>) -> Edits {
    disjoint(std::iter::once(cut).collect())
}

/// In order, those that meet made one.
fn disjoint(mut cuts: Vec<Range<usize>>) -> Edits {
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    let mut edits = Edits::new();
    for cut in cuts.into_iter().filter(|cut| cut.start < cut.end) {
        let (start, end) = (cut.start as u32, cut.end as u32);
        match edits.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => edits.push(start..end),
        }
    }
    edits
}
