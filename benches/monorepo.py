#!/usr/bin/env python3
"""What the size of the tree costs Nix, and whether flake-audit predicts it.

Generates a monorepo with a monolithic flake at its root and a flake with one of its dev shells in `nix/`, lets the
real Nix evaluate that dev shell both ways, and compares the bytes that Nix copied with what flake-audit said.

    python3 benches/monorepo.py --mb 100 --files 2000 --tool target/release/flake-audit --nix nix [--nix OTHER ...]

Needs nothing but Python and Nix; nothing is fetched. See docs/evaluation-cost.md for what the figures mean.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

SHELL = """    devShells.x86_64-linux.%s = derivation {
      name = "%s";
      system = "x86_64-linux";
      builder = "/bin/sh";
      args = [ "-c" "echo $PATH > $out" ];
    };
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)


def flake(names):
    shells = "".join(SHELL % (name, name) for name in names)
    return "{\n  description = \"generated\";\n  outputs = { self }: {\n%s  };\n}\n" % shells


def generate(root, megabytes, files):
    """A tree of that many bytes in that many files, which nothing in the flake names."""
    rng = random.Random(1)
    each = megabytes * 1_000_000 // files
    for number in range(files):
        path = os.path.join(root, "assets", "part-%02d" % (number % 20), "file-%05d.bin" % number)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(rng.randbytes(each))
    write(os.path.join(root, "flake.nix"), flake(["tools"] + ["service-%d" % n for n in range(40)]))
    write(os.path.join(root, "nix", "flake.nix"), flake(["tools"]))


def run(nix, arguments, store):
    command = [nix, "--extra-experimental-features", "nix-command flakes", "--offline", "--store", store]
    env = dict(os.environ, HOME=store, XDG_CACHE_HOME=os.path.join(store, "cache"))
    started = time.monotonic()
    done = subprocess.run(command + arguments, capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise SystemExit("%s failed: %s" % (" ".join(command + arguments), done.stderr[-2000:]))
    return time.monotonic() - started, done.stdout


def copied(nix, url, store):
    """Bytes that Nix says it put into the store for a flake."""
    _, text = run(nix, ["flake", "metadata", "--json", "--no-write-lock-file", url], store)
    path = json.loads(text)["path"]
    _, text = run(nix, ["path-info", "--json", path], store)
    found = json.loads(text)
    row = found[0] if isinstance(found, list) else next(iter(found.values()))
    return row["narSize"]


def measure(nix, url, change, runs, store):
    """Median seconds after a change of the tree, and again without one."""
    attribute = url + "#devShells.x86_64-linux.tools.name"
    arguments = ["eval", "--raw", "--no-eval-cache", "--no-write-lock-file", attribute]
    cold, warm = [], []
    for number in range(runs):
        change(number)
        cold.append(run(nix, arguments, store)[0])
        warm.append(run(nix, arguments, store)[0])
    return statistics.median(cold), statistics.median(warm)


def predicted(tool, directory):
    """What flake-audit says that Nix takes: for the tree, and for `path:` to a directory of it."""
    done = subprocess.run([tool, "inputs", "--format", "json", directory], capture_output=True, text=True, check=True)
    flakes = {row["path"]: row for row in json.loads(done.stdout)["flakes"]}
    return flakes["."]["tree"]["nar_bytes"], flakes["nix"]["directory"]["nar_bytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=100)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tool", default="target/release/flake-audit")
    parser.add_argument("--nix", action="append")
    parser.add_argument("--least", type=float, default=0, help="exit 1 where the ratio of `path:` is less")
    options = parser.parse_args()
    base = tempfile.mkdtemp(prefix="monorepo-")
    failed = False
    try:
        plain, repository = os.path.join(base, "plain"), os.path.join(base, "repository")
        generate(plain, options.mb, options.files)
        # What changes between the runs, always of the same length.
        for place in ("assets", "nix"):
            write(os.path.join(plain, place, "stamp"), "%-63s\n" % "")
        shutil.copytree(plain, repository)
        git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@example.org"]
        for step in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "a"]):
            subprocess.run(git + step, check=True)
        whole, part = predicted(options.tool, plain)
        of_git, _ = predicted(options.tool, repository)
        print("a tree of %d MB in %d files; median of %d runs" % (options.mb, options.files, options.runs))
        for nix in options.nix or ["nix"]:
            version = subprocess.run([nix, "--version"], capture_output=True, text=True, check=True).stdout.strip()
            store = tempfile.mkdtemp(prefix="store-", dir=base)
            print("\n%s" % version)
            print("  %-34s %9s %9s %14s %14s" % ("flake", "changed s", "same s", "copied bytes", "predicted"))
            times = {}

            def change(root, inside):
                return lambda number: write(os.path.join(root, inside, "stamp"), "%-63s\n" % ("%s %d" % (version, number)))

            rows = [
                ("path: root", "path:" + plain, change(plain, "assets"), whole),
                ("path: nix/", "path:" + os.path.join(plain, "nix"), change(plain, "nix"), part),
                ("git+file: root", "git+file://" + repository, change(repository, "assets"), of_git),
                ("git+file: …?dir=nix", "git+file://" + repository + "?dir=nix", change(repository, "nix"), of_git),
            ]
            for name, url, alter, said in rows:
                cold, warm = measure(nix, url, alter, options.runs, store)
                real = copied(nix, url, store)
                times[name] = cold
                off = abs(real - said) / real
                failed |= off > 0.05
                print("  %-34s %9.2f %9.2f %14d %14d  %.1f %%" % (name, cold, warm, real, said, 100 * off))
            ratio = times["path: root"] / times["path: nix/"]
            within = times["git+file: root"] / times["git+file: …?dir=nix"]
            failed |= ratio < options.least
            print("  path: of the directory alone is %.1f times as fast; ?dir= is %.1f times as fast" % (ratio, within))
            subprocess.run(["chmod", "-R", "u+w", store], check=False)
            shutil.rmtree(store, ignore_errors=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
