"""What Velum is held to, as ratios that another machine can check, and whether they are met."""
from dataclasses import dataclass

from figures import Row, markdown

PLAIN, CACHED, TLS = "plain", "plain, cache", "TLS"
FEW, MANY = 100_000, 1_000_000
LOADED = 64  # Connections.


@dataclass(frozen=True)
class Target:
    text: str
    least: float = None
    most: float = None
    unit: str = ""

    def is_met(self, measured):
        return measured >= self.least if self.most is None else measured <= self.most

    def wanted(self):
        limit = self.least if self.most is None else self.most
        return f"{'at least' if self.most is None else 'at most'} {limit:g}{self.unit}"


# On the row (request, over, connections): its share of a yardstick.
SHARES = [
    (("masked GET", PLAIN, LOADED), "constant",
     Target("masked GET without a cache, of a constant answer", least=0.45)),
    (("masked GET", CACHED, LOADED), "constant",
     Target("masked GET with the cache, of a constant answer", least=0.65)),
    (("unmask", PLAIN, LOADED), "constant",
     Target("unmask, of a constant answer", least=0.40)),
    (("unmask", PLAIN, 1), "flush",
     Target("unmask on one connection, of the disk's flushes", least=0.50)),
    (("create", PLAIN, LOADED), "store",
     Target("create, of the store's own rate", least=0.60)),
]
TAIL = Target("unmask, p99 over p50", most=4)
LARGE = Target("1,000,000 shoppers over 100,000, slowest kind", least=0.85)
IDLE = Target("resident when idle", most=64, unit=" MiB")
READY = Target("ready after its start with 1,000,000 shoppers", most=200, unit=" ms")


def measured_targets(figures):
    """(target, shoppers, measured or None), for every size that was measured."""
    for size in figures.sizes():
        for (request, setup, connections), yardstick, target in SHARES:
            yield target, size, figures.share(Row(size, setup, request, connections), yardstick)
        yield TAIL, size, figures.within(Row(size, PLAIN, "unmask", LOADED), "p99_us", "p50_us")
        yield IDLE, size, worst_start(figures, size, "idle_mib")
    yield LARGE, MANY, slowest_when_large(figures)
    yield READY, MANY, worst_start(figures, MANY, "ready_ms")


def slowest_when_large(figures):
    ratios = [figures.between(row, Row(FEW, row.setup, row.request, row.connections))
              for row in figures.runs
              if row.shoppers == MANY and row.setup == PLAIN and row.connections == LOADED]
    return min((ratio for ratio in ratios if ratio is not None), default=None)


def worst_start(figures, shoppers, name):
    return max((figures.start_median(size, setup, name) for size, setup in figures.starts
                if size == shoppers), default=None)


def target_table(figures):
    rows = []
    for target, shoppers, measured in measured_targets(figures):
        shown = "not measured" if measured is None else f"{measured:.2f}{target.unit}"
        verdict = "" if measured is None else "yes" if target.is_met(measured) else "NO"
        rows.append([target.text, f"{shoppers:,}", shown, target.wanted(), verdict])
    return markdown(["target", "shoppers", "measured", "wanted", "met"], rows)


def targets_json(figures):
    return [{"target": target.text, "shoppers": shoppers, "measured": measured,
             "wanted": target.wanted(),
             "met": None if measured is None else target.is_met(measured)}
            for target, shoppers, measured in measured_targets(figures)]
