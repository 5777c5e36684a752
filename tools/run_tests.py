#!/usr/bin/env python3
"""Builds and runs every test, and ends with the line `N passed, N failed, N skipped`.

Stages: the house rules; all unit tests and the API scenarios in release; unit tests under the address,
undefined-behaviour and thread sanitizers. Every skipped test is named. Running nothing is a failure.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
# What runs under the sanitizers so far: the folders that have been made clean under them.
ADDRESS = ["base", "crypto", "io", "json", "keys", "schema"]
THREAD = ["io"]


def modules():
    return sorted(path.parent.name for path in (ROOT / "src").glob("*/CMakeLists.txt")
                  if "TESTS" in path.read_text(encoding="utf-8"))


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add_report(self, stage, report):
        for suite in json.loads(report.read_text(encoding="utf-8"))["testsuites"]:
            for case in suite["testsuite"]:
                name = f"{stage}: {suite['name']}.{case['name']}"
                if "failures" in case:
                    self.failed.append(name)
                elif case["result"] == "SKIPPED":
                    self.skipped.append(name)
                elif case["result"] == "COMPLETED":
                    self.passed += 1


def build(preset, targets):
    configure = ["cmake", "--preset", preset]
    for command in (configure, ["cmake", "--build", "--preset", preset, "--target"] + targets):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-20000:], done.stderr[-5000:])
            return False
    return True


def run_stage(preset, names, tally):
    started = time.monotonic()
    if not build(preset, [f"{name}_test" for name in names]):
        tally.failed.append(f"{preset}: the build")
        return
    built = time.monotonic()
    for name in names:
        binary = BUILD / preset / "src" / name / f"{name}_test"
        report = BUILD / preset / f"{name}.json"
        report.unlink(missing_ok=True)
        done = subprocess.run([str(binary), f"--gtest_output=json:{report}", "--gtest_brief=1"],
                              cwd=ROOT, capture_output=True, text=True, check=False, timeout=1500,
                              stdin=subprocess.DEVNULL)
        before = len(tally.failed)
        if report.exists():
            tally.add_report(f"{preset}/{name}", report)
        if done.returncode != 0:
            print(done.stdout[-8000:], done.stderr[-8000:])
            if len(tally.failed) == before:
                tally.failed.append(f"{preset}/{name}: exit code {done.returncode}")
    print(f"{preset}: built in {built - started:.0f} s, ran in {time.monotonic() - built:.0f} s",
          flush=True)


def run_programs(tally):
    """The API scenarios against the real binary, and the independent reader of the byte formats."""
    if not build("release", ["velum"]):
        tally.failed.append("release: velum")
        return
    scenarios = [sys.executable, ROOT / "test" / "api" / "run_scenarios.py", BUILD / "release" / "velum"]
    done = subprocess.run(scenarios, capture_output=True, text=True, check=False, timeout=600, stdin=subprocess.DEVNULL)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok ", "FAIL "))]
    tally.passed += sum(line.startswith("ok ") for line in lines)
    tally.failed += [f"scenario: {line[5:]}" for line in lines if line.startswith("FAIL ")]
    if not lines or (done.returncode != 0 and not tally.failed):
        print(done.stdout[-4000:], done.stderr[-4000:])
        tally.failed.append(f"scenarios: exit code {done.returncode}")
    if shutil.which("node") is None:
        tally.skipped.append("the independent reader of the byte formats: no node")
        return
    reader = ["node", ROOT / "tools" / "reader" / "velum-reader.mjs", ROOT / "test" / "vectors" / "envelope-v1.json"]
    read = subprocess.run(reader, capture_output=True, text=True, check=False, timeout=60)
    if read.returncode == 0:
        tally.passed += 1
    else:
        tally.failed.append("the independent reader of the byte formats")


def main():
    tally = Tally()
    rules = subprocess.run([sys.executable, ROOT / "tools" / "tidy.py"], check=False)
    if rules.returncode == 0:
        tally.passed += 1
    else:
        tally.failed.append("the house rules (tools/tidy.py)")
    run_stage("release", modules(), tally)
    run_programs(tally)
    run_stage("asan", ADDRESS, tally)
    run_stage("tsan", THREAD, tally)
    for name in tally.skipped:
        print(f"skipped: {name}")
    for name in tally.failed:
        print(f"FAILED: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or tally.passed < 2 else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
