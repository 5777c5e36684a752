#!/usr/bin/env python3
"""Takes the disk away from the audit log, and from nothing else: journal_down.py BINARY

Promise 2: if the audit log cannot be written, unmask answers 503 within 2 s; masked reads, writes
and checkout go on. What was written meanwhile is in the log afterwards, once.
"""
import collections
import pathlib
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES, Client  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SHIM = pathlib.Path(__file__).resolve().parent / "fault_shim.c"
FAULTS = ["ENOSPC", "EIO", "HANG"]
OUTAGE_S = 20 if LONG else 5
REFUSED_WITHIN_S = 2.0
WRITTEN_WITHIN_S = 1.0
BACK_WITHIN_S = 5.0
CANARY = "Quetzalcoatlina"


class Disk:
    """The switch that the preloaded library looks at."""

    def __init__(self, directory, data):
        library = directory / "fault_shim.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
        self.switch = directory / "fault"
        self.environment = {"LD_PRELOAD": str(library), "VELUM_FAULT_SWITCH": str(self.switch),
                            "VELUM_FAULT_UNDER": f"{data}/audit/"}

    def breaks(self, fault):
        new = self.switch.with_suffix(".new")
        new.write_text(fault)
        new.rename(self.switch)

    def works(self):
        self.switch.unlink(missing_ok=True)


class Outage:
    """Clients that use the server while its audit log is down, and what they saw."""

    def __init__(self, server, known):
        self.server, self.known = server, known
        self.wrong = []
        self.slowest = collections.Counter()
        self.done = collections.Counter()
        self.acknowledged = []  # (action, record) of every write.
        self.ends = time.monotonic() + OUTAGE_S

    def run(self):
        threads = [threading.Thread(target=self._repeat, args=[act])
                   for act in (self._unmask, self._unmask, self._read, self._write, self._ask)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(self, act):
        # Long enough to say "too slow" and not "it hangs".
        with self.server.client(timeout_s=20) as client:
            while time.monotonic() < self.ends:
                try:
                    act(client)
                except OSError as error:
                    self.wrong.append(f"{act.__name__}: {error!r}")
                    client.close()

    def _call(self, client, what, status, limit_s, method, target, body=None):
        began = time.monotonic()
        answer = client.request(method, target, body)
        took_s = time.monotonic() - began
        self.slowest[what] = max(self.slowest[what], took_s)
        self.done[what] += 1
        if answer.status != status:
            self.wrong.append(f"{what} answered {answer.status}: {answer.text()[:200]}")
        if took_s > limit_s:
            self.wrong.append(f"{what} took {took_s:.1f} s")
        return answer

    def _unmask(self, client):
        answer = self._call(client, "unmask", 503, REFUSED_WITHIN_S, "GET",
                            f"{PROFILES}/{self.known}/unmask?reason=test")
        if answer.status == 503 and answer.json()["code"] != "audit_unavailable":
            self.wrong.append(f"unmask said {answer.json()['code']}")
        if CANARY.encode() in answer.body:
            self.wrong.append("unmask told the plaintext")

    def _read(self, client):
        self._call(client, "read", 200, WRITTEN_WITHIN_S, "GET", f"{PROFILES}/{self.known}")
        time.sleep(0.002)

    def _write(self, client):
        number = self.done["create"]
        answer = self._call(client, "create", 201, WRITTEN_WITHIN_S, "POST", PROFILES,
                            {"email": f"{time.monotonic_ns()}@example.com", "firstName": CANARY})
        if answer.status != 201:
            return
        id = answer.json()["id"]
        self.acknowledged.append(("CreateProfile", id))
        changed = self._call(client, "patch", 200, WRITTEN_WITHIN_S, "PATCH", f"{PROFILES}/{id}",
                             {"lastName": f"Souza{number}"})
        if changed.status == 200:
            self.acknowledged.append(("UpdateProfile", id))
        if number % 2 == 0:
            gone = self._call(client, "delete", 204, WRITTEN_WITHIN_S, "DELETE",
                              f"{PROFILES}/{id}")
            if gone.status == 204:
                self.acknowledged.append(("DeleteProfile", id))
        time.sleep(0.01)

    def _ask(self, client):
        """Whoever looks at the log must not hold up the others."""
        self._call(client, "checkpoint", 200, REFUSED_WITHIN_S, "GET", "/api/audit/checkpoint")
        time.sleep(0.5)


def wait_for_unmask(server, id):
    began = time.monotonic()
    while True:
        with Client(server.port, headers=server.store.auth(), timeout_s=10) as client:
            answer = client.unmask(id, "back")
        if answer.status == 200:
            assert answer.json()[0]["document"]["firstName"] == CANARY
            return time.monotonic() - began
        assert answer.status == 503, f"unmask answers {answer.status}"
        assert time.monotonic() - began < BACK_WITHIN_S, "unmask does not come back"
        time.sleep(0.05)


def check_log(store, acknowledged):
    """Every acknowledged write is in the log once; the outbox may still be on its way."""
    deadline = time.monotonic() + 20
    while True:
        entries = store.audit_entries()
        counts = collections.Counter((entry["action"], entry.get("record")) for entry in entries)
        missing = [key for key in acknowledged if counts[key] == 0]
        if not missing or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert not missing, f"{len(missing)} of {len(acknowledged)} writes are not in the log"
    twice = [key for key in acknowledged if counts[key] > 1]
    assert not twice, f"{len(twice)} of {len(acknowledged)} writes are in the log more than once"
    ids = [entry["id"] for entry in entries]
    assert len(ids) == len(set(ids)), f"{len(ids) - len(set(ids))} entries are there twice"


def one_outage(report, disk, server, id, fault):
    outage = Outage(server, id)
    with server.client() as client:  # So that the trees have something to write as well.
        assert client.unmask(id).status == 200
    disk.breaks(fault)
    try:
        outage.run()
    finally:
        disk.works()
    took = ", ".join(f"{what} {outage.done[what]} (slowest {outage.slowest[what]:.2f} s)"
                     for what in sorted(outage.done))
    print(f"figure {fault}: {took}", flush=True)
    with report.check(f"{fault}: unmask answers 503 in time, everything else goes on"):
        wrong = collections.Counter(outage.wrong)
        assert not wrong, "; ".join(f"{text} ({count} x)" for text, count in wrong.most_common(6))
        for what in ("unmask", "read", "create", "patch", "delete", "checkpoint"):
            assert outage.done[what] >= 2, f"only {outage.done[what]} calls of {what} were made"
    with report.check(f"{fault}: unmask comes back without a restart"):
        print(f"figure {fault}: back after {wait_for_unmask(server, id):.2f} s", flush=True)
    with report.check(f"{fault}: the log verifies"):
        time.sleep(1.5)  # The next checkpoint.
        server.store.command("audit", "verify")
    with report.check(f"{fault}: every write of the outage is in the log once"):
        check_log(server.store, outage.acknowledged)


def test(report, binary, directory):
    store = Store(binary, directory / "data")
    disk = Disk(directory, store.data)
    server = Server(store, environment=disk.environment).start()
    with server.client() as client:
        id = client.create({"email": "ana@example.com", "firstName": CANARY}).json()["id"]
        assert client.unmask(id).status == 200
    time.sleep(1.5)  # So that there is a checkpoint to ask for.
    for fault in FAULTS:
        one_outage(report, disk, server, id, fault)
    with report.check("it stops, and all is there when it starts again"):
        assert server.stop() == 0, server.log_text()[-1000:]
        store.command("audit", "verify")
        server.start()
        wait_for_unmask(server, id)
        server.stop()


if __name__ == "__main__":
    run(test)
