#!/usr/bin/env python3
"""Plants names that exist nowhere else, uses the server in every way, good and bad, and then searches
all that it wrote for them: canary_hunt.py BINARY

Promise 8: logs, metrics and errors hold no PII and no key material. Promise 3 and 4 rest on the same:
what is personal is on disk only sealed.
"""
import json
import pathlib
import random
import socket
import string
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.search import Hunt, encodings  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SHOPPERS = 3000 if LONG else 300


class Canaries:
    """Texts that nobody would write by chance. All of a kind begin with the same marker."""

    def __init__(self):
        source = random.SystemRandom()
        self.name = "ñandú" + "".join(source.choices(string.ascii_lowercase, k=8))
        self.mailbox = "".join(source.choices(string.ascii_lowercase, k=12))
        self.digits = "".join(source.choices("3456789", k=8))
        self.used = []

    def markers(self):
        return [self.name, self.mailbox, self.digits]

    def text(self, kind):
        return self._keep(f"{self.name}{kind}{len(self.used)}")

    def email(self):
        return self._keep(f"{self.mailbox}.{len(self.used)}@example.com")

    def number(self, number, prefix=""):
        self._keep(f"{self.digits}{number:03}")
        return prefix + self.used[-1]

    def _keep(self, value):
        self.used.append(value)
        return value


class Use:
    """What is done to the server. Remembers every answer that told too much."""

    def __init__(self, server, canaries):
        self.server, self.canaries = server, canaries
        self.hunt = Hunt(canaries.markers())
        self.shoppers = []  # (id, document) of those that are there.
        self.leaks, self.refusals = [], 0

    def expect(self, client, status, method, target, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.request(method, target, body, headers)
        assert answer.status == status, f"{method}: {answer.status}, not {status}: {answer.text()}"
        if status >= 400:
            self.refusals += 1
            told = answer.body + repr(answer.headers).encode()
            self.leaks += [f"a {status} holds {line}" for line in self.hunt.in_bytes(told)]
        return answer

    def create_all(self, client):
        for number in range(SHOPPERS):
            document = {
                "email": self.canaries.email(), "firstName": self.canaries.text("first"),
                "lastName": self.canaries.text("last"), "document": self.canaries.number(number),
                "homePhone": self.canaries.number(number, "+55"),
                "nickname": self.canaries.text("nick"),
                "pet": {"names": [self.canaries.text("pet")]},
                self.canaries.text("field"): True,
            }
            key = {"Idempotency_Key": self.canaries.email()} if number % 3 == 0 else {}
            answer = self.expect(client, 201, "POST", PROFILES, document, **key)
            if key:
                again = self.expect(client, 201, "POST", PROFILES, document, **key)
                assert again.body == answer.body, "the second answer is another one"
                self.expect(client, 422, "POST", PROFILES, {**document, "lastName": "-"}, **key)
            self.shoppers.append((answer.json()["id"], document))

    def read_all(self, client):
        for id, document in self.shoppers:
            for target in (f"{PROFILES}/{id}",
                           f"{PROFILES}/{document['email']}?alternativeKey=email"):
                shown = dict(self.expect(client, 200, "GET", target).json()[0]["document"])
                # A field's name is the schema's business, not a value.
                values = json.dumps(list(shown.values()), ensure_ascii=False).encode()
                self.leaks += [f"a masked read shows {line}"
                               for line in self.hunt.in_bytes(values)]

    def reveal_and_change(self, client):
        for number, (id, document) in enumerate(self.shoppers):
            reason = urllib.parse.quote(self.canaries.text("reason"))
            target = f"{PROFILES}/{id}/unmask?reason={reason}&onBehalfOf={self.canaries.email()}"
            shown = self.expect(client, 200, "GET", target)
            assert shown.json()[0]["document"] == document, "an unmask shows something else"
            if number % 2 == 0:
                change = {"lastName": self.canaries.text("married")}
                self.expect(client, 200, "PATCH", f"{PROFILES}/{id}", change)
                document.update(change)
        for id, _ in self.shoppers[::6]:
            self.expect(client, 204, "DELETE", f"{PROFILES}/{id}")
        del self.shoppers[::6]

    def erase_some(self, directory):
        """What the command prints must name nobody either; the file with the names is the caller's."""
        names = directory / "names"
        for _, document in self.shoppers[:3]:
            names.write_text(document["email"] + "\n", encoding="utf-8")
            done = self.server.store.command("erase", "--account", self.server.store.account,
                                             "--email-file", str(names))
            self.leaks += [f"velum erase prints {line}"
                           for line in self.hunt.in_bytes((done.stdout + done.stderr).encode())]
        names.unlink()
        del self.shoppers[:3]

    def provoke(self, client):
        """Every refusal there is, each with something personal where it hurts."""
        text, email = self.canaries.text, self.canaries.email
        taken, other = self.shoppers[0], self.shoppers[1]
        quoted = urllib.parse.quote(text("path"))
        post = ("POST", PROFILES)
        for status, body in ((400, {"email": email(), "firstName": [text("list")]}),
                             (400, {"email": text("noaddress")}),
                             (400, {"email": email(), "firstName": text("masked") + "**"}),
                             (400, {"email": email(), "note": text("card") + " 4111111111111111"}),
                             (400, f'{{"email": "{email()}", "note": {text("bare")}}}'),
                             (400, f'{{"{text("twice")}": 1, "{self.canaries.used[-1]}": 2}}'),
                             (400, [text("array")]),
                             (409, {"email": taken[1]["email"], "firstName": text("second")}),
                             (413, {"email": email(), "note": text("long") * 60_000})):
            self.expect(client, status, *post, body)
        self.expect(client, 415, *post, {"email": email()}, Content_Type=f"text/{email()}")
        self.expect(client, 409, "PATCH", f"{PROFILES}/{other[0]}", {"email": taken[1]["email"]})
        self.expect(client, 412, "PATCH", f"{PROFILES}/{other[0]}", {"lastName": text("stale")},
                    If_Match=f'"{email()}"')
        get = "GET"
        for status, target in ((404, f"/{email()}?alternativeKey=email"), (404, f"/{quoted}"),
                               (400, f"/{quoted}?alternativeKey={email()}"),
                               (400, f"/{taken[0]}/unmask?reason={quoted * 40}"),
                               (404, f"/{email()}/unmask?alternativeKey=email&reason={quoted}"),
                               (404, f"/{taken[0]}/versions/{email()}"),
                               (404, f"/{taken[0]}/{quoted}"), (404, f"/{taken[0]}?an={email()}")):
            self.expect(client, status, get, PROFILES + target)
        self.expect(client, 400, *post[:1], f"{PROFILES}?ttl={quoted}", {"email": email()})
        self.expect(client, 405, "PUT", f"{PROFILES}/{quoted}", {"email": email()})
        for name in ("X-VTEX-API-AppKey", "X-VTEX-API-AppToken"):
            self.expect(client, 401, get, f"{PROFILES}/{taken[0]}", **{name: email()})
        self.expect(client, 200, get, "/readyz", User_Agent=email(), Cookie=f"name={email()}",
                    Referer=f"https://example.com/{email()}")
        for broken in (f"GET /{email()} HTTP/1.1\r\n\r\n", f"{email()}\r\n\r\n",
                       f"GET / HTTP/1.1\r\nHost: a\r\n{email()}\r\n\r\n",
                       f"POST {PROFILES} HTTP/1.1\r\nHost: a\r\nContent-Length: {email()}\r\n\r\n"):
            self.send_raw(broken)

    def send_raw(self, text):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as connection:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            told = b"".join(iter(lambda: connection.recv(65536), b""))
        self.refusals += 1
        self.leaks += [f"a refusal of broken HTTP holds {line}"
                       for line in self.hunt.in_bytes(told)]


def key_material(store):
    """The app token, and what the key files hold, each as text and as bytes."""
    texts = [store.app_token]
    for path in store.data.parent.glob(f"{store.data.name}.root-key*"):
        texts += [line.split(" ")[1] for line in path.read_text(errors="replace").splitlines()
                  if line.count(" ") == 1 and line.endswith("=")]
    assert len(texts) >= 4, f"only {len(texts)} secrets were found to look for"
    return texts


def search(report, hunt, directory, when):
    with report.check(f"no canary in any file: {when}"):
        started = time.monotonic()
        lines, files, searched = hunt.in_files(directory)
        assert files >= 6, f"only {files} files"
        assert not lines, "; ".join(lines[:10])
        print(f"figure searched {files} files, {searched / 1e6:.0f} MB "
              f"in {time.monotonic() - started:.2f} s", flush=True)


def check_control(report, directory, canaries):
    """A search that finds nothing proves nothing unless it finds what was planted for it."""
    value = canaries.text("control")
    hunt = Hunt(canaries.markers(), [value])
    for name, form in encodings(value).items():
        with report.check(f"a planted leak is found: {name}"):
            if name.startswith("base64"):  # As part of a longer text that is encoded.
                form = encodings("." * int(name[-1]) + value)[name[:-1] + "0"]
            path = directory / "data" / "control"
            path.write_bytes(random.randbytes(5000) + form + random.randbytes(5000))
            lines = [line for line in hunt.in_files(directory)[0] if "control holds" in line]
            path.unlink()
            assert lines, "it was not found"
            assert any(repr(value) in line for line in lines), f"it is not named: {lines}"


def check_keys(report, store, directory):
    with report.check("no key material outside the key files"):
        secrets = key_material(store)
        for path in directory.rglob("*"):
            if path.is_file() and ".root-key" not in path.name:
                content = path.read_bytes()
                for number, secret in enumerate(secrets):
                    found = [name for name, form in encodings(secret).items() if form in content]
                    assert not found, f"{path.name} holds secret {number} ({found[0]})"


def check_outputs(report, server, hunt):
    with report.check("no canary in the metrics"), server.client() as client:
        answer = client.request("GET", "/metrics")
        assert answer.status == 200, f"they answer {answer.status}"
        assert not hunt.in_bytes(answer.body), hunt.in_bytes(answer.body)
    with report.check("no canary in the audit log's answers"), server.client() as client:
        answer = client.request("GET", "/api/audit/events")
        assert answer.status == 200, f"they answer {answer.status}"
        assert not hunt.in_bytes(answer.body), hunt.in_bytes(answer.body)
    with report.check("no canary in what the audit commands print"):
        for words in (["verify"], ["show"], ["show", "--json"]):
            done = server.store.command("audit", *words)
            lines = hunt.in_bytes((done.stdout + done.stderr).encode())
            assert not lines, f"audit {' '.join(words)}: {lines}"


def test(report, binary, directory):
    canaries = Canaries()
    store = Store(binary, directory / "data")
    server = Server(store).start()
    use = Use(server, canaries)
    with report.check(f"{SHOPPERS} shoppers, used in every way"), server.client() as client:
        use.create_all(client)
        use.read_all(client)
        use.reveal_and_change(client)
        use.provoke(client)
        use.erase_some(directory)
        assert use.refusals >= 25
    hunt = Hunt(canaries.markers(), canaries.used)
    search(report, hunt, directory, "while it runs")
    server.kill()
    search(report, hunt, directory, "after kill -9")
    server.start()
    with report.check("all is there after kill -9"), server.client() as client:
        use.read_all(client)
    with report.check("no refusal, masked read or erasure shows a value"):
        assert not use.leaks, "; ".join(use.leaks[:10])
    check_outputs(report, server, hunt)
    check_control(report, directory, canaries)
    check_keys(report, store, directory)
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]
    search(report, hunt, directory, "after the end")


if __name__ == "__main__":
    run(test)
