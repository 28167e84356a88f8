//! Writes a closed Nix expression from a tape of numbers. Each number is a choice; a tape that has run out
//! chooses the simplest form, so that a shorter tape, or one of smaller numbers, is a smaller expression.

/// What an expression gives, as far as the generator knows.
#[derive(Clone, Copy, PartialEq)]
enum Type {
    Int,
    Float,
    Bool,
    Text,
    Ints,
    Texts,
    IntSet,
    Any,
}

use Type::{Any, Bool, Float, Int, IntSet, Ints, Text, Texts};

/// How deep forms nest.
const DEPTH: u32 = 5;
const NAMES: [&str; 6] = ["a", "b", "c", "x-y", "z'", "\"two words\""];
const PATTERNS: [&str; 8] =
    ["a", "(a)(b)?", "[a-c]+", "([^,]*),(.*)", "(.)", "[[:space:]]+", "([0-9]+)\\\\.([0-9]+)", "x*"];
const TEXTS: [&str; 14] = [
    "\"\"",
    "\"a\"",
    "\"abc\"",
    "\"a,b\"",
    "\"one two\"",
    "\"1.2.3\"",
    "\"\\${x} \\\" \\\\ \\n\\t\"",
    "\"$$\"",
    "\"$\"",
    "\"tab\\tline\\r\"",
    "\"line\none\"",
    "''plain''",
    "''\n    indented\n      more ''${x} ''' $\n  ''",
    "\"pre-1.0-rc2\"",
];
const JSON: [&str; 6] = [
    "''{ \"a\": [ 1, 2.5, null, true ], \"b\": { } }''",
    "''[ ]''",
    "''\"text \\u0041\"''",
    "''12''",
    "''[ -1.5, \"x\" ]''",
    "''{ \"a\": 0 }''",
];
const TOML: [&str; 4] = [
    "\"a = 1\\nb = 'x'\"",
    "''\n  [a]\n  b = [ 1, 2 ]\n  [a.c]\n  d = true\n''",
    "''\n  [[a]]\n  x = 1.5\n  [[a]]\n  x = \"y\"\n''",
    "\"\"",
];

struct Writer<'a> {
    tape: &'a [u32],
    at: usize,
    scope: Vec<(String, Type)>,
    count: usize,
}

/// The expression of a tape.
pub(super) fn expression(tape: &[u32]) -> String {
    Writer { tape, at: 0, scope: Vec::new(), count: 0 }.any(DEPTH)
}

impl Writer<'_> {
    fn choose(&mut self, of: usize) -> usize {
        let number = self.tape.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number as usize % of
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.choose(from.len())]
    }

    fn expr(&mut self, wanted: Type, depth: u32) -> String {
        if depth == 0 || self.choose(8) == 0 {
            return self.leaf(wanted);
        }
        if self.choose(5) == 0 {
            return self.any_type(wanted, depth - 1);
        }
        let depth = depth - 1;
        match wanted {
            Int => self.int(depth),
            Float => self.float(depth),
            Bool => self.bool(depth),
            Text => self.text(depth),
            Ints => self.ints(depth),
            Texts => self.texts(depth),
            IntSet => self.int_set(depth),
            Any => self.any(depth),
        }
    }

    /// A literal or a variable.
    fn leaf(&mut self, wanted: Type) -> String {
        let bound: Vec<String> =
            self.scope.iter().filter(|(_, of)| *of == wanted).map(|(name, _)| name.clone()).collect();
        if !bound.is_empty() && self.choose(2) == 1 {
            return bound[self.choose(bound.len())].clone();
        }
        match wanted {
            Int => self.choose(20).to_string(),
            Float => self.pick(&["0.5", "1.0", "2.25", "10.75", "1.5e2", ".25"]).to_owned(),
            Bool => self.pick(&["true", "false"]).to_owned(),
            Text => self.pick(&TEXTS).to_owned(),
            Ints => self.pick(&["[ ]", "[ 1 ]", "[ 3 1 2 ]", "[ 5 5 0 ]"]).to_owned(),
            Texts => self.pick(&["[ ]", "[ \"a\" ]", "[ \"b\" \"a\" \"c\" ]", "[ \"a\" \"a\" ]"]).to_owned(),
            IntSet => self
                .pick(&["{ }", "{ a = 1; }", "{ a = 1; b = 2; c = 3; }", "{ x-y = 0; \"two words\" = 4; }"])
                .to_owned(),
            Any => self.pick(&["null", "1", "\"a\"", "[ ]", "{ }", "true", "0.5"]).to_owned(),
        }
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        format!("v{}", self.count)
    }

    /// Writes `run` with a variable in scope.
    fn bound(&mut self, names: &[(String, Type)], run: impl FnOnce(&mut Self) -> String) -> String {
        let before = self.scope.len();
        self.scope.extend(names.iter().cloned());
        let text = run(self);
        self.scope.truncate(before);
        text
    }

    fn some_type(&mut self) -> Type {
        [Int, Text, Bool, Ints, Texts, IntSet, Float][self.choose(7)]
    }

    /// `x: …` from one type to another.
    fn function(&mut self, from: Type, to: Type, depth: u32) -> String {
        let name = self.fresh();
        let body = self.bound(&[(name.clone(), from)], |w| w.expr(to, depth));
        format!("({name}: {body})")
    }

    fn function2(&mut self, first: Type, second: Type, to: Type, depth: u32) -> String {
        let (a, b) = (self.fresh(), self.fresh());
        let body = self.bound(&[(a.clone(), first), (b.clone(), second)], |w| w.expr(to, depth));
        format!("({a}: {b}: {body})")
    }

    // ---- forms of every type -----------------------------------------------------------------------

    fn any_type(&mut self, wanted: Type, depth: u32) -> String {
        match self.choose(14) {
            0 => {
                let (test, yes, no) = (self.expr(Bool, depth), self.expr(wanted, depth), self.expr(wanted, depth));
                format!("(if {test} then {yes} else {no})")
            }
            1 => self.let_in(wanted, depth),
            2 => {
                let of = self.some_type();
                let (function, argument) = (self.function(of, wanted, depth), self.expr(of, depth));
                format!("({function} {argument})")
            }
            3 => self.with_formals(wanted, depth),
            4 => {
                let (test, body) = (self.expr(Bool, depth), self.expr(wanted, depth));
                format!("(assert {test} || true; {body})")
            }
            5 => {
                let (name, body) = (self.fresh(), self.expr(wanted, depth));
                format!("(with {{ {name} = {body}; }}; {name})")
            }
            6 => {
                let (name, body, other) = (self.pick(&NAMES), self.expr(wanted, depth), self.expr(wanted, depth));
                let asked = self.pick(&NAMES);
                format!("({{ {name} = {body}; }}.{asked} or {other})")
            }
            7 => {
                let (name, body) = (self.pick(&NAMES), self.expr(wanted, depth));
                format!("{{ inner.{name} = {body}; inner.other = 1; }}.inner.{name}")
            }
            8 => {
                let (a, b) = (self.expr(wanted, depth), self.expr(wanted, depth));
                format!("(builtins.head [ {a} {b} ])")
            }
            9 => {
                let (first, body) = (self.any(depth), self.expr(wanted, depth));
                let how = self.pick(&["seq", "deepSeq"]);
                format!("(builtins.{how} {first} {body})")
            }
            10 => {
                let (own, body) = (self.fresh(), self.expr(wanted, depth));
                format!("({{ __functor = {own}: argument: {own}.value; value = {body}; }} null)")
            }
            11 => {
                let (name, body) = (self.fresh(), self.expr(wanted, depth));
                format!("(rec {{ first = {name}; {name} = {body}; }}).first")
            }
            12 => {
                let (body, other) = (self.expr(wanted, depth), self.expr(wanted, depth));
                let tried = self.pick(&["", "throw \"x\"", "assert false; 1"]);
                let tried = if tried.is_empty() { body } else { format!("({tried})") };
                format!("(let tried = builtins.tryEval {tried}; in if tried.success then tried.value else {other})")
            }
            _ => self.failing(wanted, depth),
        }
    }

    /// What fails, mostly where it is not looked at.
    fn failing(&mut self, wanted: Type, depth: u32) -> String {
        let failure =
            self.pick(&["(throw \"no\")", "(abort \"no\")", "{ }.missing", "(1 + \"a\")", "(builtins.head [ ])"]);
        let body = self.expr(wanted, depth);
        match self.choose(12) {
            11 => failure.to_owned(),
            0 | 3 | 6 => format!("(({{ a ? {failure}, ... }}: {body}) {{ }})"),
            1 | 4 | 7 => format!("(let unused = {failure}; in {body})"),
            _ => format!("(if true then {body} else {failure})"),
        }
    }

    fn let_in(&mut self, wanted: Type, depth: u32) -> String {
        let (a, b) = (self.fresh(), self.fresh());
        let (of_a, of_b) = (self.some_type(), self.some_type());
        let value_a = self.expr(of_a, depth);
        let names = [(a.clone(), of_a), (b.clone(), of_b)];
        let value_b = self.bound(&names[..1], |w| w.expr(of_b, depth));
        let body = self.bound(&names, |w| w.expr(wanted, depth));
        match self.choose(3) {
            0 => format!("(let {a} = {value_a}; {b} = {value_b}; in {body})"),
            1 => format!("(let {b} = {value_b}; inherit (rec {{ {a} = {value_a}; other = {a}; }}) {a}; in {body})"),
            _ => format!("(let {a} = {value_a}; in let inherit ({{ {b} = {value_b}; }}) {b}; in {body})"),
        }
    }

    fn with_formals(&mut self, wanted: Type, depth: u32) -> String {
        let (a, b) = (self.fresh(), self.fresh());
        let (value, default) = (self.expr(Int, depth), self.expr(Int, depth));
        let names = [(a.clone(), Int), (b.clone(), Int)];
        let body = self.bound(&names, |w| w.expr(wanted, depth));
        let given = if self.choose(2) == 0 { String::new() } else { format!("{b} = 7; ") };
        match self.choose(5) {
            0 => format!("(({{ {a}, {b} ? {default} }}: {body}) {{ {a} = {value}; {given}}})"),
            1 => format!("(({{ {a}, {b} ? {a}, ... }}@all: {body}) {{ {a} = {value}; {given}more = 1; }})"),
            2 => format!("((all@{{ {a} ? all.{b}, {b} ? 2 }}: {body}) {{ {b} = {value}; }})"),
            // One argument too many, now and then.
            3 => {
                let more = self.pick(&["", "", "", "more = 2; "]);
                format!("(({{ {a}, {b} ? 1 }}: {body}) {{ {a} = 1; {more}}})")
            }
            _ => format!("(({{ {b} ? {a} + 1, {a} }}: {body}) {{ {a} = {value}; {given}}})"),
        }
    }

    // ---- forms of one type -------------------------------------------------------------------------

    fn int(&mut self, depth: u32) -> String {
        match self.choose(17) {
            0 => {
                let (a, b, c) = (self.expr(Int, depth), self.expr(Int, depth), self.expr(Int, depth));
                let (one, two) = (self.pick(&["+", "-", "*"]), self.pick(&["+", "-", "*", "/ 2 -"]));
                format!("({a} {one} {b} {two} {c})")
            }
            1 => {
                let a = self.expr(Int, depth);
                format!("(-{a})")
            }
            2 => format!("(builtins.length {})", self.expr(Texts, depth)),
            3 => format!("(builtins.stringLength {})", self.expr(Text, depth)),
            4 => {
                let (function, start) = (self.function2(Int, Int, Int, depth.min(1)), self.expr(Int, depth));
                format!("(builtins.foldl' {function} {start} {})", self.expr(Ints, depth))
            }
            5 => format!("(builtins.elemAt ({} ++ [ 1 2 ]) {})", self.expr(Ints, depth), self.choose(3)),
            6 => format!("(builtins.{} {})", self.pick(&["floor", "ceil"]), self.expr(Float, depth)),
            7 => {
                let how = self.pick(&["add", "sub", "mul", "div", "bitAnd", "bitOr", "bitXor"]);
                format!("(builtins.{how} {} ({} + 1))", self.expr(Int, depth), self.expr(Int, depth))
            }
            8 => format!("(builtins.compareVersions {} {})", self.expr(Text, depth), self.expr(Text, depth)),
            9 => format!("({}.{} or {})", self.expr(IntSet, depth), self.pick(&NAMES), self.expr(Int, depth)),
            10 => {
                let set = self.expr(IntSet, depth);
                format!("(with {set}; with {{ a = 3; b = 4; }}; a + b)")
            }
            11 => format!("(let {{ x = {}; body = x + 1; }})", self.expr(Int, depth)),
            12 => format!(
                "(builtins.foldl' (total: name: total + {}.${{name}} or 1) 0 {})",
                self.expr(IntSet, depth),
                self.expr(Texts, depth)
            ),
            13 => format!("(builtins.fromJSON (toString {}))", self.expr(Int, depth)),
            14 => format!("(builtins.length (builtins.attrNames {}))", self.expr(IntSet, depth)),
            15 => format!("(builtins.getAttr \"a\" ({} // {{ a = 9; }}))", self.expr(IntSet, depth)),
            _ => format!("(let f = n: if n < 1 then 0 else n + f (n - 1); in f {})", self.choose(9)),
        }
    }

    fn float(&mut self, depth: u32) -> String {
        let (a, b) = (self.expr(Float, depth), self.expr(Int, depth));
        match self.choose(4) {
            0 => format!("({a} + {b})"),
            1 => format!("({b} - {a})"),
            2 => format!("({a} * 2)"),
            _ => format!("({b} / 4.0)"),
        }
    }

    fn bool(&mut self, depth: u32) -> String {
        match self.choose(13) {
            0 => {
                let (a, b, c) = (self.expr(Bool, depth), self.expr(Bool, depth), self.expr(Bool, depth));
                let (one, two) = (self.pick(&["&&", "||"]), self.pick(&["&&", "||", "->"]));
                format!("({a} {one} !{b} {two} {c})")
            }
            1 => {
                let how = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {how} {} + 1)", self.expr(Int, depth), self.expr(Int, depth))
            }
            2 => {
                let how = self.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {how} {})", self.expr(Text, depth), self.expr(Text, depth))
            }
            3 => format!("({} {} {})", self.any(depth), self.pick(&["==", "!="]), self.any(depth)),
            4 => format!("({} ? {})", self.expr(IntSet, depth), self.pick(&NAMES)),
            5 => format!("(!{} ? a.b)", self.expr(IntSet, depth)),
            6 => format!("(builtins.elem {} {})", self.expr(Int, depth), self.expr(Ints, depth)),
            7 => format!("(builtins.hasAttr {} {})", self.expr(Text, depth), self.expr(IntSet, depth)),
            8 => {
                let how = self.pick(&["all", "any"]);
                format!("(builtins.{how} {} {})", self.function(Int, Bool, depth.min(1)), self.expr(Ints, depth))
            }
            9 => {
                let how =
                    self.pick(&["isInt", "isString", "isList", "isAttrs", "isBool", "isNull", "isFloat", "isFunction"]);
                format!("(builtins.{how} {})", self.any(depth))
            }
            10 => format!("({} {} {})", self.expr(Ints, depth), self.pick(&["==", "<"]), self.expr(Ints, depth)),
            11 => format!("({} < {})", self.expr(Float, depth), self.expr(Int, depth)),
            _ => format!("(builtins.match \"{}\" {} != null)", self.pick(&PATTERNS), self.expr(Text, depth)),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        match self.choose(15) {
            0 => format!("\"<${{{}}}>\"", self.expr(Text, depth)),
            1 => format!("({} + {})", self.expr(Text, depth), self.expr(Text, depth)),
            2 => format!("''\n    a ${{{}}}\n      b\n  ''", self.expr(Text, depth)),
            3 => format!("(builtins.concatStringsSep {} {})", self.expr(Text, depth), self.expr(Texts, depth)),
            4 => format!(
                "(builtins.substring {} {} {})",
                self.choose(4),
                self.pick(&["2", "0", "(-1)", "100"]),
                self.expr(Text, depth)
            ),
            5 => {
                let (from, to) = (
                    self.pick(&["[ \"a\" ]", "[ \"ab\" \"a\" ]", "[ \"\" ]", "[ \".\" \",\" ]"]),
                    self.expr(Text, depth),
                );
                let from_two = from.matches('"').count() > 2;
                let to = if from_two { format!("[ {to} \"-\" ]") } else { format!("[ {to} ]") };
                format!("(builtins.replaceStrings {from} {to} {})", self.expr(Text, depth))
            }
            6 => {
                let of = [Int, Bool, Ints, Texts, Float, Text][self.choose(6)];
                format!("(toString {})", self.expr(of, depth))
            }
            7 => format!("(builtins.toJSON {})", self.any(depth)),
            8 => format!("(builtins.typeOf {})", self.any(depth)),
            9 => format!("(toString {{ __toString = self: self.value; value = {}; }})", self.expr(Text, depth)),
            10 => format!("\"${{{{ outPath = {}; }}}}\"", self.expr(Text, depth)),
            11 => format!("(baseNameOf {})", self.expr(Text, depth)),
            12 => format!("(builtins.parseDrvName {}).{}", self.expr(Text, depth), self.pick(&["name", "version"])),
            13 => {
                format!("(builtins.elemAt (builtins.split \"{}\" {}) 0)", self.pick(&PATTERNS), self.expr(Text, depth))
            }
            _ => format!("(builtins.head ({} ++ [ \"last\" ]))", self.expr(Texts, depth)),
        }
    }

    fn ints(&mut self, depth: u32) -> String {
        match self.choose(12) {
            0 => format!("[ {} {} ]", self.expr(Int, depth), self.expr(Int, depth)),
            1 => format!("({} ++ {})", self.expr(Ints, depth), self.expr(Ints, depth)),
            2 => format!("(map {} {})", self.function(Int, Int, depth.min(2)), self.expr(Ints, depth)),
            3 => format!("(builtins.filter {} {})", self.function(Int, Bool, depth.min(2)), self.expr(Ints, depth)),
            4 => format!("(builtins.genList {} {})", self.function(Int, Int, depth.min(1)), self.choose(4)),
            5 => format!(
                "(builtins.sort {} {})",
                self.pick(&["builtins.lessThan", "(x: y: x > y)"]),
                self.expr(Ints, depth)
            ),
            6 => format!("(builtins.concatMap {} {})", self.function(Int, Ints, depth.min(1)), self.expr(Ints, depth)),
            7 => format!("(builtins.concatLists [ {} {} ])", self.expr(Ints, depth), self.expr(Ints, depth)),
            8 => format!("(builtins.attrValues {})", self.expr(IntSet, depth)),
            9 => format!("(builtins.tail ([ 1 ] ++ {}))", self.expr(Ints, depth)),
            10 => format!(
                "(builtins.partition {} {}).{}",
                self.function(Int, Bool, depth.min(1)),
                self.expr(Ints, depth),
                self.pick(&["right", "wrong"])
            ),
            _ => {
                format!("(builtins.catAttrs \"a\" [ {} {} {{ }} ])", self.expr(IntSet, depth), self.expr(IntSet, depth))
            }
        }
    }

    fn texts(&mut self, depth: u32) -> String {
        match self.choose(9) {
            0 => format!("[ {} {} ]", self.expr(Text, depth), self.expr(Text, depth)),
            1 => format!("({} ++ {})", self.expr(Texts, depth), self.expr(Texts, depth)),
            2 => format!("(builtins.attrNames {})", self.expr(IntSet, depth)),
            3 => format!("(map {} {})", self.function(Int, Text, depth.min(2)), self.expr(Ints, depth)),
            4 => format!(
                "(builtins.filter builtins.isString (builtins.split \"{}\" {}))",
                self.pick(&PATTERNS),
                self.expr(Text, depth)
            ),
            5 => format!("(builtins.sort builtins.lessThan {})", self.expr(Texts, depth)),
            6 => format!("(builtins.splitVersion {})", self.expr(Text, depth)),
            7 => format!("(map toString {})", self.expr(Ints, depth)),
            _ => format!("(builtins.filter {} {})", self.function(Text, Bool, depth.min(2)), self.expr(Texts, depth)),
        }
    }

    fn int_set(&mut self, depth: u32) -> String {
        match self.choose(14) {
            0 => {
                let (a, b) = (self.expr(Int, depth), self.expr(Int, depth));
                format!("{{ a = {a}; \"x-y\" = {b}; }}")
            }
            1 => format!("rec {{ b = {}; c = b + 1; a = c; }}", self.expr(Int, depth)),
            2 => format!("({} // {})", self.expr(IntSet, depth), self.expr(IntSet, depth)),
            3 => format!(
                "(builtins.mapAttrs {} {})",
                self.function2(Text, Int, Int, depth.min(2)),
                self.expr(IntSet, depth)
            ),
            4 => {
                let function = self.function(Text, Int, depth.min(1));
                format!(
                    "(builtins.listToAttrs (map (name: {{ inherit name; value = {function} name; }}) {}))",
                    self.expr(Texts, depth)
                )
            }
            5 => format!("(removeAttrs {} {})", self.expr(IntSet, depth), self.expr(Texts, depth)),
            6 => format!("(builtins.intersectAttrs {} {})", self.expr(IntSet, depth), self.expr(IntSet, depth)),
            7 => {
                let function = self.function(Int, Text, depth.min(1));
                format!(
                    "(builtins.mapAttrs (name: builtins.length) (builtins.groupBy {function} {}))",
                    self.expr(Ints, depth)
                )
            }
            8 => format!(
                "(builtins.zipAttrsWith (name: builtins.foldl' builtins.add 0) [ {} {} ])",
                self.expr(IntSet, depth),
                self.expr(IntSet, depth)
            ),
            9 => format!("{{ ${{{}}} = {}; }}", self.expr(Text, depth), self.expr(Int, depth)),
            10 => format!("{{ \"p${{{}}}\" = 1; ${{null}} = 2; }}", self.expr(Text, depth)),
            11 => {
                let (name, value) = (self.fresh(), self.expr(Int, depth));
                format!("(let {name} = {value}; in {{ inherit {name}; inherit ({{ a = {name}; }}) a; }})")
            }
            12 => format!("(let set = {}; in set // {{ a = set.a or 0 + 1; }})", self.expr(IntSet, depth)),
            _ => format!("(builtins.mapAttrs (name: value: value.success or 1) {})", self.expr(IntSet, depth)),
        }
    }

    /// A value of any shape.
    fn any(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(Any);
        }
        let depth = depth - 1;
        match self.choose(21) {
            0 => self.leaf(Any),
            1 => self.expr(Int, depth),
            2 => self.expr(Text, depth),
            3 => self.expr(Bool, depth),
            4 => self.expr(Ints, depth),
            5 => self.expr(Texts, depth),
            6 => self.expr(IntSet, depth),
            7 => self.expr(Float, depth),
            8 => format!("[ {} {} ]", self.any(depth), self.any(depth)),
            9 => {
                format!("{{ a.b = {}; a.\"c d\".e = {}; f = {}; }}", self.any(depth), self.any(depth), self.any(depth))
            }
            10 => format!("rec {{ a = {{ x = {}; }}; a.y = 1; b = a.x; }}", self.any(depth)),
            11 => format!("(builtins.match \"{}\" {})", self.pick(&PATTERNS), self.expr(Text, depth)),
            12 => format!("(builtins.split \"{}\" {})", self.pick(&PATTERNS), self.expr(Text, depth)),
            13 => format!("(builtins.fromJSON {})", self.pick(&JSON)),
            14 => format!("(builtins.fromTOML {})", self.pick(&TOML)),
            15 => format!(
                "(builtins.functionArgs {})",
                self.pick(&["({ a, b ? 1, ... }: 1)", "(x: x)", "(all@{ a ? 2 }: a)", "map"])
            ),
            16 => format!(
                "(builtins.tryEval {})",
                self.pick(&["(throw \"a\")", "1", "(assert false; 1)", "[ 1 ]", "{ a = 1; }.a"])
            ),
            17 => format!("(builtins.fromJSON (builtins.toJSON {}))", self.any(depth)),
            18 => format!("(builtins.groupBy {} {})", self.function(Int, Text, depth.min(1)), self.expr(Ints, depth)),
            19 => format!(
                "(builtins.zipAttrsWith (name: values: {{ inherit name values; }}) [ {} {} ])",
                self.expr(IntSet, depth),
                self.expr(IntSet, depth)
            ),
            _ => {
                let wanted = self.some_type();
                self.any_type(wanted, depth)
            }
        }
    }
}
