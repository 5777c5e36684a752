"""Medians and ratios of what was measured, and the tables that show them.

A ratio is taken within a round, between neighbours in time; what is shown is its median over the
rounds, so that a machine that is slower in one of them does not decide.
"""
import statistics
from dataclasses import dataclass

YARDSTICKS = ["constant", "flush", "store"]
HEAD = ["request", "over", "connections", "per second", "constant/s", "of constant", "flushes/s",
        "of flushes", "store/s", "of store", "p50 us", "p99 us", "p99.9 us", "CPU us", "RSS MiB",
        "written B"]


@dataclass(frozen=True)
class Row:
    """What was measured together in every round."""
    shoppers: int
    setup: str
    request: str
    connections: int


class Figures:
    def __init__(self):
        self.runs = {}  # {Row: [result a round]}
        self.starts = {}  # {(shoppers, setup): [{"ready_ms", "idle_mib"} a round]}

    def add(self, row, result):
        self.runs.setdefault(row, []).append(result)

    def add_start(self, shoppers, setup, start):
        self.starts.setdefault((shoppers, setup), []).append(start)

    def median(self, row, name):
        return statistics.median(run[name] for run in self.runs[row])

    def start_median(self, shoppers, setup, name):
        return statistics.median(start[name] for start in self.starts[(shoppers, setup)])

    def yardstick(self, row, name):
        """The yardstick's own rate, or None where it does not apply."""
        rates = [run[name]["per_second"] for run in self.runs.get(row, []) if name in run]
        return statistics.median(rates) if rates else None

    def share(self, row, name):
        """What part of the yardstick's rate was reached, or None where it does not apply."""
        shares = [run["per_second"] / run[name]["per_second"] for run in self.runs.get(row, [])
                  if name in run]
        return statistics.median(shares) if shares else None

    def between(self, row, other, name="per_second"):
        """`row` over `other`, each round's pair for itself; None unless both were measured."""
        pairs = zip(self.runs.get(row, []), self.runs.get(other, []))
        ratios = [one[name] / two[name] for one, two in pairs]
        return statistics.median(ratios) if ratios else None

    def within(self, row, name, other_name):
        ratios = [run[name] / run[other_name] for run in self.runs.get(row, [])]
        return statistics.median(ratios) if ratios else None

    def sizes(self):
        return sorted({row.shoppers for row in self.runs})

    def as_json(self):
        return {"starts": [{"shoppers": shoppers, "over": setup, "rounds": rounds}
                           for (shoppers, setup), rounds in self.starts.items()],
                "rows": [{"shoppers": row.shoppers, "over": row.setup, "request": row.request,
                          "connections": row.connections,
                          "shares": {name: self.share(row, name) for name in YARDSTICKS},
                          "rounds": runs} for row, runs in self.runs.items()]}


def markdown(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def table(figures, shoppers):
    """Every row of one size, in the order of kinds, then connections."""
    return markdown(HEAD, [cells(figures, row) for row in ordered(figures, shoppers)])


def ordered(figures, shoppers):
    """By what carries it, then kind as first measured, then connections."""
    rows = [row for row in figures.runs if row.shoppers == shoppers]
    setups = list(dict.fromkeys(row.setup for row in rows))
    kinds = list(dict.fromkeys(row.request for row in rows))
    return sorted(rows, key=lambda row: (setups.index(row.setup), kinds.index(row.request),
                                         row.connections))


def cells(figures, row):
    def whole(name):
        return f"{figures.median(row, name):,.0f}"
    shown = [row.request, row.setup, str(row.connections), whole("per_second")]
    for name in YARDSTICKS:
        rate, share = figures.yardstick(row, name), figures.share(row, name)
        shown += ["", ""] if rate is None else [f"{rate:,.0f}", f"{share:.2f}"]
    shown += [whole("p50_us"), whole("p99_us"), whole("p999_us")]
    shown += [f"{figures.median(row, 'cpu_us'):.1f}", f"{figures.median(row, 'rss_mib'):.1f}"]
    return shown + [whole("written_bytes")]


def store_reads(figures, shoppers):
    """What the store reads without HTTP, for each number of waiting coroutines."""
    for row in ordered(figures, shoppers):
        rates = [run["store"]["reads_per_second"] for run in figures.runs[row] if "store" in run]
        if rates:
            yield (f"The store alone, {row.connections} waiting: "
                   f"{statistics.median(rates):,.0f} reads a second, "
                   f"{figures.yardstick(row, 'store'):,.0f} creates a second.")


def start_lines(figures, shoppers):
    for size, setup in figures.starts:
        if size == shoppers:
            yield (f"{setup}: ready {figures.start_median(size, setup, 'ready_ms'):,.0f} ms after "
                   f"its start, {figures.start_median(size, setup, 'idle_mib'):.1f} MiB resident "
                   "when idle.")
