//! `follows` resolved as Nix does: input paths from the root, step by step, through further follows.
//! Without recursion: a chain of 100,000 nodes must not overflow the stack.

use std::collections::BTreeMap;

use super::{InputRef, LockNode, LockNote};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// Being resolved: met again, it is a cycle.
    Open,
    Done(Option<usize>),
}

/// An input that is being resolved.
struct Frame<'a> {
    node: usize,
    input: &'a str,
    path: &'a [String],
    /// Steps of `path` taken, and the node they lead to.
    taken: usize,
    at: usize,
}

struct Resolver<'a> {
    nodes: &'a [LockNode],
    root: usize,
    states: Vec<BTreeMap<&'a str, State>>,
    notes: Vec<(usize, &'a str, String)>,
}

/// For every node the nodes that its inputs come to, and what leads nowhere.
pub(super) fn resolve(nodes: &[LockNode], root: usize) -> (Vec<BTreeMap<String, usize>>, Vec<LockNote>) {
    let states = nodes.iter().map(|node| node.inputs.keys().map(|input| (input.as_str(), State::New)).collect());
    let mut resolver = Resolver { nodes, root, states: states.collect(), notes: Vec::new() };
    for (number, node) in nodes.iter().enumerate() {
        for input in node.inputs.keys() {
            resolver.run(number, input);
        }
    }
    resolver.notes.sort();
    let faults = resolver.notes.iter().filter_map(|(node, input, message)| {
        let at = *nodes.get(*node)?.inputs_at.get(*input)?;
        Some(LockNote { message: message.clone(), at })
    });
    let done = |(input, state): (&&str, &State)| match state {
        State::Done(Some(target)) => Some(((*input).to_owned(), *target)),
        _ => None,
    };
    let targets = resolver.states.iter().map(|inputs| inputs.iter().filter_map(done).collect()).collect();
    (targets, faults.collect())
}

impl<'a> Resolver<'a> {
    fn run(&mut self, node: usize, input: &'a str) {
        let mut frames = Vec::new();
        if self.states[node].get(input) == Some(&State::New) {
            self.visit(node, input, &mut frames);
        }
        while let Some(frame) = frames.last_mut() {
            let Some(step) = frame.path.get(frame.taken) else {
                let (node, input, at) = (frame.node, frame.input, frame.at);
                frames.pop();
                self.finish(node, input, Some(at));
                continue;
            };
            let state = self.states.get(frame.at).and_then(|inputs| inputs.get(step.as_str())).copied();
            let (node, input, at) = (frame.node, frame.input, frame.at);
            match state {
                Some(State::Done(Some(target))) => {
                    frame.taken += 1;
                    frame.at = target;
                }
                Some(State::New) => self.visit(at, step, &mut frames),
                Some(State::Open) => {
                    frames.pop();
                    self.fail(node, input, "follows itself in a circle");
                }
                Some(State::Done(None)) => {
                    frames.pop();
                    self.finish(node, input, None);
                }
                None => {
                    let of = self.nodes.get(at).map_or("", |node| node.name.as_str());
                    let message = format!("follows `{step}`, which node `{of}` has not");
                    frames.pop();
                    self.fail(node, input, &message);
                }
            }
        }
    }

    fn visit(&mut self, node: usize, input: &'a str, frames: &mut Vec<Frame<'a>>) {
        let nodes = self.nodes;
        match nodes.get(node).and_then(|node| node.inputs.get(input)) {
            Some(InputRef::Node(name)) => match nodes.binary_search_by(|node| node.name.as_str().cmp(name)) {
                Ok(target) => self.finish(node, input, Some(target)),
                Err(_) => self.fail(node, input, &format!("points to node `{name}`, which the lock has not")),
            },
            Some(InputRef::Follows(path)) if path.is_empty() => self.finish(node, input, None),
            Some(InputRef::Follows(path)) => {
                self.states[node].insert(input, State::Open);
                frames.push(Frame { node, input, path, taken: 0, at: self.root });
            }
            None => {}
        }
    }

    fn finish(&mut self, node: usize, input: &'a str, target: Option<usize>) {
        self.states[node].insert(input, State::Done(target));
    }

    fn fail(&mut self, node: usize, input: &'a str, why: &str) {
        if let Some(of) = self.nodes.get(node) {
            let message = format!("input `{input}` of node `{}` {why}", of.name);
            self.notes.push((node, input, message));
        }
        self.finish(node, input, None);
    }
}

/// Nodes that lock themselves, by way of others or directly: Nix refuses those that lead to the root and never comes to
/// an end with the rest. Each circle is told at the input that closes it.
pub(super) fn circles(nodes: &[LockNode], root: usize) -> Vec<LockNote> {
    let next = |at: usize| -> Vec<(&str, usize)> {
        let target = |name: &String| nodes.binary_search_by(|node| node.name.cmp(name)).ok();
        let inputs = nodes[at].inputs.iter().filter_map(|(input, to)| match to {
            InputRef::Node(name) => Some((input.as_str(), target(name)?)),
            InputRef::Follows(_) => None,
        });
        inputs.collect()
    };
    let mut states = vec![State::New; nodes.len()];
    let mut found = Vec::new();
    let mut stack = vec![(root, next(root).into_iter())];
    states[root] = State::Open;
    while let Some((at, inputs)) = stack.last_mut() {
        let at = *at;
        let Some((input, to)) = inputs.next() else {
            states[at] = State::Done(None);
            stack.pop();
            continue;
        };
        match states[to] {
            State::New => {
                states[to] = State::Open;
                stack.push((to, next(to).into_iter()));
            }
            State::Open => {
                let (of, circle) = (&nodes[at].name, &nodes[to].name);
                let message = format!("input `{input}` of node `{of}` leads back to node `{circle}` in a circle");
                found.extend(nodes[at].inputs_at.get(input).map(|at| LockNote { message, at: *at }));
            }
            State::Done(_) => {}
        }
    }
    found
}
