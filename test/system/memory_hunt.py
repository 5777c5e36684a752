#!/usr/bin/env python3
"""What a server still holds of people once it has answered: memory_hunt.py BINARY

A core dump, a swapped page or a debugger shows all memory of the process. So no value of a request
stays in it, and no key of a record: what is freed is overwritten. This reads the memory of the running
server, a second after its last request, and looks for the people it has just served and for the keys
that it has just used, over plain HTTP and over TLS.
"""
import os
import pathlib
import shutil
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.keys import KeyHunt, keys_of  # noqa: E402
from harness.report import Skip, run  # noqa: E402
from harness.search import Hunt  # noqa: E402
from harness.tls import make_certificate  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

PEOPLE = 200
MARKER = "qwmemx"
SETTLE_S = 1.0
NOBODY = 65534
# What the server works with, and so must have: it shows that the search for keys can find some.
KEPT = {"root-p", "root-m", "ledger", "store index", "store signing", "wrap full-1", "wrap masked-1"}
# Only what is kept is made from these, when the server starts.
USED_AT_START = {"store full", "store masked"}


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


def check_people(report, server, hunt, name):
    """The connection that they came over stays open: an idle client costs nobody their privacy."""
    with server.client() as client:
        serve_people(client)
        with report.check(f"{name}: while someone is served, the hunt finds them"):
            with server.client() as other:
                other.connection.putrequest("POST", PROFILES)
                for header, value in server.store.auth().items():
                    other.connection.putheader(header, value)
                other.connection.putheader("Content-Length", "1000")
                other.connection.endheaders(f'{{"email": "{MARKER}'.encode())
                time.sleep(SETTLE_S / 4)
                lines, _ = found_in(server.process, hunt)
                assert lines, "the hunt cannot find what is there"
        assert client.read("-").status == 404  # It is still there.
        time.sleep(SETTLE_S)
        lines, searched = found_in(server.process, hunt)
        print(f"figure {name}: memory searched: {searched / 2**20:.0f} MiB", flush=True)
        with report.check(f"{name}: nothing of {PEOPLE} people is left in the server's memory"):
            assert not lines, "; ".join(lines)


def check_keys(report, server, directory, name):
    directory.mkdir()
    keys = keys_of(server.store, directory)
    hunt = KeyHunt(keys)
    found = {}
    for place, content in memory_of(server.process):
        found.update(dict.fromkeys(hunt.in_bytes(content), place))
    with report.check(f"{name}: the hunt finds the keys that the server works with"):
        assert not KEPT - set(found), f"{KEPT - set(found)} were not found"
    with report.check(f"{name}: no key of a record that it has served is left"):
        records = {key for key in keys if key.endswith((" full", " masked")) and key not in USED_AT_START}
        assert len(records) == 2 * PEOPLE, f"{len(records)} keys to look for"
        left = [f"{key} in {found[key]}" for key in sorted(records & set(found))]
        assert not left, f"{len(left)} of {len(records)}: {'; '.join(left[:5])}"
    with report.check(f"{name}: nor are the store's own keys, of which it needs only others"):
        assert not USED_AT_START & set(found), USED_AT_START & set(found)


def check_server(report, server, directory, name):
    check_people(report, server, Hunt([MARKER, server.store.app_token]), name)
    with report.check(f"{name}: the independent reader opens the keys"):
        if shutil.which("node") is None:
            raise Skip("there is no node")
        check_keys(report, server, directory, name)
    assert server.stop() == 0, server.log_text()[-1000:]


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    check_server(report, server, directory / "keys", "HTTP")
    server = Server(Store(binary, directory / "tls"), tls=make_certificate(directory)).start()
    check_server(report, server, directory / "tls-keys", "TLS")
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
