#!/usr/bin/env python3
"""Measures Velum on this machine: run.py BUILD_DIR [--shoppers N,N] [--rounds N] [--smoke] ...

Prints tables of medians over the rounds, and leaves results.json and results.svg in BUILD_DIR.
docs/benchmarks.md says what is measured against what, and how to read it.

The load comes from its own process and shares the processors with the server.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile

from chart import chart
from figures import start_lines, store_reads, table
from programs import MeasureFailed
from rounds import Bench
from stores import filled_store
from targets import target_table, targets_json


def report(bench, out):
    """The tables, the JSON file and the picture."""
    figures, options = bench.figures, bench.options
    print(f"Medians of {options.rounds} rounds of {options.seconds:g} s each; {options.threads} "
          f"event loops on {os.cpu_count()} processors.")
    for store in bench.stores:
        print(f"\n## {store.shoppers:,} shoppers\n\n{store.bytes / store.shoppers:,.0f} bytes each "
              "on disk, the audit log of their import among them.")
        print("\n".join(start_lines(figures, store.shoppers)))
        print("\n".join(store_reads(figures, store.shoppers)) + "\n")
        print("\n".join(table(figures, store.shoppers)))
    print("\n## Targets (64 connections and plain, unless said)\n")
    print("\n".join(target_table(figures)))
    measured = {"rounds": options.rounds, "seconds": options.seconds, "threads": options.threads,
                "processors": os.cpu_count(), "targets": targets_json(figures),
                **figures.as_json()}
    (out / "results.json").write_text(json.dumps(measured, indent=1))
    (out / "results.svg").write_text(chart(figures))


def smoke(bench):
    """For tests: that every kind is measured, in a line each."""
    report_text = "\n".join(table(bench.figures, bench.stores[0].shoppers))
    for setup in bench.setups:
        for kind in setup.kinds:
            measured = f"| {kind.name} | {setup.name} |" in report_text
            print(f"{'ok' if measured else 'FAIL'} {kind.name}, {setup.name}, is measured")


def parse():
    def numbers(text):
        return sorted(int(part) for part in text.split(","))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--shoppers", type=numbers, default=[100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--connections", type=numbers, default=[1, 16, 64, 256])
    parser.add_argument("--tls", action="store_true", help="further rows over TLS")
    parser.add_argument("--cache-mib", type=int, default=64, help="of the rows with a cache")
    parser.add_argument("--smoke", action="store_true", help="a few seconds, to see that it works")
    options = parser.parse_args()
    options.idle_s = 2
    if options.smoke:
        options.shoppers, options.rounds, options.seconds = [200], 1, 0.2
        options.connections, options.tls, options.idle_s = [16], True, 0
    return options


def measure(options, out):
    """Work that is nobody's to keep is below `out`/work; filled stores are kept beside it."""
    work = out / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    stores = [filled_store(options.build / "velum", out / "stores", count)
              for count in options.shoppers]
    bench = Bench(options, work, stores)
    for number in range(options.rounds):
        bench.run_round()
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    report(bench, out)
    shutil.rmtree(work)
    return bench


def main():
    options = parse()
    try:
        if not options.smoke:
            measure(options, options.build)
            return 0
        with tempfile.TemporaryDirectory(prefix="velum-bench-") as folder:
            smoke(measure(options, pathlib.Path(folder)))
        return 0
    except MeasureFailed as why:
        print(f"FAIL {why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
