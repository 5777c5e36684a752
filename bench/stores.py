"""Stores full of generated shoppers: filled once a size and kept, and copied for each use, so that
every round begins with the same rows."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "tools"))

from generate_shoppers import shoppers  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.velum import Server, Store  # noqa: E402
from programs import MeasureFailed  # noqa: E402

PEOPLE_ASKED_FOR = 10_000
ADDRESSES_EACH = 2  # Of those who are asked for.
PROSPECTS = 20_000  # A conversion uses one up.
FIELDS = ["email", "firstName", "lastName", "document", "homePhone"]
IMPORT_TIMEOUT_S = 3600
PROSPECTS_PATH = PROFILES.replace("profiles", "prospects")
DATA = "store"  # The data directory, in the folder that has its keys beside it.
ABOUT = "about.json"


class FilledStore:
    """`people`: the token and e-mail of each one that requests are about; `prospects`: tokens."""

    def __init__(self, binary, folder):
        about = json.loads((folder / ABOUT).read_text())
        self.binary, self.folder, self.data = str(binary), folder, folder / DATA
        self.people, self.shoppers, self.bytes = about["people"], about["shoppers"], about["bytes"]
        self.keys, self.prospects = about["keys"], about["prospects"]

    def auth(self):
        return self.keys

    def copied_to(self, folder):
        """The same store in another place, durable there: writing it back disturbs nobody later."""
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.folder), str(folder)], check=True)
        for path in folder.rglob("*"):
            if path.is_file():
                sync(path)
        return FilledStore(self.binary, folder)


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def filled_store(binary, parent, count, source=ROOT):
    """The store of `count` shoppers below `parent`, filled unless an earlier run has left it there.
    `source` is the tree that `binary` was built from."""
    made_with = origin(source)
    folder = parent / str(count)
    marker = folder / "made-with"
    if not marker.exists() or marker.read_text() != made_with:
        making = parent / f"{count}.making"
        for old in (folder, making):
            shutil.rmtree(old, ignore_errors=True)
        making.mkdir(parents=True)
        fill(binary, making, count)
        (making / "made-with").write_text(made_with)
        making.rename(folder)
    return FilledStore(binary, folder)


def origin(source):
    """Changes when a kept store may not be what would be filled now: with the people, and with the
    documents that tests hold the byte formats to."""
    digest = hashlib.sha256(
        repr((FIELDS, PEOPLE_ASKED_FOR, ADDRESSES_EACH, PROSPECTS)).encode())
    for path in (ROOT / "tools/generate_shoppers.py", source / "docs/data-format.md",
                 source / "docs/adr/0002-store-operations.md"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fill(binary, folder, count):
    store = Store(binary, folder / DATA)
    lines = folder / "shoppers.jsonl"
    emails = []
    with open(lines, "w", encoding="utf-8") as out:
        for person in shoppers(count, 1):
            emails.append(person["email"])
            out.write(json.dumps({name: person[name] for name in FIELDS if person[name]}) + "\n")
    print(f"filling a store with {count:,} shoppers", file=sys.stderr, flush=True)
    store.command("import", "--account", store.account, "--entity", "profile", str(lines),
                  timeout_s=IMPORT_TIMEOUT_S)
    lines.unlink()
    size = sum(path.stat().st_size for path in store.data.rglob("*") if path.is_file())
    asked_for = random.Random(1).sample(emails, min(PEOPLE_ASKED_FOR, count))
    about = {"shoppers": count, "bytes": size, "keys": store.auth(),
             **asked_about(store, asked_for)}
    (folder / ABOUT).write_text(json.dumps(about))


def has_option(binary, option):
    shown = subprocess.run([str(binary), "serve", "--help"], capture_output=True, text=True,
                           check=True)
    return option in shown.stdout


def asked_about(store, emails):
    """Who requests are about, with what hangs on them, and those who are to be converted."""
    # More than a key may look up in a minute. Older revisions know no budgets.
    budget = "--lookups-per-minute"
    server = Server(store, options=[budget, "0"] if has_option(store.binary, budget) else []).start()
    try:
        with server.client() as client:
            people = [[token_of(client, email), email] for email in emails]
            for token, _ in people:
                for number in range(ADDRESSES_EACH):
                    made(client, f"{PROFILES}/{token}/addresses", address(number))
            share = min(PROSPECTS, 2 * len(emails))
            prospects = [made(client, PROSPECTS_PATH, prospect(number)) for number in range(share)]
            return {"people": people, "prospects": prospects}
    finally:
        server.stop()


def address(number):
    return {"addressType": "residential", "addressName": str(number), "postalCode": "22250-040",
            "locality": "Rio de Janeiro", "administrativeAreaLevel1": "RJ", "countryCode": "BRA",
            "route": "Praia de Botafogo", "streetNumber": "300", "receiverName": "Beatriz"}


def prospect(number):
    return {"email": f"prospect{number}@example.com", "firstName": "Beatriz",
            "lastName": "Nascimento", "phone": "+5511987654321",
            "availableAddresses": [{"addressType": "residential", "city": "Rio de Janeiro",
                                    "street": "Praia de Botafogo", "number": "300"}]}


def made(client, path, document):
    answer = client.request("POST", path, document)
    if answer.status != 201:
        raise MeasureFailed(f"a store cannot be filled: {answer.status}")
    return answer.json()["id"]


def token_of(client, email):
    answer = client.request("GET", f"{PROFILES}/{email}?alternativeKey=email")
    if answer.status != 200:
        raise MeasureFailed(f"an imported shopper is not found: {answer.status}")
    return answer.json()[0]["id"]
