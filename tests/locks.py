#!/usr/bin/env python3
"""Reads lock files apart from the tool and compares: nodes, what every input comes to, duplicates.

    python3 tests/locks.py TOOL DIRECTORY...

Written after the description of the lock file in the Nix manual ("Lock files"), by recursion where the tool has a
loop, and by names where it has numbers. Prints each difference; exit code 1 where there is one.
"""
import collections
import json
import os
import subprocess
import sys

sys.setrecursionlimit(100_000)


class Broken(Exception):
    pass


def follow(lock, path, seen=()):
    """The name of the node that an input path from the root comes to."""
    if tuple(path) in seen:
        raise Broken("circle")
    node = lock["root"]
    for step in path:
        target = lock["nodes"][node].get("inputs", {})[step]
        if isinstance(target, list):
            if not target:
                raise Broken("cut off")
            node = follow(lock, target, seen + (tuple(path),))
        else:
            node = target
    return node


def target(lock, value):
    try:
        if isinstance(value, list):
            return follow(lock, value) if value else None
        return value if value in lock["nodes"] else None
    except (Broken, KeyError):
        return None


def edges(lock):
    return {
        name: {key: target(lock, value) for key, value in node.get("inputs", {}).items()}
        for name, node in lock["nodes"].items()
    }


def source(node):
    """Forge, owner and repository in lower case; only for nodes that a forge locks."""
    locked = node.get("locked", {})
    if locked.get("type") not in ("github", "gitlab", "sourcehut"):
        return None
    host = locked.get("host")
    forge = locked["type"] if host in (None, "github.com", "gitlab.com", "git.sr.ht") else "%s@%s" % (locked["type"], host)
    name = "%s:%s/%s" % (forge, locked["owner"].replace("%2F", "/"), locked["repo"])
    place = locked.get("dir")
    return name.lower() + ("?dir=" + place if place else "")


def duplicates(lock):
    groups = collections.defaultdict(set)
    for name, node in lock["nodes"].items():
        if name != lock["root"] and source(node):
            groups[source(node)].add(name)
    return {key: sorted(names) for key, names in groups.items() if len(names) > 1}


def brings(lock):
    """Nodes that would not be locked without a direct input: what only its chains of locked inputs lead to."""
    def below(name, found):
        if name not in found and name in lock["nodes"] and name != lock["root"]:
            found.add(name)
            for value in lock["nodes"][name].get("inputs", {}).values():
                if not isinstance(value, list):
                    below(value, found)
        return found
    own = {
        key: below(value, set())
        for key, value in lock["nodes"][lock["root"]].get("inputs", {}).items() if not isinstance(value, list)
    }
    return {
        key: sum(1 for name in found if sum(name in other for other in own.values()) == 1) for key, found in own.items()
    }


def compare(place, lock, said):
    wrong = []
    nodes = {name for name in lock["nodes"] if name != lock["root"]}
    if nodes != set(said["nodes"]):
        wrong.append("nodes: %s" % sorted(nodes ^ set(said["nodes"])))
    for name, inputs in edges(lock).items():
        if name == lock["root"]:
            continue
        theirs = {key: edge["node"] for key, edge in said["nodes"].get(name, {}).get("inputs", {}).items()}
        if inputs != theirs:
            wrong.append("inputs of %s: %s, said %s" % (name, inputs, theirs))
    own = edges(lock)[lock["root"]]
    for row in said["inputs"]:
        if row["name"] in own and own[row["name"]] != row["node"]:
            wrong.append("%s: %s, said %s" % (row["name"], own[row["name"]], row["node"]))
        cost = brings(lock).get(row["name"])
        if cost is not None and cost != row["brings"]:
            wrong.append("%s brings %s, said %s" % (row["name"], cost, row["brings"]))
    theirs = {row["source"]: sorted(row["nodes"]) for row in said["duplicates"]}
    for key, names in duplicates(lock).items():
        # Other spellings of the same source may be there too.
        if not set(names) <= set(theirs.get(key, [])):
            wrong.append("%s: %s, said %s" % (key, names, theirs.get(key)))
    for line in wrong:
        print("%s: %s" % (place, line))
    return len(wrong)


def main():
    tool, directories = sys.argv[1], sys.argv[2:]
    count = differences = nodes = 0
    for directory in directories:
        done = subprocess.run([tool, "inputs", "--format", "json", directory], capture_output=True, text=True)
        if done.returncode != 0:
            print("%s: %s" % (directory, done.stderr.strip()))
            differences += 1
            continue
        for said in json.loads(done.stdout)["flakes"]:
            place = os.path.join(directory, said["path"], "flake.lock")
            if not os.path.isfile(place) or said["lock_error"] is not None:
                continue
            with open(place) as text:
                lock = json.load(text)
            count += 1
            nodes += len(lock["nodes"]) - 1
            differences += compare(place, lock, said)
    print("%d locks, %d nodes, %d differences" % (count, nodes, differences))
    sys.exit(1 if differences else 0)


main()
