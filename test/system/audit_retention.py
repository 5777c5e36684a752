#!/usr/bin/env python3
"""A log whose oldest entries are older than it keeps them: audit_retention.py BINARY

They go, after the log has said so; what is left verifies by both verifiers, and so does a copy of an
entry that is gone. Nothing else may be missing.
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
SHIM = pathlib.Path(__file__).resolve().parent / "clock_shim.c"
AHEAD_S = 60 * 24 * 3600
TICKS_A_SECOND = 10_000_000
ENTRIES = 620  # Two full bundles and some.
PRUNED = 512
WAIT_S = 60


def wait_until(done, what):
    deadline = time.monotonic() + WAIT_S
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def verifier(*words, server=None):
    headers = ()
    if server:
        file = server.store.data.parent / "headers"
        file.write_text("".join(f"{name}: {value}\n" for name, value in server.store.auth().items()))
        headers = ("--credentials", file)
    done = subprocess.run(["node", VERIFIER, *map(str, (*words, *headers))], capture_output=True, text=True,
                          check=False, timeout=60)
    return done.returncode, (done.stdout + done.stderr).strip()


def make_old_entries(client):
    subject = client.create({"email": "ana@example.com"}).json()["id"]
    for _ in range(ENTRIES - 1):
        assert client.unmask(subject).status == 200
    wait_until(lambda: client.request("GET", f"/api/audit/proof/{ENTRIES - 1}").status == 200,
               "the entries are not signed")
    return subject


class Kept:
    """What an auditor took away while all of it was there."""

    def __init__(self, server, directory):
        self.directory = directory
        directory.mkdir()
        code, said = verifier("download", f"http://127.0.0.1:{server.port}", directory / "log", server=server)
        assert code == 0, said
        self.key = directory / "log" / "key.pub"
        self.checkpoint = shutil.copy(directory / "log" / "checkpoint", directory / "checkpoint")
        self.entry = directory / "0.json"
        self.entry.write_text(verifier("entry", directory / "log", 0)[1])


def verdicts(store, kept, audit):
    """Of both verifiers: 0 or 1 each, and what was said."""
    own = subprocess.run([store.binary, "audit", "verify", "--data", audit.parent, "--key", kept.key, "--checkpoint",
                          kept.checkpoint], capture_output=True, text=True, check=False)
    code, said = verifier("check", audit, "--key", kept.key, "--checkpoint", kept.checkpoint)
    return own.returncode, code, f"{own.stdout}{own.stderr} {said}"


def is_there(store, bundle):
    return (store.data / "audit" / "loja" / "tile" / "entries" / f"{bundle:03}").exists()


def check_over_http(client, server, kept):
    answer = client.request("GET", "/api/audit/tile/entries/000")
    assert answer.status == 404 and "pruned" in answer.json()["message"], answer.body
    assert client.request("GET", "/api/audit/tile/entries/002.p/3").status == 200
    proof = kept.directory / "0.tlog-proof"
    proof.write_bytes(client.request("GET", "/api/audit/proof/0").body)
    code, said = verifier("proof", proof, "--entry", kept.entry, "--key", kept.key)
    assert code == 0, said
    code, said = verifier("download", f"http://127.0.0.1:{server.port}", kept.directory / "later", server=server)
    assert code == 0 and f"without {PRUNED}" in said, said
    code, said = verifier("check", kept.directory / "later", "--key", kept.key, "--checkpoint", kept.checkpoint)
    assert code == 0 and f"the first {PRUNED} pruned as the log says" in said, said


def numbers(client):
    """Of all entries that a search finds."""
    found, path = [], "/api/audit/events?limit=100"
    while True:
        page = client.request("GET", path).json()
        found += [entry["number"] for entry in page["items"]]
        if page["next"] is None:
            return found
        path = f"/api/audit/events?limit=100&next={page['next']}"


def check_cuts(store, kept):
    """Bundles that are missing beside what the log says."""
    audit = kept.directory / "cut" / "audit"
    shutil.copytree(store.data / "audit", audit)
    assert verdicts(store, kept, audit)[:2] == (0, 0), verdicts(store, kept, audit)
    pruned = audit / "loja" / "pruned"
    pruned.write_text("768\n")
    assert verdicts(store, kept, audit)[:2] == (1, 1), verdicts(store, kept, audit)
    pruned.unlink()
    assert verdicts(store, kept, audit)[:2] == (0, 0)
    (audit / "loja" / "tile" / "entries" / "002").unlink()
    assert verdicts(store, kept, audit)[:2] == (1, 1), verdicts(store, kept, audit)
    pruned.write_text("768\n")
    assert verdicts(store, kept, audit)[:2] == (1, 1), verdicts(store, kept, audit)


def check_older_version(store, kept):
    """`subject` was written before what was pruned, and again since."""
    listed = kept.directory / "records"
    listed.write_text(store.command("audit", "records", "--account", "loja").stdout)
    check = ["check", store.data / "audit", "--key", kept.key, "--deep", listed]
    code, said = verifier(*check)
    assert code == 0 and "what was logged of 1 more was pruned" in said, said
    lines = [json.loads(line) for line in listed.read_text().splitlines()]
    older, = [line for line in lines[1:-1] if not line["current"]]
    put_back = [{**lines[0], "listedAt": "2999-01-01T00:00:00Z"}, {**older, "current": True}, {"count": 1}]
    listed.write_text("".join(json.dumps(line) + "\n" for line in put_back))
    code, said = verifier(*check)
    assert code == 1 and "older version than the log" in said, said


def test(report, binary, directory):
    library = directory / "clock_shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
    later = {"LD_PRELOAD": str(library), "VELUM_CLOCK_AHEAD_S": str(AHEAD_S)}
    store = Store(binary, directory / "store")
    with report.check("less than 30 days is refused"):
        store.command("serve", "--audit-keep-days", "29", expect=2)
    server = Server(store).start()
    with server.client() as client:
        subject = make_old_entries(client)
    kept = Kept(server, directory / "kept")
    assert server.stop() == 0, server.log_text()[-1000:]

    with report.check("a store that has not run for so long keeps what looks older"):
        server = Server(store, environment=later, options=["--audit-keep-days", "30", "--accept-clock"]).start()
        time.sleep(3)
        assert is_there(store, 0) and server.stop() == 0
    store.sql("UPDATE clock SET running = ?, wall = ?", AHEAD_S * TICKS_A_SECOND, int(time.time()) * TICKS_A_SECOND)
    with report.check("a clock that has leapt while nobody looked takes nothing away"):
        server = Server(store, environment=later, options=["--audit-keep-days", "30"]).start()
        time.sleep(3)
        assert is_there(store, 0) and server.stop() == 0
    with report.check("what is older than is kept goes, and the log says so"):
        server = Server(store, environment=later, options=["--audit-keep-days", "30", "--accept-clock"]).start()
        wait_until(lambda: not is_there(store, 1), "nothing is pruned")
        assert not is_there(store, 0)
        with server.client() as client:
            entry, = client.request("GET", "/api/audit/events?action=PruneAuditLog").json()["items"]
            assert entry["count"] == PRUNED and entry["outcome"] == "done", entry
    with server.client() as client:
        with report.check("what is left is found, and goes on"):
            changed = client.request("PATCH", f"{PROFILES}/{subject}", {"firstName": "Ana"})
            assert changed.status == 200, changed.status
            for _ in range(200):
                assert client.unmask(subject).status == 200
            time.sleep(1)  # The change's entry comes a moment after its answer.
            found = numbers(client)
            assert found == list(range(found[0], PRUNED - 1, -1)), (found[0], found[-1], len(found))
            wait_until(lambda: client.request("GET", f"/api/audit/proof/{found[0]}").status == 200, "not signed")
        with report.check("proofs of what is gone verify, and so does the log that is downloaded"):
            check_over_http(client, server, kept)
    with report.check("both verifiers say the same of the server's files, with a checkpoint from before"):
        own, outside, said = verdicts(store, kept, store.data / "audit")
        assert (own, outside) == (0, 0) and said.count("the first 512 pruned as the log says") == 2, said
        assert server.stop() == 0, server.log_text()[-1000:]
    with report.check("an older version is found though its own entry was pruned"):
        check_older_version(store, kept)
    with report.check("nothing else may be missing"):
        check_cuts(store, kept)
    with report.check("what is left is read without a server"):
        assert [entry["number"] for entry in store.audit_entries()] == sorted(found)


if __name__ == "__main__":
    run(test)
