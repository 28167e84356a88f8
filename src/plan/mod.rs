//! Verdict and plan, from facts and findings alone.

mod advice;
mod files;
mod layout;
mod size;
mod steps;
mod variants;
mod verdict;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::finding::Finding;
pub use crate::measure::Unit;
use crate::measure::{Facts, FlakeRow};
use crate::source::Span;

/// Whether and how a flake should be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Leave it as it is.
    Keep,
    /// The same flake in several files.
    Files,
    /// Variants of one thing as outputs of one function.
    Outputs,
    /// Development-only inputs to a partition.
    Partition,
    /// A flake of its own for a concern.
    Separate,
    /// Sub-flakes back into one.
    Merge,
}

/// How risky a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing that is built can change.
    None,
    /// Names must be passed on; the evaluator says at once if one is missing.
    Low,
    /// Meaning may depend on `with`, `rec` or relative paths.
    Medium,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Deletes what nothing reaches.
    Delete,
    /// Moves units to files of their own.
    Extract,
    /// Moves helpers that several concerns read, before their readers.
    Lib,
    /// Makes variants of one thing outputs of one function.
    Merge,
    /// Moves inputs that only development needs to a partition.
    Partition,
    /// Gives a concern a flake of its own, or puts a sub-flake back.
    Flake,
    /// Lets inputs follow one another.
    Follow,
}

impl StepKind {
    /// Whether moving or deleting code is all of it. The other kinds change what code says, or inputs: they are told,
    /// and a person does them.
    pub fn moves_code(self) -> bool {
        matches!(self, Self::Delete | Self::Extract | Self::Lib | Self::Merge)
    }
}

/// A piece of code that a step moves or deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Move {
    /// Binding name or attribute path.
    pub name: String,
    /// Path of the file it is in.
    pub path: String,
    /// First line (1-based); 0 where the facts do not tell (a shared helper's row has none).
    pub line: u32,
    /// Last line; 0 as above.
    pub end_line: u32,
    /// What it is.
    pub unit: Unit,
    /// The code, as [`Unit`] says, in the tree *as it was audited*, whatever earlier steps moved. A unit may hold units
    /// of earlier steps, never of later ones; otherwise units do not overlap. `None` for steps that were found in what
    /// earlier ones leave: their lines are of that tree.
    #[serde(skip)]
    pub span: Option<Span>,
    /// The created file it goes to; null where it is deleted.
    pub to: Option<String>,
    /// What stands in its place afterwards: the whole binding or attribute, or a module's expression. Null until the
    /// step was carried out in memory; empty where it is deleted, or where the replacement of another move of the same
    /// step brings its name (`inherit (import ./dir { … }) a b;` stands at the first).
    pub replacement: Option<String>,
}

/// What a created file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// One unit: a function of its free names that gives its value (the value alone where it has none).
    Value,
    /// Several units: a function of their free names that gives a set, an attribute a unit.
    Set,
    /// The `default.nix` of a folder: imports every other file that the step creates there and gives them as one set,
    /// by the names of their units.
    Tie,
    /// What several pieces of code share: a function of their free names and of what differs between them.
    Function,
    /// A flake-parts module that is listed in `imports`: what it takes, flake-parts gives it or the list passes it.
    Module,
}

/// A file that a step creates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewFile {
    /// Where, relative to the root.
    pub path: String,
    /// What it holds.
    pub form: Form,
    /// The group it is for, in the user's own words; empty for a tie.
    pub group: String,
    /// Lines: of what moves there, until the step was carried out in memory; then its real lines.
    pub lines: u32,
    /// Exactly the names that its function takes; null until the step was carried out in memory.
    pub arguments: Option<Vec<String>>,
    /// Its first line (`{ pkgs, lib }:`); null until then, and where it takes nothing.
    pub head: Option<String>,
}

/// A file with its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileSize {
    /// Path relative to the root.
    pub path: String,
    /// Its lines.
    pub lines: u32,
    /// Concerns that reach code in it.
    pub concerns: u32,
}

/// One step, small enough for one commit.
///
/// **The contract between the plan and who carries it out.** The plan says which units move ([`Move::span`]), what they
/// are, and to which file; it writes no text. Who carries the steps out in memory, in order, fills in what only text can
/// tell: [`Move::replacement`], [`NewFile::arguments`], `head` and `lines`, [`Step::sizes`], and at the end
/// [`Plan::after`], with [`Step::lines`] and what the reasons say of lines that stay ([`measured`]). A step that cannot be carried out keeps its estimate and says why in [`Step::refused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// 1-based number within the plan.
    pub id: u32,
    /// What it does.
    pub kind: StepKind,
    /// One imperative sentence.
    pub title: String,
    /// Lines that leave the files they are in.
    pub lines: u32,
    /// What moves.
    pub moves: Vec<Move>,
    /// Files that are created.
    pub creates: Vec<String>,
    /// The same files, with what they hold.
    pub files: Vec<NewFile>,
    /// Names that what moves reads and that are bound outside of it, over all its files.
    pub arguments: Vec<String>,
    /// Places that name what moves and must still find it.
    pub call_sites: u32,
    /// How risky it is.
    pub risk: Risk,
    /// Why the risk.
    pub risk_reason: String,
    /// Codes of findings that it ends.
    pub ends: Vec<String>,
    /// Steps that must come first.
    pub after: Vec<u32>,
    /// Files that differ after it, with their real lines; null until the step was carried out in memory.
    pub sizes: Option<Vec<FileSize>>,
    /// Why it could not be carried out in memory; null where it could, or nobody tried.
    pub refused: Option<String>,
}

impl Step {
    /// A step that moves nothing yet.
    pub fn new(kind: StepKind, title: String, risk: Risk, reason: &str) -> Self {
        Self {
            id: 0,
            kind,
            title,
            lines: 0,
            moves: Vec::new(),
            creates: Vec::new(),
            files: Vec::new(),
            arguments: Vec::new(),
            call_sites: 0,
            risk,
            risk_reason: reason.to_owned(),
            ends: Vec::new(),
            after: Vec::new(),
            sizes: None,
            refused: None,
        }
    }
}

/// Numbers of a flake before or after the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Size {
    /// Lines of `flake.nix`.
    pub flake_lines: u32,
    /// Lines of the largest file of the flake's own code.
    pub largest_file_lines: u32,
    /// Files of the flake's own code.
    pub files: u32,
    /// Nodes of the lock file without the root.
    pub lock_nodes: u32,
    /// The largest files of the flake's own code, at most 20, most lines first.
    pub largest: Vec<FileSize>,
    /// Concerns that have ten lines or more in `flake.nix` itself.
    pub concerns_in_flake: u32,
    /// Lines of `flake.nix` that several concerns reach.
    pub shared_in_flake: u32,
    /// Modularity Q (Newman 2004) of the units of `flake.nix` by file: how much more they read of their own file than
    /// chance would have it. Null where none reads another.
    pub modularity: Option<f64>,
}

/// The plan of one flake.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Plan {
    /// The flake's directory.
    pub flake: String,
    /// The one verdict.
    pub verdict: Verdict,
    /// The numbers behind it, one sentence each.
    pub reasons: Vec<String>,
    /// Ordered steps.
    pub steps: Vec<Step>,
    /// Today.
    pub before: Size,
    /// After all steps, computed from the moves.
    pub after: Size,
    /// Whether the steps were carried out in memory: then `after` was measured, and is no estimate.
    pub carried_out: bool,
}

/// One kind of division that holds for a flake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advised {
    /// The flake's place in the facts.
    pub flake: usize,
    /// The kind.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: String,
    /// What is to be done, a title a step.
    pub steps: Vec<String>,
}

/// Every kind of division that holds for some flake, in the order of `facts.flakes`: a plan has one verdict and says the
/// others among its reasons.
pub fn advised(facts: &Facts, config: &Config) -> Vec<Advised> {
    let of = |(number, flake)| verdict::advised(facts, flake, config.divide).into_iter().map(move |one| (number, one));
    let rows = facts.flakes.iter().enumerate().flat_map(of);
    rows.map(|(flake, (verdict, reason, steps))| Advised { flake, verdict, reason, steps }).collect()
}

/// The beginning of the reason that says what the files do to modularity.
const BY_USE: &str = "by what reads what, ";

/// Fills in how well the files of a plan hold together, from its moves: when it was made, and again when its steps were
/// carried out or refused. A plan that makes it worse says so.
pub fn settle(plan: &mut Plan, flake: &FlakeRow) {
    plan.reasons.retain(|reason| !reason.starts_with(BY_USE));
    if plan.verdict != Verdict::Files {
        return;
    }
    plan.after.modularity = size::modularity_after(flake, &plan.steps);
    if let (Some(before), Some(after)) = (plan.before.modularity, plan.after.modularity)
        && after < before - 0.005
    {
        plan.reasons.push(format!(
            "{BY_USE}the new files are no parts of their own (modularity Q {before:.2} to {after:.2}): they hold one kind of thing each, and what is gained is that each is short"
        ));
    }
}

/// Puts what was measured in place of what was estimated: `after` is the flake once all steps were carried out, `lines` gives
/// those of a file that was there before.
pub fn measured(plan: &mut Plan, after: &Size, lines: impl Fn(&str) -> Option<u32>) {
    plan.after = Size { lock_nodes: plan.after.lock_nodes, ..after.clone() };
    plan.carried_out = true;
    let mut today: BTreeMap<String, u32> = BTreeMap::new();
    for step in &mut plan.steps {
        let Some(sizes) = &step.sizes else { continue };
        let gone = sizes.iter().filter_map(|file| {
            let before = today.get(&file.path).copied().or_else(|| lines(&file.path));
            today.insert(file.path.clone(), file.lines);
            before.map(|before| before.saturating_sub(file.lines))
        });
        step.lines = gone.sum();
    }
    let refused = plan.steps.iter().any(|step| step.kind.moves_code() && step.refused.is_some());
    verdict::measured(&mut plan.reasons, plan.after.flake_lines, refused);
}

/// Leaves steps out; the others are numbered anew.
pub fn leave_out(plan: &mut Plan, out: impl Fn(&Step) -> bool) {
    let left: Vec<u32> = plan.steps.iter().filter(|step| !out(step)).map(|step| step.id).collect();
    plan.steps.retain(|step| left.contains(&step.id));
    let number = |old: &u32| left.iter().position(|id| id == old).map(|at| at as u32 + 1);
    for step in &mut plan.steps {
        step.id = number(&step.id).unwrap_or(step.id);
        step.after = step.after.iter().filter_map(number).collect();
    }
}

/// Plans every flake, in the order of `facts.flakes`.
pub fn plan(facts: &Facts, findings: &[Finding], config: &Config) -> Vec<Plan> {
    facts.flakes.iter().map(|flake| verdict::of(facts, flake, findings, config.divide)).collect()
}
