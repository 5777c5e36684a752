#!/usr/bin/env python3
"""Exports what was imported, masked and unmasked, directly and beside a server that others write to, and watches
the order of its system calls: export.py BINARY"""
import collections
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "test" / "system"))
sys.path.insert(0, str(ROOT / "tools"))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from journal_down import Disk  # noqa: E402
from unmask_order import require_ptrace  # noqa: E402
from harness.velum import Server, Store  # noqa: E402
from shopper_files import addresses_of, people, profile_of, write  # noqa: E402

SHOPPERS = 5000 if LONG else 450  # More than some pages.
LAYOUT = "magento-composite"
PAGE = 100
REASON = "moving to another region"


def export(store, entity, *words, expect=0):
    """(the lines as objects, standard error)"""
    done = store.command("export", "--account", "loja", "--entity", entity, *words, expect=expect)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def unmasked(store, entity):
    return export(store, entity, "--unmask", "--reason", REASON)[0]


def documents(lines):
    """As texts that can be counted, without the ids that a test cannot know."""
    shown = [{name: value for name, value in line["document"].items() if name != "profileId"}
             for line in lines]
    return collections.Counter(json.dumps(one, sort_keys=True) for one in shown)


def counted(entries, action):
    return collections.Counter(entry["record"] for entry in entries
                               if entry["action"] == action and entry["outcome"] == "done")


def check_exports(report, store, everybody, where):
    addresses = [one for person in everybody for one in addresses_of(LAYOUT, person)]
    with report.check(f"{where}: masked, every record is there and none of what they hide"):
        lines, said = export(store, "profile")
        assert len(lines) == len({line["id"] for line in lines}) == SHOPPERS, len(lines)
        assert f"exported {SHOPPERS} masked" in said, said
        shown = json.dumps(lines, ensure_ascii=False)
        assert not [one["email"] for one in everybody if one["email"] in shown]
        assert all("*" in line["document"]["email"] for line in lines)
        lines, _ = export(store, "address")
        assert len(lines) == len(addresses)
        consents, _ = export(store, "consent")
        given = sum(line["document"]["granted"] for line in consents)
        assert given == sum(one["isNewsletterOptIn"] for one in everybody)
        assert export(store, "prospect")[0] == []
    with report.check(f"{where}: unmasked, all is as it was imported, with an entry for each record"):
        before = store.audit_entries()
        profiles, homes = unmasked(store, "profile"), unmasked(store, "address")
        assert documents(profiles) == documents(
            [{"document": profile_of(LAYOUT, one)} for one in everybody])
        assert documents(homes) == documents([{"document": one} for one in addresses])
        entries = store.audit_entries()[len(before):]
        assert counted(entries, "GetProfileUnmasked") == collections.Counter(
            line["id"] for line in profiles)
        assert counted(entries, "GetAddressUnmasked") == collections.Counter(
            line["id"] for line in homes)
        rest = [entry["action"] for entry in entries if "Unmasked" not in entry["action"]]
        assert rest == ["ExportProfile", "ExportAddress"], rest
        assert REASON not in json.dumps(entries)
    with report.check(f"{where}: to unmask takes a reason"):
        export(store, "profile", "--unmask", expect=2)
        export(store, "profile", "--reason", REASON, expect=2)
        lines, said = export(store, "profile", "--unmask", "--reason", "  ", expect=1)
        assert not lines and "takes a reason" in said, said
        lines, said = export(store, "profile", "--unmask", "--reason", "x" * 513, expect=1)
        assert not lines and "512" in said, said
        export(store, "shopper", expect=2)


def check_under_writes(report, store, server):
    """Shoppers come and go while an export runs: who is there throughout is there once."""
    ending = threading.Event()

    def come_and_go():
        with server.client() as client:
            number = 0
            while not ending.is_set():
                number += 1
                body = json.dumps({"email": f"guest.{number}@example.com"}).encode()
                made = json.loads(client.request("POST", PROFILES, body).body)
                client.request("DELETE", f"{PROFILES}/{made['id']}")

    with report.check("who is there throughout is exported once, whoever comes and goes"):
        stay = {line["id"] for line in export(store, "profile")[0]}
        guest = threading.Thread(target=come_and_go)
        guest.start()
        try:
            for _ in range(3):
                lines, _ = export(store, "profile")
                seen = collections.Counter(line["id"] for line in lines)
                assert stay <= set(seen) and max(seen.values()) == 1
        finally:
            ending.set()
            guest.join()


def check_order(report, store):
    """Not a page of lines without its entries on the disk, as the system calls show it. A pipe may take a page
    in pieces."""
    trace = pathlib.Path(f"{store.data}.trace")
    command = ["strace", "-f", "-qq", "-s", "1000000", "-y", "-e", "trace=fdatasync,fsync,write", "-o", str(trace),
               store.binary, "export", "--data", str(store.data), "--account", "loja", "--entity",
               "profile", "--unmask", "--reason", REASON]
    with report.check("no line is written before its entry is on the disk"):
        require_ptrace()
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        since_sync, lines = False, 0
        for call in trace.read_text(encoding="utf-8", errors="replace").splitlines():
            if "sync(" in call and "/audit/" in call:
                since_sync = True
            elif " write(1<" in call:
                begins, lines = lines, lines + call.count(r"\n")
                assert begins % PAGE or since_sync, f"the page after line {begins}"
                # A piece that ends one page holds nothing of the next, whose entries are not synced yet.
                assert begins // PAGE == (lines - 1) // PAGE or lines == begins, f"{begins} to {lines}"
                since_sync = since_sync and begins == lines
        assert lines == SHOPPERS, f"{lines} lines"


def page(store, after):
    """(status, body) of what the command asks a server for."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(store.data / "admin.sock"))
        body = json.dumps({"entity": "profile", "after": after, "reason": REASON})
        connection.sendall(f"POST /admin/loja/export HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = b"".join(iter(lambda: connection.recv(1 << 20), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head[9:12]), body


def check_without_log(report, store, disk):
    server = Server(store, environment=disk.environment).start()
    status, first = page(store, "")
    assert status == 200, status
    with report.check("where the audit log cannot be written, nothing is revealed"):
        disk.breaks("EIO")
        status, body = page(store, first.split("\n", 1)[0])
        assert status == 503 and '"document"' not in body, f"{status} {body[:200]}"
        lines, said = export(store, "profile", "--unmask", "--reason", REASON, expect=1)
        assert not lines, f"{len(lines)} lines"
        assert "exported" not in said and said, said
    with report.check("and all is, once it can be again"):
        disk.works()
        deadline = time.monotonic() + 10
        while store.command("export", "--account", "loja", "--entity", "consent",
                            expect=None).returncode != 0:
            assert time.monotonic() < deadline, "the audit log did not come back"
            time.sleep(0.2)
        assert len(unmasked(store, "profile")) == SHOPPERS - 1
    server.stop()


def test(report, binary, directory):
    everybody = list(people(SHOPPERS))
    path = directory / "export.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        write(file, everybody, LAYOUT)
    store = Store(binary, directory / "data")
    store.command("import", "--account", "loja", str(path))
    check_exports(report, store, everybody, "directly")
    check_order(report, store)
    server = Server(store).start()
    check_exports(report, store, everybody, "beside a server")
    check_under_writes(report, store, server)
    with report.check("who was erased is in no export"):
        gone = everybody[7]
        secret = directory / "email"
        secret.write_text(gone["email"], encoding="utf-8")
        store.command("erase", "--account", "loja", "--email-file", str(secret))
        assert len(export(store, "profile")[0]) == SHOPPERS - 1
        homes = unmasked(store, "address")
        assert len(homes) == sum(len(one["addresses"]) for one in everybody) - len(gone["addresses"])
    with report.check("another store's are not in it"):
        done = store.command("export", "--account", "outra", "--entity", "profile", expect=1)
        assert "no such account" in done.stderr, done.stderr
    assert server.stop() == 0, server.log_text()[-1000:]
    check_without_log(report, store, Disk(directory, store.data))


if __name__ == "__main__":
    run(test)
