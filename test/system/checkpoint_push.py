#!/usr/bin/env python3
"""Signed checkpoints go to a file and to the syslog, and what is rolled back is told by them:
checkpoint_push.py BINARY"""
import pathlib
import shutil
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402


def wait_for(what, done):
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def metric(client, name):
    lines = client.request("GET", "/metrics").text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def grow(client, subject, count):
    for _ in range(count):
        assert client.unmask(subject).status == 200


def newest(client):
    return client.request("GET", "/api/audit/checkpoint").text()


def test(report, binary, directory):
    store = Store(binary, directory / "store")
    kept, log_socket = directory / "kept", directory / "syslog"
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(str(log_socket))
    receiver.settimeout(30)
    server = Server(store, options=["--checkpoint-file", str(kept), f"--checkpoint-syslog={log_socket}"])
    server.start()
    with server.client() as client:
        subject = client.create({"email": "ana@example.com"}).json()["id"]
        grow(client, subject, 20)
        with report.check("the file has the newest checkpoint, and velum audit verify takes it"):
            wait_for("the file", lambda: kept.exists() and newest(client) == kept.read_text())
            store.command("audit", "verify", "--checkpoint", kept)
        with report.check("the syslog has every line of it"):
            line = receiver.recv(10_000).decode()
            assert line.startswith("<85>velum: velum/") and line.count("|") == 4, line
        with report.check("it is counted"):
            assert metric(client, "velum_checkpoints_pushed_total") >= 2
            assert metric(client, "velum_checkpoint_push_failures_total") == 0
        receiver.close()
        with report.check("nothing waits for a target that is gone"):
            grow(client, subject, 20)
            wait_for("failures", lambda: metric(client, "velum_checkpoint_push_failures_total") > 0)
            wait_for("the file", lambda: newest(client) == kept.read_text())
            assert server.log_text().count("checkpoint_push_failed") == 1, server.log_text()
    assert server.stop() == 0
    older = directory / "older"
    shutil.copytree(store.data, older)
    server.start()
    with server.client() as client:
        grow(client, subject, 5)
        wait_for("the file", lambda: newest(client) == kept.read_text())
    assert server.stop() == 0
    before = kept.read_text()
    shutil.rmtree(store.data)
    older.rename(store.data)
    with report.check("a log that was rolled back does not verify against it"):
        done = store.command("audit", "verify", "--checkpoint", kept, expect=1)
        assert "older than one that was kept" in done.stderr, done.stderr
    with report.check("nor does a server that goes on from it replace it"):
        server.start()
        with server.client() as client:
            grow(client, subject, 30)
            wait_for("the conflict", pathlib.Path(f"{kept}.conflict").exists)
            time.sleep(2)
        assert server.stop() == 0
        assert kept.read_text() == before


if __name__ == "__main__":
    run(test)
