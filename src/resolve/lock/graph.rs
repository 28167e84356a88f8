//! What the graph of a lock says: sources that are locked more than once, and what each direct
//! input costs. All of it without recursion and in a fixed order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{InputRef, Lock};

/// Inputs in a chain that is told. Of the locks looked at the deepest has 12.
const MAX_CHAIN: u32 = 200;

/// A source with two or more nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The source.
    pub source: String,
    /// Its nodes, in order of name.
    pub nodes: Vec<DuplicateNode>,
    /// Number of distinct revisions.
    pub revisions: u32,
    /// Direct inputs that bring the surplus, in order of name. The node with the shortest input path
    /// (then the first path in order of names) is the one to keep; every other is surplus. A direct
    /// input brings a node when nodes that are locked for it (`follows` left out) lead there.
    pub brought_by: Vec<String>,
}

/// One node of a duplicated source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateNode {
    /// Node name.
    pub node: String,
    /// Locked revision, or narHash where there is none.
    pub revision: String,
    /// Shortest chain of inputs from the root, `follows` left out; empty where nothing leads there, or only a chain
    /// of more than [`MAX_CHAIN`] inputs.
    pub path: Vec<String>,
}

/// What a direct input costs, in lock nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Name of the direct input.
    pub input: String,
    /// Nodes it reaches, itself included, through `follows` too.
    pub reached: u32,
    /// Nodes that are locked for it alone: every chain of locked inputs (`follows` left out) to them begins with it, so
    /// it dominates them among the direct inputs (Prosser 1959). Without it they would leave the lock.
    pub own: u32,
}

/// Sources with two or more nodes: most nodes first, then in order of source.
pub fn duplicates(lock: &Lock) -> Vec<Duplicate> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, node) in lock.nodes.iter().enumerate() {
        if number != lock.root_number
            && let Some(source) = node.source()
        {
            groups.entry(source).or_default().push(number);
        }
    }
    groups.retain(|_, numbers| numbers.len() > 1);
    let paths = Paths::new(lock);
    let bringers = Bringers::new(lock, &groups, &paths);
    let mut found: Vec<Duplicate> = groups
        .into_iter()
        .map(|(source, numbers)| {
            let brought_by = bringers.of(&source);
            let nodes: Vec<DuplicateNode> = numbers.iter().map(|number| paths.describe(lock, *number)).collect();
            let revisions = nodes.iter().map(|node| &node.revision).collect::<BTreeSet<_>>().len() as u32;
            Duplicate { source, nodes, revisions, brought_by }
        })
        .collect();
    found.sort_by(|a, b| b.nodes.len().cmp(&a.nodes.len()).then_with(|| a.source.cmp(&b.source)));
    found
}

/// What every direct input costs, in order of name.
pub fn cost(lock: &Lock) -> Vec<Cost> {
    let Some(direct) = lock.targets.get(lock.root_number) else { return Vec::new() };
    let mut bringers = vec![0u32; lock.nodes.len()];
    let mut walk = Walk::new(lock.nodes.len());
    let all = |number: usize| lock.targets[number].values().copied();
    let locked = |number: usize| named(lock, number).map(|(_, to)| to);
    let brings: BTreeMap<&str, usize> = named(lock, lock.root_number).collect();
    for start in brings.values() {
        walk.from(*start, lock.root_number, locked, |number| bringers[number] += 1);
    }
    let costs = direct.iter().map(|(input, start)| {
        let (mut reached, mut own) = (0, 0);
        walk.from(*start, lock.root_number, all, |_| reached += 1);
        if let Some(start) = brings.get(input.as_str()) {
            walk.from(*start, lock.root_number, locked, |number| own += u32::from(bringers[number] == 1));
        }
        Cost { input: input.clone(), reached, own }
    });
    costs.collect()
}

/// The shortest chain of locked inputs to each node, in the order of the nodes; empty for the root and beyond
/// [`MAX_CHAIN`].
pub fn chains(lock: &Lock) -> Vec<Vec<String>> {
    let paths = Paths::new(lock);
    (0..lock.nodes.len()).map(|number| paths.chain(number)).collect()
}

/// Repeated walks over the same nodes without clearing what was seen.
struct Walk {
    seen: Vec<u32>,
    turn: u32,
}

impl Walk {
    fn new(nodes: usize) -> Self {
        Self { seen: vec![0; nodes], turn: 0 }
    }

    fn from<I: Iterator<Item = usize>>(
        &mut self,
        start: usize,
        root: usize,
        next: impl Fn(usize) -> I,
        mut visit: impl FnMut(usize),
    ) {
        self.turn += 1;
        let mut open = vec![start];
        while let Some(number) = open.pop() {
            if number == root || self.seen[number] == self.turn {
                continue;
            }
            self.seen[number] = self.turn;
            visit(number);
            open.extend(next(number));
        }
    }
}

/// Nodes that inputs of a node name themselves, in order of input.
fn named(lock: &Lock, number: usize) -> impl Iterator<Item = (&str, usize)> {
    lock.nodes[number].inputs.iter().filter_map(move |(input, to)| match to {
        InputRef::Node(_) => Some((input.as_str(), *lock.targets[number].get(input)?)),
        InputRef::Follows(_) => None,
    })
}

/// Shortest input paths from the root.
struct Paths<'a> {
    /// Distance, and the node and input that lead here.
    steps: Vec<Option<(u32, usize, &'a str)>>,
    /// Position in the order in which nodes were found: shortest path first, then order of names.
    order: Vec<usize>,
    root: usize,
}

impl<'a> Paths<'a> {
    fn new(lock: &'a Lock) -> Self {
        let mut steps = vec![None; lock.nodes.len()];
        let mut order = vec![usize::MAX; lock.nodes.len()];
        let mut open = VecDeque::from([(lock.root_number, 0)]);
        let mut found = 0;
        while let Some((number, distance)) = open.pop_front() {
            for (input, to) in named(lock, number) {
                if to != lock.root_number && steps[to].is_none() {
                    steps[to] = Some((distance + 1, number, input));
                    order[to] = found;
                    found += 1;
                    open.push_back((to, distance + 1));
                }
            }
        }
        Self { steps, order, root: lock.root_number }
    }

    fn chain(&self, number: usize) -> Vec<String> {
        let mut path = Vec::new();
        // Without a bound a chain of n nodes would take n² names.
        if self.steps[number].is_some_and(|(distance, _, _)| distance > MAX_CHAIN) {
            return path;
        }
        let mut at = number;
        while let Some((_, from, input)) = self.steps[at] {
            path.push(input.to_owned());
            at = from;
            if at == self.root {
                break;
            }
        }
        path.reverse();
        path
    }

    fn describe(&self, lock: &Lock, number: usize) -> DuplicateNode {
        let path = self.chain(number);
        let node = &lock.nodes[number];
        DuplicateNode { node: node.name.clone(), revision: node.revision().to_owned(), path }
    }
}

/// Which direct inputs bring surplus nodes, by source.
struct Bringers(BTreeMap<String, BTreeSet<String>>);

impl Bringers {
    fn new(lock: &Lock, groups: &BTreeMap<String, Vec<usize>>, paths: &Paths<'_>) -> Self {
        let mut surplus: BTreeMap<usize, &str> = BTreeMap::new();
        for (source, numbers) in groups {
            let kept = numbers.iter().min_by_key(|number| (paths.order[**number], **number));
            surplus.extend(numbers.iter().filter(|n| Some(*n) != kept).map(|number| (*number, source.as_str())));
        }
        let mut brought: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut walk = Walk::new(lock.nodes.len());
        for (input, start) in named(lock, lock.root_number) {
            walk.from(
                start,
                lock.root_number,
                |number| named(lock, number).map(|(_, to)| to),
                |number| {
                    if let Some(source) = surplus.get(&number) {
                        brought.entry((*source).to_owned()).or_default().insert(input.to_owned());
                    }
                },
            );
        }
        Self(brought)
    }

    fn of(&self, source: &str) -> Vec<String> {
        self.0.get(source).map(|inputs| inputs.iter().cloned().collect()).unwrap_or_default()
    }
}
