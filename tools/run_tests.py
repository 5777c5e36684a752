#!/usr/bin/env python3
"""Builds and runs every test, and ends with the line `N passed, N failed, N skipped`.

Stages: the house rules; all unit tests, test/fault, test/model and test/sim in release; the API scenarios, the
system tests, a very short run of the benchmarks and the independent reader against the real binary;
the first under the address, undefined-behaviour and thread sanitizers, those three at a
small part of their size, some loops of one thread left out under the last (LEFT_OUT), and the
scenarios under the first two of those; the fuzz targets. Every skipped test is named. Running nothing is a failure.

--plants tests the tests too: each planted fault must turn one of them red, as many as there is time for. --long makes the system
tests, test/fault, test/model and test/sim larger and the fuzzing longer. With VELUM_REQUIRE_SHARED=1 a test that
is skipped because ../shared is not there has failed.
"""
import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
SCENARIOS = ROOT / "test" / "api" / "run_scenarios.py"
# Where threads meet. The other folders have none.
THREAD = ["audit", "cli", "http", "io", "rights", "storage"]
BENCH = ["load_generator", "constant_server", "flush_rate", "store_rate", "audit_rate"]
FOLDERS = {"fault": "test/fault", "model": "test/model", "sim": "test/sim"}  # Of tests that are not in src/.
SHARDS = {"fault": 4, "model": 4, "sim": 4}  # Of long unit tests: much of what they do is wait for a thread.
# Of those, which a sanitizer makes many times slower.
SANITIZED = ["VELUM_FAULT_PERCENT=1", "VELUM_SEEDS=40"]
# Long loops of one thread, or that test/fault has under the thread sanitizer too; and what is
# measured in time.
LEFT_OUT = {
    "asan": ["SearchIndexTest.ALongLogIsSearchedInTime", "TimingTest.*"],
    "tsan": ["AuditTest.VerifyNoticesAnyChangedByte", "SearchIndexTest.ALongLogIsSearchedInTime", "BrokenLogTest.*",
             "Endings/BitFlips.*", "Parts/CrashStates.*", "EraserTest.AnErasureSurvivesEveryFault", "LogCheckTest.*", "RecordReader.*", "SignedTreeTest.*",
             "SqliteStoreFaults.NoAcknowledgedWriteIsLost", "TimingTest.*", "Utf8.*"]}
UNITS_AT_ONCE = 3
# Much of what the system tests do is wait, but for these: beside them a limit of time would not hold.
SYSTEM_ALONE = ["allocation_failures", "import_shoppers", "kill_during_load", "noisy_neighbour"]
SYSTEM_AT_ONCE = 2
UNIT_TIMEOUT_S = 1500  # Without --long.
PROGRAM_TIMEOUT_S = 600
LONG_TIMEOUT_S = 3600
FUZZ_S = 20  # A target.
LONG_FUZZ_S = 180
# As many of the planted faults as there is time for until all has taken EVERYTHING_S; `make plants` tries all.
EVERYTHING_S = 4200
PLANTS_S_MIN = 300


def modules():
    return sorted(path.parent.name for path in (ROOT / "src").glob("*/CMakeLists.txt")
                  if "TESTS" in path.read_text(encoding="utf-8"))


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add(self, name, passed, why=""):
        if passed:
            self.passed += 1
        else:
            self.failed.append(f"{name} {why}".strip())

    def add_all(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def skip(self, name):
        missing = "../shared" in name and os.environ.get("VELUM_REQUIRE_SHARED") == "1"
        (self.failed if missing else self.skipped).append(name)

    def add_report(self, stage, report):
        """What a unit test program wrote of itself."""
        for suite in json.loads(report.read_text(encoding="utf-8"))["testsuites"]:
            for case in suite["testsuite"]:
                name = f"{stage}: {suite['name']}.{case['name']}"
                if "failures" in case:
                    self.failed.append(name)
                elif case["result"] == "SKIPPED":
                    self.skip(name)
                elif case["result"] == "COMPLETED":
                    self.passed += 1

    def add_lines(self, stage, text):
        """`ok NAME`, `FAIL NAME why` and `skip NAME why`; a `figure ...` is for the reader."""
        seen = 0
        for line in text.splitlines():
            kind, _, rest = line.partition(" ")
            if kind in ("ok", "FAIL"):
                self.add(f"{stage}: {rest}", kind == "ok")
            elif kind == "skip":
                self.skip(f"{stage}: {rest}")
            elif kind == "figure":
                print(f"  {stage}: {rest}", flush=True)
            seen += kind in ("ok", "FAIL", "skip")
        return seen


class Stage:
    """Says how long it took when it ends."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.started = time.monotonic()

    def __exit__(self, *_):
        print(f"{self.name}: {time.monotonic() - self.started:.0f} s", flush=True)


def run(command, timeout_s):
    """The finished process; one that took too long has the exit code 124."""
    command = [str(word) for word in command]
    try:
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", check=False, timeout=timeout_s)
    except subprocess.TimeoutExpired as late:
        out, err = [text.decode(errors="replace") if isinstance(text, bytes) else text or ""
                    for text in (late.stdout, late.stderr)]
        return subprocess.CompletedProcess(command, 124, out, f"{err}\nstopped after {timeout_s} s")


def build(preset, targets, tally):
    with Stage(f"{preset}: build"):
        for command in (["cmake", "--preset", preset],
                        ["cmake", "--build", "--preset", preset, "--target", *targets]):
            done = run(command, timeout_s=LONG_TIMEOUT_S)
            if done.returncode != 0:
                print(done.stdout[-20000:], done.stderr[-5000:])
                tally.failed.append(f"{preset}: the build")
                return False
    return True


def run_shard(preset, name, shard, tally):
    """One unit test program, or that part of its tests that `shard` says: (index, of how many)."""
    report = BUILD / preset / f"{name}-{shard[0]}.json"
    report.unlink(missing_ok=True)
    program = BUILD / preset / FOLDERS.get(name, f"src/{name}") / f"{name}_test"
    size = [] if preset == "release" else SANITIZED
    left_out = [f"--gtest_filter=-{':'.join(names)}" for names in [LEFT_OUT.get(preset)] if names]
    done = run(["env", f"GTEST_SHARD_INDEX={shard[0]}", f"GTEST_TOTAL_SHARDS={shard[1]}", *size,
                program, f"--gtest_output=json:{report}", "--gtest_brief=1", *left_out],
               LONG_TIMEOUT_S if "VELUM_LONG" in os.environ else UNIT_TIMEOUT_S)
    for line in done.stdout.splitlines():
        if line.startswith("figure "):
            print(f"  {preset}/{name}: {line[7:]}", flush=True)
    before = len(tally.failed)
    if report.exists():
        tally.add_report(f"{preset}/{name}", report)
    if done.returncode != 0:
        print(done.stdout[-8000:], done.stderr[-8000:])
        if len(tally.failed) == before:
            tally.failed.append(f"{preset}/{name}: exit code {done.returncode}")


def side_by_side(at_once, jobs, tally):
    """Each job is given a tally of its own."""
    tallies = [Tally() for _ in jobs]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda job, own: job(own), jobs, tallies))
    for own in tallies:
        tally.add_all(own)


def run_units(preset, names, tally):
    """Those in parts first: they take longest."""
    jobs = [functools.partial(run_shard, preset, name, (index, SHARDS.get(name, 1)))
            for name in sorted(names, key=lambda name: -SHARDS.get(name, 1))
            for index in range(SHARDS.get(name, 1))]
    with Stage(f"{preset}: unit tests"):
        side_by_side(UNITS_AT_ONCE, jobs, tally)
        run_again(preset, tally)


def run_again(preset, tally):
    """A unit's test that failed beside two other programs, alone: was the machine only busy? It is named
    either way. Not those of test/fault and the like: what fails there once, threads can make fail again."""
    for failed in list(tally.failed):
        stage, _, test = failed.partition(": ")
        name = stage.removeprefix(f"{preset}/")
        if not re.fullmatch(r"[\w/]+\.[\w/]+", test) or name not in modules():
            continue
        program = BUILD / preset / "src" / name / f"{name}_test"
        alone = run([program, f"--gtest_filter={test}", "--gtest_brief=1"], UNIT_TIMEOUT_S)
        if alone.returncode == 0 and "[  PASSED  ] 1 test." in alone.stdout:
            tally.failed.remove(failed)
            tally.passed += 1
            print(f"failed once, and passed alone: {failed}", flush=True)


def run_system_tests(timeout_s, tally):
    paths = sorted((ROOT / "test" / "system").glob("*.py"))
    with Stage("system tests"):
        for alone in (False, True):
            jobs = [functools.partial(run_program, f"system/{path.stem}", path, timeout_s)
                    for path in paths if (path.stem in SYSTEM_ALONE) == alone]
            side_by_side(1 if alone else SYSTEM_AT_ONCE, jobs, tally)


def run_program(name, path, timeout_s, tally, preset="release", arguments=()):
    """A program that is given the binary, or what it says, and prints a line a check."""
    with Stage(f"{preset}: {name}"):
        # Who may not be attached to, as the server, cannot be looked through for leaks either.
        done = run(["env", "ASAN_OPTIONS=detect_leaks=0", sys.executable, path,
                    *(arguments or [BUILD / preset / "velum"])], timeout_s)
        name = name if preset == "release" else f"{preset}/{name}"
        before = len(tally.failed)
        seen = tally.add_lines(name, done.stdout)
        if seen == 0 or (done.returncode != 0 and len(tally.failed) == before):
            print(done.stdout[-4000:], done.stderr[-4000:])
            tally.failed.append(f"{name}: {seen} checks, exit code {done.returncode}")


def run_tool(name, script, tally, *options):
    """A program of tools/ that prints a line a check. What failed is said at once: it may take long."""
    with Stage(name), subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / script), *map(str, options)], cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        before = len(tally.failed)
        seen = 0
        for line in process.stdout:
            if line.startswith("FAIL"):
                print(line, end="", flush=True)
            seen += tally.add_lines(name, line)
        code = process.wait()
        if seen == 0 or (code != 0 and len(tally.failed) == before):
            tally.failed.append(f"{name}: {seen} checks, exit code {code}")


def run_reader(tally):
    name = "the independent reader of the byte formats"
    if shutil.which("node") is None:
        tally.skip(f"{name}: no node")
        return
    read = run(["node", ROOT / "tools" / "reader" / "velum-reader.mjs",
                ROOT / "test" / "vectors" / "envelope-v1.json"], timeout_s=60)
    tally.add(name, read.returncode == 0, read.stderr[-500:])


def run_format(tally):
    sources = run(["git", "ls-files", "*.h", "*.cc"], timeout_s=60).stdout.split()
    done = run(["clang-format", "--dry-run", "--Werror", *sources], timeout_s=300)
    tally.add(f"the format of {len(sources)} sources (make format mends it)",
              done.returncode == 0 and len(sources) > 100, done.stderr[:2000])


def run_everything(long, tally):
    rules = subprocess.run([sys.executable, ROOT / "tools" / "tidy.py"], check=False)
    tally.add("the house rules (tools/tidy.py)", rules.returncode == 0)
    run_format(tally)
    units = [*modules(), *FOLDERS]
    if build("release", ["velum", *BENCH] + [f"{name}_test" for name in units], tally):
        run_units("release", units, tally)
        run_program("scenarios", SCENARIOS, PROGRAM_TIMEOUT_S, tally)
        run_system_tests(LONG_TIMEOUT_S if long else PROGRAM_TIMEOUT_S, tally)
        run_program("bench", ROOT / "bench" / "run.py", PROGRAM_TIMEOUT_S, tally, "release",
                    (BUILD / "release", "--smoke"))
    run_reader(tally)
    run_tool("PostgreSQL", "check_store_sql.py", tally)
    for preset, names in (("asan", units), ("tsan", [*THREAD, *FOLDERS])):
        programs = ["velum"] if preset == "asan" else []
        if build(preset, [*programs, *(f"{name}_test" for name in names)], tally):
            run_units(preset, names, tally)
            if programs:
                run_program("scenarios", SCENARIOS, PROGRAM_TIMEOUT_S, tally, preset)
    run_tool("fuzz", "fuzz.py", tally, "--seconds", LONG_FUZZ_S if long else FUZZ_S)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--long", action="store_true", help="larger system tests")
    parser.add_argument("--plants", action="store_true", help="test the tests as well")
    arguments = parser.parse_args()
    if arguments.long:
        os.environ["VELUM_LONG"] = "1"
    # A copy of the tree (tools/plants.py) finds the objects of this one in the compiler's cache.
    os.environ.setdefault("CCACHE_BASEDIR", str(ROOT))
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    tally = Tally()
    began = time.monotonic()
    with Stage("everything"):
        run_everything(arguments.long, tally)
        if arguments.plants:
            left_s = EVERYTHING_S - (time.monotonic() - began)
            run_tool("planted faults", "plants.py", tally, "--within-s", max(left_s, PLANTS_S_MIN))
    for name in tally.skipped:
        print(f"skipped: {name}")
    for name in tally.failed:
        print(f"FAILED: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or tally.passed < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
