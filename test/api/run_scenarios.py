#!/usr/bin/env python3
"""Runs the scenario files of this folder against the real binary: run_scenarios.py BINARY.

A scenario is a list of requests, each followed by what its answer must be. One store serves a file;
after the last scenario no value that was posted may stand in any file of the store or in the log.
Prints `ok NAME` or `FAIL NAME: why` for each scenario.
"""
import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
CANARIES = ["aninha", "Ana.Silva", "ana.silva", "Souza", "12345678909", "parcel returned"]


class Server:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        made = subprocess.run([binary, "init", "--data", folder / "store", "--account", "loja", "--json"],
                              capture_output=True, text=True, check=True)
        self.keys = json.loads(made.stdout)
        self.log = open(folder / "log", "ab")
        self.start()

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.folder / "store", "--listen", f"127.0.0.1:{self.port}"],
            stderr=self.log)
        for _ in range(300):
            try:
                if self.call("GET", "/readyz", "", False)[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not get ready")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        assert how != signal.SIGTERM or code == 0, f"SIGTERM ends with {code}"

    def call(self, method, target, body, with_key):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Content-Type": "application/json"}
        if with_key:
            headers |= {"X-VTEX-API-AppKey": self.keys["appKey"], "X-VTEX-API-AppToken": self.keys["appToken"]}
        connection.request(method, target, body.encode() or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


class Run:
    def __init__(self, server):
        self.server, self.remembered, self.with_key = server, {}, True
        self.status, self.text = 0, ""

    def fill(self, line):
        return re.sub(r"\{(\w+)\}", lambda name: self.remembered.get(name[1], name[0]), line)

    def value(self, path):
        value = json.loads(self.text)
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
        return value

    def step(self, line):
        words = line.split(" ")
        if re.match(r"[A-Z]+ /", line):
            self.status, self.text = self.server.call(words[0], self.fill(words[1]), " ".join(words[2:]), self.with_key)
            return
        if words[0] == "answers":
            assert self.status == int(words[1]), f"answered {self.status}"
            assert len(words) < 3 or self.value("code") == words[2], f"code {self.value('code')}"
            assert self.status < 400 or not any(text in self.text for text in CANARIES), "a value in an error"
        elif words[0] == "remember":
            self.remembered[words[3].strip("{}")] = self.value(words[1])
        elif words[0] == "has":
            path, _, want = line[4:].partition(" = ")
            assert self.value(path) == json.loads(self.fill(want)), f"{path} is otherwise"
        elif line in ("without a key", "with the key"):
            self.with_key = line == "with the key"
        elif line in ("restart", "kill"):
            self.server.stop(signal.SIGTERM if line == "restart" else signal.SIGKILL)
            self.server.start()
        elif line == "audit verifies":
            self.server.stop()
            subprocess.run([self.server.binary, "audit", "verify", "--data", self.server.folder / "store"],
                           check=True, capture_output=True)
            self.server.start()
        else:
            raise AssertionError(f"not a step: {line}")


def hunt(folder):
    places = [path for path in folder.rglob("*") if path.is_file()]
    found = [f"{path.name} holds {text}" for path in places for text in CANARIES if text.encode() in path.read_bytes()]
    assert len(places) > 5 and not found, "; ".join(found)


def run_file(binary, path):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="velum-scenarios-"))
    failures, count, server = 0, 0, Server(binary, folder)
    run, name, why = Run(server), None, None

    def close():
        nonlocal failures, count
        if name is not None:
            count += 1
            failures += why is not None
            print(f"FAIL {name}: {why}" if why else f"ok {name}", flush=True)

    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("Scenario: "):
            close()
            name, why = line[10:], None
        elif line and not line.startswith("#") and why is None:
            try:
                run.step(line)
            except (AssertionError, KeyError, IndexError, ValueError, subprocess.CalledProcessError) as error:
                why = f"line {number}: {error}"
    close()
    server.stop()
    name, why = "No value of a document is in any file or log", None
    try:
        hunt(folder)
    except AssertionError as error:
        why = str(error)
    close()
    shutil.rmtree(folder)
    return count, failures


def main():
    totals = [run_file(pathlib.Path(sys.argv[1]).resolve(), path) for path in sorted(FOLDER.glob("*.scenario"))]
    return 1 if not totals or any(failures for _, failures in totals) else 0


if __name__ == "__main__":
    sys.exit(main())
