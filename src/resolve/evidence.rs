//! What a binding makes, read off its value's shape and the functions that it calls: evidence for groups inside a
//! concern. Bounded: a value is looked at a few levels deep and a few items wide.

use std::cell::Cell;

use serde::Serialize;

use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Lambda, Operator, Set};
use super::walk::{IMAGE_BUILDERS, callee};

/// What a binding makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Builder {
    /// Nothing that is known by its shape.
    #[default]
    Other,
    /// Commands (`writeShellScriptBin`, `writeShellApplication` …).
    Commands,
    /// A list of packages that others made.
    PackageList,
    /// Packages (`mkDerivation`, `buildRustPackage`, `callPackage` …).
    Package,
    /// A development shell.
    Shell,
    /// An image or container (`dockerTools`, `nixos-generators` …).
    Image,
    /// An overlay.
    Overlay,
    /// A module of NixOS, home-manager or the like.
    Module,
    /// A NixOS or darwin host, or a home.
    Host,
    /// Packages of ROS.
    Ros,
    /// A function, whatever it makes.
    Function,
}

/// Levels of an expression that are looked at.
const DEPTH: u32 = 8;
/// Items of a list or set that are looked at.
const WIDTH: usize = 48;
/// Names at the top of a module.
const MODULE_NAMES: &[&str] = &[
    "imports",
    "options",
    "config",
    "environment",
    "services",
    "programs",
    "boot",
    "networking",
    "home",
    "users",
    "virtualisation",
    "wsl",
    "fileSystems",
    "hardware",
    "security",
    "systemd",
];

/// Expressions that are looked at for one binding.
const BUDGET: u32 = 200;

/// What the value of a binding makes.
pub(super) fn builder(ir: &Ir, value: ExprId) -> Builder {
    Look { ir, left: Cell::new(BUDGET) }.of(value, false, DEPTH)
}

/// One look at a value.
struct Look<'a> {
    ir: &'a Ir,
    left: Cell<u32>,
}

impl Look<'_> {
    fn of(&self, expr: ExprId, with: bool, depth: u32) -> Builder {
        let Some(depth) = depth.checked_sub(1).filter(|_| self.left.get() > 0) else { return Builder::Other };
        self.left.set(self.left.get() - 1);
        let either = |a: ExprId, b: ExprId| match self.of(a, with, depth) {
            Builder::Other => self.of(b, with, depth),
            found => found,
        };
        match self.ir.kind(expr) {
            Kind::Let(_, body) | Kind::Assert(_, body) => self.of(*body, with, depth),
            Kind::With(_, body) => self.of(*body, true, depth),
            Kind::Binary(Operator::Concat | Operator::Update, a, b) | Kind::If(_, a, b) => either(*a, *b),
            Kind::List(items) => self.list(items, with, depth),
            Kind::Set(set) => self.of_set(set, with, depth),
            Kind::Lambda(lambda) => self.function(lambda, depth),
            Kind::Apply(_, last) => self.call(expr, *last, with, depth),
            Kind::Select(_, keys, _) if keys.iter().any(is_ros) => Builder::Ros,
            _ => Builder::Other,
        }
    }

    fn call(&self, expr: ExprId, last: ExprId, with: bool, depth: u32) -> Builder {
        let name = callee(self.ir, expr);
        let package = name == "mkDerivation"
            || name == "callPackage"
            || name == "symlinkJoin"
            || name == "buildEnv"
            || name.starts_with("runCommand")
            || name.starts_with("build")
                && ["Package", "Module", "Application", "Crate"].iter().any(|e| name.ends_with(e));
        match name {
            _ if IMAGE_BUILDERS.contains(&name) => Builder::Image,
            _ if name.starts_with("writeShell") || name.starts_with("writeScript") => Builder::Commands,
            _ if name.starts_with("mkShell") => Builder::Shell,
            _ if name.starts_with("buildROS") => Builder::Ros,
            _ if package => Builder::Package,
            "nixosSystem" | "darwinSystem" | "homeManagerConfiguration" => Builder::Host,
            _ => self.of(last, with, depth),
        }
    }

    /// A list is what most of its items are.
    fn list(&self, items: &[ExprId], with: bool, depth: u32) -> Builder {
        let seen: Vec<Builder> = items
        .iter()
        .take(WIDTH)
        .map(|item| match self.ir.kind(*item) {
            Kind::Var(_) if with => Builder::PackageList,
            Kind::Select(of, keys, _) => {
                let root = matches!(self.ir.kind(*of), Kind::Var(name) if name.to_lowercase().contains("pkgs") || name.to_lowercase().contains("packages"));
                match root {
                    _ if keys.iter().any(is_ros) => Builder::Ros,
                    true => Builder::PackageList,
                    false => Builder::Other,
                }
            }
            _ => self.of(*item, with, depth),
        })
        .collect();
        most(&seen).filter(|found| *found != Builder::PackageList || seen.len() > 2).unwrap_or_default()
    }

    /// A set is a module by its names, else what most of its values are.
    fn of_set(&self, set: &Set, with: bool, depth: u32) -> Builder {
        // `{ config = { }; overlays = [ ]; }` is what nixpkgs takes.
        if set.attrs.iter().any(|attr| matches!(&*attr.name, "overlays" | "crossSystem" | "localSystem")) {
            return Builder::Other;
        }
        let module = set.attrs.iter().filter(|attr| MODULE_NAMES.contains(&&*attr.name)).count();
        if module > 0 && module * 2 >= set.attrs.len().min(4) {
            return Builder::Module;
        }
        let seen: Vec<Builder> = set
            .attrs
            .iter()
            .take(WIDTH)
            .map(|attr| match attr.value {
                AttrValue::Expr(value) => self.of(value, with, depth),
                AttrValue::Inherit | AttrValue::InheritFrom(_) => Builder::Other,
            })
            .collect();
        most(&seen)
            .filter(|found| !matches!(found, Builder::PackageList | Builder::Function))
            .unwrap_or_default()
    }

    fn function(&self, lambda: &Lambda, depth: u32) -> Builder {
        let name = |lambda: &Lambda| match &lambda.formals {
            None => lambda.param.as_ref().map(|(name, _)| name.trim_start_matches('_').to_owned()),
            Some(_) => None,
        };
        if let (Some(first), Kind::Lambda(inner)) = (name(lambda), self.ir.kind(lambda.body)) {
            let second = name(inner).unwrap_or_default();
            if matches!(first.as_str(), "final" | "self") && inner.formals.is_none()
                || matches!(second.as_str(), "prev" | "super")
            {
                return Builder::Overlay;
            }
        }
        let module = lambda.formals.as_ref().is_some_and(|formals| formals.ellipsis);
        match self.of(lambda.body, false, depth) {
            Builder::Module if module => Builder::Module,
            Builder::Other | Builder::PackageList | Builder::Module => Builder::Function,
            found => found,
        }
    }
}

fn is_ros(key: &Key) -> bool {
    matches!(key, Key::Static(name, _) if &**name == "rosPackages" || name.starts_with("ros-"))
}

/// What at least half of them are.
fn most(seen: &[Builder]) -> Option<Builder> {
    let mut sorted = seen.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .find(|same| same.len() * 2 >= sorted.len() && same.first() != Some(&Builder::Other))
        .and_then(|same| same.first().copied())
}
