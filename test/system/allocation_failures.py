#!/usr/bin/env python3
"""Takes memory away from the server, one allocation at a time: allocation_failures.py BINARY [SEED]

While it starts and while it answers, the n-th allocation fails, or that one and all after it, for many
n. The server then answers rightly, with an error, or has ended with one line (docs/adr/0007). Started
again with memory enough, it has all that it acknowledged, nothing half, and a log that verifies.
"""
import collections
import http.client
import mmap
import pathlib
import random
import signal
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.shoppers import GONE, Shopper, check_log, check_shopper  # noqa: E402
from harness.tls import make_certificate  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SHIM = pathlib.Path(__file__).resolve().parent / "alloc_shim.c"
STARTS = 400 if LONG else 30  # A store; there are two.
SCRIPTS = 1000 if LONG else 80
LAST_WORDS = "velum: out of memory\n"
# A library's own start (CLI11 makes its validators then), when nothing of ours has run yet.
BEFORE_MAIN = "terminate called after throwing an instance of 'std::bad_alloc'\n"
NEVER = 0
ONCE, FROM_THEN_ON = 1, 2
OLD_CHECKED = 5
ORDERLY_END_EVERY = 4  # It shortens the journal, which each start and each verification reads.


class Memory:
    """The switch that the preloaded library looks at."""

    def __init__(self, path):
        path.write_bytes(bytes(mmap.PAGESIZE))
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environment = {"VELUM_ALLOC_SWITCH": str(path)}

    def fails(self, mode, which):
        self.page[:8] = struct.pack("=Q", NEVER)
        self.page[8:32] = struct.pack("=3Q", which, 0, 0)
        self.page[:8] = struct.pack("=Q", mode)

    def is_enough(self):
        self.fails(NEVER, 0)

    def count(self):
        return struct.unpack("=Q", self.page[16:24])[0]


class Ended(Exception):
    """The server has gone in the middle of a request."""


class Script:
    """Requests of every kind. An answer is right, or a 5xx."""

    def __init__(self, shoppers, source, mark):
        self.shoppers, self.source, self.mark = shoppers, source, mark
        self.touched, self.errors = [], 0

    def run(self, client):
        first, second = self._create(client), self._create(client)
        for one in (first, self.source.choice(self.shoppers)):
            self._read(client, one)
            self._unmask(client, one)
            self._patch(client, one)
            self._look_up(client, one)
        self._delete(client, second)

    def _ask(self, client, status, method, target, body=None):
        """None for an error."""
        client.used = False  # Nothing is to be sent again by itself.
        try:
            answer = client.request(method, target, body)
        except TimeoutError as late:
            raise AssertionError(f"no answer to {method}") from late
        except (OSError, http.client.HTTPException) as lost:
            raise Ended from lost
        if answer.status >= 500:
            self.errors += 1
            assert answer.json()["code"] == "storage_unavailable", answer.text()
            return None
        assert answer.status == status, f"{method} answered {answer.status}: {answer.text()[:300]}"
        return answer.json() if answer.body else {}

    def _create(self, client):
        one = Shopper(f"{self.mark}.{len(self.shoppers)}@example.com", "Beatriz")
        one.states = [GONE, "r0"]
        self.shoppers.append(one)
        self.touched.append(one)
        made = self._ask(client, 201, "POST", PROFILES, {
            "email": one.email, "firstName": one.name, "corporateName": "r0", "x": "y" * 6000})
        if made is not None:
            one.id = made["id"]
            one.states = ["r0"]
            self._acknowledged(one, "CreateProfile", made["meta"]["version"])
        return one

    def _acknowledged(self, one, action, version):
        one.versions.append(version)
        one.entries[action] += 1

    def _is_there(self, one):
        return one.id is not None and GONE not in one.states

    def _read(self, client, one):
        if self._is_there(one):
            shown = self._ask(client, 200, "GET", f"{PROFILES}/{one.id}")
            assert shown is None or shown[0]["document"]["corporateName"] in one.states, shown

    def _unmask(self, client, one):
        if not self._is_there(one):
            return
        shown = self._ask(client, 200, "GET", f"{PROFILES}/{one.id}/unmask?reason=test")
        if shown is not None:
            check_document(one, shown[0]["document"])
            one.entries["GetProfileUnmasked"] += 1

    def _look_up(self, client, one):
        if self._is_there(one):
            found = self._ask(client, 200, "POST", f"{PROFILES}/lookup",
                              {"field": "email", "value": one.email})
            assert found is None or found[0]["id"] == one.id, found

    def _patch(self, client, one):
        if not self._is_there(one):
            return
        after = f"r{int(one.states[-1][1:]) + 1}"
        self.touched.append(one)
        one.states = [*one.states, after]
        changed = self._ask(client, 200, "PATCH", f"{PROFILES}/{one.id}", {"corporateName": after})
        if changed is not None:
            one.states = [after]
            self._acknowledged(one, "UpdateProfile", changed["meta"]["version"])

    def _delete(self, client, one):
        if not self._is_there(one):
            return
        one.states = [GONE, *one.states]
        if self._ask(client, 204, "DELETE", f"{PROFILES}/{one.id}") is not None:
            one.states = [GONE]
            one.entries["DeleteProfile"] += 1


def check_document(one, shown):
    assert shown["corporateName"] in one.states, f"{shown['corporateName']}, not {one.states}"
    assert (shown["email"], shown["firstName"], len(shown["x"])) == (one.email, one.name, 6000), shown


def check_whole(client, one):
    """All of it is there, or nothing."""
    check_shopper(client, one)
    by_email = client.request("POST", f"{PROFILES}/lookup", {"field": "email", "value": one.email})
    if one.states == [GONE]:
        assert by_email.status == 404, f"who is not there is found: {by_email.text()}"
        return
    assert by_email.status == 200 and by_email.json()[0]["id"] == one.id, by_email.text()
    unmasked = client.unmask(one.id)
    assert unmasked.status == 200, unmasked.text()
    check_document(one, unmasked.json()[0]["document"])


class Life:
    """One store, whose server starts and ends many times."""

    def __init__(self, binary, directory, library, seed, tls):
        directory.mkdir()
        self.source = random.Random(seed)
        self.memory = Memory(directory / "switch")
        self.server = Server(Store(binary, directory / "data"), options=("--threads", "1"), tls=tls,
                             environment={**self.memory.environment, "LD_PRELOAD": str(library)})
        self.shoppers, self.outcomes = [], collections.Counter()
        self.log_at, self.number = 0, 0
        self.wrong = None

    def script(self):
        self.number += 1
        return Script(self.shoppers, self.source, f"s{self.number}")

    def said(self):
        return self.server.log.read_bytes()[self.log_at:].decode()

    def start(self):
        self.memory.is_enough()
        self.log_at = self.server.log.stat().st_size if self.server.log.exists() else 0
        self.server.start()

    def check_end(self, phase):
        """It has ended by itself: with the line, or because an error was told in time."""
        code = self.server.process.wait(5)
        said = self.said()
        told = f"it ended with {code}: {said[-500:]}"
        if code == -signal.SIGABRT and said.endswith(LAST_WORDS):
            self.outcomes[f"{phase}: ended with the line"] += 1
        elif code == -signal.SIGABRT and said.startswith(BEFORE_MAIN):
            assert phase == "start", told
            self.outcomes[f"{phase}: ended before main()"] += 1
            return
        elif code == -signal.SIGABRT:  # A thread that cannot be started is an exception.
            assert phase == "start" and said.endswith("velum: ended by an exception\n"), told
            self.outcomes[f"{phase}: ended by an exception"] += 1
        else:
            assert phase == "start" and code == 1, told
            self.outcomes[f"{phase}: refused to start"] += 1
        lines = [line for line in said.splitlines() if not line.startswith("ts=")]
        assert all(line.startswith("velum: ") for line in lines), told

    def check_all_there(self, touched):
        self.server.store.command("audit", "verify")
        some = self.source.sample(self.shoppers, min(OLD_CHECKED, len(self.shoppers)))
        with self.server.client(timeout_s=20) as client:
            for one in [*touched, *some]:
                check_whole(client, one)

    def can_write(self):
        """After a failure inside SQLite nobody writes until the server is started again."""
        with self.server.client(timeout_s=20) as client:
            key = f"{time.monotonic_ns()}@example.com"
            return client.create({"email": key}).status == 201

    def fail_start(self, mode, which):
        self.memory.fails(mode, which)
        self.log_at = self.server.log.stat().st_size
        self.server.launch()
        ready = self.server.wait_until_ready()
        self.memory.is_enough()
        if not ready and "in use" in self.said():
            return
        script = self.script()
        try:
            if not ready:
                raise Ended
            self.do(script)
            self.outcomes["start: went on"] += 1
        except Ended:
            self.check_end("start")
            self.start()
            self.do(self.script())
        self.check_all_there(script.touched)
        if self.number % ORDERLY_END_EVERY:
            self.server.kill()
        else:
            self.server.stop()

    def do(self, script):
        with self.server.client(timeout_s=20) as client:
            script.run(client)

    def fail_script(self, mode, which):
        script = self.script()
        ended = False
        with self.server.client(timeout_s=20) as client:
            client.read("-")  # The connection is there, and the script's first request on it.
            self.memory.fails(mode, which)
            try:
                script.run(client)
            except Ended:
                ended = True
        self.memory.is_enough()
        try:
            if not ended:
                self.check_all_there(script.touched)
        except (OSError, http.client.HTTPException):
            ended = True  # By a thread that answers nobody, and a moment later.
        if ended:
            self.check_end("script")
        else:
            self.outcomes["script: an error" if script.errors else "script: went on"] += 1
        if ended or not self.can_write():
            self.server.kill()
            self.start()
            self.check_all_there(script.touched)
        elif self.number % ORDERLY_END_EVERY == 0:
            self.server.stop()
            self.start()

    def run(self):
        try:
            self._run()
        except Exception as error:  # Else the thread would end in silence.
            self.wrong = f"after {self.number} scripts: {error!r}; the log ends {self.said()[-300:]!r}"
        finally:
            self.server.kill()

    def _run(self):
        self.start()
        allocations = {"start": self.memory.count()}
        for _ in range(2):
            self.memory.is_enough()
            self.do(self.script())
            allocations["script"] = self.memory.count()
        self.server.kill()
        for which in spread(self.source, STARTS, allocations["start"]):
            self.fail_start(self.source.choice((ONCE, ONCE, FROM_THEN_ON)), which)
        self.start()
        for which in spread(self.source, SCRIPTS, allocations["script"]):
            self.fail_script(self.source.choice((ONCE, ONCE, FROM_THEN_ON)), which)
        print(f"figure allocations: {allocations}; {dict(sorted(self.outcomes.items()))}", flush=True)

    def check_log(self):
        assert self.server.process.poll() is None or self.server.start()
        assert self.server.stop() == 0, self.said()[-500:]
        self.server.store.command("audit", "verify")
        entries = check_log(self.server.store, self.shoppers)
        print(f"figure {len(self.shoppers)} shoppers, {entries} entries", flush=True)


def spread(source, count, end):
    """Numbers from 1 to `end`, one in each of `count` equal parts, in any order."""
    numbers = [1 + int(end * (part + source.random()) / count) for part in range(count)]
    source.shuffle(numbers)
    return numbers


def test(report, binary, directory, seed=None):
    seed = int(seed or time.time_ns() % 1_000_000)
    print(f"figure seed {seed}: allocation_failures.py BINARY {seed} does nearly the same again",
          flush=True)
    library = directory / "alloc_shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
    lives = {"HTTP": Life(binary, directory / "http", library, seed, None),
             "TLS": Life(binary, directory / "tls", library, seed + 1, make_certificate(directory))}
    threads = [threading.Thread(target=life.run) for life in lives.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, life in lives.items():
        with report.check(f"{name}: {STARTS} starts and {SCRIPTS} scripts with an allocation that fails"):
            assert life.wrong is None, life.wrong
            ends = sum(count for what, count in life.outcomes.items() if "line" in what)
            assert ends > STARTS / 2 and life.outcomes["script: an error"] > 0, life.outcomes
        if life.wrong is None:
            with report.check(f"{name}: everything acknowledged is in the log, which verifies"):
                life.check_log()


if __name__ == "__main__":
    run(test)
