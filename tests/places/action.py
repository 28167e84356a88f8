"""Runs the steps of action.yml as they are written, in a scratch checkout, and says what came of them.

Usage: action.py ACTION_FOLDER FOLDER_OF_PROGRAM. What a runner does besides (expressions, the files for outputs and
summaries) is done here as far as action.yml uses it; a step that `uses` another action is noted and not run.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ACTION, PROGRAM = Path(sys.argv[1]), Path(sys.argv[2])
STEPS = yaml.safe_load((ACTION / "action.yml").read_text())
BAD = '{ inputs.nixpkgs.url = "nixpkgs"; outputs = _: { lib = ; }; }\n'
GOOD = "{ outputs = _: { lib = { }; }; }\n"


def look_up(name, context):
    value = context
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def value_of(expression, context):
    """The value of an expression: names, strings, ==, !=, !, && and ||."""
    words = re.findall(r"'[^']*'|==|!=|&&|\|\||[!()]|[\w.-]+", expression)
    signs = {"==": "==", "!=": "!=", "&&": " and ", "||": " or ", "!": " not ", "(": "(", ")": ")"}
    terms = [signs.get(word) or (word if word[0] == "'" else repr(look_up(word, context) or "")) for word in words]
    return eval("".join(terms), {"__builtins__": {}})


def filled(text, context):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(value_of(found[1].strip(), context) or ""), str(text))


def own_version():
    return re.search(r'^version = "(.*)"$', (ACTION / "Cargo.toml").read_text(), re.M)[1]


def commands(folder, target, damaged=False):
    """`gh` with one release of our own version, and a `cargo` that says what it would build."""
    folder.mkdir()
    name = f"flake-audit-{own_version()}-{target}"
    made = folder / name
    made.mkdir()
    (made / "flake-audit").write_text(f'#!/bin/sh\nexec "{PROGRAM}/flake-audit" "$@"\n')
    (made / "flake-audit").chmod(0o755)
    subprocess.run(["tar", "-C", str(folder), "-czf", str(folder / f"{name}.tar.gz"), name], check=True)
    digest = hashlib.sha256((folder / f"{name}.tar.gz").read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{'0' * 64 if damaged else digest}  {name}.tar.gz\n")
    gh = f'''#!/bin/bash
[ "$*" = "release download v{own_version()} --repo FlexNetOS/flake-audit --pattern {name}.tar.gz --pattern SHA256SUMS --clobber" ] ||
  {{ echo "release not found: $*" >&2; exit 1; }}
[ -n "$GH_TOKEN" ] && cp "{folder}/{name}.tar.gz" "{folder}/SHA256SUMS" .
'''
    cargo = f'''#!/bin/bash
echo "cargo $*"
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin" && cp "{made}/flake-audit" "$2/bin/"
'''
    for command, text in [("gh", gh), ("cargo", cargo)]:
        (folder / command).write_text(text)
        (folder / command).chmod(0o755)
    return folder


def run_action(files, inputs=(), event=(), where=".", tools=PROGRAM):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        checkout, temp = folder / "checkout", folder / "temp"
        checkout.mkdir()
        temp.mkdir()
        for name, text in files.items():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_text(text)
        subprocess.run(["git", "init", "-q"], cwd=checkout, check=True)
        subprocess.run(["git", "add", "-A"], cwd=checkout, check=True)
        given = {name: spec.get("default", "") for name, spec in STEPS["inputs"].items()} | {"version": "path"}
        context = {
            "inputs": given | dict(inputs),
            "steps": {},
            "github": {"action_path": str(ACTION), "token": "t", "event": {"pull_request": dict(event)}},
        }
        summary, done = folder / "summary", {"ran": [], "used": {}, "said": {}, "codes": {}}
        summary.write_text("")
        for step in STEPS["runs"]["steps"]:
            if "if" in step and not value_of(step["if"].strip().removeprefix("${{").removesuffix("}}"), context):
                continue
            if any(done["codes"].values()):
                break
            done["ran"].append(step["name"])
            if "uses" in step:
                done["used"][step["name"]] = {k: filled(v, context) for k, v in step["with"].items()} | {
                    "action": step["uses"]
                }
                continue
            assert "${{" not in step["run"], "an expression in a script is code for whoever names a branch"
            output = folder / "output"
            output.write_text("")
            env = {k: filled(v, context) for k, v in step.get("env", {}).items()} | {
                "PATH": f"{tools}:{os.environ['PATH']}",
                "HOME": os.environ["HOME"],
                "RUNNER_TEMP": str(temp),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
            }
            script = folder / "script"
            script.write_text(step["run"])
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
            ended = subprocess.run(shell, cwd=checkout / where, env=env, capture_output=True, text=True)
            done["codes"][step["name"]] = ended.returncode
            done["said"][step["name"]] = ended.stdout + ended.stderr
            lines = [line.split("=", 1) for line in output.read_text().splitlines()]
            if "id" in step:
                context["steps"][step["id"]] = {"outputs": dict(lines)}
        sarif = look_up("steps.audit.outputs.sarif", context)
        done["sarif"] = json.loads(Path(sarif).read_text()) if sarif else None
        done["summary"] = summary.read_text()
        done["outputs"] = context["steps"].get("audit", {}).get("outputs", {})
        return done


def same(found, wanted, what):
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")


def install(scratch):
    """Where the program comes from: a release with its check sum, else its source; never a release that is not whole."""
    step, target = "Install flake-audit", f"{platform.machine()}-unknown-linux-musl"
    good = commands(Path(scratch) / "good", target)
    for inputs in [{"version": ""}, {"version": own_version()}]:
        done = run_action({"flake.nix": GOOD}, inputs=inputs, tools=good)
        same((done["codes"][step], done["codes"]["Gate"]), (0, 0), "a release is downloaded and runs")
        same((": OK" in done["said"][step], "cargo " in done["said"][step]), (True, False), "its check sum is looked at")

    damaged = commands(Path(scratch) / "damaged", target, damaged=True)
    done = run_action({"flake.nix": GOOD}, inputs={"version": ""}, tools=damaged)
    same("FAILED" in done["said"][step] and "cargo install --locked" in done["said"][step], True, "a damaged one is not run")
    same(done["codes"]["Gate"], 0, "what was built is")

    done = run_action({"flake.nix": GOOD}, inputs={"version": "source"}, tools=good)
    same(("cargo install --locked" in done["said"][step], "OK" in done["said"][step]), (True, False), "source is built")

    done = run_action({"flake.nix": GOOD}, inputs={"version": "99.0.0"}, tools=good)
    same((done["codes"], "::error title=flake-audit::" in done["said"][step]), ({step: 2}, True), "no such release")


def main():
    alerts, notes = "Code scanning alerts", "Annotations"

    bad = run_action({"flake.nix": BAD})
    same(bad["codes"]["Gate"], 1, "findings fail the gate")
    same([result["ruleId"] for result in bad["sarif"]["runs"][0]["results"]][:1], ["FA001"], "the log holds them")
    same(bad["summary"].startswith("### flake-audit: "), True, "there is a summary")
    same(bad["used"][alerts]["category"], "flake-audit", "alerts have their category")
    same(re.fullmatch(r".*@[0-9a-f]{40}", bad["used"][alerts]["action"]) is not None, True, "pinned by commit")
    same(notes in bad["ran"], False, "alerts are enough")

    good = run_action({"flake.nix": GOOD})
    same((good["codes"]["Gate"], good["outputs"]["code"]), (0, "0"), "a clean tree passes")

    fork = run_action({"flake.nix": BAD}, event={"head": {"repo": {"fork": True}}})
    same((alerts in fork["ran"], notes in fork["ran"]), (False, True), "a fork gets annotations")
    same("::error file=flake.nix,line=1," in fork["said"][notes], True, "at their place")
    same(fork["codes"]["Gate"], 1, "and fails as well")

    plain = run_action({"flake.nix": BAD}, inputs={"sarif": "false", "summary": "false", "fail-on": "never"})
    same((alerts in plain["ran"], notes in plain["ran"]), (False, True), "without SARIF annotations")
    same((plain["summary"], plain["codes"]["Gate"]), ("", 0), "no summary, no gate")

    # Inputs and names are data: nothing of them is run, and nothing is read as a workflow command.
    evil = "$(touch pwned)`touch pwned`; touch pwned ::error::x"
    hostile = run_action({f"{evil}/flake.nix": BAD}, inputs={"paths": evil, "sarif": "false"})
    same(hostile["outputs"]["code"], "1", "a path of any name is audited")
    same([line for line in hostile["said"]["Audit"].splitlines() if "pwned: " in line], [], "and not run")
    same(all(line.startswith(("::error ", "::warning ", "::notice ")) for line in hostile["said"][notes].splitlines()), True, "one command a finding")
    said = hostile["said"]["Audit"].splitlines()
    same((said[0].startswith("::stop-commands::"), said[-1] == f"::{said[0].split('::')[2]}::" or "::" + said[0].split("::")[2] + "::" in said), (True, True), "commands are off meanwhile")

    two = run_action({"a b/flake.nix": BAD, "c/flake.nix": GOOD, "d/flake.nix": BAD}, inputs={"paths": "a b\nc\n"})
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in two["sarif"]["runs"][0]["results"]}
    same(uris, {"a%20b/flake.nix"}, "paths are one a line, and URIs of the repository")

    broken = run_action({"flake.nix": GOOD}, inputs={"config": "missing.toml", "fail-on": "never"})
    same((broken["codes"]["Gate"], broken["sarif"]), (2, None), "what could not run fails always")
    same((alerts in broken["ran"], "Job summary" in broken["ran"]), (False, False), "and has nothing to show")
    install(tempfile.mkdtemp())
    print("the action does as its page says")


main()
