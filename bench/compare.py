#!/usr/bin/env python3
"""Compares this tree's build with that of another revision: compare.py BUILD_DIR REV [...]

Both builds answer the same load in every round, one directly after the other, each of them first by
turns, so that what else the machine does falls on both. Prints the median of new/old for each kind
of request, with the least and the most of any round.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from figures import markdown
from kinds import KINDS, request_files
from programs import MeasureFailed, Programs, settle
from servers import MeasuredServer
from stores import ROOT, filled_store

HEAD = ["request", "connections", "new per second", "old per second", "new / old", "min", "max",
        "p99 new / old", "CPU new / old"]


class Build:
    """One of the two: its filled store, and the requests about the people in it."""

    def __init__(self, name, binary, source, keep, count, work):
        self.name, self.work = name, work / name
        self.work.mkdir(parents=True)
        self.store = filled_store(binary, keep, count, source)
        self.files = request_files(self.work / "requests", self.store)

    def start(self, threads):
        return MeasuredServer(self.store.copied_to(self.work / "store"), None,
                              ("--threads", threads))


def checked_out(revision):
    """A folder with the sources of `revision` and a build of it; what is there is used again."""
    def git(*words, **more):
        return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True,
                              **more).stdout
    commit = git("rev-parse", "--verify", f"{revision}^{{commit}}", text=True).strip()
    folder = ROOT / "build/bench-compare" / commit[:12]
    # As deep below its sources as this tree's build: so the compiler's cache knows the objects.
    source, build = folder / "source", folder / "source/build/bench"
    if not source.exists():
        making = folder / "source.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        subprocess.run(["tar", "-x", "-C", str(making)], input=git("archive", commit), check=True)
        making.rename(source)
    os.environ.update(CCACHE_BASEDIR=str(ROOT), CCACHE_NOHASHDIR="1")
    print(f"building {commit[:12]}", file=sys.stderr, flush=True)
    for command in (["cmake", "--preset", "release", "-S", source, "-B", build,
                     "-DVELUM_BUILD_TESTS=OFF"],
                    ["cmake", "--build", build, "--target", "velum"]):
        done = subprocess.run([str(word) for word in command], cwd=source, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise MeasureFailed(f"{commit[:12]} was not built: {done.stdout[-3000:]}"
                                f"{done.stderr[-1000:]}")
    return commit, source, build


def run_round(programs, builds, options, results):
    """`builds` are measured in their order; results[(kind, connections)][build] gets one more."""
    with contextlib.ExitStack() as ends:
        servers = {}
        for build in builds:
            servers[build.name] = build.start(options.threads)
            ends.callback(servers[build.name].stop)
        for kind in sorted(KINDS, key=lambda kind: kind.writes):
            for connections in options.connections:
                for build in builds:
                    server = servers[build.name]
                    result = programs.load(server, connections, build.files[kind.name])
                    settle(server.pid)
                    both = results.setdefault((kind.name, connections), {"new": [], "old": []})
                    both[build.name].append(result)


def table(results):
    rows = []
    for (kind, connections), both in results.items():
        def ratios(name, both=both):
            return [new[name] / max(old[name], 1e-9) for new, old in zip(both["new"], both["old"])]
        def rate(name, both=both):
            return f"{statistics.median(run['per_second'] for run in both[name]):,.0f}"
        rates = ratios("per_second")
        rows.append([kind, str(connections), rate("new"), rate("old"),
                     f"{statistics.median(rates):.3f}", f"{min(rates):.3f}", f"{max(rates):.3f}",
                     f"{statistics.median(ratios('p99_us')):.2f}",
                     f"{statistics.median(ratios('cpu_us')):.2f}"])
    return markdown(HEAD, rows)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("revision")
    parser.add_argument("--shoppers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--connections", default=[1, 64],
                        type=lambda text: [int(part) for part in text.split(",")])
    return parser.parse_args()


def compare(options):
    commit, source, old_build = checked_out(options.revision)
    work = options.build / "compare-work"
    shutil.rmtree(work, ignore_errors=True)
    new = Build("new", options.build / "velum", ROOT, options.build / "stores", options.shoppers,
                work)
    old = Build("old", old_build / "velum", source, old_build / "stores", options.shoppers, work)
    programs = Programs(options.build, options.seconds, options.threads)
    results = {}
    for number in range(options.rounds):
        run_round(programs, [new, old] if number % 2 == 0 else [old, new], options, results)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    print(f"New is this tree, old is {commit[:12]}: {options.shoppers:,} shoppers, "
          f"{options.rounds} rounds of {options.seconds:g} s each.\n")
    print("\n".join(table(results)))
    (options.build / "compare.json").write_text(json.dumps(
        {"old": commit, "rows": [{"request": kind, "connections": connections, **both}
                                 for (kind, connections), both in results.items()]}, indent=1))
    shutil.rmtree(work)


def main():
    try:
        compare(parse())
    except (MeasureFailed, subprocess.CalledProcessError) as why:
        sys.exit(f"FAIL {why}")


if __name__ == "__main__":
    main()
