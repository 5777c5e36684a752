#!/usr/bin/env python3
"""Builds the fuzz targets and looks for inputs that break their promises: fuzz.py [--seconds N] [TARGET...]

Every target (fuzz/TARGET_fuzz.cc) replays its corpus and then makes up inputs for N seconds, four targets at
a time. Prints `ok NAME` or `FAIL NAME why` a target, and `figure NAME: runs N, features N`. What broke a
target is kept under build/fuzz/findings; a target that was given no input has failed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
FINDINGS = BUILD / "findings"
AT_ONCE = 4
INPUT_MAX_BYTES = 2000
LONGER_INPUTS = {"request_reader": 8000}  # Above a connection's first buffer.
ONE_INPUT_MAX_S = 10
START_AND_END_S = 120  # Replaying a corpus, and reporting a finding, take time of their own.
# Files that are not ours to copy: used where they are there.
SHARED = {"json": ROOT.parent / "shared" / "vectors" / "json"}


def all_targets():
    return sorted(path.name.removesuffix("_fuzz.cc") for path in (ROOT / "fuzz").glob("*_fuzz.cc"))


def build():
    os.environ.setdefault("CCACHE_BASEDIR", str(ROOT))
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    for command in (["cmake", "--preset", "fuzz"],
                    ["cmake", "--build", "--preset", "fuzz", "--target", "fuzzers"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return (done.stdout[-3000:] + done.stderr[-1000:]).strip()
    return None


def command_of(target, seconds):
    """New inputs are kept under build/, so that the next run starts from them."""
    grown = BUILD / "corpus" / target
    grown.mkdir(parents=True, exist_ok=True)
    corpora = [grown, ROOT / "fuzz" / "corpus" / target, SHARED.get(target)]
    command = [BUILD / "fuzz" / f"{target}_fuzz", f"-max_total_time={seconds}",
               f"-max_len={LONGER_INPUTS.get(target, INPUT_MAX_BYTES)}", f"-timeout={ONE_INPUT_MAX_S}", "-rss_limit_mb=2048",
               "-print_final_stats=1", f"-artifact_prefix={FINDINGS}/{target}-"]
    words = ROOT / "fuzz" / "dictionaries" / f"{target}.dict"
    if words.exists():
        command.append(f"-dict={words}")
    return command + [folder for folder in corpora if folder is not None and folder.is_dir()]


def why_it_failed(output):
    """The broken promise, or what a sanitizer said, and the input that shows it."""
    said = re.search(r"\S+: check failed: .*|runtime error: .*|ERROR: (?:Address|Leak)Sanitizer: [\w-]+|"
                     r"ERROR: libFuzzer: .*", output)
    kept = re.search(r"Test unit written to (\S+)", output)
    why = said[0] if said else output[-300:].replace("\n", " ")
    return f"{why}; the input is {kept[1]}" if kept else why


def fuzz(target, seconds):
    """The lines to print, and whether the target has failed."""
    try:
        done = subprocess.run([str(word) for word in command_of(target, seconds)], cwd=BUILD,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", check=False, timeout=seconds + START_AND_END_S)
    except subprocess.TimeoutExpired:
        return [f"FAIL {target} did not end"], True
    ran = re.search(r"stat::number_of_executed_units:\s+(\d+)", done.stderr)
    runs = int(ran[1]) if ran else 0
    features = max((int(count) for count in re.findall(r"\bft: (\d+)", done.stderr)), default=0)
    if done.returncode != 0:
        return [f"FAIL {target} {why_it_failed(done.stderr)}"], True
    if runs == 0 or features == 0:
        return [f"FAIL {target} was given no input"], True
    return [f"ok {target}", f"figure {target}: runs {runs}, features {features}"], False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=30, metavar="N")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    arguments = parser.parse_args()
    targets = arguments.targets or all_targets()
    unknown = sorted(set(targets) - set(all_targets()))
    if unknown or not targets:
        parser.error(f"no such target: {' '.join(unknown)}")
    broken = build()
    if broken is not None:
        print(f"FAIL the fuzz targets do not build: {broken}")
        return 1
    shutil.rmtree(FINDINGS, ignore_errors=True)
    FINDINGS.mkdir(parents=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for lines, bad in pool.map(lambda target: fuzz(target, arguments.seconds), targets):
            print("\n".join(lines), flush=True)
            failed += bad
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
