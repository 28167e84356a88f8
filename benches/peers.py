#!/usr/bin/env python3
"""Processor time and memory on a tree of Nix files, beside a bare parse of it and beside other linters.

    cargo build --release --bin flake-audit --example bare-parse
    python3 benches/peers.py DIR

Each command runs three times, one after the other in turns; medians are printed. A tree that was just written is too
young for the cache to rely on times: leave it alone for some seconds. Processor time is that of all threads,
user and system, and its ratio is to the bare parse (walk, read, `rnix::Root::parse`, two threads) of the same turns.
Linters that are not installed are left out. Those that stop at a file that they cannot parse are measured as they are.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target")) / "release"
RUNS = 3
AGAIN = "flake-audit check, SARIF, nothing changed since"


def commands(tree, cache):
    """Name and arguments of what is measured; the first is what the others are compared with."""
    audit = [BUILT / "flake-audit", "check", "--format", "sarif", tree, "--threads"]
    rows = [
        ("bare parse", [BUILT / "examples" / "bare-parse", tree]),
        ("flake-audit check, SARIF", [*audit, "2", "--no-cache"]),
        ("flake-audit check, SARIF, one thread", [*audit, "1", "--no-cache"]),
        (AGAIN, [*audit, "2", "--cache-dir", cache]),
    ]
    peers = [
        ("deadnix", ["deadnix", tree]),
        ("statix", ["statix", "check", tree]),
        ("nixpkgs-lint", ["nixpkgs-lint", tree]),
        ("ast-grep, one rule", ["ast-grep", "run", "--lang", "nix", "--pattern", "with $A; $B", tree]),
    ]
    return rows + [(name, words) for name, words in peers if shutil.which(words[0])]


def run(words):
    """Processor seconds, wall seconds, peak memory in MB and exit code of one run."""
    started = time.monotonic()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1000, child.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=pathlib.Path)
    tree = parser.parse_args().tree
    for needed in (BUILT / "flake-audit", BUILT / "examples" / "bare-parse"):
        if not needed.exists():
            sys.exit(f"{needed} is missing: cargo build --release --bin flake-audit --example bare-parse")
    files = sum(1 for path in tree.rglob("*.nix") if path.is_file())
    with tempfile.TemporaryDirectory() as cache:
        measure(files, commands(tree, cache))


def measure(files, rows):
    """Prints the table."""
    first = [str(word) for name, words in rows if name == AGAIN for word in words]
    run(first)
    taken = {name: [] for name, _ in rows}
    for _ in range(RUNS):
        for name, words in rows:
            taken[name].append(run([str(word) for word in words]))
    median = lambda name, at: statistics.median(one[at] for one in taken[name])
    bare = median(rows[0][0], 0)
    print(f"{files} Nix files, {os.cpu_count()} processors, {time.strftime('%Y-%m-%d')}\n")
    print("| | processor s | of a bare parse | wall s | MB | exit |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, _ in rows:
        cpu = median(name, 0)
        print(
            f"| {name} | {cpu:.1f} | {cpu / bare:.2f} | {median(name, 1):.1f} | {median(name, 2):.0f} | {taken[name][0][3]} |"
        )


if __name__ == "__main__":
    main()
