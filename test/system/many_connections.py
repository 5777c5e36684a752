#!/usr/bin/env python3
"""Many clients at once, and the end of a server that they use: many_connections.py BINARY

10,000 idle connections cost some KiB each and are in nobody's way; more connections than the process
may have files take nothing from the store; and a server that is told to end under load answers what
it has begun and loses nothing that it acknowledged.
"""
import contextlib
import json
import pathlib
import random
import resource
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.raw import Raw, Torn, request  # noqa: E402
from harness.report import LONG, Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

IDLE = 10_000
IDLE_BYTES_MAX = 16 << 10  # Of resident memory, each.
ANSWER_MAX_S = 1.0
FILES_SOFT = 1024  # What most systems give a process that does not ask for more.
FILES_FEW = 300
CROWD = 1000
DRAIN_ROUNDS = 20 if LONG else 4
DRAIN_MAX_S = 20
CLIENTS = 24
PIPELINED = 16
LARGE_BYTES = 200_000


def resident_bytes(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


@contextlib.contextmanager
def serving(store, prefix=()):
    """Gone at the end, whatever a check has found."""
    server = Server(store, prefix=prefix).start()
    try:
        yield server
    finally:
        server.kill()


def with_files(soft, hard):
    """Runs what follows with these limits on open files."""
    return ["prlimit", f"--nofile={soft}:{hard}"]


def json_post(store, document, target=PROFILES):
    body = json.dumps(document).encode()
    headers = [*store.auth().items(), ("Content-Type", "application/json")]
    return request("POST", target, headers, body)


def timed(action):
    started = time.monotonic()
    result = action()
    return result, time.monotonic() - started


def check_new_client(server, token):
    """A client that comes now is served at once, and so is one that reveals."""
    def use():
        with server.client(timeout_s=10) as client:
            return [client.request("GET", "/readyz").status, client.unmask(token).status,
                    client.create({"email": f"new{random.random()}@example.com"}).status]
    statuses, took_s = timed(use)
    assert statuses == [200, 200, 201], f"it is answered {statuses}"
    assert took_s < ANSWER_MAX_S, f"it waited {took_s:.2f} s"
    return took_s


def open_idle(port, count):
    """Connections that have been answered once and now say nothing."""
    crowd = []
    for first in range(0, count, 500):
        some = [Raw(port) for _ in range(min(500, count - first))]
        for one in some:
            one.send(request("GET", "/livez"))
        crowd += some
        for one in some:
            answer = one.answer()
            assert answer is not None and answer.status == 200, f"{answer} to one of {len(crowd)}"
    return crowd


def test_idle(report, server):
    with server.client() as client:
        token = client.create({"email": "idle@example.com"}).json()["id"]
        assert client.unmask(token).status == 200
    before = resident_bytes(server.process)
    crowd = []
    with report.check(f"{IDLE} connections are answered and kept"):
        crowd = open_idle(server.port, IDLE)
    with report.check(f"an idle one takes less than {IDLE_BYTES_MAX >> 10} KiB"):
        assert len(crowd) == IDLE, f"{len(crowd)} connections"
        each = (resident_bytes(server.process) - before) / IDLE
        print(f"figure {IDLE} idle connections: {each / 1024:.1f} KiB resident each", flush=True)
        assert each < IDLE_BYTES_MAX, f"it takes {each:.0f} bytes"
    with report.check("they are in nobody's way"):
        took_s = check_new_client(server, token)
        print(f"figure beside them a new client's three requests take {took_s * 1000:.0f} ms",
              flush=True)
    with report.check("all of them are still there"):
        for one in crowd[::100]:
            assert one.ask(request("GET", "/livez")).status == 200
    with report.check("an end closes all of them, in order, with exit code 0"):
        assert len(crowd) == IDLE, f"{len(crowd)} connections"
        code, took_s = timed(server.stop)
        assert code == 0, f"exit code {code}"
        print(f"figure {IDLE} idle connections are closed in {took_s:.2f} s", flush=True)
        rests = {one.rest() for one in crowd}
        assert rests == {b""}, f"some got more than an end: {rests}"
    for one in crowd:
        one.close()


def test_few_files(report, store, server, directory):
    """Connections may take all files that there are for connections, and none of the others'."""
    names = directory / "names"
    names.write_text("nobody@example.com\n", encoding="utf-8")
    crowd = []
    with server.client(timeout_s=10) as client:
        token = client.create({"email": "few@example.com"}).json()["id"]
        with report.check(f"{CROWD} connections to a process with {FILES_FEW} files"):
            crowd = [Raw(server.port) for _ in range(CROWD)]
            time.sleep(0.5)  # Until all have been looked at.
        with report.check("who was there before is served, down to the audit log and the disk"):
            statuses = [client.unmask(token).status,
                        client.create({"email": "few2@example.com"}).status]
            assert statuses == [200, 201], f"answered {statuses}"
        with report.check("the operator is served"):
            done = store.command("erase", "--account", store.account, "--email-file", str(names),
                                 timeout_s=20)
            assert "nobody here" in done.stdout, done.stdout
    for one in crowd:
        one.close()
    with report.check("when they are gone, a new client is served"):
        time.sleep(0.3)
        check_new_client(server, token)
    with report.check("its log is short, and it stops"):
        assert server.stop() == 0
        lines = server.log_text().count("connection_not_accepted")
        assert lines < 50, f"{lines} lines"


class Sender:
    """One client that goes on until the server ends. Knows what was acknowledged, and what was torn."""

    def __init__(self, server, large, name, kind):
        self.server, self.large, self.name, self.kind = server, large, name, kind
        self.acknowledged, self.wrong = [], []
        self.answers = self.closes = 0

    def run(self):
        try:
            with Raw(self.server.port, receive_buffer_bytes=8192) as connection:
                while self._turn(connection):
                    pass
        except ConnectionRefusedError:
            pass
        except (Torn, AssertionError, OSError) as error:
            self.wrong.append(f"{self.kind}: {error!r}")

    def _turn(self, connection):
        if self.kind == "large":
            target = f"{PROFILES}/{self.large}/unmask?reason=test"
            emails = [None] * PIPELINED  # More than the kernel takes: the server has to wait.
            content = request("GET", target, self.server.store.auth().items()) * PIPELINED
        else:
            count = PIPELINED if self.kind == "pipelined" else 1
            emails = [f"{self.name}.{self.answers + number}@example.com" for number in range(count)]
            content = b"".join(json_post(self.server.store, {"email": email}) for email in emails)
        connection.send(content[:len(content) // 2])
        if self.kind == "slow":
            time.sleep(0.3)
        connection.send(content[len(content) // 2:])
        for email in emails:
            answer = connection.answer()
            if answer is None:
                return False
            assert answer.status in (200, 201), f"{answer.status}: {answer.text()[:200]}"
            self.answers += 1
            if email is not None:
                self.acknowledged.append(email)
            else:
                assert len(answer.body) > LARGE_BYTES, f"only {len(answer.body)} bytes"
                time.sleep(0.01)
            if answer.header("Connection") == "close":
                self.closes += 1
                assert connection.rest() == b"", "something came after the last answer"
                return False
        return True


def drain_round(server, large, number):
    kinds = ["plain", "pipelined", "slow", "large"]
    senders = [Sender(server, large, f"r{number}c{index}", kinds[index % len(kinds)])
               for index in range(CLIENTS)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(0.3, 0.8))
    code, took_s = timed(server.stop)
    for thread in threads:
        thread.join()
    wrong = [text for sender in senders for text in sender.wrong]
    assert not wrong, "; ".join(wrong[:5])
    assert code == 0, f"exit code {code}: {server.log_text()[-500:]}"
    assert took_s < DRAIN_MAX_S, f"it took {took_s:.1f} s"
    idle = [sender.kind for sender in senders if sender.answers == 0]
    assert not idle, f"no answer at all for {idle}"
    return senders, took_s


def check_half_sent(report, store, server):
    """What is under way when the end comes is waited for; who only waits is sent away at once."""
    with report.check("a request that is half sent when the end comes is answered"), \
            Raw(server.port) as half, Raw(server.port) as idle:
        assert idle.ask(request("GET", "/livez")).status == 200
        content = json_post(store, {"email": "half@example.com"})
        half.send(content[:-5])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        assert idle.rest() == b""
        time.sleep(0.3)
        answer = half.ask(content[-5:] + request("GET", "/livez"))
        assert answer is not None and answer.status == 201, answer
        assert answer.header("Connection") == "close", answer.headers
        assert half.rest() == b"", "the next request was answered too"
        assert server.stop() == 0


def test_drain(report, store, server):
    with server.client() as client:
        large = client.create({"email": "large@example.com", "note": "x" * LARGE_BYTES}).json()["id"]
    check_half_sent(report, store, server)
    server.start()
    answers = closes = 0
    acknowledged, slowest_s = [], 0.0
    for number in range(DRAIN_ROUNDS):
        with report.check(f"told to end under load, it answers what it has begun: {number + 1}"):
            senders, took_s = drain_round(server, large, number)
            slowest_s = max(slowest_s, took_s)
            answers += sum(sender.answers for sender in senders)
            closes += sum(sender.closes for sender in senders)
            acknowledged += [email for sender in senders for email in sender.acknowledged]
        server.kill()  # If it is still there, the check has failed.
        server.start()
    print(f"figure {DRAIN_ROUNDS} ends under load: {answers} whole answers, {closes} of them said "
          f"close, {len(acknowledged)} creates acknowledged, at most {slowest_s:.2f} s", flush=True)
    with report.check("the load was one"):
        assert closes >= DRAIN_ROUNDS and len(acknowledged) >= 100
    with report.check("everything acknowledged is there"), server.client() as client:
        lost = [email for email in acknowledged
                if client.request("GET", f"{PROFILES}/{email}?alternativeKey=email").status != 200]
        assert not lost, f"{len(lost)} of {len(acknowledged)} are not"
    with report.check("it stops, and its log verifies"):
        assert server.stop() == 0
        store.command("audit", "verify")


def test(report, binary, directory):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    store = Store(binary, directory / "data")
    with report.check("this machine lets a process have enough files"):
        if hard != resource.RLIM_INFINITY and hard < IDLE + 500:
            raise Skip(f"the hard limit is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        with serving(store, with_files(FILES_SOFT, hard)) as server:
            test_idle(report, server)
    with serving(store, with_files(FILES_FEW, FILES_FEW)) as server:
        test_few_files(report, store, server, directory)
    with serving(store) as server:
        test_drain(report, store, server)


if __name__ == "__main__":
    run(test)
