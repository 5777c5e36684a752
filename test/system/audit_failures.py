#!/usr/bin/env python3
"""Each way in which an audit log fails, at each way to a person's data: audit_failures.py BINARY

Promise 2, for every route that reveals or opens something personal: while what was revealed could not
be put on record, 503, not a byte of plaintext, and no key of class P is even unwrapped. A log that is
wrong when the server starts keeps it from starting. A clock that goes back is no failure of the log:
time goes on from where it was saved. journal_down.py has what goes on meanwhile.
"""
import concurrent.futures
import datetime
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
BASE = "/api/storage/profile-system"
CANARY = "Quetzalcoatlina"
REFUSED_WITHIN_S = 3.0  # Promise 2 says 2 s; many are asked at once here, on whatever machine.
BACK_WITHIN_S = 20.0
# The journal needs no renaming: its trees do, and are tried once a second, five times in a row.
NOTICED_WITHIN_S = {"RENAME": 15.0}
CLOCK_SAVED_EVERY_S = 40.0
FAULTS = ["EIO", "ENOSPC", "EROFS", "FSYNC", "EMFILE", "RENAME", "HANG", "DIE"]  # DIE: never back.
FAMILIES = {"addresses": {"receiverName": CANARY}, "contacts": {"firstName": CANARY},
            "invoice-subject": {"firstName": CANARY}, "pickup-info": {"firstName": CANARY},
            "consents": {"purpose": "news", "granted": True, "proof": CANARY}}
PARAMETERS = {"addresses": "addressId", "contacts": "contactId", "invoice-subject":
              "invoiceSubjectId", "pickup-info": "pickupInfoId", "consents": "consentId"}


def built(directory, name):
    library = directory / f"{name}.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / f"{name}.c"], check=True)
    return str(library)


def fill(client):
    """One of everything. {path template of an unmasking route: the path}."""
    def made(path, document):
        answer = client.request("POST", BASE + path, document)
        assert answer.status in (200, 201), f"POST {path}: {answer.status}"
        return answer.json()["id"], answer.json()["meta"]["version"]

    def paths(path, template, ids):
        for suffix in ("/unmask", "/versions/{versionId}/unmask"):
            yield template + suffix, (path + suffix).format(**ids)

    own, version = made("/profiles", {"email": "ana@example.com", "firstName": CANARY})
    prospect, _ = made("/prospects", {"email": "bia@example.com", "firstName": CANARY})
    made(f"/profiles/{own}/purchase-info", {"secretNote": CANARY})
    profile = "/profiles/{profileId}"
    routes = dict(paths(profile, profile, {"profileId": own, "versionId": version}))
    routes[f"{profile}/purchase-info/unmask"] = f"/profiles/{own}/purchase-info/unmask"
    routes["/prospects/unmask"] = "/prospects/unmask"
    routes["/prospects/{prospectId}/unmask"] = f"/prospects/{prospect}/unmask"
    for family, document in FAMILIES.items():
        part, version = made(f"/profiles/{own}/{family}", document)
        template = f"{profile}/{family}/{{{PARAMETERS[family]}}}"
        ids = {"profileId": own, PARAMETERS[family]: part, "versionId": version}
        routes.update(paths(template, template, ids))
        routes[f"{profile}/{family}/unmask"] = f"/profiles/{own}/{family}/unmask"
    return {BASE + template: BASE + path for template, path in routes.items()}


def seconds_of(entry):
    return datetime.datetime.fromisoformat(entry["time"][:19]).timestamp()


class Reveals:
    """Every way to what is personal, on one server."""

    def __init__(self, server):
        self.server = server
        with server.client() as client:
            self.routes = fill(client)
            served = client.request("GET", "/openapi.json").json()["paths"]
        missing = {path for path in served if path.endswith("/unmask")} ^ set(self.routes)
        assert not missing, f"served or tried, and not both: {sorted(missing)}"
        profile = self.routes[f"{BASE}/profiles/{{profileId}}/unmask"].removesuffix("/unmask")
        self.asks = [("GET", f"{path}?reason={CANARY}", None) for path in self.routes.values()]
        with server.client() as client:  # So that there is a reason to show.
            assert client.request(*self.asks[0]).status == 200
            actor = server.store.audit_entries()[-1]["actor"]["id"]
        self.asks.append(("GET", f"/api/audit/disclosures/{profile.rsplit('/')[-1]}", None))
        self.asks.append(("GET", f"/api/audit/operators/{actor}/disclosures", None))
        self.asks.append(("POST", profile + "/validate-conditions",
                          {"conditions": [{"field": "firstName", "equals": CANARY}]}))

    def try_one(self, ask):
        with self.server.client(timeout_s=20) as client:
            began = time.monotonic()
            answer = client.request(*ask)
            return ask[1].split("?")[0], answer, time.monotonic() - began

    def try_all(self):
        """(path, answer, seconds) of each, all at once; and what the command line does."""
        with concurrent.futures.ThreadPoolExecutor(len(self.asks)) as pool:
            return list(pool.map(self.try_one, self.asks))

    def export(self):
        store = self.server.store
        return store.command("export", "--account", store.account, "--entity", "profile",
                             "--unmask", "--reason", "test", expect=None)

    def unwrapped(self):
        with self.server.client() as client:
            text = client.request("GET", "/metrics").text()
        line = next(line for line in text.splitlines()
                    if line.startswith("velum_full_keys_unwrapped_total "))
        return int(float(line.split()[1]))

    def check_shown(self):
        for path, answer, _ in self.try_all():
            assert answer.status == 200, f"{path} answers {answer.status}"
            assert path.endswith("conditions") or CANARY in answer.text(), f"{path} shows nothing"
        assert CANARY in self.export().stdout, "the export shows nothing"

    def check_refused(self):
        before = self.unwrapped()
        for path, answer, took_s in self.try_all():
            assert CANARY not in answer.text(), f"{path} told the plaintext"
            assert answer.status == 503, f"{path} answers {answer.status}"
            assert answer.json()["code"] == "audit_unavailable", f"{path}: {answer.json()['code']}"
            assert took_s < REFUSED_WITHIN_S, f"{path} took {took_s:.1f} s"
        exported = self.export()
        assert exported.returncode == 1, f"the export ends with {exported.returncode}"
        assert CANARY not in exported.stdout + exported.stderr, "the export told the plaintext"
        assert self.unwrapped() == before, f"{self.unwrapped() - before} keys were unwrapped"

    def wait_for(self, status, limit_s):
        deadline = time.monotonic() + limit_s
        while True:
            _, answer, _ = self.try_one(self.asks[0])
            if answer.status == status:
                return
            assert time.monotonic() < deadline, f"unmask still answers {answer.status}"
            time.sleep(0.2)


def while_it_serves(report, binary, directory):
    store = Store(binary, directory / "serving")
    switch = directory / "fault"
    server = Server(store, environment={"LD_PRELOAD": built(directory, "fault_shim"),
                                        "VELUM_FAULT_SWITCH": str(switch),
                                        "VELUM_FAULT_UNDER": f"{store.data}/audit/"}).start()
    reveals = Reveals(server)
    with report.check(f"{len(reveals.asks)} ways to what is personal, while the log works"):
        reveals.check_shown()
    for fault in FAULTS:
        with report.check(f"{fault}: 503, no plaintext, no key unwrapped"):
            staged = switch.with_suffix(".new")
            staged.write_text(fault, encoding="utf-8")
            staged.rename(switch)
            if fault in NOTICED_WITHIN_S:
                reveals.wait_for(503, NOTICED_WITHIN_S[fault])
            reveals.check_refused()
        switch.unlink(missing_ok=True)
        if fault == "DIE":
            with report.check("DIE: who is dead does not come back: 503 until a restart"):
                reveals.check_refused()
            continue
        with report.check(f"{fault}: all of it is shown once the log works again"):
            reveals.wait_for(200, BACK_WITHIN_S)
            reveals.check_shown()
    server.kill()
    with report.check("the log verifies, and after a restart all is shown"):
        store.command("audit", "verify")
        server.environment = None
        server.start()
        reveals.check_shown()
    server.stop()


def refuses_to_start(server, names):
    server.launch()
    try:
        assert not server.wait_until_ready(), "it serves"
        assert server.process.returncode == 1, f"it ends with {server.process.returncode}"
        told = server.log_text()
        assert names in told, f"it does not name {names}: {told[-500:]}"
        assert CANARY not in told, "its log has the plaintext"
    finally:
        server.kill()


def before_it_serves(report, binary, directory):
    store, other = Store(binary, directory / "store"), Store(binary, directory / "other")
    for each in (store, other):
        server = Server(each).start()
        Reveals(server).check_shown()
        time.sleep(1.5)  # The next checkpoint.
        server.kill()
    audit, kept = store.data / "audit", directory / "kept"
    shutil.copytree(audit, kept)

    def put_back():
        shutil.rmtree(audit)
        shutil.copytree(kept, audit)

    with report.check("a journal that is damaged at its end keeps the server from starting"):
        segment = sorted((audit / "journal").iterdir())[-1]
        content = bytearray(segment.read_bytes())
        end = len(content.rstrip(b"\0"))
        content[end - 2000] ^= 1
        segment.write_bytes(content)
        refuses_to_start(Server(store), segment.name)
    put_back()
    with report.check("a log that another key has signed keeps the server from starting"):
        shutil.rmtree(audit)
        shutil.copytree(other.data / "audit", audit)
        refuses_to_start(Server(store), "audit/")
    put_back()
    with report.check("without its root key the server does not start"):
        key = pathlib.Path(f"{store.data}.root-key")
        key.rename(key.with_suffix(".gone"))
        refuses_to_start(Server(store), "root-key")
        key.with_suffix(".gone").rename(key)


def clock_goes_back(report, binary, directory):
    store = Store(binary, directory / "late")
    server = Server(store).start()
    reveals = Reveals(server)
    reveals.check_shown()
    server.stop()
    last = store.audit_entries()[-1]
    with report.check("a clock that is a day back: all that is shown is on record, and not dated back"):
        server.environment = {"LD_PRELOAD": built(directory, "clock_shim"),
                              "VELUM_CLOCK_AHEAD_S": "-86400"}
        server.start()
        reveals.check_shown()
        server.stop()
        after = store.audit_entries()
        new = [entry for entry in after if entry["number"] > last["number"]]
        assert len(new) >= len(reveals.asks), f"{len(new)} entries"
        early = min(seconds_of(entry) for entry in new) - seconds_of(last)
        assert early > -CLOCK_SAVED_EVERY_S, f"entries are dated {-early:.0f} s before the last one"


def test(report, binary, directory):
    while_it_serves(report, binary, directory)
    before_it_serves(report, binary, directory)
    clock_goes_back(report, binary, directory)


if __name__ == "__main__":
    run(test)
