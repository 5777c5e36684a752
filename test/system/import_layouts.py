#!/usr/bin/env python3
"""Imports generated shoppers, with addresses and consents, from the exports of other systems, each directly and
beside a server, and reads all of them again: import_layouts.py BINARY"""
import concurrent.futures
import json
import os
import pathlib
import sys
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "tools"))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402
from shopper_files import (LAYOUTS, SECRET, addresses_of, consents_of, people, profile_of,  # noqa: E402
                           write)

SHOPPERS = 5000 if LONG else 200
# Longer than a server waits for the first request of a connection.
SLOW_S = 11
# The files of a store, in their order; what is asked of its shoppers is the last one's layout.
STORES = {"master-data": ["cl", "ad"], "shopify": ["shopify"], "magento": ["magento", "magento-addresses"],
          "magento-composite": ["magento-composite"]}


class Exports:
    """The same people in every layout."""

    def __init__(self, directory):
        self.directory = directory
        self.people = list(people(SHOPPERS))
        for layout in LAYOUTS:
            self.write(layout, self.people)

    def write(self, layout, everybody, name=None):
        path = self.path(name or layout)
        with open(path, "w", encoding="utf-8", newline="") as file:
            write(file, everybody, layout)
        return path

    def path(self, layout):
        return self.directory / f"{layout}.csv"

    def words(self, layout):
        clients = ["--clients", str(self.path("cl"))] if layout == "ad" else []
        return "import", "--account", "loja", *clients, str(self.path(layout))

    def records(self, layout):
        made = {"profile": 0 if layout in ("ad", "magento-addresses") else SHOPPERS,
                "address": 0 if layout in ("cl", "magento") else
                sum(len(addresses_of(layout, person)) for person in self.people),
                "consent": sum(len(consents_of(layout, person)) for person in self.people)}
        return {entity: count for entity, count in made.items() if count > 0}


def check_said(said, imported, there):
    first, *others = said.splitlines()
    wanted = f"imported {sum(imported.values())}, already there {sum(there.values())}, rejected 0,"
    assert first.startswith((wanted, f"dry run: would {wanted.replace('imported', 'import')}")), said
    for entity in imported | there:
        line = f"  {entity}: {imported.get(entity, 0)}, already there {there.get(entity, 0)}"
        assert not others or line in others, f"{line!r} is not in {said!r}"


def read(client, person, what):
    email = urllib.parse.quote(person["email"], safe="@")
    answer = client.request("GET", f"{PROFILES}/{email}{what}?alternativeKey=email&reason=check")
    assert answer.status == 200, f"{what}: {answer.status}"
    return [one["document"] for one in json.loads(answer.body)]


def check_person(client, layouts, person):
    profile, = read(client, person, "/unmask")
    assert profile == profile_of(layouts[0], person), profile
    addresses = read(client, person, "/addresses/unmask")
    for address in addresses:
        address.pop("profileId")
    wanted = addresses_of(layouts[-1], person)
    assert sorted(map(str, map(sorted_items, addresses))) == sorted(map(str, map(sorted_items, wanted))), \
        f"{addresses}, not {wanted}"
    # Masked: it shows what a consent is for.
    consents = {one["purpose"]: one["granted"] for one in read(client, person, "/consents")}
    assert consents == consents_of(layouts[0], person), consents


def sorted_items(document):
    return sorted(document.items(), key=lambda item: item[0])


def check_store(report, exports, store, layouts):
    name = layouts[-1]
    written = 0
    for layout in layouts:
        records = exports.records(layout)
        with report.check(f"{layout}: a dry run writes nothing"):
            done = store.command(*exports.words(layout), "--dry-run")
            check_said(done.stdout, records, {})
            assert "(by the header)" in done.stderr, done.stderr
            assert len(store.audit_entries()) == written
        with report.check(f"{layout}: everything is imported"):
            check_said(store.command(*exports.words(layout)).stdout, records, {})
        written += sum(records.values())
        with report.check(f"{layout}: a second run changes nothing"):
            check_said(store.command(*exports.words(layout)).stdout, {}, records)
    server = Server(store).start()
    with report.check(f"{name}: and beside a server neither"):
        for layout in layouts:
            check_said(store.command(*exports.words(layout)).stdout, {}, exports.records(layout))
            check_said(store.command(*exports.words(layout), "--dry-run").stdout,
                       exports.records(layout), {})
        assert len(store.audit_entries()) == written
    with report.check(f"{name}: each is as the file says"), server.client() as client:
        for person in exports.people:
            check_person(client, layouts, person)
    assert server.stop() == 0, server.log_text()[-1000:]


def check_beside_a_server(report, exports, store):
    server = Server(store).start()
    with report.check("beside a server, all of a file with several rows a person is imported"):
        layout = "magento-composite"
        check_said(store.command(*exports.words(layout)).stdout, exports.records(layout), {})
        with server.client() as client:
            for person in exports.people:
                check_person(client, [layout], person)
    with report.check("what a shopper has said meanwhile stays"), server.client() as client:
        person = next(one for one in exports.people if one["isNewsletterOptIn"])
        email = urllib.parse.quote(person["email"], safe="@")
        where = f"{PROFILES}/{email}/consents"
        given, = json.loads(client.request("GET", f"{where}?alternativeKey=email").body)
        assert client.request("DELETE", f"{where}/{given['id']}?alternativeKey=email").status == 204
        own = json.dumps({"purpose": "newsletter", "granted": False}).encode()
        assert client.request("POST", f"{where}?alternativeKey=email", own).status == 201
        store.command(*exports.words("magento-composite"))
        consents = read(client, person, "/consents")
        assert [one["granted"] for one in consents] == [False], consents
    with report.check("who is erased is a new person to the next import"), server.client() as client:
        person = next(one for one in exports.people if one["addresses"])
        secret = exports.directory / "email"
        secret.write_text(person["email"], encoding="utf-8")
        store.command("erase", "--account", "loja", "--email-file", str(secret))
        path = exports.write("magento-composite", [person], "one")
        said = store.command("import", "--account", "loja", str(path)).stdout
        assert f"imported {2 + len(person['addresses'])}, already there 0," in said, said
    assert server.stop() == 0, server.log_text()[-1000:]


def import_slowly(exports, store, *options):
    """The addresses, with a file of clients that takes longer to read than a server waits."""
    pipe = exports.directory / f"slow{len(options)}.csv"
    os.mkfifo(pipe)

    def feed():
        with open(pipe, "wb") as file:
            time.sleep(SLOW_S)
            file.write(exports.path("cl").read_bytes())

    feeder = threading.Thread(target=feed)
    feeder.start()
    done = store.command("import", "--account", "loja", "--clients", str(pipe), *options, str(exports.path("ad")))
    feeder.join()
    return done.stdout


def check_slow_clients(report, exports, store):
    server = Server(store).start()
    store.command(*exports.words("cl"))
    with report.check("beside a server the clients may take longer to read than it waits"):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            dry = pool.submit(import_slowly, exports, store, "--dry-run")
            check_said(import_slowly(exports, store), exports.records("ad"), {})
            check_said(dry.result(), exports.records("ad"), {})
    assert server.stop() == 0, server.log_text()[-1000:]


def check_rejects(report, exports, directory, binary):
    store = Store(binary, directory / "rejects")
    half = exports.people[:SHOPPERS // 2]
    store.command(*exports.words("cl")[:-1], str(exports.write("cl", half, "half")))
    theirs = sum(len(one["addresses"]) for one in half)
    others = sum(len(one["addresses"]) for one in exports.people) - theirs
    rejects = directory / "ad.csv.rejected"
    with report.check("addresses of who is not here are rejected, each with its line, and kept"):
        done = store.command(*exports.words("ad"), expect=1)
        assert f"imported {theirs}, already there 0, rejected {others}," in done.stdout, done.stdout
        assert f"line {theirs + 2}: no profile here has this e-mail" in done.stderr, done.stderr
        assert len(rejects.read_text(encoding="utf-8").splitlines()) == others + 1
    with report.check("and are imported once their people are"):
        store.command(*exports.words("cl"))
        said = store.command(*exports.words("ad")[:-1], str(rejects)).stdout
        assert f"imported {others}, already there 0, rejected 0," in said, said
    with report.check("addresses by userId need the clients"):
        done = store.command("import", "--account", "loja", str(exports.path("ad")), expect=1)
        assert "line 2: it does not say whose it is" in done.stderr, done.stderr
        assert "imported 0," in done.stdout, done.stdout
    with report.check("a header that fits two layouts is asked about"):
        both = directory / "both.csv"
        both.write_text("email,_website,firstname,accepts email marketing\n", encoding="utf-8")
        done = store.command("import", "--account", "loja", str(both), expect=1)
        assert "say which with --layout" in done.stderr, done.stderr
        store.command("import", "--account", "loja", "--layout", "shopify", str(both))
        store.command("import", "--account", "loja", "--layout", "woo", str(both), expect=2)


def test(report, binary, directory):
    exports = Exports(directory)
    assert SECRET in exports.path("magento").read_text(encoding="utf-8")
    for name, layouts in STORES.items():
        check_store(report, exports, Store(binary, directory / name), layouts)
    check_beside_a_server(report, exports, Store(binary, directory / "beside"))
    check_slow_clients(report, exports, Store(binary, directory / "slow"))
    check_rejects(report, exports, directory, binary)


if __name__ == "__main__":
    run(test)
