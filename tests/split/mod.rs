//! Code that moves means the same to the real Nix, whatever is moved.

mod generate;
mod harsh;
mod left;
mod odd;
mod parts;
mod rare;
mod refused;
mod shapes;
mod variants;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use flake_audit::edit::split::{Carried, Move, Order, Refusal, Texts, Unit, candidates, carry_out, shifted};
use serde_json::Value;

use harsh::HARSH;
use odd::ODD;
use rare::RARE;
use refused::REFUSED;
use shapes::{BESIDE, SHAPES};

const STUB: &str = include_str!("stub.nix");

/// What outputs are, as plain data: of a derivation its `drvPath`, of a function what it takes and gives.
const SHOW: &str = r#"
  let
    inputs = import ./stub.nix;
    show = depth: value:
      if depth > 9 then "deep"
      else if builtins.isFunction value then { takes = builtins.functionArgs value; }
      else if builtins.isList value then map (show (depth + 1)) value
      else if builtins.isPath value then { path = toString value; }
      else if builtins.isAttrs value then
        if value.type or null == "derivation" then { drv = value.drvPath; }
        else builtins.mapAttrs (name: inner:
          let tried = builtins.tryEval inner; in if tried.success then show (depth + 1) tried.value else "fails") value
      else value;
    outputs = file:
      let
        flake = import file;
        takes = builtins.functionArgs flake.outputs;
        self = flake.outputs (if takes == { } then inputs // { inherit self; } else builtins.intersectAttrs takes (inputs // { inherit self; }));
      in
      show 0 (if builtins.isAttrs flake && flake ? outputs then self else flake);
  in
"#;

fn command() -> Command {
    Command::new(std::env::var_os("NIX_INSTANTIATE").unwrap_or_else(|| "nix-instantiate".into()))
}

/// A tree of files in a folder, with the files beside.
fn lay_out(folder: &Path, texts: &Texts) {
    let beside = BESIDE.iter().map(|(path, text)| (*path, *text));
    for (path, text) in beside.chain(texts.iter().map(|(path, text)| (path.as_str(), &**text))) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

/// What the real Nix makes of each tree's first file, in order.
fn values(trees: &[Texts], file: &str) -> Vec<Value> {
    values_by(SHOW, &[], trees, file)
}

/// The same, with files beside and code that says what `outputs` of a file is.
fn values_by(show: &str, with: &[(&str, &str)], trees: &[Texts], file: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in with.iter().chain(&[("stub.nix", STUB)]) {
        fs::write(folder.path().join(path), text).expect("written");
    }
    let mut asked = format!("{show}  [\n");
    for (number, texts) in trees.iter().enumerate() {
        lay_out(&folder.path().join(format!("tree{number}")), texts);
        // One that fails, as a whole, must fail after the split too.
        asked.push_str(&format!("    (outputs ./tree{number}/{file})\n"));
    }
    asked.push_str("  ]\n");
    fs::write(folder.path().join("asked.nix"), &asked).expect("written");
    let mut nix = command();
    nix.args(["--eval", "--strict", "--json"]).arg(folder.path().join("asked.nix"));
    let output = nix.output().unwrap_or_else(|error| panic!("nix-instantiate: {error}; see tests/run.sh"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{:#?}", trees.first());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let Value::Array(found) = serde_json::from_str(&text).expect("JSON") else { panic!("{text}") };
    let place = |number: usize| folder.path().join(format!("tree{number}")).display().to_string();
    found
        .into_iter()
        .enumerate()
        .map(|(number, value)| {
            let text = value.to_string().replace(&place(number), "/tree");
            serde_json::from_str(&text).expect("JSON")
        })
        .collect()
}

fn moved(one: &Move, to: &str) -> Move {
    Move { to: Some(to.to_owned()), ..one.clone() }
}

fn carry(texts: &Texts, order: &Order) -> Result<Carried, Refusal> {
    carry_out(texts, &|path| BESIDE.iter().any(|(beside, _)| *beside == path), order)
}

/// The outermost of some units.
fn outermost(units: &[Move]) -> Vec<Move> {
    let inside = |one: &&Move| {
        let around = |other: &Move| {
            other.span != one.span && other.span.start <= one.span.start && one.span.end <= other.span.end
        };
        !units.iter().any(around)
    };
    units.iter().filter(inside).cloned().collect()
}

/// Many ways to take a text apart.
fn orders(file: &str, text: &str) -> Vec<Order> {
    let units = candidates(file, text);
    let mut orders: Vec<Order> = Vec::new();
    let mut add = |moves: Vec<Move>, ties: Vec<String>| orders.push(Order { moves, ties, ..Order::default() });
    for one in &units {
        add(vec![moved(one, "nix/deep/one.nix")], vec![]);
        add(vec![moved(one, "own/one.nix")], vec![]);
    }
    for unit in [Unit::Binding, Unit::Value] {
        let kind: Vec<Move> = units.iter().filter(|one| one.unit == unit).cloned().collect();
        let outer = outermost(&kind);
        let inner: Vec<Move> = kind.iter().filter(|one| !outer.contains(one)).cloned().collect();
        for some in [outer, outermost(&inner)] {
            add(some.iter().map(|one| moved(one, "nix/all.nix")).collect(), vec![]);
            let each = some.iter().enumerate().map(|(n, one)| moved(one, &format!("nix/each/{n}.nix")));
            add(each.collect(), vec!["nix/each/default.nix".to_owned()]);
            let halves = some.iter().enumerate().map(|(n, one)| moved(one, &format!("nix/half/{}.nix", n % 2)));
            add(halves.collect(), vec!["nix/half/default.nix".to_owned()]);
            add(some.iter().skip(1).map(|one| moved(one, "nix/rest.nix")).collect(), vec![]);
        }
    }
    let outer = outermost(&units);
    add(outer.iter().map(|one| moved(one, "nix/every.nix")).collect(), vec![]);
    // Each binding alone, deleted: that must be refused where anything reads it.
    for one in units.iter().filter(|one| one.unit == Unit::Binding) {
        add(vec![one.clone()], vec![]);
    }
    orders.retain(|order| !order.moves.is_empty());
    orders
}

fn tree(file: &str, text: &str) -> Texts {
    BTreeMap::from([(file.to_owned(), Arc::from(text))])
}

fn after(before: &Texts, carried: &Carried) -> Texts {
    let mut texts = before.clone();
    texts.extend(carried.texts.clone());
    texts
}

/// The beginning of each unit that moves, and where it goes.
fn asked_for(order: &Order, text: &str) -> String {
    let of = |one: &Move| {
        let code = &text[one.span.start as usize..one.span.end as usize];
        let begins: String = code.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
        format!("{begins} -> {}", one.to.as_deref().unwrap_or("nothing"))
    };
    order.moves.iter().map(of).collect::<Vec<_>>().join("; ")
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn every_shape_means_the_same_however_it_is_split() {
    let shapes: Vec<_> = SHAPES.iter().chain(ODD).chain(RARE).chain(HARSH).collect();
    assert!(shapes.len() >= 80, "{}", shapes.len());
    let (mut done, mut asked) = (0, 0);
    // `SPLIT_ONLY=tabs SPLIT_SHOW=1` to look at one.
    let only = std::env::var("SPLIT_ONLY").unwrap_or_default();
    for (name, text) in shapes.into_iter().filter(|(name, _)| name.contains(&only)) {
        let before = tree("flake.nix", text);
        let mut trees = vec![before.clone()];
        let mut refused = Vec::new();
        for order in orders("flake.nix", text) {
            asked += 1;
            match carry(&before, &order) {
                Ok(carried) => trees.push(after(&before, &carried)),
                Err(refusal) => refused.push(format!("{refusal}: {}", asked_for(&order, text))),
            }
        }
        if std::env::var_os("SPLIT_SHOW").is_some() {
            eprintln!("{name}: {} of {}; {refused:#?}", trees.len() - 1, trees.len() - 1 + refused.len());
        }
        done += trees.len() - 1;
        assert!(trees.len() > 1, "{name}: {refused:#?}");
        let values = values(&trees, "flake.nix");
        for (texts, value) in trees.iter().zip(&values).skip(1) {
            assert_eq!(value, &values[0], "{name}: {}", page(texts));
        }
    }
    // What is always refused is safe and useless.
    assert!(done * 4 > asked * 3, "{done} of {asked} carried out");
}

#[test]
fn a_function_without_free_names_moves_like_any_other() {
    // Its file is the function itself: calls of it must not be taken for the call that passes a file its names.
    let (_, text) = SHAPES.iter().find(|(name, _)| *name == "a function without free names").expect("it is there");
    let before = tree("flake.nix", text);
    let units = candidates("flake.nix", text);
    let bindings: Vec<Move> = units.into_iter().filter(|one| one.unit == Unit::Binding).collect();
    assert!(bindings.len() >= 4, "{bindings:?}");
    for one in &bindings {
        let order = Order { moves: vec![moved(one, "nix/one.nix")], ties: vec![], ..Order::default() };
        let carried = carry(&before, &order);
        assert!(carried.is_ok(), "{one:?}: {:?}", carried.err().map(|refusal| refusal.to_string()));
    }
    let each = outermost(&bindings).into_iter().enumerate();
    let moves = each.map(|(n, one)| moved(&one, &format!("nix/each/{n}.nix"))).collect();
    let carried = carry(&before, &Order { moves, ties: vec!["nix/each/default.nix".to_owned()], ..Order::default() });
    assert!(carried.is_ok(), "{:?}", carried.err().map(|refusal| refusal.to_string()));
}

fn page(texts: &Texts) -> String {
    texts.iter().flat_map(|(path, text)| ["\n--- ", path.as_str(), "\n", text]).collect()
}

#[test]
fn what_cannot_move_is_refused_with_its_reason() {
    for (name, text, why) in REFUSED {
        let before = tree("flake.nix", text);
        let units = candidates("flake.nix", text);
        let whole = Move { path: "flake.nix".into(), span: place(text), unit: Unit::Value, to: None };
        let first = units.first().unwrap_or(&whole);
        let refusal =
            carry(&before, &Order { moves: vec![moved(first, "nix/a.nix")], ties: vec![], ..Order::default() })
                .unwrap_err();
        assert!(refusal.to_string().contains(why), "{name}: {refusal}");
        assert!(refusal.at.is_some(), "{name}: {refusal}");
    }
}

/// `inputs.nixpkgs = …;` of a flake.
fn place(text: &str) -> std::ops::Range<u32> {
    let start = text.find("inputs").unwrap_or(0);
    let end = text[start..].find("};").map_or(text.len(), |end| start + end + 2);
    start as u32..end as u32
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let text = "{ outputs = i: let a = { b = 1; }; in { lib = a; }; }";
    let units = candidates("flake.nix", text);
    for to in ["data.txt", "sub/default.nix", "flake.nix", "a b.nix", "../a.nix", "/a.nix"] {
        let order = Order { moves: vec![moved(&units[0], to)], ties: vec![], ..Order::default() };
        assert!(carry(&tree("flake.nix", text), &order).is_err(), "{to}");
    }
}

/// Splits a text several times, each time at a unit that is there; gives the trees after each.
fn split_often(text: &str, tape: &[u32]) -> Vec<Texts> {
    let mut texts = tree("main.nix", text);
    let mut trees = vec![texts.clone()];
    for (number, choice) in tape.iter().enumerate() {
        let files: Vec<String> = texts.keys().cloned().collect();
        let file = &files[(*choice as usize / 7) % files.len()];
        let units = candidates(file, &texts[file]);
        if units.is_empty() {
            continue;
        }
        let first = *choice as usize % units.len();
        let count = 1 + (*choice as usize / 3) % 3;
        let some: Vec<Move> = units.iter().skip(first).take(count).cloned().collect();
        let folder = ["n", "n/m", "own"][number % 3];
        let moves = outermost(&some).iter().map(|one| moved(one, &format!("{folder}/f{number}.nix"))).collect();
        let Ok(carried) = carry(&texts, &Order { moves, ties: vec![], ..Order::default() }) else { continue };
        // What was not replaced is where the shifts say.
        for unit in units.iter().filter(|unit| !some.contains(unit)) {
            let old = &texts[file][unit.span.start as usize..unit.span.end as usize];
            let mut layers = carried.shifts.get(file).into_iter().flatten();
            if let Some(place) = layers.try_fold(unit.span.clone(), |place, shifts| shifted(shifts, &place)) {
                let new = &carried.texts[file][place.start as usize..place.end as usize];
                let inside = some.iter().any(|one| unit.span.start <= one.span.start && one.span.end <= unit.span.end);
                let only_cut = carried.shifts[file].iter().skip(1).flatten().any(|shift| shift.new == 0);
                assert!(inside || only_cut && new.len() < old.len() || old == new, "{old}\n{new}");
            }
        }
        texts = after(&texts, &carried);
        trees.push(texts.clone());
    }
    trees
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn generated_code_means_the_same_after_many_splits() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let cases = std::env::var("SPLITS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tapes = proptest::collection::vec(0_u32..1_000, 30..200);
    let cuts = proptest::collection::vec(0_u32..10_000, 2..6);
    let mut trees: Vec<Texts> = Vec::new();
    let mut starts = Vec::new();
    for _ in 0..cases {
        let tape = tapes.new_tree(&mut runner).expect("a tape").current();
        let cuts = cuts.new_tree(&mut runner).expect("cuts").current();
        starts.push(trees.len());
        trees.extend(split_often(&generate::file(&tape), &cuts));
    }
    assert!(trees.len() > cases * 2, "{} trees of {cases} files", trees.len());
    let values: Vec<Value> = trees.chunks(200).flat_map(|some| values(some, "main.nix")).collect();
    starts.push(trees.len());
    for pair in starts.windows(2) {
        for number in pair[0]..pair[1] {
            let pages = || format!("{}{}", page(&trees[pair[0]]), page(&trees[number]));
            assert_eq!(values[number], values[pair[0]], "{}", pages());
        }
    }
}
