"""The kinds of request that are measured, and what each is measured against."""
import itertools
import json
import random
import sys
from dataclasses import dataclass

from stores import ROOT

sys.path.insert(0, str(ROOT / "test"))

from harness.client import PROFILES  # noqa: E402

NEW = ('{"email":"b{n}@example.com","firstName":"Beatriz","lastName":"Nascimento",'
       '"homePhone":"+5511987654321"}')
CHANGE = '{"firstName":"B{n}"}'


@dataclass(frozen=True)
class Kind:
    name: str
    line: object  # Of a person's token and e-mail: a line of the load generator's file.
    durable: bool = False  # Answered after a sync, so the disk's flush rate is a yardstick.
    in_store: bool = False  # And what the store itself does for it can be measured.
    writes: bool = False  # Makes the store larger: measured after what only reads.

    @property
    def file_name(self):
        return self.name.replace(" ", "-") + ".requests"


def masked(token, _):
    return f"200 GET {PROFILES}/{token}"


def unmask(token, _):
    return f"200 GET {PROFILES}/{token}/unmask?reason=bench"


def lookup(_, email):
    return f"200 POST {PROFILES}/lookup " + json.dumps({"field": "email", "value": email})


def create(*_):
    return f"201 POST {PROFILES} {NEW}"


def patch(token, _):
    return f"200 PATCH {PROFILES}/{token} {CHANGE}"


MASKED = Kind("masked GET", masked)
MIXED = Kind("mixed", None, writes=True)
KINDS = [MASKED, Kind("lookup", lookup), Kind("unmask", unmask, durable=True),
         Kind("create", create, durable=True, in_store=True, writes=True),
         Kind("PATCH", patch, durable=True, writes=True), MIXED]
MIXED_LINES = 40_000
MIXED_PERCENT = [(masked, 90.0), (unmask, 5.0), (create, 2.5), (patch, 2.5)]


def request_files(folder, people):
    """Writes a file of requests for each kind and returns {kind's name: path}."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kind in KINDS:
        lines = mixed_lines(people) if kind is MIXED else [kind.line(*who) for who in people]
        files[kind.name] = folder / kind.file_name
        files[kind.name].write_text("\n".join(lines) + "\n")
    return files


def mixed_lines(people):
    """In these shares, in an order that has no beat. Each kind goes through the people by itself: a
    change of somebody is never sent while the last one of the same still waits for the disk."""
    makers = [maker for maker, percent in MIXED_PERCENT
              for _ in range(round(MIXED_LINES * percent / 100))]
    random.Random(2).shuffle(makers)
    next_person = {maker: itertools.cycle(people) for maker, _ in MIXED_PERCENT}
    return [maker(*next(next_person[maker])) for maker in makers]
