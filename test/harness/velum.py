"""A store on disk and the real binary that serves it."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import time

from harness.client import Client
from harness.pages import write_page_sums

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
START_ATTEMPTS = 3


class CommandFailed(Exception):
    """A velum command ended with an exit code that the test did not expect."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Store:
    """One data directory, made by `velum init`. `directory` must not exist yet."""

    def __init__(self, binary, directory, account="loja", options=()):
        self.binary = str(binary)
        self.data = pathlib.Path(directory)
        self.account = account
        made = json.loads(self.command("init", "--account", account, "--json", *options).stdout)
        self.app_key = made["appKey"]
        self.app_token = made["appToken"]
        self.region = made["region"]

    def command(self, *words, expect=0, timeout_s=300, stdin=None):
        """Runs `velum WORDS --data DIR` and returns what subprocess.run does."""
        # `velum audit verify --data DIR`: the option belongs to the last subcommand.
        verbs = 2 if words[0] in ("audit", "account", "appkey", "user") else 1
        full = [self.binary, *words[:verbs], "--data", str(self.data), *words[verbs:]]
        done = subprocess.run(full, capture_output=True, text=True, check=False,
                              timeout=timeout_s, input=stdin if stdin is not None else "")
        if expect is not None and done.returncode != expect:
            raise CommandFailed(f"velum {' '.join(map(str, words))} ended with {done.returncode}: "
                                f"{done.stderr.strip()[-2000:]}")
        return done

    def sql(self, statement, *values):
        """What the statement gives, in the database of a store that no server has open."""
        path = self.data / "data.db"
        with contextlib.closing(sqlite3.connect(path)) as database:
            with database:
                rows = database.execute(statement, values).fetchall()
        if not statement.startswith("SELECT"):
            write_page_sums(path)
        return rows

    def audit_entries(self):
        """Every entry of the log, oldest first, as the offline command shows it."""
        shown = self.command("audit", "show", "--json").stdout
        return [json.loads(line) for line in shown.splitlines() if line.strip()]

    def auth(self):
        return {"X-VTEX-API-AppKey": self.app_key, "X-VTEX-API-AppToken": self.app_token}


class Server:
    """`velum serve` on a free loopback port. Its standard error goes to `log`."""

    def __init__(self, store, log=None, prefix=(), options=(), environment=None, tls=None):
        """`tls` is (certificate, key), each a file."""
        self.store = store
        self.tls_certificate = tls[0] if tls else None
        self.log = pathlib.Path(log or f"{store.data}.log")
        self.prefix = [str(word) for word in prefix]  # For example strace.
        own = ["--tls-cert", tls[0], "--tls-key", tls[1]] if tls else []
        self.options = [str(word) for word in (*own, *options)]
        self.environment = environment
        self.process = None
        self.port = 0

    def launch(self):
        """Starts the process and waits for nothing."""
        self.port = free_port()
        command = [*self.prefix, self.store.binary, "serve", "--data", str(self.store.data),
                   "--listen", f"127.0.0.1:{self.port}", *self.options]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log,
                                            env={**os.environ, **(self.environment or {})})

    def start(self):
        for attempt in range(START_ATTEMPTS):
            self.launch()
            if self.wait_until_ready():
                return self
            if attempt + 1 == START_ATTEMPTS or "in use" not in self.log_text():
                break
        raise CommandFailed(f"velum serve did not become ready: {self.log_text()[-1000:]}")

    def wait_until_ready(self):
        """False if it has ended instead, or was ended because it took too long."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            try:
                with Client(self.port, timeout_s=5,
                            tls_certificate=self.tls_certificate) as client:
                    if client.request("GET", "/readyz").status == 200:
                        return True
            except OSError:
                pass
            time.sleep(0.02)
        self.kill()
        return False

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def client(self, timeout_s=60):
        """A client with the store's key."""
        return Client(self.port, headers=self.store.auth(), timeout_s=timeout_s,
                      tls_certificate=self.tls_certificate)

    def stop(self):
        """Asks it to drain. Returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise CommandFailed("velum serve did not stop after SIGTERM") from None

    def kill(self):
        """As kill -9 does: nothing is finished, nothing is flushed."""
        self.process.kill()
        self.process.wait()
