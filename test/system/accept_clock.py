#!/usr/bin/env python3
"""Starts a server with a clock that is a month ahead, which hides what has a time to live, and puts
it right: accept_clock.py BINARY

The next server believes what was saved and goes on hiding; `--accept-clock` shows it again.
"""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES  # noqa: E402
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SHIM = pathlib.Path(__file__).resolve().parent / "clock_shim.c"
AHEAD_S = 30 * 24 * 3600
SWEPT_WITHIN_S = 20


def status_of(server, profile):
    with server.client() as client:
        return client.request("GET", f"{PROFILES}/{profile}").status


def stop(server):
    assert server.stop() == 0, server.log_text()[-1000:]


def make_profile(server):
    with server.client() as client:
        body = json.dumps({"email": "ana@example.com"}).encode()
        answer = client.request("POST", f"{PROFILES}?ttl=10", body)
        assert answer.status == 201, answer.status
        return json.loads(answer.body)["id"]


def hidden(store):
    """How many records are hidden for good, in a store that no server has open."""
    (count,), = store.sql("SELECT count(*) FROM record WHERE expires_at<0")
    return count


def test(report, binary, directory):
    library = directory / "clock_shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
    ahead = {"LD_PRELOAD": str(library), "VELUM_CLOCK_AHEAD_S": str(AHEAD_S)}
    store = Store(binary, directory / "store")
    server = Server(store).start()
    profile = make_profile(server)
    assert status_of(server, profile) == 200
    stop(server)

    with report.check("a clock that is ahead hides what it takes for expired, for good"):
        deadline = time.monotonic() + SWEPT_WITHIN_S
        while hidden(store) == 0 and time.monotonic() < deadline:
            server = Server(store, environment=ahead).start()
            assert status_of(server, profile) == 404
            time.sleep(1)
            stop(server)
        assert hidden(store) == 1

    with report.check("a server whose clock is behind what was saved goes on hiding it"):
        server = Server(store).start()
        assert status_of(server, profile) == 404
        stop(server)
        assert hidden(store) == 1

    with report.check("with --accept-clock it is shown again"):
        server = Server(store, options=["--accept-clock"]).start()
        assert status_of(server, profile) == 200
        stop(server)
        assert hidden(store) == 0

    with report.check("and from then on without it"):
        server = Server(store).start()
        assert status_of(server, profile) == 200
        stop(server)


if __name__ == "__main__":
    run(test)
