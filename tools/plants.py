#!/usr/bin/env python3
"""Breaks the product in known ways and sees that the tests notice: plants.py [NAME...]

Each plant (plant_list.py) is an edit of one file, and the test program that must go red for it, the
scenarios or the system test that must fail, or the fuzz target that must find it in its committed corpus. The edits are made
in copies of the tree under build/plants, one at a time in each. Prints `ok NAME` or `FAIL NAME why` a plant:
a plant that no longer applies, does not build, or that its test does not notice, is a failure.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

from plant_list import PLANTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPIES = ROOT / "build" / "plants"
TEST_TIMEOUT_S = 300
BUILD_TIMEOUT_S = 3600
# Simulations and crashes: a planted fault takes few.
ENVIRONMENT = {**os.environ, "VELUM_SEEDS": "200", "VELUM_FAULT_PERCENT": "20"}
TOO_LONG = "Parts/*/1:Parts/*/2:Parts/*/3"  # One part of the longest test will do.


def is_fuzz(test):
    return test.startswith("fuzz/")


def is_scenario(test):
    return test.startswith("api/")


def is_system(test):
    return test.startswith("system/")


def preset_of(test):
    return "fuzz" if is_fuzz(test) else "release"


def program_of(test):
    if is_scenario(test) or is_system(test):
        return "velum"
    return test.removeprefix("fuzz/") + ("_fuzz" if is_fuzz(test) else "_test")


class Tree:
    """A copy of what git knows, as it is now, for one plant at a time."""

    def __init__(self, name):
        self.path = COPIES / name

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
            return subprocess.run([str(word) for word in command], cwd=self.path, env=ENVIRONMENT,
                                  capture_output=True, text=True, errors="replace", check=False,
                                  timeout=timeout_s, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None

    def build(self, tests):
        """What went wrong, or None."""
        for preset in sorted({preset_of(test) for test in tests}):
            names = sorted({program_of(test) for test in tests if preset_of(test) == preset})
            for command in (["cmake", "--preset", preset],
                            ["cmake", "--build", "--preset", preset, "--target", *names]):
                done = self.run(command, BUILD_TIMEOUT_S)
                if done is None or done.returncode != 0:
                    return done.stdout[-3000:] + done.stderr[-1000:] if done else "it does not end"
        return None

    def is_red(self, test):
        """True if the test ran and failed, or did not end."""
        done = self.run(self.command_of(test), TEST_TIMEOUT_S)
        return done is None or done.returncode != 0

    def command_of(self, test):
        built = self.path / "build" / preset_of(test)
        if is_fuzz(test):
            return [built / "fuzz" / program_of(test), "-runs=0", f"-artifact_prefix={built}/",
                    self.path / "fuzz" / "corpus" / test.removeprefix("fuzz/")]
        if is_scenario(test):
            return [sys.executable, "test/api/run_scenarios.py", built / "velum",
                    self.path / f"test/{test}.scenario"]
        if is_system(test):
            return [sys.executable, f"test/{test}.py", built / "velum"]
        parent = "src" if (self.path / "src" / test).is_dir() else "test"
        return [built / parent / test / program_of(test), "--gtest_brief=1", "--gtest_fail_fast",
                f"--gtest_filter=-{TOO_LONG}"]

    def try_plant(self, plant):
        """None if the test went red, else what is wrong."""
        path = self.path / "src" / plant.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(plant.before) < 1:
            return f"src/{plant.file} has changed: the plant no longer applies"
        path.write_text(whole.replace(plant.before, plant.after), encoding="utf-8")
        try:
            broken = self.build([plant.test])
            if broken is not None:
                return f"it does not build: {broken}"
            return None if self.is_red(plant.test) else f"{plant.test} did not notice"
        finally:
            path.write_text(whole, encoding="utf-8")


def shares(plants, count):
    """The plants in `count` parts of about the same size, each test's in one part, so that each copy
    of the tree builds only what its part needs."""
    parts = [[] for _ in range(count)]
    tests = sorted({plant.test for plant in plants},
                   key=lambda test: -sum(plant.test == test for plant in plants))
    for test in tests:
        min(parts, key=len).extend(plant for plant in plants if plant.test == test)
    return [part for part in parts if part]


def try_all(tree, plants):
    """Prints a line a plant. How many failed."""
    tree.copy()
    tests = sorted({plant.test for plant in plants})
    broken = tree.build(tests)
    if broken is not None:
        print(f"FAIL the copy of the tree does not build: {broken}", flush=True)
        return 1
    failed = 0
    for test in tests:
        if tree.is_red(test):
            print(f"FAIL {test} is red without a plant", flush=True)
            failed += 1
    for plant in plants:
        why = tree.try_plant(plant)
        failed += why is not None
        print(f"ok noticed: {plant.name}" if why is None else f"FAIL {plant.name}: {why}",
              flush=True)
    return failed


def main():
    # The same objects as of the tree itself, from the compiler's cache.
    os.environ.setdefault("CCACHE_BASEDIR", "/")
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    wanted = [plant for plant in PLANTS if len(sys.argv) < 2 or plant.name in sys.argv[1:]]
    COPIES.mkdir(parents=True, exist_ok=True)
    shared = COPIES / "shared"
    if not shared.exists() and (ROOT.parent / "shared").exists():
        shared.symlink_to(ROOT.parent / "shared")
    parts = shares(wanted, 2)
    with concurrent.futures.ThreadPoolExecutor(len(parts) or 1) as pool:
        failed = list(pool.map(try_all, [Tree(f"tree-{number}") for number in range(len(parts))],
                               parts))
    return 1 if any(failed) or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
