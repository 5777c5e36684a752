#!/usr/bin/env python3
"""Breaks the product in known ways and sees that the tests notice: plants.py [--within-s N] [NAME...]

Each plant (plant_list.py) is an edit of one file, and the test program that must go red for it (or those tests of a long
one that must), the scenarios or the system test that must fail, or the fuzz target that must find it in its committed corpus.
The edits are made in copies of the tree under build/plants, one at a time in each. Prints `ok NAME` or `FAIL NAME why` a
plant, and which took longest: a plant that no longer applies, does not build, or that its test does not notice, is a failure.

Within N seconds, those for which there is time, beginning at another one for each commit; how many is said. All of them
must still apply.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time

from plant_list import PLANTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPIES = ROOT / "build" / "plants"
TEST_TIMEOUT_S = 300
BUILD_TIMEOUT_S = 3600
# Simulations and crashes: a planted fault takes few.
ENVIRONMENT = {**os.environ, "CCACHE_NOHASHDIR": "1", "VELUM_SEEDS": "200", "VELUM_FAULT_PERCENT": "20"}
SLOWEST_SHOWN = 10
ATTEMPTS = 2


def is_fuzz(test):
    return test.startswith("fuzz/")


def is_scenario(test):
    return test.startswith("api/")


def is_system(test):
    return test.startswith("system/")


def preset_of(test):
    return "fuzz" if is_fuzz(test) else "release"


def folder_and_filter(test):
    """"fault:Expiry.*" is those tests of fault; without a filter it is all of them."""
    folder, _, tests = test.partition(":")
    return folder, tests or "*"


def program_of(test):
    if is_scenario(test) or is_system(test):
        return "velum"
    folder, _ = folder_and_filter(test)
    return folder.removeprefix("fuzz/") + ("_fuzz" if is_fuzz(test) else "_test")


class Tree:
    """A copy of what git knows, as it is now, for one plant at a time."""

    def __init__(self, name):
        self.path = COPIES / name
        # Paths below it are relative in the compiler's cache, and no others: so objects of the tree itself are
        # found, though its folders are not as deep.
        self.environment = {**ENVIRONMENT, "CCACHE_BASEDIR": str(self.path)}

    def copy(self):
        """Files that are as they were keep their times, so that they are not built again."""
        names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                               cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in names.splitlines():
            source, target = ROOT / name, self.path / name
            if not source.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_bytes() != source.read_bytes():
                shutil.copy(source, target)

    def run(self, command, timeout_s):
        try:
            return subprocess.run([str(word) for word in command], cwd=self.path, env=self.environment,
                                  capture_output=True, text=True, errors="replace", check=False,
                                  timeout=timeout_s, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None

    def configure(self, tests):
        """What went wrong, or None. Once: no plant changes a build file."""
        return self.all_done(["cmake", "--preset", preset] for preset in {preset_of(test) for test in tests})

    def build(self, tests):
        """What went wrong, or None."""
        targets = {}
        for test in tests:
            targets.setdefault(preset_of(test), set()).add(program_of(test))
        return self.all_done(["cmake", "--build", "--preset", preset, "--target", *sorted(names)]
                             for preset, names in targets.items())

    def all_done(self, commands):
        for command in commands:
            done = self.run(command, BUILD_TIMEOUT_S)
            if done is None or done.returncode != 0:
                return done.stdout[-3000:] + done.stderr[-1000:] if done else "it does not end"
        return None

    def why_red(self, test):
        """What the test said if it failed or did not end, else None."""
        done = self.run(self.command_of(test), TEST_TIMEOUT_S)
        if done is None:
            return "it does not end"
        return None if done.returncode == 0 else f"it says: {done.stdout[-1500:]}{done.stderr[-500:]}"

    def why_not_green(self, test):
        """None if it builds and passes. Beside another tree that is built a limit of time may be missed once."""
        broken = self.build([test])
        if broken is not None:
            return f"it does not build: {broken}"
        return self.why_red(test) and self.why_red(test)

    def command_of(self, test):
        built = self.path / "build" / preset_of(test)
        if is_fuzz(test):
            return [built / "fuzz" / program_of(test), "-runs=0", f"-artifact_prefix={built}/",
                    self.path / "fuzz" / "corpus" / test.removeprefix("fuzz/")]
        if is_scenario(test):
            files = [] if test == "api/all" else [self.path / f"test/{test}.scenario"]
            return [sys.executable, "test/api/run_scenarios.py", built / "velum", *files]
        if is_system(test):
            return [sys.executable, f"test/{test}.py", built / "velum"]
        folder, tests = folder_and_filter(test)
        parent = "src" if (self.path / "src" / folder).is_dir() else "test"
        return [built / parent / folder / program_of(test), "--gtest_brief=1", "--gtest_fail_fast",
                f"--gtest_filter={tests}"]

    def try_plant(self, plant):
        """None if the test went red, else what is wrong."""
        path = self.path / "src" / plant.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(whole.replace(plant.before, plant.after), encoding="utf-8")
        try:
            broken = self.build([plant.test])
            if broken is not None:
                return f"it does not build: {broken}"
            # What a thread does at the same time decides at times whether a fault can be seen.
            noticed = any(self.why_red(plant.test) for _ in range(ATTEMPTS))
            return None if noticed else f"{plant.test} did not notice"
        finally:
            path.write_text(whole, encoding="utf-8")


def shares(plants, count):
    """The plants in `count` parts of about the same size, each program's in one part, so that each
    copy of the tree builds only what its part needs."""
    parts = [[] for _ in range(count)]
    of_program = {}
    for plant in plants:
        of_program.setdefault(program_of(plant.test), []).append(plant)
    for group in sorted(of_program.values(), key=len, reverse=True):
        min(parts, key=len).extend(group)
    return [part for part in parts if part]


def turned(plants, commit):
    """Those of one program stay beside each other, so that a copy of the tree is built little by little."""
    at = int(commit[:8], 16) % len(plants)
    return plants[at:] + plants[:at]


def try_all(tree, plants, ends_at):
    """Prints a line a plant. How many failed."""
    tree.copy()
    broken = tree.configure({plant.test for plant in plants})
    if broken is not None:
        print(f"FAIL the copy of the tree does not build: {broken}", flush=True)
        return 1
    failed = 0
    green = set()
    took = []
    for plant in plants:
        began = time.monotonic()
        if took and began > ends_at:  # One at least.
            break
        why = None if plant.test in green else tree.why_not_green(plant.test)
        if why is not None:
            print(f"FAIL {plant.test} without a plant: {why}", flush=True)
            failed += 1
        green.add(plant.test)
        why = tree.try_plant(plant)
        took.append((time.monotonic() - began, plant.name))
        failed += why is not None
        print(f"ok noticed: {plant.name}" if why is None else f"FAIL {plant.name}: {why}",
              flush=True)
    for seconds, name in sorted(took, reverse=True)[:SLOWEST_SHOWN]:
        print(f"figure {seconds:.0f} s: {name}", flush=True)
    print(f"figure {tree.path.name}: {len(took)} of {len(plants)} planted", flush=True)
    return failed


def plant_all(wanted, within_s):
    """True if every one that was planted was noticed."""
    COPIES.mkdir(parents=True, exist_ok=True)
    shared = COPIES / "shared"
    if not shared.exists() and (ROOT.parent / "shared").exists():
        shared.symlink_to(ROOT.parent / "shared")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ends_at = time.monotonic() + within_s
    parts = [turned(part, commit) for part in shares(wanted, 2)]
    trees = [Tree(f"tree-{number}") for number in range(len(parts))]
    with concurrent.futures.ThreadPoolExecutor(len(parts) or 1) as pool:
        failed = list(pool.map(try_all, trees, parts, [ends_at] * len(parts)))
    return bool(wanted) and not any(failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--within-s", type=float, default=float("inf"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    stale = [plant for plant in PLANTS
             if plant.before not in (ROOT / "src" / plant.file).read_text(encoding="utf-8")]
    for plant in stale:
        print(f"FAIL {plant.name}: src/{plant.file} has changed: the plant no longer applies", flush=True)
    wanted = [plant for plant in PLANTS
              if plant not in stale and (not arguments.names or plant.name in arguments.names)]
    return 0 if plant_all(wanted, arguments.within_s) and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
