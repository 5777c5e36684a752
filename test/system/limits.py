#!/usr/bin/env python3
"""Limits that the operator has changed, each from another place, are obeyed: limits.py BINARY"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness import slow  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.raw import Raw, request  # noqa: E402
from harness.report import run  # noqa: E402
from harness.slow import Slow  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

LATE_S = 1.5
HEADER_S, BODY_S, IDLE_S, WRITE_S, DRAIN_S = 2, 3, 1, 2, 1
LARGE_BYTES = 200_000


def check_deadlines(server):
    head = b"GET /a HTTP/1.1\r\nHost: a\r\nX: "
    body = f"POST {PROFILES} HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n".encode()
    clients = [Slow("silence", b"", None, HEADER_S, b""), Slow("a head", head, 408, HEADER_S),
               Slow("a body", body, 408, BODY_S)]
    threads = slow.start(clients, server.port, BODY_S + 2 * LATE_S)
    with Raw(server.port) as connection:
        assert connection.ask(request("GET", "/livez")).status == 200
        began = time.monotonic()
        assert connection.rest() == b""
        idle_s = time.monotonic() - began
    for thread in threads:
        thread.join()
    wrong = [text for text in (one.wrong(LATE_S) for one in clients) if text]
    assert not wrong, "; ".join(wrong)
    assert IDLE_S - 0.1 < idle_s < IDLE_S + LATE_S, f"a kept connection was left after {idle_s} s"


def check_write(server):
    """Who takes nothing of a long answer is left: what comes then is not all of it."""
    with server.client() as client:
        made = client.create({"email": "large@example.com", "x": "y" * LARGE_BYTES}).json()
    ask = request("GET", f"{PROFILES}/{made['id']}/unmask?reason=test",
                  server.store.auth().items()) * 50
    with Raw(server.port, receive_buffer_bytes=4096) as deaf:
        deaf.send(ask)
        time.sleep(WRITE_S + LATE_S)
        assert len(deaf.rest()) < 50 * LARGE_BYTES, "all of it came"


def check_sizes(server):
    with server.client() as client:
        large = {"email": "a@example.com", "x": "y" * 3000}
        assert client.create(large).status == 413
        assert client.create({**large, "x": "y" * 1000}).status == 201


def check_connections(server):
    time.sleep(0.2)  # Those before have gone.
    first, second = Raw(server.port), Raw(server.port)
    with first, second, Raw(server.port) as third:
        for connection in (first, second):
            assert connection.ask(request("GET", "/livez")).status == 200
        assert third.ask(request("GET", "/livez")) is None, "there were three"


def check_drain(server):
    """A request that does not end is waited for as long as was said, and no longer."""
    body = f"POST {PROFILES} HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{{".encode()
    with Raw(server.port) as connection:
        connection.send(body)
        time.sleep(0.2)
        began = time.monotonic()
        assert server.stop() == 0, server.log_text()[-1000:]
        took_s = time.monotonic() - began
    assert DRAIN_S - 0.1 < took_s < DRAIN_S + LATE_S, f"the end took {took_s} s"


def test(report, binary, directory):
    store = Store(binary, directory / "data")
    with open(store.data / "velum.toml", "a", encoding="utf-8") as file:
        file.write(f"header-deadline-ms = {HEADER_S * 1000}\nidle-deadline-ms = 60000\n")
    server = Server(store, environment={"VELUM_BODY_DEADLINE_MS": str(BODY_S * 1000),
                                        "VELUM_IDLE_DEADLINE_MS": str(IDLE_S * 1000)},
                    options=("--write-deadline-ms", WRITE_S * 1000, "--threads", 1)).start()
    with report.check("deadlines of velum.toml, the environment and the command line are obeyed"):
        check_deadlines(server)
    with report.check("who does not take an answer is left in time"):
        check_write(server)
    assert server.stop() == 0, server.log_text()[-1000:]
    server = Server(store, options=("--body-max-kib", 2, "--connections-max", 2, "--threads", 1,
                                    "--drain-limit-ms", DRAIN_S * 1000)).start()
    with report.check("a smaller body, fewer connections"):
        check_sizes(server)
        check_connections(server)
    with report.check("a shorter drain"):
        check_drain(server)
    with report.check("nonsense is refused before anything is opened"):
        refused = store.command("serve", "--idle-deadline-ms", "0", expect=2)
        assert "--idle-deadline-ms: Value 0 not in range 100 to 3600000" in refused.stderr, \
            refused.stderr


if __name__ == "__main__":
    run(test)
