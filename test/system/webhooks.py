#!/usr/bin/env python3
"""Alerts reach a receiver that checks them by itself: webhooks.py BINARY

It refuses, redirects, talks garbage and is slow; the server is killed before anybody was told. What it
gets is signed, once a reveal, and nothing about a shopper. What is not public is not reached.
"""
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.receiver import (Receiver, is_slow, make_certificate, redirects, refuses,  # noqa: E402
                              talks_garbage)
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

HOOKS, CANARIES = "/api/vlm/webhooks", "/api/vlm/canaries"
EMAIL = "decoy@example.com"


def settle():
    """Longer than it takes the server to look and to send."""
    time.sleep(1.5)


def metric(client, name):
    return float(re.search(rf"^{name} (\S+)$", client.request("GET", "/metrics").text(), re.M)[1])


def add(client, url, events=()):
    answer = client.request("POST", HOOKS, {"url": url, "events": list(events)})
    assert answer.status == 201, answer.text()
    return answer.json()


def reveal(client, subject):
    answer = client.unmask(subject)
    assert answer.status == 200, answer.text()


def deliveries(report, client, receiver):
    """Returns the canary, its profile's id, and the hook."""
    hook = add(client, receiver.url("/all"))
    canary = client.create({"email": EMAIL, "firstName": "Dora"}).json()["id"]
    other = client.create({"email": "ana@example.com"}).json()["id"]
    assert client.request("PUT", f"{CANARIES}/{canary}").status == 204
    with report.check("a reveal of a canary is told, signed, and with nothing of whom"):
        reveal(client, canary)
        message = receiver.wait_for("canary.revealed")[0]
        assert message.is_signed_by(hook["secret"]), message.signatures
        assert not message.is_signed_by("whsec_" + "A" * 43 + "=")
        assert canary.encode() not in message.body and EMAIL.encode() not in message.body
        entry = message.json["data"]["entry"]
        entries = client.request("GET", "/api/audit/events?action=GetProfileUnmasked").json()["items"]
        assert [one["token"] for one in entries if one["number"] == entry] == [canary], entries
    with report.check("a reveal of anybody else is not"):
        reveal(client, other)
        settle()
        assert len(receiver.of_type("canary.revealed")) == 1
    with report.check("what hangs on a canary, old versions and lists are the canary"):
        parts = f"/api/storage/profile-system/profiles/{canary}"
        for town in ("Rio", "Recife"):
            assert client.request("POST", f"{parts}/addresses", {"locality": town}).status == 201
        versions = client.request("GET", f"{parts}/versions").json()
        version = re.search(r'"version(?:Id)?":\s*"([0-9a-f-]{36})"', str(versions).replace("'", '"'))[1]
        for path in ("/addresses/unmask", f"/versions/{version}/unmask"):
            answer = client.request("GET", f"{parts}{path}?reason=test")
            assert answer.status == 200, answer.text()
        receiver.wait_for("canary.revealed", 3)
        settle()
        assert len(receiver.of_type("canary.revealed")) == 3  # A list of two is one reveal.
    with report.check("who takes a mark away is told"):
        decoy = client.create({"email": "second@example.com"}).json()["id"]
        for method in ("PUT", "DELETE"):
            assert client.request(method, f"{CANARIES}/{decoy}").status == 204
        receiver.wait_for("canary.unmarked")
    return canary, other, hook


def refusals(report, client, receiver, canary):
    for name, answer in (("refuses", refuses), ("redirects", redirects), ("talks garbage", talks_garbage)):
        with report.check(f"a receiver that {name} gets it again, with the same id"):
            before = len(receiver.of_type("canary.revealed"))
            receiver.script = [answer, answer]
            reveal(client, canary)
            found = receiver.wait_for("canary.revealed", before + 3)[before:]
            settle()
            assert len(receiver.of_type("canary.revealed")) == before + 3
            assert len({one.id for one in found}) == 1, [one.id for one in found]
    with report.check("no redirect is followed"):
        assert not [one for one in receiver.messages if one.path == "/elsewhere"]
    with report.check("a slow receiver holds up no reveal and no other receiver"):
        add(client, receiver.url("/other"), ["canary.revealed"])
        before = len(receiver.of_type("canary.revealed"))
        receiver.script = [is_slow]
        began = time.monotonic()
        reveal(client, canary)
        assert time.monotonic() - began < 2
        receiver.wait_for("canary.revealed", before + 2)
        assert time.monotonic() - began < 3
    with report.check("what failed is counted"):
        assert metric(client, "velum_alert_failures_total") >= 6
        assert metric(client, "velum_alerts_sent_total") >= 7


def rotation(report, client, receiver, hook):
    with report.check("two secrets sign while one takes over from the other"):
        rotated = client.request("POST", f"{HOOKS}/{hook['id']}/rotate", {"overlapSeconds": 60}).json()
        assert client.request("POST", f"{HOOKS}/{hook['id']}/test").status == 202
        message = receiver.wait_for("webhook.test")[0]
        assert message.is_signed_by(hook["secret"]) and message.is_signed_by(rotated["secret"])
        assert len(message.signatures) == 2
    return {**hook, "secret": rotated["secret"]}


def broken_glass(report, client, receiver, other):
    with report.check("who breaks the glass is heard, and so is each look behind it"):
        glass = client.request("POST", "/api/vlm/break-glass", {"purpose": "a stranger's parcel", "minutes": 5})
        assert glass.status == 201, glass.text()
        receiver.wait_for("break_glass.used", 1, "/all")
        for looked in (1, 2):
            target = f"/api/storage/profile-system/profiles/{other}/unmask?grant={glass.json()['id']}"
            assert client.request("GET", target).status == 200
            told = receiver.wait_for("break_glass.used", 1 + looked, "/all")
        assert told[-1].json["data"]["rule"] == f"break_glass:{glass.json()['id']}", told[-1].json
        assert b"parcel" not in told[0].body


def budgets(report, client, receiver):
    with report.check("a budget that is exceeded is told once a window"):
        target = "/api/storage/profile-system/profiles/nobody@example.com?alternativeKey=email"
        statuses = [client.request("GET", target).status for _ in range(12)]
        assert statuses.count(429) >= 2, statuses
        told = receiver.wait_for("budget.exceeded", path="/all")
        settle()
        assert len(receiver.of_type("budget.exceeded", "/all")) <= 2, "once a minute"
        assert told[0].json["data"]["rule"] == "budget:lookups-per-minute"


def crash(report, server, receiver, canary, certificate):
    """The receiver is away, and the server is killed before it told anybody."""
    port = receiver.port
    receiver.close()
    with server.client() as client:
        for _ in range(3):
            reveal(client, canary)
    server.kill()
    again = Receiver(*certificate, port=port)
    server.start()
    with report.check("a kill -9 loses no alert of a reveal that was answered"):
        found = again.wait_for("canary.revealed", 3, "/all")
        again.wait_for("canary.revealed", 3, "/other")
        settle()
        assert len({one.id for one in found}) == 3
    with report.check("nor is what was told told again"):
        before = len(again.of_type("canary.revealed"))
        server.kill()
        server.start()
        settle()
        assert len(again.of_type("canary.revealed")) == before
    return again


def private_networks(report, server, receiver, canary, options):
    assert server.stop() == 0
    server.options = [one for one in options if one not in ("--webhook-allow-network", "127.0.0.0/8")]
    server.start()
    before = len(receiver.messages)
    with report.check("what is not public is not reached"):
        with server.client() as client:
            reveal(client, canary)
            deadline = time.monotonic() + 20
            while metric(client, "velum_alert_failures_total") < 1 and time.monotonic() < deadline:
                time.sleep(0.1)
            settle()
        assert len(receiver.messages) == before
        assert "why=address_not_public" in server.log_text(), server.log_text()[-500:]
    assert server.stop() == 0
    server.options = options
    server.start()
    with report.check("but when its network is allowed, and nothing was lost"):
        receiver.wait_for("canary.revealed", 4, "/all")


def checkpoints(report, server, receiver, directory, secret):
    with report.check("every checkpoint is sent, signed, and verifies the log"):
        with server.client() as client:
            deadline = time.monotonic() + 30
            while True:
                newest = client.request("GET", "/api/audit/checkpoint").text()
                notes = receiver.of_type("audit.checkpoint", "/checkpoints")
                if notes and notes[-1].json["data"]["checkpoint"] == newest:
                    break
                assert time.monotonic() < deadline, f"{len(notes)} came"
                time.sleep(0.1)
        assert all(one.is_signed_by(secret) for one in notes[-3:])
        kept = directory / "kept"
        kept.write_text(newest, encoding="utf-8")
        server.store.command("audit", "verify", "--checkpoint", kept)


def changed_files(report, server, receiver, other):
    """Entries that nobody reads any more are changed, and taken away, beside the server."""
    with server.client() as client:
        for _ in range(300):
            reveal(client, other)
    bundle = server.store.data / "audit" / server.store.account / "tile" / "entries" / "000"
    deadline = time.monotonic() + 30
    while not bundle.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    whole = bundle.read_bytes()
    assert not receiver.of_type("audit.verification_failed")
    with report.check("a log that is changed on the disk is told, once"):
        bundle.write_bytes(whole.replace(b"role:owner", b"role:other", 1))
        receiver.wait_for("audit.verification_failed", 1, "/all")
        time.sleep(5)
        assert len(receiver.of_type("audit.verification_failed", "/all")) == 1
        assert "event=audit_not_as_signed" in server.log_text()
    with report.check("and so is one of which entries were taken away"):
        bundle.write_bytes(whole)
        time.sleep(5)
        bundle.unlink()
        receiver.wait_for("audit.verification_failed", 2, "/all")
        bundle.write_bytes(whole)


def test(report, binary, directory):
    certificate = make_certificate(directory)
    receiver = Receiver(*certificate)
    store = Store(binary, directory / "store")
    secret = "whsec_" + "c2VjcmV0" * 5 + "c2U="
    (directory / "secret").write_text(secret + "\n", encoding="utf-8")
    options = ["--webhook-ca-file", str(certificate[0]), "--webhook-allow-network", "127.0.0.0/8",
               "--checkpoint-webhook", receiver.url("/checkpoints"),
               "--checkpoint-webhook-secret", str(directory / "secret"), "--lookups-per-minute", "5"]
    server = Server(store, options=options).start()
    with server.client() as client:
        canary, other, hook = deliveries(report, client, receiver)
        refusals(report, client, receiver, canary)
        hook = rotation(report, client, receiver, hook)
        broken_glass(report, client, receiver, other)
        budgets(report, client, receiver)
    checkpoints(report, server, receiver, directory, secret)
    receiver = crash(report, server, receiver, canary, certificate)
    private_networks(report, server, receiver, canary, options)
    changed_files(report, server, receiver, other)
    assert server.stop() == 0
    with report.check("the secret and the URL are nowhere in clear"):
        for path in store.data.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert hook["secret"].encode() not in content, path
                assert f"127.0.0.1:{receiver.port}".encode() not in content, path
    store.command("audit", "verify")


if __name__ == "__main__":
    run(test)
