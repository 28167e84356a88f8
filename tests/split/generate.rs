//! Writes Nix code over several lines from a tape of numbers: nested `let`s, `rec`, `with`, `inherit`, shadowing,
//! functions, strings of all kinds, comments. Every value is a text or a set of texts, so that all of it evaluates.

struct Writer<'a> {
    tape: &'a [u32],
    at: usize,
    out: String,
    /// Names that are bound to texts, innermost last.
    scope: Vec<String>,
    count: u32,
}

const NAMES: [&str; 7] = ["a", "b", "c", "d'", "e-f", "map", "toString"];
const TEXTS: [&str; 6] = [
    "\"x\"",
    "\"two\n  lines\"",
    "''plain''",
    "\"\\n \\${q} $$\"",
    "(builtins.toString 3)",
    "(if true then \"t\" else null)",
];

/// The text of a file.
pub(super) fn file(tape: &[u32]) -> String {
    let mut writer = Writer { tape, at: 0, out: String::new(), scope: Vec::new(), count: 0 };
    writer.block(0, 0);
    writer.out.push('\n');
    writer.out
}

impl Writer<'_> {
    fn choose(&mut self, among: u32) -> u32 {
        let choice = self.tape.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        choice % among
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent * 2));
    }

    fn known(&mut self) -> Option<String> {
        if self.scope.is_empty() {
            return None;
        }
        let at = self.choose(self.scope.len() as u32) as usize;
        self.scope.get(at).cloned()
    }

    /// A text, in one expression that needs no parentheses around it.
    fn text(&mut self, indent: usize, depth: u32) {
        match self.choose(9) {
            0 | 1 => {
                let at = self.choose(TEXTS.len() as u32) as usize;
                self.out.push_str(TEXTS[at]);
            }
            2..=4 => match self.known() {
                Some(name) => self.out.push_str(&name),
                None => self.out.push_str("\"none\""),
            },
            5 => {
                self.out.push_str("''");
                for _ in 0..=self.choose(3) {
                    self.line(indent + 1);
                    let more = self.choose(3) as usize;
                    self.out.push_str(&" ".repeat(more));
                    self.out.push_str("text ");
                    if let Some(name) = self.known() {
                        self.out.push_str(&format!("${{{name}}}"));
                    }
                }
                self.line(indent);
                self.out.push_str("''");
            }
            6 if depth < 4 => {
                self.out.push('(');
                let name = NAMES[self.choose(7) as usize].to_owned();
                self.out.push_str(&format!("({{ {name} ? \"d\", ... }}@all: "));
                self.scope.push(name.clone());
                self.text(indent, depth + 1);
                self.scope.pop();
                self.out.push_str(&format!(") {{ {name} = "));
                self.text(indent, depth + 1);
                self.out.push_str("; })");
            }
            7 if depth < 4 => {
                self.out.push_str("(with ");
                self.set(indent, depth + 1);
                self.out.push_str("; ");
                // A name that only the `with` gives, where nothing lexical does.
                let first = format!("k{}", self.count - 1);
                self.out.push_str(&format!("\"${{{first}}}\")"));
            }
            _ => {
                self.out.push('(');
                self.text(indent, depth + 1);
                self.out.push_str(" + ");
                if depth < 4 {
                    self.text(indent, depth + 1);
                } else {
                    self.out.push_str("\"e\"");
                }
                self.out.push(')');
            }
        }
    }

    /// A set of texts; its last attribute is the newest `k…`.
    fn set(&mut self, indent: usize, depth: u32) {
        let rec = self.choose(3) == 0;
        self.out.push_str(if rec { "rec {" } else { "{" });
        let depth = depth + 1;
        for _ in 0..self.choose(2) {
            if let Some(name) = self.known() {
                self.line(indent + 1);
                let inner = format!("i{}", self.count);
                self.count += 1;
                self.out.push_str(&format!("{inner} = {{ inherit {name}; }}.{name};"));
            }
        }
        if self.choose(3) == 0 {
            self.line(indent + 1);
            self.out.push_str("# about it");
        }
        self.line(indent + 1);
        // What is written inside may take numbers: the name is made after it.
        let place = self.out.len();
        self.text(indent + 1, depth);
        let name = format!("k{}", self.count);
        self.count += 1;
        self.out.insert_str(place, &format!("{name} = "));
        self.out.push(';');
        if rec && self.choose(2) == 0 {
            self.line(indent + 1);
            self.out.push_str(&format!("again{} = {name} + \"!\";", self.count));
        }
        self.line(indent);
        self.out.push('}');
    }

    /// `let … in` a set of values.
    fn block(&mut self, indent: usize, depth: u32) {
        self.out.push_str("let");
        let known = self.scope.len();
        let mut own: Vec<String> = Vec::new();
        for _ in 0..=self.choose(4) {
            let name = NAMES[self.choose(7) as usize].to_owned();
            if own.contains(&name) {
                continue;
            }
            if self.choose(3) == 0 {
                self.line(indent + 1);
                self.out.push_str(&format!("# {name} {}", self.count));
            }
            self.line(indent + 1);
            self.out.push_str(&format!("{name} = "));
            // Only names before it, or none of this `let`'s: no circles.
            let hidden = std::mem::take(&mut self.scope);
            self.scope.clone_from(&own);
            self.text(indent + 1, depth + 1);
            self.scope = hidden;
            self.out.push(';');
            own.push(name);
            if self.choose(4) == 0 {
                self.out.push('\n');
            }
        }
        self.scope.extend(own.iter().cloned());
        self.line(indent);
        self.out.push_str("in");
        self.line(indent);
        self.out.push('{');
        for number in 0..=self.choose(3) {
            self.line(indent + 1);
            self.out.push_str(&format!("v{number} = "));
            match self.choose(4) {
                0 if depth < 3 => self.block(indent + 1, depth + 1),
                1 => self.set(indent + 1, depth + 1),
                _ => self.text(indent + 1, depth + 1),
            }
            self.out.push(';');
        }
        self.line(indent);
        self.out.push('}');
        self.scope.truncate(known);
    }
}
