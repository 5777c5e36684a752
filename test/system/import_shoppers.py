#!/usr/bin/env python3
"""Imports 100,000 generated shoppers, looks each up by e-mail, reads each masked and unmasks each, and
then searches all that is on disk for 300 values planted among them: import_shoppers.py BINARY"""
import csv
import json
import pathlib
import random
import socket
import sys
import time
import unicodedata
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "tools"))

from generate_shoppers import CL_COLUMNS, shoppers, write  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.search import Hunt  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SHOPPERS = 1_000_000 if LONG else 100_000
CANARIES = 300
CONNECTIONS = 64
# One key looks them all up, and unmasks them.
NO_BUDGET = ["--lookups-per-minute", "0", "--subjects-per-hour", "0", "--subjects-per-day", "0"]
# What the columns of a Master Data CL export become; docs/importing.md.
FIELDS = {"phone": "cellPhone", "tradeName": "fancyName", "corporateDocument": "businessDocument",
          "priceTables": "priceTable", "id": None, "userId": None, "createdIn": None,
          "isNewsletterOptIn": None}  # A consent: import_layouts.py.
CLEAR = {"corporateName", "fancyName", "businessDocument", "documentType", "businessPhone",
         "priceTable", "tags", "gender"}
PLANTED_IN = ["firstName", "lastName", "document", "phone", "customerClass", "email"]


def letters(count):
    return "".join(random.SystemRandom().choices("bdfghjklmnpqrstvwxz", k=count))


def planted(people, marker, canaries):
    """The same people, one value in every few hundred replaced by one that exists nowhere else."""
    every = SHOPPERS // CANARIES
    for number, person in enumerate(people):
        if number % every == 0 and len(canaries) < CANARIES:
            column = PLANTED_IN[len(canaries) % len(PLANTED_IN)]
            text = marker + letters(6)
            if column == "email":
                text = f"{text}.{number}@example.com"
            person[column] = text
            canaries.append(text)
        yield person


def masked(value):
    """The documented mask, written down a second time: one letter or digit of each run stays,
    unless that would be all."""
    shown, inside = "", False
    for letter in value:
        counts = unicodedata.category(letter)[0] in "LN"
        shown += "*" if counts and inside else letter
        inside = counts
    return shown if shown != value else "*" * len(value)


def document_of(row):
    """(whole, masked) of a row of the file."""
    whole = {}
    for column, value in row.items():
        field = FIELDS.get(column, column)
        if field is not None and value != "":
            whole[field] = value
    return whole, {name: value if name in CLEAR else masked(value)
                   for name, value in whole.items()}


class Pipeline:
    """One connection that asks many things before it reads the answers."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.auth = "".join(f"{name}: {value}\r\n" for name, value in server.store.auth().items())
        self.received = b""

    def ask(self, requests):
        """requests: (method, target, body). read_answer() gives the answers in their order."""
        texts = []
        for method, target, body in requests:
            head = f"{method} {target} HTTP/1.1\r\nHost: a\r\n{self.auth}"
            if body is not None:
                head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            texts.append(head.encode() + b"\r\n" + (body or b""))
        self.socket.sendall(b"".join(texts))

    def read_answer(self):
        """(status, body)"""
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            self.receive()
        head = self.received[:end].decode().lower()
        size = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
        while len(self.received) < end + 4 + size:
            self.receive()
        body = self.received[end + 4:end + 4 + size]
        self.received = self.received[end + 4 + size:]
        return int(head[9:12]), body

    def receive(self):
        more = self.socket.recv(1 << 20)
        assert more, "the server has closed the connection"
        self.received += more


def questions(email):
    quoted = urllib.parse.quote(email, safe="@")
    return [("POST", f"{PROFILES}/lookup",
             json.dumps({"field": "email", "value": email.upper()}).encode()),
            ("GET", f"{PROFILES}/{quoted}?alternativeKey=email", None),
            ("GET", f"{PROFILES}/{quoted}/unmask?alternativeKey=email&reason=import+check", None)]


def check_shoppers(server, path):
    """Asks everything about everybody in the file."""
    pipelines = [Pipeline(server) for _ in range(CONNECTIONS)]
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == SHOPPERS
    for begin in range(0, SHOPPERS, CONNECTIONS):
        some = list(zip(pipelines, rows[begin:begin + CONNECTIONS]))
        for pipeline, row in some:
            pipeline.ask(questions(row["email"]))
        for pipeline, row in some:
            whole, hidden = document_of(row)
            for wanted in (hidden, hidden, whole):
                status, body = pipeline.read_answer()
                assert status == 200, f"{status} after line {begin}"
                shown = json.loads(body)[0]["document"]
                wrong = [name for name in {*shown, *wanted} if shown.get(name) != wanted.get(name)]
                assert not wrong, f"wrong after line {begin}: {wrong}"


def test(report, binary, directory):
    marker, canaries = letters(10), []
    path = directory / "export.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        write(file, planted(shoppers(SHOPPERS, seed=1), marker, canaries), CL_COLUMNS, "csv")
    assert len(canaries) == CANARIES
    (directory / "store").mkdir()
    store = Store(binary, directory / "store" / "data")
    words = ("import", "--account", store.account, "--entity", "profile", str(path))
    with report.check("a dry run writes nothing"):
        said = store.command(*words, "--dry-run").stdout
        assert f"would import {2 * SHOPPERS}," in said and "rejected 0," in said, said
        assert not [entry for entry in store.audit_entries()], "there are audit entries"
    with report.check(f"{SHOPPERS} shoppers are imported, each with a consent"):
        started = time.monotonic()
        said = store.command(*words).stdout
        assert f"imported {2 * SHOPPERS}, already there 0, rejected 0," in said, said
        took = time.monotonic() - started
        size = sum(each.stat().st_size for each in store.data.rglob("*") if each.is_file())
        print(f"figure imported in {took:.1f} s; {size / SHOPPERS:.0f} bytes a shopper on disk",
              flush=True)
    server = Server(store, options=NO_BUDGET).start()
    with report.check("a second run, beside the server, changes nothing"):
        said = store.command(*words).stdout
        assert f"imported 0, already there {2 * SHOPPERS}, rejected 0," in said, said
        assert len(store.audit_entries()) == 2 * SHOPPERS
    with report.check("each is found, shown masked, and unmasked right"):
        started = time.monotonic()
        check_shoppers(server, path)
        print(f"figure {3 * SHOPPERS} requests checked in {time.monotonic() - started:.0f} s",
              flush=True)
    with report.check("the metrics count them and hold none of them"), server.client() as client:
        text = client.request("GET", "/metrics").body
        assert f'/unmask",status="200"}} {SHOPPERS}'.encode() in text, text[:2000]
        assert not Hunt([marker]).in_bytes(text)
    with report.check("it stops, and the log verifies"):
        assert server.stop() == 0, server.log_text()[-1000:]
        assert f"{3 * SHOPPERS} entries" in store.command("audit", "verify").stdout
    with report.check(f"{CANARIES} planted values are in no file"):
        started = time.monotonic()
        lines, files, searched = Hunt([marker], canaries).in_files(directory / "store")
        assert files > 100 and searched > 1000 * SHOPPERS, f"{files} files, {searched} bytes"
        assert not lines, "; ".join(lines[:10])
        print(f"figure searched {searched / 1e6:.0f} MB in {time.monotonic() - started:.0f} s",
              flush=True)
    with report.check("the search finds them where they are: in the file that was imported"):
        lines, _, _ = Hunt([marker], canaries).in_files(directory)
        assert len(lines) == 1 and "export.csv" in lines[0], lines


if __name__ == "__main__":
    run(test)
