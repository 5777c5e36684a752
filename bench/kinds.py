"""The kinds of request that are measured, and what each is measured against."""
import itertools
import json
import random
import sys
from dataclasses import dataclass

from stores import PROSPECTS_PATH, ROOT

sys.path.insert(0, str(ROOT / "test"))

from harness.client import PROFILES  # noqa: E402

NEW = ('{"email":"b{n}@example.com","firstName":"Beatriz","lastName":"Nascimento",'
       '"homePhone":"+5511987654321"}')
CHANGE = '{"firstName":"B{n}"}'


@dataclass(frozen=True)
class Kind:
    name: str
    line: object  # Of a person's token and e-mail: a line of the load generator's file.
    of_prospects: bool = False  # Their tokens, and no e-mail.
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


def addresses(token, _):
    return f"200 GET {PROFILES}/{token}/addresses"


def create_prospect(*_):
    return f"201 POST {PROSPECTS_PATH} {NEW}"


def convert(token, _):
    return f"200 POST {PROSPECTS_PATH}/{token}/convert {{}}"


MASKED = Kind("masked GET", masked)
MIXED = Kind("mixed", None, writes=True)
KINDS = [MASKED, Kind("lookup", lookup), Kind("unmask", unmask, durable=True),
         Kind("create", create, durable=True, in_store=True, writes=True),
         Kind("PATCH", patch, durable=True, writes=True), MIXED, Kind("list addresses", addresses),
         Kind("prospect create", create_prospect, durable=True, writes=True),
         Kind("convert", convert, of_prospects=True, durable=True, writes=True)]
MIXED_LINES = 40_000
MIXED_PERCENT = [(masked, 90.0), (unmask, 5.0), (create, 2.5), (patch, 2.5)]


def request_files(folder, store):
    """Writes a file of requests for each kind and returns {kind's name: path}."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kind in KINDS:
        if kind is MIXED:
            lines = mixed_lines(store.people)
        elif kind.of_prospects:
            lines = [kind.line(token, None) for token in store.prospects]
        else:
            lines = [kind.line(*who) for who in store.people]
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
