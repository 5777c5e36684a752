#!/usr/bin/env python3
"""What a server still holds of people once it has answered: memory_hunt.py BINARY

A core dump, a swapped page or a debugger shows all memory of the process. So no value of a request
stays in it: what is freed is overwritten. This reads the memory of the running server and looks for
the people it has just served.
"""
import os
import pathlib
import shutil
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.report import Skip, run  # noqa: E402
from harness.search import Hunt  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

PEOPLE = 200
MARKER = "qwmemx"
SETTLE_S = 1.0
NOBODY = 65534


def planted(kind, number, size=2000):
    """A marker behind what an allocator writes over the beginning of memory that is given back,
    in texts of many sizes, since each size is kept elsewhere."""
    text = f"{kind} of the shopper {MARKER}{number} "
    return text + "x" * (number * 37 % (size - len(text)))


def nested(value, depth):
    return nested([value], depth - 1) if depth else value


def person(number):
    """With letters that Python's JSON escapes: what unescapes them has buffers too."""
    return {"firstName": planted("é first", number), "lastName": planted("last", number),
            "email": f"somebody.who.was.served.{MARKER}{number}@example.test",
            "homePhone": "+5521900" + f"{number:06}",
            "document": planted("document", number), "documentType": "passport",
            "custom": nested(planted("é custom", number), number % 60)}


def memory_of(process):
    """(what /proc calls it, the bytes) of each part of the process's memory that it can write."""
    with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{process.pid}/mem", "rb") as memory:
        for line in maps:
            fields = line.split()
            if not fields[1].startswith("rw"):
                continue
            begin, end = (int(text, 16) for text in fields[0].split("-"))
            memory.seek(begin)
            yield fields[5] if len(fields) > 5 else "heap or stack", memory.read(end - begin)


def found_in(process, hunt):
    lines, searched = [], 0
    for name, content in memory_of(process):
        searched += len(content)
        lines += [f"{name} holds {line}" for line in hunt.in_bytes(content)]
    return lines, searched


def serve_people(client):
    """Every kind of request that carries a value, right and wrong."""
    for number in range(PEOPLE):
        made = client.create(person(number))
        assert made.status == 201, made.status
        key = made.json()["id"]
        email = urllib.parse.quote(person(number)["email"])
        answers = [
            client.read(key),
            client.unmask(key, urllib.parse.quote(planted("réason", number, 480))),
            client.request("GET", f"{PROFILES}/{email}/unmask?alternativeKey=email&useCase="
                                  + urllib.parse.quote(planted("üse", number, 480))),
            client.request("POST", f"{PROFILES}/lookup",
                           {"field": "email", "value": person(number)["email"]}),
            client.request("PATCH", f"{PROFILES}/{key}", {"lastName": planted("new", number)}),
        ]
        for answer in answers:
            assert answer.status in (200, 204), (answer.status, answer.text())
        client.request("POST", PROFILES, {"email": planted("bad", number)})
        client.request("POST", PROFILES, '{"email": "' + planted("cut", number))


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    hunt = Hunt([MARKER, server.store.app_token])
    with server.client() as client:
        serve_people(client)
        with report.check("while someone is served, the hunt finds them"):
            client.connection.putrequest("POST", PROFILES)
            for name, value in server.store.auth().items():
                client.connection.putheader(name, value)
            client.connection.putheader("Content-Length", "1000")
            client.connection.endheaders(f'{{"email": "{MARKER}'.encode())
            time.sleep(SETTLE_S / 4)
            lines, _ = found_in(server.process, hunt)
            assert lines, "the hunt cannot find what is there"
    time.sleep(SETTLE_S)
    lines, searched = found_in(server.process, hunt)
    print(f"figure memory searched: {searched / 2**20:.0f} MiB", flush=True)
    with report.check(f"nothing of {PEOPLE} people is left in the server's memory"):
        assert not lines, "; ".join(lines)
    assert server.stop() == 0, server.log_text()[-1000:]
    with report.check("it takes no core dump, and others of its user cannot read its memory"):
        look_from_outside(binary, directory)


def look_from_outside(binary, directory):
    """As a user who is not root: what a process that may not be dumped has in /proc is root's."""
    if os.geteuid() != 0:
        raise Skip("only root can start a server as another user")
    os.chmod(directory, 0o755)
    place = directory / "other"
    place.mkdir()
    shutil.copy(binary, place / "velum")
    store = Store(place / "velum", place / "data")
    for path in (place, *place.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    server = Server(store, prefix=("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                                   "--clear-groups")).start()
    proc = pathlib.Path(f"/proc/{server.process.pid}")
    status = (proc / "status").read_text(encoding="utf-8")
    assert f"Uid:\t{NOBODY}\t" in status, status
    assert (proc / "environ").stat().st_uid == 0, "any process of its user can read it"
    limits = (proc / "limits").read_text(encoding="utf-8").splitlines()
    core = next(line.split() for line in limits if line.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"], core
    assert server.stop() == 0, server.log_text()[-1000:]


if __name__ == "__main__":
    run(test)
