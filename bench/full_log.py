#!/usr/bin/env python3
"""What a long audit log costs a reveal, over HTTP: full_log.py BUILD_DIR [--entries N] [--rounds N]

One store has made N entries by unmasking; another begins each round with the log of its import alone.
They are measured one after the other, in turns. Prints the ratio of their rates: the wanted is 0.9 to 1.1.
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile

from kinds import request_files
from programs import MeasureFailed, Programs, settle
from servers import MeasuredServer
from stores import filled_store

SHOPPERS = 20_000
CONNECTIONS = 64
FILL_S = 10


class Measurement:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.base = filled_store(options.build / "velum", options.build / "stores", SHOPPERS)
        self.requests = request_files(work / "requests", self.base)["unmask"]

    def unmask(self, store, seconds):
        """Reveals a second of a server that has just been started on it; and how many it made."""
        server = MeasuredServer(store, None, ("--threads", self.options.threads))
        try:
            programs = Programs(self.options.build, seconds, self.options.threads)
            result = programs.load(server, CONNECTIONS, self.requests)
            settle(server.pid)
            return result
        finally:
            server.stop()

    def full_store(self):
        store = self.base.copied_to(self.work / "full")
        entries = 0
        while entries < self.options.entries:
            entries += self.unmask(store, FILL_S)["requests"]
            print(f"{entries:,} entries", file=sys.stderr, flush=True)
        return store

    def ratios(self):
        full = self.full_store()
        for number in range(self.options.rounds):
            stores = {"empty": self.base.copied_to(self.work / "empty"), "full": full}
            # Each comes first in half of the rounds.
            order = ("empty", "full") if number % 2 else ("full", "empty")
            rates = {name: self.unmask(stores[name], self.options.seconds)["per_second"] for name in order}
            yield rates["full"] / rates["empty"], rates


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="velum-full-log-", dir=options.build) as work:
            ratios = []
            for ratio, rates in Measurement(options, pathlib.Path(work)).ratios():
                ratios.append(ratio)
                print(f"full {rates['full']:,.0f}, empty {rates['empty']:,.0f} a second: {ratio:.3f}", flush=True)
            print(f"median of {len(ratios)} rounds: {statistics.median(ratios):.3f} "
                  f"({min(ratios):.3f} to {max(ratios):.3f})")
        return 0
    except MeasureFailed as why:
        print(f"FAIL {why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
