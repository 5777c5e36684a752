#!/usr/bin/env python3
"""POST /import: results while more arrives, every kind of bad line, a body far larger than the memory that it
takes, and one that is cut and sent again: bulk_import.py BINARY"""
import http.client
import itertools
import json
import os
import pathlib
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "tools"))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402
from shopper_files import people  # noqa: E402

IMPORT = "/api/storage/profile-system/import"
SHOPPERS = 20_000 if LONG else 1000
LARGE_ROWS = 16_500 if LONG else 1100  # Of 64 KiB: a gigabyte with --long.
GROWTH_MAX_MIB = 24
REASON = "a test of the import"


class Import:
    """One request, whose body is sent a chunk at a time while its answer is read."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.putrequest("POST", IMPORT)
        headers = {**server.store.auth(), "Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"}
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.answer = None

    def send(self, text):
        content = text.encode()
        self.connection.send(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def line(self, row):
        self.send(json.dumps(row) + "\n")

    def result(self):
        """The next line of the answer, or None after the last."""
        if self.answer is None:
            self.answer = self.connection.getresponse()
            assert self.answer.status == 200, f"{self.answer.status} {self.answer.read()[:300]}"
            assert self.answer.getheader("Content-Type") == "application/x-ndjson"
        line = self.answer.readline()
        return json.loads(line) if line else None

    def end(self):
        self.connection.send(b"0\r\n\r\n")

    def close(self):
        self.connection.close()


def send_all(server, texts):
    """Sends every text, reading at the same time: (lines of results, the last line or None)."""
    one = Import(server)
    results, wrong = [], []

    def send():
        try:
            for text in texts:
                one.send(text)
            one.end()
        except OSError as error:
            wrong.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    while (result := one.result()) is not None:
        results.append(result)
    sender.join()
    one.close()
    assert not wrong, wrong
    return results[:-1], results[-1]


def row_of(person):
    home = {"addressType": "residential", "receiverName": person["firstName"], "postalCode": "22250-040",
            "locality": "Rio de Janeiro"}
    return {"profile": {name: person[name] for name in ("email", "firstName", "lastName")},
            "parts": [{"entity": "address", "key": "home", "document": home},
                      {"entity": "consent", "document": {"purpose": "newsletter", "granted": True}}]}


def check_results(report, server):
    everybody = list(people(SHOPPERS))
    lines = [json.dumps(row_of(person)) + "\n" for person in everybody]
    with report.check("every row is made, and its line says so in its place"):
        began = time.monotonic()
        results, last = send_all(server, lines)
        took_s = time.monotonic() - began
        print(f"figure {3 * SHOPPERS / took_s:,.0f} records a second", flush=True)
        assert [one["line"] for one in results] == list(range(1, SHOPPERS + 1))
        assert all(one["status"] == "made" for one in results)
        made = {"profile": SHOPPERS, "address": SHOPPERS, "consent": SHOPPERS}
        assert last == {"lines": SHOPPERS, "made": made, "alreadyThere": {}, "rejected": 0}, last
    with report.check("what is there is what was sent"):
        with server.client() as client:
            for person, one in list(zip(everybody, results))[::max(1, SHOPPERS // 50)]:
                shown = client.unmask(one["id"], reason="test").json()[0]["document"]
                assert (shown["email"], shown["firstName"]) == (person["email"], person["firstName"])
                homes = client.request("GET", f"{PROFILES}/{one['id']}/addresses").json()
                assert len(homes) == 1, homes
    with report.check("the same rows again make nothing, and name the same profiles"):
        again, last = send_all(server, lines)
        assert all(one["status"] == "alreadyThere" for one in again)
        assert [one["id"] for one in again] == [one["id"] for one in results]
        assert last["made"] == {} and last["alreadyThere"] == made, last


def check_streaming(report, server):
    with report.check("a row is answered before the next one is sent"):
        one = Import(server)
        for number in range(3):
            one.line({"profile": {"email": f"stream.{number}@example.com"}})
            result = one.result()
            assert (result["line"], result["status"]) == (number + 1, "made"), result
        one.send(json.dumps({"profile": {"email": "stream.9@example.com"}}))  # Without a line's end.
        one.end()
        assert one.result()["line"] == 4
        assert one.result() == {"lines": 4, "made": {"profile": 4}, "alreadyThere": {}, "rejected": 0}
        assert one.result() is None
        one.close()


def bad_lines():
    """(text, the code it is rejected with, "made", or None where nothing is said)"""
    secret = "Quellwasser-Nr.7731"
    yield "\n", None
    yield "{\"profile\": {\"email\": \"good.1@example.com\"}}\r\n", "made"
    yield f"{{\"profile\": {{\"firstName\": \"{secret}\"\n", "invalid_json"
    yield f"[\"{secret}\"]\n", "invalid_request"
    yield json.dumps({"profile": {"firstName": secret}}) + "\n", "invalid_field"  # No e-mail.
    yield json.dumps({"profile": {"email": "good.2@example.com", "firstName": [secret]}}) + "\n", "invalid_field"
    yield json.dumps({"profile": {"email": "good.3@example.com", "note": "4111111111111111"}}) + "\n", "card_data"
    yield json.dumps({"email": f"{secret}@example.com",
                      "parts": [{"entity": "address", "document": {"locality": "Rio"}}]}) + "\n", "not_found"
    yield json.dumps({"profile": {"email": "good.4@example.com"},
                      "parts": [{"entity": "shopper", "document": {}}]}) + "\n", "invalid_request"
    yield "{\"profile\": \"" + secret * 70_000 + "\"}\n", "payload_too_large"
    # Slips that would lose what stands there, if they were taken.
    part = {"entity": "address", "document": {"locality": secret}}
    for slip in ({"parts": part}, {"part": [part]}, {"parts": [{**part, "key": 17}]},
                 {"parts": [{**part, "documents": []}]}, {"parts": [part] * 501}, {"email": secret}):
        yield json.dumps({"profile": {"email": "good.6@example.com"}, **slip}) + "\n", "invalid_request"
    yield json.dumps({"profile": secret, "parts": [part]}) + "\n", "invalid_request"
    # What was made before it went wrong is said.
    many = [{"entity": "contact", "key": str(number), "document": {}} for number in range(101)]
    yield json.dumps({"profile": {"email": "good.7@example.com"}, "parts": many}) + "\n", "invalid_request"
    # Its profile is made by the line before, in the same batch.
    yield json.dumps({"profile": {"email": "good.5@example.com"}}) + "\n", "made"
    yield json.dumps({"email": "Good.5@example.com",
                      "parts": [{"entity": "address", "document": {"locality": "Rio"}}]}) + "\n", "made"


def check_bad_lines(report, server):
    table = list(bad_lines())
    told = [(number, wanted) for number, (_, wanted) in enumerate(table, 1) if wanted is not None]
    for how, texts in (("together", ["".join(text for text, _ in table)]),
                       ("apart", [text for text, _ in table])):
        with report.check(f"lines that are wrong, {how}: each is told why, and the others are taken"):
            results, last = send_all(server, texts)
            for (number, wanted), result in zip(told, results, strict=True):
                there = {"made", "alreadyThere"} if wanted == "made" else {"rejected"}
                assert result["line"] == number and result["status"] in there, result
                assert wanted == "made" or result["code"] == wanted, f"{result}, not {wanted}"
            assert last["lines"] == len(table) and last["rejected"] == 16, last
            assert "Quellwasser" not in json.dumps(results)
            full = next(one for one in results if "no room" in one.get("message", ""))
            counts = full["made"].get("contact", 0) + full["alreadyThere"].get("contact", 0)
            assert counts == 100 and "id" in full, full


def check_refusals(report, server):
    with report.check("who may not is told before a row is read"):
        with server.client() as client:
            row = b'{"profile": {"email": "nobody@example.com"}}\n'
            for headers, status in (({"Content-Type": "application/json"}, 415),
                                    ({"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}, 415),
                                    ({"Content-Type": "application/x-ndjson",
                                      "X-VTEX-API-AppToken": "velum_token_wrong"}, 401)):
                answer = client.request("POST", IMPORT, row, headers)
                assert answer.status == status, answer.text()
                assert answer.header("Connection") == "close", answer.headers
                client.close()
            assert client.request("GET", IMPORT).status == 405
            empty = client.request("POST", IMPORT, b"", {"Content-Type": "application/x-ndjson"})
            assert empty.status == 200 and empty.json()["lines"] == 0, empty.text()


def resident_mib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def large_row(number):
    noise = os.urandom(32_000).hex().translate(str.maketrans("0123456789", "ghijklmnop"))  # No card number.
    return json.dumps({"profile": {"email": f"large.{number}@example.com", "x": noise}}) + "\n"


def check_memory(report, server):
    with report.check("memory does not grow with the body"):
        send_all(server, map(large_row, range(50)))
        before, most, done = resident_mib(server), [0], threading.Event()

        def watch():
            while not done.wait(0.1):
                most[0] = max(most[0], resident_mib(server))

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.monotonic()
        results, last = send_all(server, map(large_row, range(LARGE_ROWS)))
        took_s = time.monotonic() - began
        done.set()
        watcher.join()
        grown = most[0] - before
        print(f"figure {LARGE_ROWS * 64 / 1024:,.0f} MiB in {took_s:.1f} s; {before:.1f} MiB resident, "
              f"{grown:.1f} more at most", flush=True)
        assert last["made"]["profile"] == LARGE_ROWS - 50, last
        assert grown < GROWTH_MAX_MIB, f"{grown:.1f} MiB more"


def check_cut(report, server):
    """The connection, and then the server, go away in the middle; all of it is sent again."""
    texts = [json.dumps({"profile": {"email": f"cut.{number}@example.com"}}) + "\n" for number in range(600)]
    with report.check("what was cut is sent again, and nobody is there twice"):
        one = Import(server)
        for text in itertools.islice(texts, 200):
            one.send(text)
        first = one.result()
        one.close()
        two = Import(server)
        for text in itertools.islice(texts, 400):
            two.send(text)
        two.result()
        server.kill()
        two.close()
        server.start()
        results, last = send_all(server, texts)
        assert results[0]["id"] == first["id"] and results[0]["status"] == "alreadyThere"
        counts = last["made"].get("profile", 0), last["alreadyThere"]["profile"]
        assert sum(counts) == 600 and counts[1] >= 1, last
        assert len({result["id"] for result in results}) == 600


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    check_results(report, server)
    check_streaming(report, server)
    check_bad_lines(report, server)
    check_refusals(report, server)
    check_memory(report, server)
    check_cut(report, server)
    with report.check("each record has its entry, in the name of the key that sent it"):
        assert server.stop() == 0, server.log_text()[-1000:]
        entries = [one for one in server.store.audit_entries() if one["action"] == "CreateProfile"]
        assert len(entries) == len({one["record"] for one in entries}) > SHOPPERS + LARGE_ROWS
        assert {one["actor"]["kind"] for one in entries} == {"app_key"}, entries[0]
    with report.check("no value is in the log"):
        assert "@example.com" not in server.log_text()


if __name__ == "__main__":
    run(test)
