#!/usr/bin/env python3
"""What the store has against the last that the log says of it: deep_check.py BINARY

A database that was put back is found, and so is a list that somebody has mended by hand.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.client import PROFILES  # noqa: E402
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

VERIFIER = ROOT / "tools" / "verify" / "velum-verify.mjs"
PROSPECTS = "/api/storage/profile-system/prospects"
PEOPLE = 12
WAIT_S = 30


def send(client, method, path, document, expect):
    answer = client.request(method, path, json.dumps(document).encode())
    assert answer.status == expect, (method, path, answer.status, answer.body)
    return answer.json() if answer.body else None


def live(client):
    """People with addresses, changed, converted, deleted. Returns the ids of those who stay."""
    people = []
    for number in range(PEOPLE):
        person = send(client, "POST", PROFILES, {"email": f"of{number}@example.com", "firstName": "Ana"}, 201)["id"]
        people.append(person)
        home = send(client, "POST", f"{PROFILES}/{person}/addresses", {"street": "Rua A", "countryName": "BRA"}, 201)
        if number % 2:
            send(client, "PATCH", f"{PROFILES}/{person}", {"firstName": f"Bia {number}"}, 200)
            send(client, "PATCH", f"{PROFILES}/{person}/addresses/{home['id']}", {"street": "Rua B"}, 200)
        if number % 3 == 0:
            send(client, "PATCH", f"{PROFILES}/{person}", {"lastName": "Lima"}, 200)
    gone = people.pop()
    assert client.request("DELETE", f"{PROFILES}/{gone}").status == 204
    maybe = send(client, "POST", PROSPECTS, {"email": "quem@example.com", "firstName": "Caio"}, 201)["id"]
    send(client, "PATCH", f"{PROSPECTS}/{maybe}", {"firstName": "Caio B"}, 200)
    send(client, "POST", f"{PROSPECTS}/{maybe}/convert", {}, 200)
    return people


def records(store, path):
    path.write_text(store.command("audit", "records", "--account", "loja").stdout)
    return path


def verdict(store, listed):
    done = subprocess.run(["node", VERIFIER, "check", store.data / "audit", "--deep", listed], capture_output=True,
                          text=True, check=False, timeout=120)
    return done.returncode, (done.stdout + done.stderr).strip()


def verify_soon(store, listed):
    """A write's entry reaches the log a moment after its answer."""
    deadline = time.monotonic() + WAIT_S
    while verdict(store, listed)[0] != 0 and time.monotonic() < deadline:
        time.sleep(0.3)
    code, said = verdict(store, listed)
    assert code == 0 and "versions in the store are the last that the log says" in said, said


def refused(store, lines, listed, why):
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, said = verdict(store, listed)
    assert code == 1 and why in said, (why, code, said)


def long_ago(lines, by_s=3600):
    """The list as one of an hour later, so that nothing counts as written meanwhile."""
    head = dict(lines[0])
    later = time.gmtime(time.time() + by_s)
    head["listedAt"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", later)
    return [head, *lines[1:]]


def check_mended_lists(store, listed):
    lines = long_ago([json.loads(line) for line in listed.read_text().splitlines()])
    changed = next(line for line in lines[1:-1] if not line["current"])
    other = next(line for line in lines[1:-1] if line["record"] != changed["record"])
    put_back = [line for line in lines if line.get("record") != changed["record"] or line is changed]
    put_back[put_back.index(changed)] = {**changed, "current": True}
    put_back[-1] = {"count": len(put_back) - 2}
    refused(store, put_back, listed, "older version than the log")
    swapped = [{**line, "envelopeHash": other["envelopeHash"]} if line is changed else line for line in lines]
    refused(store, swapped, listed, "not what was written last")
    refused(store, lines[:-2] + lines[-1:], listed, "the list is cut")
    refused(store, lines[:-1], listed, "the list is cut")
    strange = {**other, "record": other["token"][::-1].replace("-", "0"), "version": other["version"]}
    refused(store, [*lines[:-1], strange, {"count": len(lines) - 1}], listed, "does not know")
    refused(store, [{"account": "outra", "listedAt": lines[0]["listedAt"]}, *lines[1:]], listed, "not here")


def test(report, binary, directory):
    store = Store(binary, directory / "store")
    server = Server(store).start()
    listed = directory / "records"
    with server.client() as client:
        people = live(client)
        with report.check("what a running server has is what the log says last"):
            verify_soon(store, records(store, listed))
        with report.check("the list has nothing personal and no key"):
            text = listed.read_text()
            assert "Ana" not in text and "example.com" not in text and "Rua" not in text
            assert set(json.loads(text.splitlines()[1])) == {"current", "envelopeHash", "record", "token", "version"}
    assert server.stop() == 0, server.log_text()[-1000:]
    with report.check("and what no server has open"):
        verify_soon(store, records(store, listed))
    with report.check("a list that was mended by hand is found"):
        check_mended_lists(store, listed)

    copy = shutil.copy(store.data / "data.db", directory / "older.db")
    server = Server(store).start()
    with server.client() as client:
        send(client, "PATCH", f"{PROFILES}/{people[0]}", {"firstName": "Dora"}, 200)
        assert client.request("DELETE", f"{PROFILES}/{people[1]}").status == 204
    assert server.stop() == 0, server.log_text()[-1000:]
    verify_soon(store, records(store, listed))
    with report.check("a database that was put back is found"):
        for name in ("data.db-wal", "data.db-shm"):
            (store.data / name).unlink(missing_ok=True)
        shutil.copy(copy, store.data / "data.db")
        lines = [json.loads(line) for line in records(store, listed).read_text().splitlines()]
        listed.write_text("".join(json.dumps(line) + "\n" for line in long_ago(lines)))
        code, said = verdict(store, listed)
        assert code == 1 and ("older version" in said or "deleted" in said), said


if __name__ == "__main__":
    run(test)
