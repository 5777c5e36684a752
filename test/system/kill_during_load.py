#!/usr/bin/env python3
"""Kills the server at random moments of a busy life: kill_during_load.py BINARY [SEED]

Promise 7: an acknowledged write survives kill -9. Promise 2: an acknowledged unmask is in the audit
log. What was in flight at the kill may have happened or not, and nothing in between.
"""
import http.client
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.shoppers import GONE, Shopper, check_log, check_shopper  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

ROUNDS = 100 if LONG else 20
THREADS = 4
LOAD_MAX_S = 1.2
OLD_CHECKED = 200  # Of the shoppers that no round has touched lately.
NO_BUDGET = ["--subjects-per-hour", "0", "--subjects-per-day", "0"]  # One key does it all.
NAMES = ["Ana", "Beatriz", "Caio", "Eduarda", "Fernanda"]


class Worker:
    """One client with shoppers of its own, so that it knows the order of what happens to them."""

    def __init__(self, server, shoppers, seed, name):
        self.server, self.shoppers = server, shoppers
        self.random = random.Random(seed)
        self.mark = name
        self.touched = []
        self.wrong = []

    def run(self):
        with self.server.client(timeout_s=30) as client:
            try:
                while True:
                    self._act(client)
            except (OSError, http.client.HTTPException):
                pass  # The kill.
            except Exception as error:  # Else the thread would end in silence.
                self.wrong.append(repr(error))

    def _act(self, client):
        there = [one for one in self.shoppers[-50:] if one.states[-1] != GONE]
        dice = self.random.random()
        if len(there) < 5 or dice < 0.4:
            self._create(client)
            return
        one = self.random.choice(there)
        self.touched.append(one)
        if dice < 0.7:
            self._patch(client, one)
        elif dice < 0.9:
            self._unmask(client, one)
        else:
            self._delete(client, one)

    def _expect(self, client, status, method, target, body=None):
        answer = client.request(method, target, body)
        if answer.status != status:
            raise AssertionError(f"{method} answered {answer.status}: {answer.text()[:300]}")
        return answer

    def _create(self, client):
        number = len(self.shoppers)
        one = Shopper(f"{self.mark}.{number}@example.com", self.random.choice(NAMES))
        one.states = [GONE, "r0"]
        self.shoppers.append(one)
        self.touched.append(one)
        answer = self._expect(client, 201, "POST", PROFILES, {
            "email": one.email, "firstName": one.name, "corporateName": "r0"}).json()
        one.id = answer["id"]
        one.states = ["r0"]
        self._acknowledged(one, "CreateProfile", answer["meta"]["version"])

    def _patch(self, client, one):
        before = one.states[-1]
        after = f"r{int(before[1:]) + 1}"
        one.states = [before, after]
        answer = self._expect(client, 200, "PATCH", f"{PROFILES}/{one.id}",
                              {"corporateName": after}).json()
        one.states = [after]
        self._acknowledged(one, "UpdateProfile", answer["meta"]["version"])

    def _delete(self, client, one):
        one.states = [GONE, one.states[-1]]
        self._expect(client, 204, "DELETE", f"{PROFILES}/{one.id}")
        one.states = [GONE]
        one.entries["DeleteProfile"] += 1

    def _unmask(self, client, one):
        answer = self._expect(client, 200, "GET", f"{PROFILES}/{one.id}/unmask?reason=load").json()
        shown = answer[0]["document"]
        wanted = {"email": one.email, "firstName": one.name, "corporateName": one.states[-1]}
        if shown != wanted:
            raise AssertionError(f"unmask showed {shown}, not {wanted}")
        one.entries["GetProfileUnmasked"] += 1

    def _acknowledged(self, one, action, version):
        one.versions.append(version)
        one.entries[action] += 1


def ends_soon(process):
    """A connection breaks a moment before the kernel says that the process is gone."""
    deadline = time.monotonic() + 2
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process.poll() is not None


class Eraser(Worker):
    """The operator, who erases shoppers that are hardly there."""

    def _act(self, client):
        self._create(client)
        one = self.shoppers[-1]
        one.states = [GONE, one.states[-1]]
        store = self.server.store
        names = store.data.with_suffix(".names")
        names.write_text(one.email + "\n", encoding="utf-8")
        done = store.command("erase", "--account", store.account, "--email-file", str(names),
                             expect=None)
        if done.returncode != 0:
            if not ends_soon(self.server.process):
                raise AssertionError(f"velum erase ended with {done.returncode}: {done.stderr}")
            raise ConnectionResetError  # The kill.
        one.states = [GONE]
        one.entries["ProfileSystemUserRightsDelete"] += 1


def load_and_kill(server, mine, source, number):
    workers = [(Eraser if index == THREADS else Worker)(server, shoppers, source.random(),
                                                        f"r{number}t{index}")
               for index, shoppers in enumerate(mine)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    time.sleep(source.uniform(0.05, LOAD_MAX_S))
    server.kill()
    for thread in threads:
        thread.join()
    wrong = [text for worker in workers for text in worker.wrong]
    assert not wrong, "; ".join(wrong[:5])
    return [one for worker in workers for one in worker.touched]


def start_again(server, source):
    """Sometimes the recovery is killed as well."""
    while source.random() < 0.3:
        server.launch()
        time.sleep(source.uniform(0, 0.1))
        server.kill()
    server.start()


def one_round(server, mine, source, number):
    touched = {id(one): one for one in load_and_kill(server, mine, source, number)}.values()
    start_again(server, source)
    everybody = [one for shoppers in mine for one in shoppers]
    some = source.sample(everybody, min(OLD_CHECKED, len(everybody)))
    with server.client() as client:
        for one in [*touched, *some]:
            check_shopper(client, one)
    server.store.command("audit", "verify")
    return len(touched), len(everybody)


def test(report, binary, directory, seed=None):
    seed = int(seed or time.time_ns() % 1_000_000)
    print(f"figure seed {seed}: kill_during_load.py BINARY {seed} does it again", flush=True)
    source = random.Random(seed)
    store = Store(binary, directory / "data")
    server = Server(store, options=NO_BUDGET).start()
    mine = [[] for _ in range(THREADS + 1)]  # The last ones are the eraser's.
    touched = everybody = entries = 0
    for number in range(ROUNDS):
        with report.check(f"round {number + 1}"):
            touched, everybody = one_round(server, mine, source, number)
            entries = check_log(store, sum(mine, []))
        if report.failed:
            return  # What follows would only say the same again.
    print(f"figure {everybody} shoppers, {entries} entries, {len(mine[-1])} for erasure; "
          f"the last round touched {touched}", flush=True)
    with report.check("everything acknowledged in any round is there"), server.client() as client:
        for one in sum(mine, []):
            check_shopper(client, one)
    with report.check("every acknowledged unmask and write is in the audit log"):
        check_log(store, sum(mine, []))
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]
        store.command("audit", "verify")


if __name__ == "__main__":
    run(test)
